/** One rule file: checked against the schema and for its meaning, and normalised. */
import { basename } from 'node:path';
import { readJson, type JsonFile } from '../config/json-file.js';
import { nearest } from '../config/nearest.js';
import { fileProblem, formatFound, hasErrors, type Problem } from '../config/problem.js';
import { checkSchema, type KeyHints } from '../config/schema.js';
import { soundParts } from '../config/sound-parts.js';
import { durationMs, formatSpan } from '../time/duration.js';
import { readCallback } from './callback-file.js';
import { readWhen } from './condition.js';
import { checkContradictions } from './contradiction.js';
import { readLostAt } from './lost-at.js';
import { requestRuleId, type LostAt, type Rule, type RuleContext } from './rule.js';
import { callbackKeys, ruleKeys, ruleSchema, type WrittenRule } from './rule-schema.js';
import { checkScheduleUse } from './schedule-use.js';
import { toKeys } from './target-schema.js';

/** Keys that exist, but not where they are written. */
const keyHints: KeyHints = {
  ...hints('', callbackKeys, (key) => `the key "${key}" belongs into "callback": {"${key}": …}`),
  ...hints('callback.', toKeys, (key) => `the key "${key}" belongs into "to": {"${key}": …}`),
  ...hints('callback.', ['file', 'text', 'say'], (key) => `the key "${key}" belongs into "prompt": {"${key}": …}`),
  ...hints('callback.', ['key', 'within'], (key) => `the key "${key}" belongs into "accept": {"${key}": …}`),
  ...hints('callback.', ruleKeys, (key) => `the key "${key}" belongs beside "callback", not into it`),
};

function hints(at: string, keys: readonly string[], sentence: (key: string) => string): Record<string, string> {
  return Object.fromEntries(keys.map((key): [string, string] => [at + key, sentence(key)]));
}

/** Order and id of a file name `NN-id.json`. */
export function parseRuleFileName(name: string): { order: number; id: string } | undefined {
  const match = /^(\d{2,6})-([A-Za-z0-9][A-Za-z0-9_-]{0,59})\.json$/.exec(name);
  return match === null ? undefined : { order: Number(match[1]), id: match[2]! };
}

/** The rule, when the file has no errors. Never throws because of the file. */
export function loadRule(file: string, context: RuleContext): { rule?: Rule; json?: JsonFile; problems: Problem[] } {
  const parsed = parseRuleFileName(basename(file));
  if (parsed === undefined) {
    const message = `the name of a rule file is NN-id.json, such as ${likelyName(basename(file))}: two digits or more, "-", letters, digits, _ or -`;
    return { problems: [fileProblem(file, message)] };
  }
  if (parsed.id === requestRuleId) {
    return { problems: [fileProblem(file, `the id "${requestRuleId}" belongs to the built-in rule: choose another`)] };
  }
  const { json, problems } = readJson(file);
  if (json === undefined) return { problems };
  problems.push(...checkSchema(json, ruleSchema, keyHints));
  const written = readableParts(json, problems);
  if (written === undefined) return { problems };
  const rule = normalise(json, written, parsed, context, problems);
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return hasErrors(problems) ? { problems } : { rule, json, problems };
}

/** What the schema left unblamed; undefined when nothing can be said of it. Nothing is made of what is left out. */
function readableParts(json: JsonFile, problems: readonly Problem[]): WrittenRule | undefined {
  if (!hasErrors(problems)) return json.value as WrittenRule;
  const all = json.value as Partial<WrittenRule>;
  const parts = soundParts(all, problems, ['callback']) as WrittenRule | undefined;
  if (parts === undefined) return undefined;
  const { callback } = parts;
  const pauses = ['after', 'during', 'expireAfter'] as const;
  if (callback !== undefined && pauses.some((key) => callback[key] !== all.callback?.[key]))
    callback.expireAfter = 'never';
  const hadAction = Object.keys(all).some((key) => nearest(key, ['callback', 'ignore']) !== undefined);
  return callback === undefined && hadAction ? { ...parts, ignore: true } : parts;
}

/** A name that would do, as like the given one as possible. */
function likelyName(name: string): string {
  const [, number = '', rest = ''] = /^(\d*)[-_ ]*(.*)\.json$/.exec(name) ?? [];
  const id = rest.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  const likely = `${(number || '10').padStart(2, '0')}-${id}.json`;
  return parseRuleFileName(likely) === undefined ? '10-sales.json' : likely;
}

function normalise(
  json: JsonFile,
  written: WrittenRule,
  { order, id }: { order: number; id: string },
  context: RuleContext,
  problems: Problem[],
): Rule {
  const { name, enabled = true, lostDuring, when } = written;
  const during =
    lostDuring === undefined
      ? undefined
      : typeof lostDuring === 'string'
        ? { schedule: lostDuring, outside: false }
        : { schedule: lostDuring.outside, outside: true };
  if (during !== undefined) {
    const { schedule, outside } = during;
    const use = { name: schedule, outside, inVain: 'the rule would take no call' };
    checkScheduleUse(json, outside ? ['lostDuring', 'outside'] : ['lostDuring'], use, context, problems);
  }
  const lostAt = readLostAt(json, written.lostAt, context.country, problems);
  if (when !== undefined) checkContradictions(json, when, lostAt, problems);
  const minWaitMs = minWaitOf(json, written, lostAt, context, problems);
  return {
    id,
    order,
    file: json.file,
    name,
    enabled,
    lostAt,
    ...(during === undefined ? {} : { lostDuring: during }),
    minWaitMs,
    ...(when === undefined ? {} : { when: readWhen(json, ['when'], when, context, problems) }),
    action: actionOf(json, written, context, problems),
  };
}

function minWaitOf(
  json: JsonFile,
  { minWait }: WrittenRule,
  lostAt: readonly LostAt[],
  { limits }: RuleContext,
  problems: Problem[],
): number {
  if (minWait === undefined) return 0;
  const ms = durationMs(minWait);
  if (ms > limits.minWaitMs) {
    const expected = `at most ${formatSpan(limits.minWaitMs)}`;
    problems.push(
      json.problem(['minWait'], `expected ${expected} (limits.minWait), found ${formatFound(minWait)}`, { expected }),
    );
  }
  if (lostAt.every(({ kind }) => kind === 'transfer')) {
    const message = 'minWait never applies to a loss after a transfer, and this rule takes only those: remove it';
    problems.push(json.problem(['minWait'], message, { atKey: true }));
  }
  return ms;
}

function actionOf(json: JsonFile, written: WrittenRule, context: RuleContext, problems: Problem[]): Rule['action'] {
  const { ignore, callback } = written;
  const expected = 'one action: "callback" or "ignore"';
  if (callback === undefined) {
    if (ignore === undefined) problems.push(json.problem([], `expected ${expected}, found none`, { expected }));
    return { kind: 'ignore' };
  }
  if (ignore !== undefined) {
    problems.push(json.problem(['ignore'], `expected ${expected}, found both`, { expected, atKey: true }));
  }
  return readCallback(json, callback, context, problems);
}
