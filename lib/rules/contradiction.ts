/** Conditions that never hold together: the rule would take no call, and nobody would notice. */
import type { JsonFile } from '../config/json-file.js';
import { formatPath, type JsonPath, type Problem } from '../config/problem.js';
import { parseDuration } from '../time/duration.js';
import type { WrittenCondition } from './condition-schema.js';
import { factTypes } from './facts.js';
import type { LostAt } from './rule.js';

type Value = string | number | boolean;

/** A condition on one fact that the rule can't do without. */
interface Demand {
  path: JsonPath;
  /** As it is told. */
  text: string;
  operator: string;
  values: readonly Value[];
  /** Why it holds of every loss, when no condition demands it. */
  always?: string;
}

const atLeastOne: Demand = {
  path: [],
  text: '',
  operator: 'greaterThanInclusive',
  values: [1],
  always: 'this loss is counted too, so it is at least 1',
};

/** Warns of the first condition on each fact that contradicts those before it, or `lostAt`. Looks only at what must all hold. */
export function checkContradictions(
  json: JsonFile,
  when: WrittenCondition,
  lostAt: readonly LostAt[],
  problems: Problem[],
): void {
  const byFact = new Map<string, Demand[]>([
    ['place', placeDemand(lostAt)],
    ['timesLostToday', [atLeastOne]],
    ['timesLostThisWeek', [atLeastOne]],
  ]);
  for (const [fact, demand] of demandsOf(when, ['when'])) {
    const former = byFact.get(fact) ?? [];
    byFact.set(fact, [...former, demand]);
    if (!canHold(former) || canHold([...former, demand])) continue;
    const other = former.find((each) => !canHold([each, demand])) ?? former[0]!;
    const where = other.path[0] === 'when' ? ` (${formatPath(other.path)})` : '';
    const why = other.always === undefined ? ` together with ${other.text}${where}` : `, ${other.always}`;
    const message = `${demand.text} never holds${why}: the rule would take no call`;
    problems.push(json.problem(demand.path, message, { severity: 'warning' }));
  }
}

/** Every place keeps its name after a transfer from there, when `place` is "transfer". */
function placeDemand(lostAt: readonly LostAt[]): Demand[] {
  const kinds = new Set(lostAt.map(({ kind }) => kind));
  if (kinds.has('any') || kinds.has('dialled')) return [];
  return [{ path: ['lostAt'], text: '"lostAt"', operator: 'in', values: [...kinds, 'transfer'] }];
}

function demandsOf(condition: WrittenCondition, path: JsonPath): [fact: string, Demand][] {
  const { all, fact, operator, value, params } = condition;
  if (all !== undefined) return all.flatMap((part, index) => demandsOf(part, [...path, 'all', index]));
  if (fact === undefined || operator === undefined || value === undefined) return [];
  const kind = factTypes[fact]?.kind;
  // The same number can be written in several ways.
  if (kind === undefined || kind === 'phone') return [];
  const values = [value].flat().map((each) => (kind === 'span' ? secondsOf(each) : each));
  const name = params === undefined ? fact : `${fact} ${params.name}`;
  return [[name, { path, operator, values, text: `"${name}" ${operator} ${JSON.stringify(value)}` }]];
}

function secondsOf(value: Value): Value {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  return ms === undefined ? value : ms / 1_000;
}

/** Is there a value that all of them take? True as well when that is hard to say. */
function canHold(demands: readonly Demand[]): boolean {
  const named = demands.find(({ operator }) => ['equal', 'in', 'oneOf'].includes(operator));
  if (named !== undefined) return named.values.some((value) => demands.every((demand) => takes(demand, value)));
  const limits = (operators: readonly string[]): number[] =>
    demands.filter(({ operator }) => operators.includes(operator)).flatMap(({ values }) => values.map(Number));
  const least = Math.max(...limits(['greaterThan', 'greaterThanInclusive']));
  const most = Math.min(...limits(['lessThan', 'lessThanInclusive']));
  if (least > most) return false;
  if (least === most) return demands.every((demand) => takes(demand, least));
  const schedules = (which: string): Value[] =>
    demands.filter(({ operator }) => operator === which).flatMap(({ values }) => values);
  return !schedules('during').some((schedule) => schedules('outside').includes(schedule));
}

function takes({ operator, values }: Demand, value: Value): boolean {
  const [limit = 0] = values;
  switch (operator) {
    case 'equal':
    case 'in':
    case 'oneOf':
      return values.includes(value);
    case 'notEqual':
    case 'notIn':
      return !values.includes(value);
    case 'lessThan':
      return value < limit;
    case 'lessThanInclusive':
      return value <= limit;
    case 'greaterThan':
      return value > limit;
    case 'greaterThanInclusive':
      return value >= limit;
    default:
      return true;
  }
}
