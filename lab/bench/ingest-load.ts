/**
 * The load of the ingest bench: each simulated agent sends the batch of a full node, 110 containers with one
 * 5-minute window of two sketches each, zstd over mutual TLS. Batches are sealed before the clock runs; what
 * tells them apart, the epoch in the message, is changed for each push, so every one is new to the server.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { KeyPairPem } from '@trimtab/api';
import type { ContainerUsage } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import {
  bytes,
  dayOf,
  type EpochMs,
  epochMs,
  HOUR_MS,
  hourOf,
  hourStart,
  millicores,
} from '@trimtab/units';
import { encodeExport } from '@trimtab/wire/otlp';

/** Containers of a full node. */
export const CONTAINERS = 110;
/** CPU and memory of one window each. */
export const SKETCHES_PER_PUSH = CONTAINERS * 2;
/** Samples of one sketch: a window at 10 s. */
const SAMPLES = 30;
const EPOCH = 0xfedc_ba98_7654_3210n;
const EPOCH_TEXT = EPOCH.toString(16);
/** What an agent allows itself. */
const IN_FLIGHT_PER_AGENT = 4;
const MEBIBYTE = 2 ** 20;

const compress = promisify<Buffer, Buffer>(zstdCompress);

/** One simulated agent. */
export interface LoadAgent {
  /** Sends one new batch; rejects where it is not stored. Resolves with the bytes on the wire. */
  push(): Promise<number>;
  close(): void;
}

/** Makes an agent that sends to the API on `port`. */
export function loadAgent(options: {
  readonly port: number;
  readonly pair: KeyPairPem;
  readonly authorityPem: string;
  readonly random: () => number;
}): LoadAgent {
  const message = sealedBatch(options.random);
  const epochAt = message.indexOf(EPOCH_TEXT);
  const agent = new Agent({
    ...{ keepAlive: true, maxSockets: IN_FLIGHT_PER_AGENT },
    ca: options.authorityPem,
    cert: options.pair.certificatePem,
    key: options.pair.keyPem,
  });
  return {
    push: async () => {
      const fresh = Buffer.from(message);
      fresh.write(randomBytes(8).toString('hex'), epochAt);
      const body = await compress(fresh);
      await send(agent, options.port, body);
      return body.byteLength;
    },
    close: () => agent.destroy(),
  };
}

async function send(agent: Agent, port: number, body: Buffer): Promise<void> {
  const sent = request({
    ...{ agent, host: '127.0.0.1', port, path: '/v1/metrics', method: 'POST' },
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'zstd',
      'content-length': body.byteLength,
    },
  });
  sent.end(body);
  const [response]: IncomingMessage[] = await once(sent, 'response');
  const status = response?.statusCode;
  const outcome = response?.headers['trimtab-batch'];
  response?.resume();
  if (status !== 200 || outcome !== 'stored') {
    throw new Error(`a push was answered ${status} (${outcome}); expected 200 (stored)`);
  }
}

function sealedBatch(random: () => number): Buffer {
  const nowMs = Date.now();
  const hour = hourOf(epochMs(nowMs - HOUR_MS));
  const message = encodeExport({
    identity: { epoch: EPOCH, seq: 1, sealedDay: dayOf(epochMs(nowMs)) },
    hour,
    counters: { sealed: 1, acked: 0, coarsened: 0, dropped: 0 },
    containers: Array.from({ length: CONTAINERS }, (_, index) =>
      container(index, hourStart(hour), random),
    ),
  });
  return Buffer.from(message);
}

/** CPU spreads over two powers of two around its level, memory over a few per cent, as most containers do. */
function container(index: number, start: EpochMs, random: () => number): ContainerUsage {
  const cores = 0.01 * 2 ** (random() * 6);
  const mebibytes = 64 * 2 ** (random() * 4);
  const owner = `service-${index}-7c9d8b5f64`;
  return {
    key: {
      namespace: `team-${index % 12}`,
      ownerKind: 'ReplicaSet',
      ownerName: owner,
      podName: `${owner}-${(index * 7919).toString(36).padStart(5, 'x')}`,
      podUid: `6f1b2c3d-0000-4000-8000-${String(index).padStart(12, '0')}`,
      container: 'app',
    },
    labels: { 'app.kubernetes.io/name': `service-${index}` },
    sizes: {
      cpuRequest: millicores(500),
      memoryRequest: bytes(512 * MEBIBYTE),
      memoryLimit: bytes(1024 * MEBIBYTE),
    },
    windows: [
      {
        ...{ start, fromSecond: 0, toSecond: 300, throttledSeconds: 0, oomKills: 0, restarts: 0 },
        cpu: samples(() => cores * 2 ** (random() * 2 - 1)),
        memory: samples(() => Math.round(mebibytes * (1 + random() / 20) * MEBIBYTE)),
      },
    ],
  };
}

function samples(draw: () => number): Sketch {
  return Sketch.of(Array.from({ length: SAMPLES }, draw));
}
