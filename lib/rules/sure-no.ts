/**
 * What can be told of a rule without the engine, which costs a hundred times as much: that it doesn't take the loss because of
 * the time, the wait, or the first of the conditions that must all hold. This only leaves rules out; about all others, and
 * about each rule that takes a loss, the engine decides.
 */
import { matchesPattern } from '../calls/number-pattern.js';
import { leafFailure, outOfHours, tooShort, type Evaluated } from './reason.js';
import type { Rule } from './rule.js';
import type { SeenLoss } from './seen-loss.js';

/** Why the rule, whose `lostAt` fits, doesn't take the loss; undefined: ask the engine. @throws Error when a schedule is gone. */
export function sureNo(rule: Rule, loss: SeenLoss): string | undefined {
  const { lostDuring, minWaitMs, when } = rule;
  if (lostDuring !== undefined && loss.isOpen(lostDuring.schedule) === lostDuring.outside)
    return outOfHours(rule, loss);
  if (minWaitMs > 0 && waitCounts(loss) && !((loss.facts.waited ?? -1) >= minWaitMs / 1_000)) {
    return tooShort(rule, loss);
  }
  const first = when === undefined ? undefined : firstLeaf(when);
  return first === undefined || holds(first, loss) !== false ? undefined : `when: ${leafFailure(first, loss)}`;
}

function waitCounts({ facts }: SeenLoss): boolean {
  return facts.place !== 'transfer' && !facts.requested;
}

/** The condition without which the whole can't hold, and which the reason then names; undefined: there is no such one. */
function firstLeaf(condition: Evaluated): Evaluated | undefined {
  const { all, any, not } = condition;
  if (all !== undefined) return all[0] && firstLeaf(all[0]);
  if (any !== undefined) return any.length === 1 ? firstLeaf(any[0]!) : undefined;
  return not === undefined ? condition : undefined;
}

/** undefined: the engine has to say. */
function holds({ fact = '', operator = '', value, params }: Evaluated, loss: SeenLoss): boolean | undefined {
  const seen = loss.valueOf(fact, params?.name);
  return seen === undefined ? undefined : judges[operator]?.(seen, value, loss);
}

type Judge = (seen: unknown, value: unknown, loss: SeenLoss) => boolean | undefined;

const among: Judge = (seen, value) => (Array.isArray(value) ? value.includes(seen) : undefined);
const inHours: Judge = (seen, value, loss) =>
  typeof seen === 'number' && typeof value === 'string' ? loss.isOpen(value, seen) : undefined;
/** What is not known is neither more nor less than anything. */
const numbers =
  (compare: (seen: number, value: number) => boolean): Judge =>
  (seen, value) => {
    if (seen === null) return false;
    return typeof seen === 'number' && typeof value === 'number' ? compare(seen, value) : undefined;
  };
const not =
  (judge: Judge): Judge =>
  (seen, value, loss) => {
    const holds = judge(seen, value, loss);
    return holds === undefined ? undefined : !holds;
  };

/** What the operators of the engine say, for values of the types that they are meant for. */
const judges: Readonly<Record<string, Judge>> = {
  equal: (seen, value) => seen === value,
  notEqual: (seen, value) => seen !== value,
  in: among,
  oneOf: among,
  notIn: not(among),
  matches: (seen, value) => {
    if (seen === null) return false;
    return typeof seen === 'string' && typeof value === 'string' ? matchesPattern(seen, value) : undefined;
  },
  during: inHours,
  outside: not(inHours),
  lessThan: numbers((seen, value) => seen < value),
  lessThanInclusive: numbers((seen, value) => seen <= value),
  greaterThan: numbers((seen, value) => seen > value),
  greaterThanInclusive: numbers((seen, value) => seen >= value),
};
