/** Why a rule took a call or didn't, in one short sentence with the values. */
import type { RuleResult } from 'json-rules-engine';
import { formatSpan } from '../time/duration.js';
import type { Part } from './compile.js';
import { factTypes, type LossFacts } from './facts.js';
import { formatLostAt, type Rule } from './rule.js';

/** The parts of an evaluated condition that are read here. */
interface Evaluated {
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
export function failure(rule: Rule, result: RuleResult, facts: LossFacts, timezone: string): string {
  const failed = (result.conditions as Evaluated).all?.find((part) => part.result === false);
  switch (failed?.name as Part | undefined) {
    case 'lostAt':
      return elsewhere(rule, placeOf(facts));
    case 'lostDuring':
      return outOfHours(rule, facts, timezone);
    case 'minWait':
      return `waited ${facts.waited === undefined ? 'for an unknown time' : formatSpan(facts.waited * 1_000)}, needs ${formatSpan(rule.minWaitMs)}`;
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

function outOfHours({ lostDuring }: Rule, { lostAt }: LossFacts, timezone: string): string {
  const when = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(lostAt);
  if (lostDuring === undefined) return `lost ${when}`;
  return lostDuring.outside
    ? `lost ${when}, within ${lostDuring.schedule}; the rule takes losses outside it`
    : `lost ${when}, outside ${lostDuring.schedule}`;
}

/** The first leaf that made the condition false. */
function whyNot(condition: Evaluated): string {
  if (condition.all !== undefined) {
    const failed = condition.all.find(({ result }) => result === false);
    return failed === undefined ? 'does not hold' : whyNot(failed);
  }
  if (condition.any !== undefined) {
    return condition.any.length === 1
      ? whyNot(condition.any[0]!)
      : `none of ${condition.any.length} holds: ${whyNot(condition.any[0]!)}`;
  }
  if (condition.not !== undefined) return `${holds(condition.not)}, must not`;
  return `${nameOf(condition)} is ${shown(condition, condition.factResult)}, needs ${needs(condition)}`;
}

function holds({ all, any, not, ...leaf }: Evaluated): string {
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
