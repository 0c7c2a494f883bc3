/**
 * An agent in a process of its own, to be killed: it replays made-up usage from the beginning at
 * every start and prints a line whenever its progress changes. Told what to do by one JSON argument.
 */
import process from 'node:process';
import { type Reading, type Source, startAgent, type TlsMaterial } from '@trimtab/agent';
import { createLog, Metrics } from '@trimtab/daemon';
import { bytes, durationMs, epochMs } from '@trimtab/units';

/** What the process is told. */
export interface AgentOrder {
  readonly endpoint: string;
  readonly queueDir: string;
  readonly tls: TlsMaterial;
  readonly containers: number;
  /** First moment of the usage, milliseconds since 1970. */
  readonly startMs: number;
  readonly hours: number;
  readonly windowsPerBatch: number;
  readonly maxQueueBytes?: number;
}

/** Seconds between two readings. */
const STEP_SECONDS = 60;

function madeUpUsage({ containers, hours, startMs }: AgentOrder): Source {
  const names = Array.from({ length: containers }, (_, index) => `c${index}`);
  const at = (step: number): Reading => ({
    at: epochMs(startMs + step * STEP_SECONDS * 1_000),
    intervalMs: durationMs(STEP_SECONDS * 1_000),
    containers: names.map((name, index) => ({
      key: {
        namespace: 'made-up',
        ownerKind: 'StatefulSet',
        ownerName: name,
        podName: `${name}-0`,
        podUid: `uid-${name}`,
        container: 'app',
      },
      labels: {},
      sizes: {},
      cpuSeconds: step * STEP_SECONDS * (0.1 + index / 10),
      memoryBytes: bytes(1_000_000 + step * 10 + index),
    })),
  });
  return {
    kind: 'made-up',
    async *read() {
      for (let step = 0; step <= (hours * 3_600) / STEP_SECONDS; step += 1) yield at(step);
    },
  };
}

async function main(): Promise<void> {
  const order: AgentOrder = JSON.parse(process.argv[2] ?? '{}');
  const { endpoint, maxQueueBytes, queueDir, tls, windowsPerBatch } = order;
  const agent = startAgent({
    source: madeUpUsage(order),
    queueDir,
    endpoint: new URL(endpoint),
    tls,
    log: createLog({ process: 'agent-under-test' }),
    metrics: new Metrics(),
    push: {
      windowsPerBatch,
      maxWaiting: maxQueueBytes === undefined ? 8 : 0,
      backoffBaseSeconds: 0.05,
      backoffCapSeconds: 0.5,
      ...(maxQueueBytes !== undefined && { maxQueueBytes, maxHeldBytes: 200_000 }),
    },
    onProgress: (progress) => void process.stdout.write(`${JSON.stringify(progress)}\n`),
  });
  process.once('SIGTERM', () => void agent.stop());
  await agent.finished;
}

if (import.meta.main) await main();
