import type { Page } from '@trimtab/wire/rest';
import { CliError, EXIT } from '../errors.ts';
import type { Context } from './context.ts';

const DEADLINE_MS = 30_000;
const PAGE_SIZE = 500;

/** Query parameters of a list; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** GETs one resource below /api/v1. Errors are CliErrors that say what the API answered and what to do. */
export async function ask<T>(context: Context, path: string, query: Query = {}): Promise<T> {
  const url = new URL(`/api/v1/${path}`, context.url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const response = await send(context, url);
  const text = await response.text();
  if (!response.ok) throw refusal(url, response.status, text);
  return parse<T>(url, text);
}

/** All pages of a list, up to `limit` items, in the API's order. */
export async function askAll<T>(
  context: Context,
  path: string,
  query: Query,
  limit = Number.POSITIVE_INFINITY,
): Promise<{ items: T[]; total: number }> {
  const items: T[] = [];
  let cursor: string | undefined;
  let total = 0;
  do {
    const page: Page<T> = await ask(context, path, {
      ...query,
      limit: Math.min(PAGE_SIZE, limit - items.length),
      cursor,
    });
    items.push(...page.items);
    total = page.total;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return { items, total };
}

async function send(context: Context, url: URL): Promise<Response> {
  try {
    return await fetch(url, {
      headers: { authorization: `Bearer ${context.key}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  } catch (cause) {
    throw new CliError(
      'TT_CLI_UNREACHABLE',
      `${url.origin} did not answer; expected Trimtab's API there: is \`trimtab up\` running, and is the address right?`,
      { exitCode: EXIT.unreachable, cause },
    );
  }
}

function refusal(url: URL, status: number, text: string): CliError {
  const problem = problemOf(text);
  const hint = status === 401 || status === 403 ? '; give a valid key by --key or TRIMTAB_KEY' : '';
  return new CliError(
    'TT_CLI_REFUSED',
    `${url.pathname} answered ${status}: ${problem ?? 'no reason given'}${hint}`,
    { exitCode: EXIT.refused },
  );
}

function problemOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const detail = 'detail' in value ? value.detail : undefined;
    const title = 'title' in value ? value.title : undefined;
    return [detail, title].find((part) => typeof part === 'string');
  } catch {
    return undefined;
  }
}

function parse<T>(url: URL, text: string): T {
  try {
    // The API serialises from the same schemas that its OpenAPI document shows.
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new CliError(
      'TT_CLI_ANSWER',
      `${url.href} answered something that is not JSON; expected Trimtab's API there`,
      { exitCode: EXIT.failed, cause },
    );
  }
}
