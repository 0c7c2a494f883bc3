import type { X509Certificate } from 'node:crypto';
import { ApiError } from '../errors.ts';

/** Who an agent is, by its certificate alone. */
export interface AgentIdentity {
  readonly tenantId: number;
  readonly clusterId: number;
  /** Name of the node, a lower-case DNS name of up to 253 characters. */
  readonly node: string;
}

/** Longest DNS name. */
const MOST_NODE_CHARACTERS = 253;
const NODE = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const URI = /^spiffe:\/\/trimtab\/tenant\/([1-9]\d{0,9})\/cluster\/([1-9]\d{0,9})\/node\/([^/]+)$/;
const LARGEST_ID = 2 ** 31 - 1;

/** The URI that names an agent in its certificate. Throws TT_API_AUTHORITY where an id or the node's name is not one. */
export function agentUri(agent: AgentIdentity): string {
  const uri = `spiffe://trimtab/tenant/${agent.tenantId}/cluster/${agent.clusterId}/node/${agent.node}`;
  if (parseAgentUri(uri) === undefined) {
    throw new ApiError(
      'TT_API_AUTHORITY',
      `agent certificate: found tenant ${agent.tenantId}, cluster ${agent.clusterId}, node '${agent.node}'; ` +
        'expected ids from 1 to 2147483647 and a lower-case DNS name of at most 253 characters',
    );
  }
  return uri;
}

/** The agent a URI names; undefined for anything but exactly this form. */
export function parseAgentUri(uri: string): AgentIdentity | undefined {
  const [, tenant, cluster, node] = URI.exec(uri) ?? [];
  if (tenant === undefined || cluster === undefined || node === undefined) return undefined;
  const [tenantId, clusterId] = [Number(tenant), Number(cluster)];
  if (tenantId > LARGEST_ID || clusterId > LARGEST_ID) return undefined;
  if (node.length > MOST_NODE_CHARACTERS || !NODE.test(node)) return undefined;
  return { tenantId, clusterId, node };
}

/**
 * The agent that a certificate names, which the TLS layer has already traced to our authority. It must have one
 * alternative name, a URI, and nothing else. Throws TT_INGEST_CERTIFICATE.
 */
export function identityOf(certificate: X509Certificate | undefined): AgentIdentity {
  const names = certificate?.subjectAltName ?? '';
  const identity = names.startsWith('URI:') ? parseAgentUri(names.slice('URI:'.length)) : undefined;
  if (identity === undefined) {
    throw new ApiError(
      'TT_INGEST_CERTIFICATE',
      `client certificate: found alternative names '${names.slice(0, 300)}'; ` +
        'expected just URI:spiffe://trimtab/tenant/<id>/cluster/<id>/node/<name>: enrol the agent again',
    );
  }
  return identity;
}

/**
 * Refuses a certificate outside its time. Asked for each request, since a connection outlives the moment at which
 * TLS looked. Throws TT_INGEST_CERTIFICATE_EXPIRED.
 */
export function checkValidity(certificate: X509Certificate, nowMs: number): void {
  const fromMs = certificate.validFromDate.getTime();
  const toMs = certificate.validToDate.getTime();
  if (nowMs >= fromMs && nowMs < toMs) return;
  throw new ApiError(
    'TT_INGEST_CERTIFICATE_EXPIRED',
    `client certificate: found valid from ${certificate.validFrom} to ${certificate.validTo}; ` +
      `expected it to be valid at ${new Date(nowMs).toUTCString()}: renew it and connect again`,
  );
}
