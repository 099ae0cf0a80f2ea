/** What of a file can still be looked at when its schema has found problems: one look is to show all that is wrong. */
import type { Problem } from './problem.js';

/**
 * The object without the keys that have a problem, or have one within.
 * @param into keys whose objects are gone through in the same way, instead of being left out as a whole
 */
export function soundParts(value: unknown, problems: readonly Problem[], into: readonly string[]): object | undefined {
  return isObject(value) ? sound(value, problems, into, '') : undefined;
}

function sound(value: object, problems: readonly Problem[], into: readonly string[], at: string): object {
  const parts: [string, unknown][] = [];
  for (const [key, part] of Object.entries(value)) {
    const path = at + key;
    if (into.includes(key) && isObject(part)) parts.push([key, sound(part, problems, [], `${path}.`)]);
    else if (!problems.some((problem) => isWithin(problem.path, path))) parts.push([key, part]);
  }
  return Object.fromEntries(parts);
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
