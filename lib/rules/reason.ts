/** Why a rule took a call or didn't, in one short sentence with the values. */
import type { RuleResult } from 'json-rules-engine';
import { formatSpan } from '../time/duration.js';
import type { Part } from './compile.js';
import { factTypes, type LossFacts } from './facts.js';
import { formatLostAt, type Rule } from './rule.js';
import type { SeenLoss } from './seen-loss.js';

/** The parts of an evaluated condition that are read here. */
export interface Evaluated {
  name?: string;
  result?: boolean;
  all?: Evaluated[];
  any?: Evaluated[];
  not?: Evaluated;
  fact?: string;
  operator?: string;
  value?: unknown;
  factResult?: unknown;
  params?: { name?: string };
}

/** The first part of the rule that failed. */
export function failure(rule: Rule, result: RuleResult, loss: SeenLoss): string {
  const failed = (result.conditions as Evaluated).all?.find((part) => part.result === false);
  switch (failed?.name as Part | undefined) {
    case 'lostAt':
      return elsewhere(rule, placeOf(loss.facts));
    case 'lostDuring':
      return outOfHours(rule, loss);
    case 'minWait':
      return tooShort(rule, loss);
    case 'when':
      return `when: ${failed?.all?.[0] === undefined ? 'does not hold' : whyNot(failed.all[0])}`;
    case undefined:
      return 'does not hold';
  }
}

/** The rule takes other places. */
export function elsewhere(rule: Rule, place: string): string {
  const places = rule.lostAt.map(formatLostAt);
  const shown =
    places.length > 3 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more` : places.join(', ');
  return `lost at ${place}, the rule takes ${shown}`;
}

/** Where the call was lost, as `lostAt` would name it. */
export function placeOf({ place, queue, extension, group, menu }: LossFacts): string {
  const end =
    queue !== undefined
      ? `queue:${queue}`
      : extension !== undefined
        ? `extension:${extension}`
        : group !== undefined
          ? `group:${group}`
          : menu !== undefined
            ? `ivr:${menu}`
            : undefined;
  if (end === undefined) return place ?? 'an unknown place';
  return place === 'transfer' ? `${end} after a transfer` : end;
}

/** The rule takes other times. */
export function outOfHours({ lostDuring }: Rule, loss: SeenLoss): string {
  if (lostDuring === undefined) return `lost ${loss.clock}`;
  const { schedule, outside } = lostDuring;
  return loss.text(outside ? 'within' : 'outside', schedule, () =>
    outside
      ? `lost ${loss.clock}, within ${schedule}; the rule takes losses outside it`
      : `lost ${loss.clock}, outside ${schedule}`,
  );
}

/** The rule takes longer waits. */
export function tooShort({ minWaitMs }: Rule, loss: SeenLoss): string {
  return loss.text('minWait', minWaitMs, () => `${loss.wait}, needs ${formatSpan(minWaitMs)}`);
}

/** What a condition without parts says of the loss that makes it false. */
export function leafFailure(leaf: Evaluated, loss: SeenLoss): string {
  const name = nameOf(leaf);
  const is = loss.text(
    'fact',
    name,
    () => `${name} is ${shown(leaf, loss.valueOf(leaf.fact ?? '', leaf.params?.name))}`,
  );
  let needed = needsOf.get(leaf);
  if (needed === undefined) {
    needed = needs(leaf);
    needsOf.set(leaf, needed);
  }
  return `${is}, needs ${needed}`;
}

/** Conditions of rules in force: they don't change. */
const needsOf = new WeakMap<Evaluated, string>();

/** The first leaf that made the condition false, as the engine has evaluated it. */
function whyNot(condition: Evaluated): string {
  const { all, any, not } = condition;
  if (all !== undefined) {
    const failed = all.find(({ result }) => result === false);
    return failed === undefined ? 'does not hold' : whyNot(failed);
  }
  if (any !== undefined) {
    const first = whyNot(any[0]!);
    return any.length === 1 ? first : `none of ${any.length} holds: ${first}`;
  }
  if (not !== undefined) return `${holds(not)}, must not`;
  return `${nameOf(condition)} is ${shown(condition, condition.factResult)}, needs ${needs(condition)}`;
}

/** One condition in words: "timesLostToday is at least 2". */
export function holds({ all, any, not, ...leaf }: Evaluated): string {
  if (all !== undefined || any !== undefined || not !== undefined) return 'a condition under "not" holds';
  return `${nameOf(leaf)} is ${needs(leaf)}`;
}

const words: Readonly<Record<string, string>> = {
  equal: '',
  notEqual: 'other than ',
  lessThan: 'less than ',
  lessThanInclusive: 'at most ',
  greaterThan: 'more than ',
  greaterThanInclusive: 'at least ',
  in: 'one of ',
  oneOf: 'one of ',
  notIn: 'none of ',
  matches: 'like ',
  during: 'a time within ',
  outside: 'a time outside ',
};

function needs(condition: Evaluated): string {
  return `${words[condition.operator ?? ''] ?? `${condition.operator} `}${shown(condition, condition.value)}`;
}

function nameOf({ fact, params }: Evaluated): string {
  return fact === 'variable' ? `variable ${params?.name}` : String(fact);
}

/** Longer lists are cut: the reason is kept with every lost call. */
const longestList = 5;

function shown(condition: Evaluated, value: unknown): string {
  if (value === undefined || value === null) return 'not known';
  if (Array.isArray(value)) {
    const first = value.slice(0, longestList).map((one) => shown(condition, one));
    return value.length > longestList ? `${first.join(', ')} and ${value.length - longestList} more` : first.join(', ');
  }
  const kind = factTypes[condition.fact ?? '']?.kind;
  if (kind === 'span' && typeof value === 'number') return formatSpan(value * 1_000);
  if (kind === 'time' && typeof value === 'number') return new Date(value).toISOString();
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Caller names and variables are hostile text of any length.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 100);
}
