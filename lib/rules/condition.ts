/**
 * The `when` of a rule: checked for everything that json-rules-engine would accept and then do something surprising with, and
 * brought into the form that the engine compares.
 */
import type { TopLevelCondition } from 'json-rules-engine';
import type { JsonFile } from '../config/json-file.js';
import { didYouMean } from '../config/nearest.js';
import { formatFound, type JsonPath, type Problem } from '../config/problem.js';
import { parseDuration } from '../time/duration.js';
import { comparable, factTypes, type FactKind, type FactType } from './facts.js';
import type { WrittenCondition, WrittenValue } from './condition-schema.js';
import { checkSchedule } from './schedule-use.js';
import { listOperators, operatorsOf } from './operators.js';
import type { RuleContext } from './rule.js';

const valueOf: Readonly<Record<FactKind, string>> = {
  text: 'text in double quotes',
  phone: 'a number in double quotes, such as "+74951234567"',
  count: 'a whole number without quotes',
  span: 'a duration such as "10s", or a number of seconds',
  flag: 'true or false',
  time: 'the name of a schedule',
};

/** The condition for the engine; `problems` gets what is wrong with it. The result is used only when nothing is. */
export function readWhen(
  json: JsonFile,
  path: JsonPath,
  written: WrittenCondition,
  context: RuleContext,
  problems: Problem[],
): TopLevelCondition {
  const condition = read(json, path, written, context, problems);
  // The engine takes no bare condition at the top.
  return ('fact' in condition ? { all: [condition] } : condition) as TopLevelCondition;
}

function read(
  json: JsonFile,
  path: JsonPath,
  written: WrittenCondition,
  context: RuleContext,
  problems: Problem[],
): object {
  const kinds = (['all', 'any', 'not', 'fact'] as const).filter((key) => written[key] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const found = kinds.length > 1 ? `${kinds.map((key) => `"${key}"`).join(' beside ')}` : 'none of them';
    const expected = 'one of "all", "any", "not" and "fact" in a condition';
    problems.push(json.problem(path, `expected ${expected}, found ${found}`, { expected }));
    return {};
  }
  if (kind === 'fact') return readFact(json, path, written, context, problems);
  for (const key of ['operator', 'value', 'params'] as const) {
    if (written[key] === undefined) continue;
    problems.push(json.problem([...path, key], `"${key}" belongs to a "fact", not to "${kind}"`, { atKey: true }));
  }
  if (kind === 'not') return { not: read(json, [...path, 'not'], written.not ?? {}, context, problems) };
  const parts = written[kind] ?? [];
  return { [kind]: parts.map((part, index) => read(json, [...path, kind, index], part, context, problems)) };
}

function readFact(
  json: JsonFile,
  path: JsonPath,
  written: WrittenCondition,
  context: RuleContext,
  problems: Problem[],
): object {
  const { fact = '', operator, value, params } = written;
  const type = factTypes[fact];
  if (type === undefined) return {};
  for (const key of ['operator', 'value'] as const) {
    if (written[key] === undefined) {
      problems.push(json.problem(path, `the key "${key}" is missing beside "fact"`, { expected: key }));
    }
  }
  checkParams(json, path, fact, params, context, problems);
  if (operator === undefined || value === undefined) return {};
  const operators = operatorsOf[type.kind];
  if (!operators.includes(operator)) {
    const expected = `one of ${operators.join(', ')}`;
    problems.push(
      json.problem([...path, 'operator'], `the fact "${fact}" takes ${expected}, found ${operator}`, { expected }),
    );
    return {};
  }
  const read = readValue(json, [...path, 'value'], value, operator, type, context, problems);
  return { fact, operator, value: read, ...(params === undefined ? {} : { params }) };
}

function checkParams(
  json: JsonFile,
  path: JsonPath,
  fact: string,
  params: { name: string } | undefined,
  { variables }: RuleContext,
  problems: Problem[],
): void {
  if (fact === 'variable' && params === undefined) {
    const expected = '"params": {"name": the channel variable}';
    problems.push(json.problem(path, `expected ${expected} beside the fact "variable"`, { expected }));
  }
  if (fact !== 'variable' && params !== undefined) {
    problems.push(json.problem([...path, 'params'], `the fact "${fact}" has no params`, { atKey: true }));
  }
  if (fact === 'variable' && params !== undefined && !variables.includes(params.name)) {
    problems.push(
      json.problem(
        [...path, 'params', 'name'],
        `the variable ${formatFound(params.name)} isn't kept: add it to calls.variables in the configuration${didYouMean(params.name, variables)}`,
      ),
    );
  }
}

function readValue(
  json: JsonFile,
  path: JsonPath,
  value: WrittenValue,
  operator: string,
  type: FactType,
  context: RuleContext,
  problems: Problem[],
): unknown {
  const readOne = (one: string | number | boolean, at: JsonPath): unknown => {
    const read = operator === 'matches' ? one : comparableValue(one, type, context);
    if (read === undefined || (operator === 'matches' && typeof one !== 'string')) {
      const { values } = type;
      const expected = values === undefined ? valueOf[type.kind] : `one of ${values.join(', ')}`;
      wrong(json, at, expected, one, problems, values);
    }
    return read;
  };
  if (operator === 'during' || operator === 'outside') {
    if (typeof value !== 'string') wrong(json, path, valueOf.time, value, problems);
    else checkSchedule(json, path, value, context, problems);
    return value;
  }
  if (listOperators.includes(operator)) {
    if (Array.isArray(value)) return value.map((one, index) => readOne(one, [...path, index]));
    wrong(json, path, `a list [...] for "${operator}"`, value, problems);
    return [];
  }
  if (!Array.isArray(value)) return readOne(value, path);
  wrong(json, path, `${valueOf[type.kind]} (a list only for ${listOperators.join(', ')})`, value, problems);
  return undefined;
}

/** A value in the form in which the fact is compared; undefined when it is of another type. */
function comparableValue(value: string | number | boolean, type: FactType, context: RuleContext): unknown {
  switch (type.kind) {
    case 'text':
      return typeof value === 'string' && (type.values === undefined || type.values.includes(value))
        ? value
        : undefined;
    case 'phone':
      return typeof value === 'string' ? comparable(value, context.country) : undefined;
    case 'count':
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
    case 'span': {
      if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
      const ms = typeof value === 'string' ? parseDuration(value) : undefined;
      return ms === undefined ? undefined : ms / 1_000;
    }
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'time':
      return undefined;
  }
}

function wrong(
  json: JsonFile,
  path: JsonPath,
  expected: string,
  found: unknown,
  problems: Problem[],
  known: readonly string[] = [],
): void {
  const guess = typeof found === 'string' ? didYouMean(found, known) : '';
  problems.push(json.problem(path, `expected ${expected}, found ${formatFound(found)}${guess}`, { expected }));
}
