import { toE164 } from '../calls/phone-number.js';
import { comparable } from './facts.js';
import type { Rule } from './rule.js';

const known = new WeakMap<readonly Rule[], ReadonlyMap<string, string>>();

/**
 * The office's own numbers that rules name, by E.164, with the rule: those that clients dial, and those that they are shown.
 * Made once for a list of rules, which must not be changed afterwards.
 */
export function officeNumbers(rules: readonly Rule[], country: string | undefined): ReadonlyMap<string, string> {
  let numbers = known.get(rules);
  if (numbers === undefined) {
    numbers = new Map(
      rules.flatMap((rule) => numbersOf(rule).map((number) => [e164(number, country), `rule "${rule.id}"`])),
    );
    known.set(rules, numbers);
  }
  return numbers;
}

function numbersOf({ lostAt, action }: Rule): string[] {
  const dialled = lostAt.flatMap((place) => (place.kind === 'dialled' ? [place.name] : []));
  if (action.kind !== 'callback') return dialled;
  const targets = 'byDialled' in action.to ? Object.keys(action.to.byDialled) : [];
  return [...dialled, ...targets, ...(action.callerId === undefined ? [] : [action.callerId])];
}

function e164(number: string, country: string | undefined): string {
  return toE164(comparable(number, country), country) ?? number;
}
