/** Groups that rules name and employees.json doesn't have. */
import type { Employees } from '../config/employees.js';
import { readJson } from '../config/json-file.js';
import { didYouMean } from '../config/nearest.js';
import { formatFound, type Problem } from '../config/problem.js';
import type { Rule } from './rule.js';

/**
 * Warns of a group that is nearly one of the file: surely a slip. Others may be groups of FreeSWITCH's directory, which only it knows.
 * Reads a rule's file again for the place, so only for the slips.
 */
export function mistypedGroups(rules: readonly Rule[], { groups }: Employees): Problem[] {
  return rules.flatMap(({ file, lostAt }) =>
    lostAt.flatMap((place, index) => {
      if (place.kind !== 'group' || groups.includes(place.name)) return [];
      const guess = didYouMean(place.name, groups);
      const json = guess === '' ? undefined : readJson(file).json;
      if (json === undefined) return [];
      const written = (json.value as { lostAt?: unknown }).lostAt;
      const message = `employees.json has no group ${formatFound(place.name)}${guess}`;
      const path = Array.isArray(written) ? ['lostAt', index] : ['lostAt'];
      return [json.problem(path, message, { severity: 'warning', expected: groups.join(', ') })];
    }),
  );
}
