/** One rule file: checked against the schema and for its meaning, and normalised. */
import { basename } from 'node:path';
import { readJson, type JsonFile } from '../config/json-file.js';
import { fileProblem, formatFound, hasErrors, type JsonPath, type Problem } from '../config/problem.js';
import { checkSchema } from '../config/schema.js';
import { isMissing } from '../config/text-file.js';
import { statSync } from 'node:fs';
import { durationMs, formatSpan } from '../time/duration.js';
import { defaultCallback, promptPath } from './callback-defaults.js';
import { checkSchedule, readWhen, type WrittenCondition } from './condition.js';
import { comparable } from './facts.js';
import {
  requestRuleId,
  type CallbackAction,
  type CallbackTarget,
  type LostAt,
  type Rule,
  type RuleContext,
} from './rule.js';

/** The file as its schema allows it. */
interface WrittenRule {
  name: string;
  enabled?: boolean;
  lostAt?: string | string[];
  lostDuring?: string | { outside: string };
  minWait?: string;
  when?: WrittenCondition;
  ignore?: true;
  callback?: WrittenCallback;
}

interface WrittenCallback {
  to: CallbackTarget;
  prompt?: { file: string };
  during?: string;
  after?: string[] | { every: string; times: number };
  maxConcurrent?: number;
  successAfter?: string;
  expireAfter?: string;
}

/** Order and id of a file name `NN-id.json`. */
export function parseRuleFileName(name: string): { order: number; id: string } | undefined {
  const match = /^(\d{2,6})-([A-Za-z0-9][A-Za-z0-9_-]{0,59})\.json$/.exec(name);
  return match === null ? undefined : { order: Number(match[1]), id: match[2]! };
}

/** The rule, when the file has no errors. Never throws because of the file. */
export function loadRule(file: string, context: RuleContext): { rule?: Rule; problems: Problem[] } {
  const parsed = parseRuleFileName(basename(file));
  if (parsed === undefined) {
    const message =
      'the name of a rule file is NN-id.json, such as 10-sales.json: two digits or more, "-", letters, digits, _ or -';
    return { problems: [fileProblem(file, message)] };
  }
  if (parsed.id === requestRuleId) {
    return { problems: [fileProblem(file, `the id "${requestRuleId}" belongs to the built-in rule: choose another`)] };
  }
  const { json, problems } = readJson(file);
  if (json === undefined) return { problems };
  problems.push(...checkSchema(json, 'rule'));
  if (hasErrors(problems)) return { problems };
  const rule = normalise(json, json.value as WrittenRule, parsed, context, problems);
  return hasErrors(problems) ? { problems } : { rule, problems };
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
    checkSchedule(
      json,
      during.outside ? ['lostDuring', 'outside'] : ['lostDuring'],
      during.schedule,
      context,
      problems,
    );
  }
  const lostAt = [written.lostAt ?? 'any'].flat().map((text) => parseLostAt(text, context.country));
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

/** `queue:fifo:hotline`: the name is all after the first colon. */
function parseLostAt(text: string, country?: string): LostAt {
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: text } as LostAt;
  const kind = text.slice(0, colon);
  const name = text.slice(colon + 1);
  return { kind, name: kind === 'dialled' ? (comparable(name, country) ?? name) : name } as LostAt;
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
  return callbackOf(json, callback, context, problems);
}

function callbackOf(
  json: JsonFile,
  written: WrittenCallback,
  context: RuleContext,
  problems: Problem[],
): CallbackAction {
  const { to, prompt, during, after, maxConcurrent, successAfter, expireAfter } = written;
  const defaults = defaultCallback(to, context);
  if (during !== undefined) checkSchedule(json, ['callback', 'during'], during, context, problems);
  if (maxConcurrent !== undefined && maxConcurrent > context.limits.maxConcurrent) {
    const expected = `at most ${context.limits.maxConcurrent}`;
    const message = `expected ${expected} (limits.maxConcurrent), found ${maxConcurrent}`;
    problems.push(json.problem(['callback', 'maxConcurrent'], message, { expected }));
  }
  return {
    ...defaults,
    promptFile: promptOf(json, prompt?.file, context, problems),
    ...(during === undefined ? {} : { during }),
    afterMs: after === undefined ? defaults.afterMs : afterOf(json, after, context, problems),
    maxConcurrent: maxConcurrent ?? defaults.maxConcurrent,
    successAfterMs: successAfter === undefined ? defaults.successAfterMs : durationMs(successAfter),
    expireAfterMs: expireAfterOf(json, expireAfter, problems) ?? defaults.expireAfterMs,
  };
}

function afterOf(
  json: JsonFile,
  after: string[] | { every: string; times: number },
  { limits }: RuleContext,
  problems: Problem[],
): number[] {
  const times = Array.isArray(after) ? after.length : after.times;
  if (times > limits.attempts) {
    const path = Array.isArray(after) ? ['callback', 'after'] : ['callback', 'after', 'times'];
    const expected = `at most ${limits.attempts}`;
    problems.push(json.problem(path, `expected ${expected} attempts (limits.attempts), found ${times}`, { expected }));
    return [];
  }
  if (Array.isArray(after)) return after.map(durationMs);
  return Array.from({ length: times }, () => durationMs(after.every));
}

/** A year; more is said with "never". */
const longestExpiryMs = 366 * 86_400_000;

function expireAfterOf(json: JsonFile, text: string | undefined, problems: Problem[]): number | 'never' | undefined {
  if (text === undefined || text === 'never') return text;
  const ms = durationMs(text);
  if (ms === 0 || ms > longestExpiryMs) {
    const expected = 'more than 0 and at most "366d", or "never"';
    problems.push(
      json.problem(['callback', 'expireAfter'], `expected ${expected}, found ${formatFound(text)}`, { expected }),
    );
  }
  return ms;
}

function promptOf(json: JsonFile, file: string | undefined, context: RuleContext, problems: Problem[]): string {
  const path: JsonPath = file === undefined ? ['callback'] : ['callback', 'prompt', 'file'];
  const absolute = promptPath(file ?? 'callback.wav', context);
  if (!/^[A-Za-z0-9_./-]+$/.test(absolute)) {
    const message = `FreeSWITCH gets the path ${formatFound(absolute)}, so it may have only letters, digits, _ . / -`;
    problems.push(json.problem(path, message));
  } else if (isMissing(absolute)) {
    problems.push(json.problem(path, `there is no sound file ${absolute}`, { expected: 'an existing sound file' }));
  } else if (!isRegularFile(absolute)) {
    problems.push(json.problem(path, `${absolute} can't be played: no file, or no permission to look at it`));
  }
  return absolute;
}

function isRegularFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
