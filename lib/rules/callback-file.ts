/** `callback` of a rule file, normalised. */
import type { JsonFile } from '../config/json-file.js';
import { formatFound, type Problem } from '../config/problem.js';
import { durationMs, formatSpan } from '../time/duration.js';
import { defaultCallback } from './callback-defaults.js';
import { acceptSounds, afterwardsSounds, whatIsMissing } from './callback-sounds.js';
import { readPrompt } from './prompt-file.js';
import type { WrittenCallback, WrittenRule } from './rule-schema.js';
import type { CallbackAction, CallbackTarget, RuleContext } from './rule.js';
import { checkScheduleUse } from './schedule-use.js';
import { readTarget } from './target-file.js';
import { targetsOf } from './targets.js';

/** The action; `problems` gets what is wrong with it. The result is used only when nothing is. */
export function readCallback(
  json: JsonFile,
  written: Omit<WrittenCallback, 'to'> & Partial<Pick<WrittenCallback, 'to'>>,
  context: RuleContext,
  problems: Problem[],
): CallbackAction {
  const { prompt, accept, afterwards, priority, callerId, during, after } = written;
  const { maxConcurrent, successAfter, expireAfter } = written;
  const accepted = (json.value as WrittenRule).callback?.accept !== undefined;
  const to = readTarget(json, written.to, { ...context, accepted }, problems);
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
    prompt: readPrompt(json, prompt, context, problems),
    ...(accept === undefined ? {} : { accept: acceptOf(json, accept, context, problems) }),
    afterwards: afterwards ?? defaults.afterwards,
    priority: priority ?? defaults.priority,
    ...(callerId === undefined ? {} : { callerId }),
    ...(during === undefined ? {} : { during }),
    afterMs: after === undefined ? defaults.afterMs : afterOf(json, after, context, problems),
    maxConcurrent: maxConcurrent ?? defaults.maxConcurrent,
    successAfterMs: successAfter === undefined ? defaults.successAfterMs : durationMs(successAfter),
    expireAfterMs: expireAfterOf(json, expireAfter, problems) ?? defaults.expireAfterMs,
  };
  if (priority !== undefined && written.to !== undefined) checkPriority(json, to, problems);
  if (action.afterwards) checkSounds(json, 'afterwards', afterwardsSounds(context), context, problems);
  checkExpiry(json, after, action, problems);
  return action;
}

function checkSounds(
  json: JsonFile,
  key: 'accept' | 'afterwards',
  files: readonly string[],
  context: RuleContext,
  problems: Problem[],
): void {
  const missing = whatIsMissing(files, context);
  if (missing !== undefined) problems.push(json.problem(['callback', key], missing, { atKey: true }));
}

function acceptOf(
  json: JsonFile,
  { key, within = '10s' }: NonNullable<WrittenCallback['accept']>,
  context: RuleContext,
  problems: Problem[],
): NonNullable<CallbackAction['accept']> {
  const withinMs = durationMs(within);
  if (withinMs < 1_000 || withinMs > 60_000) {
    const expected = 'a duration from "1s" to "60s"';
    const message = `expected ${expected}, found ${formatFound(within)}`;
    problems.push(json.problem(['callback', 'accept', 'within'], message, { expected }));
  }
  const accept = { key, withinMs };
  checkSounds(json, 'accept', acceptSounds(accept, context), context, problems);
  return accept;
}

/** Only a queue has callers who wait. */
function checkPriority(json: JsonFile, to: CallbackTarget, problems: Problem[]): void {
  if (targetsOf(to).some((target) => 'queue' in target)) return;
  const message = '"priority" is only for a queue, and none is rung here: it changes nothing';
  problems.push(json.problem(['callback', 'priority'], message, { severity: 'warning', atKey: true }));
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
