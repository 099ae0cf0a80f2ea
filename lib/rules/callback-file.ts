/** `callback` of a rule file, normalised. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { JsonFile } from '../config/json-file.js';
import { didYouMean } from '../config/nearest.js';
import { formatFound, type JsonPath, type Problem } from '../config/problem.js';
import { isMissing } from '../config/text-file.js';
import { durationMs, formatSpan } from '../time/duration.js';
import { defaultCallback, promptPath } from './callback-defaults.js';
import type { WrittenCallback } from './rule-schema.js';
import type { CallbackAction, RuleContext } from './rule.js';
import { checkScheduleUse } from './schedule-use.js';

/** The action; `problems` gets what is wrong with it. The result is used only when nothing is. */
export function readCallback(
  json: JsonFile,
  written: WrittenCallback,
  context: RuleContext,
  problems: Problem[],
): CallbackAction {
  const { to, prompt, during, after, maxConcurrent, successAfter, expireAfter } = written;
  const defaults = defaultCallback(to, context);
  if (during !== undefined) {
    const use = { name: during, outside: false, inVain: 'nobody would be called back' };
    checkScheduleUse(json, ['callback', 'during'], use, context, problems);
  }
  if (maxConcurrent !== undefined && maxConcurrent > context.limits.maxConcurrent) {
    const expected = `at most ${context.limits.maxConcurrent}`;
    const message = `expected ${expected} (limits.maxConcurrent), found ${maxConcurrent}`;
    problems.push(json.problem(['callback', 'maxConcurrent'], message, { expected }));
  }
  const action = {
    ...defaults,
    promptFile: promptOf(json, prompt?.file, context, problems),
    ...(during === undefined ? {} : { during }),
    afterMs: after === undefined ? defaults.afterMs : afterOf(json, after, context, problems),
    maxConcurrent: maxConcurrent ?? defaults.maxConcurrent,
    successAfterMs: successAfter === undefined ? defaults.successAfterMs : durationMs(successAfter),
    expireAfterMs: expireAfterOf(json, expireAfter, problems) ?? defaults.expireAfterMs,
  };
  checkExpiry(json, after, action, problems);
  return action;
}

function afterOf(
  json: JsonFile,
  after: NonNullable<WrittenCallback['after']>,
  { limits }: RuleContext,
  problems: Problem[],
): number[] {
  const times = isList(after) ? after.length : after.times;
  if (times > limits.attempts) {
    const path = isList(after) ? ['callback', 'after'] : ['callback', 'after', 'times'];
    const expected = `at most ${limits.attempts}`;
    problems.push(json.problem(path, `expected ${expected} attempts (limits.attempts), found ${times}`, { expected }));
    return [];
  }
  if (isList(after)) return after.map(durationMs);
  return Array.from({ length: times }, () => durationMs(after.every));
}

function isList(after: NonNullable<WrittenCallback['after']>): after is readonly string[] & typeof after {
  return Array.isArray(after);
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

/** Attempts that the expiry forestalls. With `during` only open time counts for it, so then nothing is certain. */
function checkExpiry(
  json: JsonFile,
  after: WrittenCallback['after'],
  { afterMs, expireAfterMs, during }: CallbackAction,
  problems: Problem[],
): void {
  if (expireAfterMs === 'never' || expireAfterMs === 0 || during !== undefined) return;
  let least = 0;
  const late = afterMs.findIndex((pause) => (least += pause) > expireAfterMs);
  if (late < 0) return;
  const step = after === undefined ? ['expireAfter'] : isList(after) ? ['after', late] : ['after', 'every'];
  const when = `${formatSpan(least)} after the loss${late === 0 ? '' : ' at the earliest'}`;
  const message =
    late === 0
      ? `the first attempt would come ${when}, but the task expires after ${formatSpan(expireAfterMs)} (expireAfter): nobody would be called back`
      : `attempt ${late + 1} never comes: it would be due ${when}, but the task expires after ${formatSpan(expireAfterMs)} (expireAfter)`;
  problems.push(json.problem(['callback', ...step], message, { severity: late === 0 ? 'error' : 'warning' }));
}

function promptOf(json: JsonFile, file: string | undefined, context: RuleContext, problems: Problem[]): string {
  const path: JsonPath = file === undefined ? ['callback'] : ['callback', 'prompt', 'file'];
  const absolute = promptPath(file ?? 'callback.wav', context);
  if (!/^[A-Za-z0-9_./-]+$/.test(absolute)) {
    const message = `FreeSWITCH gets the path ${formatFound(absolute)}, so it may have only letters, digits, _ . / -`;
    problems.push(json.problem(path, message));
  } else if (isMissing(absolute)) {
    const guess = didYouMean(basename(absolute), namesIn(dirname(absolute)));
    const message = `there is no sound file ${absolute}${guess}`;
    problems.push(json.problem(path, message, { expected: 'an existing sound file' }));
  } else if (!isRegularFile(absolute)) {
    problems.push(json.problem(path, `${absolute} can't be played: no file, or no permission to look at it`));
  }
  return absolute;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRegularFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
