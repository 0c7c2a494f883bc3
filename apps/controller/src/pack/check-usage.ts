import { type ContainerUsage, findImplausible } from '@trimtab/history';

/** Kubernetes' own limit for names; a longer one would not fit the unique indexes either. */
const LONGEST_NAME = 253;

/**
 * Why a container's usage cannot be stored, or undefined where it can: names the database would refuse, numbers that
 * cannot be added up. Either would fail the whole unit, again and again: so it is looked for before.
 */
export function whyUnusable(usage: ContainerUsage): string | undefined {
  const { namespace, ownerKind, ownerName, podName, podUid, container } = usage.key;
  const names = { namespace, ownerKind, ownerName, podName, podUid, container };
  for (const [part, name] of Object.entries(names)) {
    const isAllowedEmpty = name === '' && part === 'ownerName';
    if (!isAllowedEmpty && !isPlainName(name)) {
      return `${part} has ${name.length} characters or a control character; expected 1 to ${LONGEST_NAME} plain ones`;
    }
  }
  for (const [label, value] of Object.entries(usage.labels)) {
    if (label.includes('\0') || value.includes('\0')) return 'a label holds a zero character';
  }
  for (const [size, value] of Object.entries(usage.sizes)) {
    if (value !== undefined && !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
      return `${size} is ${value}; expected 0 to ${Number.MAX_SAFE_INTEGER}`;
    }
  }
  for (const window of usage.windows) {
    const problem = findImplausible(window);
    if (problem !== undefined) return `${problem.found}; expected ${problem.expected}`;
  }
  return undefined;
}

function isPlainName(name: string): boolean {
  if (name.length === 0 || name.length > LONGEST_NAME) return false;
  for (let at = 0; at < name.length; at += 1) {
    if (name.charCodeAt(at) < 0x20) return false;
  }
  return true;
}
