/** A rule in words, with every default filled in. */
import { holds, type Evaluated } from '../rules/reason.js';
import { formatLostAt, type CallbackAction, type CallbackTarget, type Rule } from '../rules/rule.js';
import { formatSpan } from '../time/duration.js';

/** "queue sales@default": who is rung. */
export function targetText(to: CallbackTarget): string {
  return Object.entries(to)
    .map(([kind, name]) => `${kind} ${String(name)}`)
    .join(', ');
}

/** "queue:sales@default, dialled:+7495…", at most so many of them. */
export function placesText({ lostAt }: Rule, most = Infinity): string {
  const places = lostAt.map(formatLostAt);
  const left = places.length - most;
  return left > 0 ? `${places.slice(0, most).join(', ')} and ${left} more` : places.join(', ');
}

/** What a rule does, shortly. */
export function actionText({ action }: Rule): string {
  return action.kind === 'ignore' ? 'ignore' : `call back: ${targetText(action.to)}`;
}

/** A word or two, and what the rule says about it. */
export function ruleLines(rule: Rule): [string, string][] {
  const { lostDuring, minWaitMs, when, action } = rule;
  const hours = lostDuring && `${lostDuring.outside ? 'outside' : 'during'} ${lostDuring.schedule}`;
  const wait = `at least ${formatSpan(minWaitMs)}; after a transfer, and when the client asked for it, any time`;
  return [
    ['lost at', placesText(rule)],
    ['lost', hours ?? 'at any time'],
    ['waited', minWaitMs === 0 ? 'any time' : wait],
    ...(when === undefined ? [] : [['when', conditionText(when)] as [string, string]]),
    ...(action.kind === 'ignore'
      ? [['then', 'nothing is done, and no further rule is looked at'] as [string, string]]
      : callbackLines(action)),
  ];
}

function callbackLines(callback: CallbackAction): [string, string][] {
  const { to, promptFile, during, afterMs, maxConcurrent, successAfterMs, expireAfterMs } = callback;
  const given =
    expireAfterMs === 'never'
      ? 'never'
      : `${formatSpan(expireAfterMs)} after the loss; only the time counts in which he may be dialled`;
  return [
    ['then', `call back: ${targetText(to)} is rung first, then the client is dialled`],
    ['prompt', promptFile],
    ['dialled', during === undefined ? 'at any time' : `during ${during}`],
    ['attempts', `${afterMs.length}: ${afterMs.map(intervalText).join(', ')}`],
    ['at a time', maxConcurrent === 1 ? '1 callback' : `${maxConcurrent} callbacks`],
    ['reached', `when they have talked for ${formatSpan(successAfterMs)}`],
    ['given up', given],
  ]; // prettier-ignore
}

function intervalText(ms: number, index: number): string {
  const from = index === 0 ? 'the loss' : 'the end of the one before';
  return ms === 0 ? `${index === 0 ? 'at once' : `right after ${from}`}` : `${formatSpan(ms)} after ${from}`;
}

/** "timesLostToday is at least 2 and (place is queue or place is ivr)" */
export function conditionText(condition: Evaluated): string {
  const { all, any, not } = condition;
  if (all !== undefined) return joined(all, ' and ');
  if (any !== undefined) return joined(any, ' or ');
  if (not !== undefined) return `not (${conditionText(not)})`;
  return holds(condition);
}

function joined(parts: readonly Evaluated[], word: string): string {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return conditionText(only);
  return parts.map((part) => (isGroup(part) ? `(${conditionText(part)})` : conditionText(part))).join(word);
}

function isGroup({ all, any }: Evaluated): boolean {
  return (all ?? any ?? []).length > 1;
}
