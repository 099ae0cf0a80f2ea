/** A rule in words, with every default filled in. */
import { holds, type Evaluated } from '../rules/reason.js';
import {
  formatLostAt,
  type CallbackAction,
  type CallbackTarget,
  type PlainTarget,
  type PromptPart,
  type Rule,
  type SpokenFact,
} from '../rules/rule.js';
import { targetsOf } from '../rules/targets.js';
import { formatSpan } from '../time/duration.js';

/** "queue sales@default", "group sales": who is rung; by dialled number at most so many of them. */
export function targetText(to: CallbackTarget, most = Infinity): string {
  if (!('byDialled' in to)) return plainTargetText(to);
  const cases = Object.entries(to.byDialled).map(([number, target]) => `${number}: ${plainTargetText(target)}`);
  const rest = to.else === undefined ? 'nobody' : plainTargetText(to.else);
  const left = cases.length - most;
  const shown = left > 0 ? [...cases.slice(0, most), `${left} more`] : cases;
  return `by the dialled number (${[...shown, `else: ${rest}`].join('; ')})`;
}

function plainTargetText(to: PlainTarget): string {
  if ('tried' in to) return 'those who were tried';
  if ('lastPhase' in to) return 'those of the last phase';
  const [[kind = '', name] = []] = Object.entries(to);
  return `${kind} ${String(name)}`;
}

/** How the phones of a group ring; undefined where one phone or a queue is rung. */
function progressionText(to: CallbackTarget): string | undefined {
  const several = targetsOf(to).flatMap((target) => ('stepMs' in target ? [target] : []));
  const texts = several.map(({ stepMs, atOnce }) =>
    atOnce === 1
      ? `one phone after the other, each for ${formatSpan(stepMs)}`
      : `one phone first, after each ${formatSpan(stepMs)} one more, at most ${atOnce} at once`,
  );
  return texts.length === 0 ? undefined : [...new Set(texts)].join('; or ');
}

/** "queue:sales@default, dialled:+7495…", at most so many of them. */
export function placesText({ lostAt }: Rule, most = Infinity): string {
  const places = lostAt.map(formatLostAt);
  const left = places.length - most;
  return left > 0 ? `${places.slice(0, most).join(', ')} and ${left} more` : places.join(', ');
}

/** What a rule does, shortly. */
export function actionText({ action }: Rule): string {
  return action.kind === 'ignore' ? 'ignore' : `call back: ${targetText(action.to, 2)}`;
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
  const { to, prompt, accept, afterwards, priority, callerId, during } = callback;
  const { afterMs, maxConcurrent, successAfterMs, expireAfterMs } = callback;
  const phones = progressionText(to);
  const line = (word: string, text: string | false | undefined): [string, string][] =>
    text === undefined || text === false ? [] : [[word, text]];
  const given =
    expireAfterMs === 'never'
      ? 'never'
      : `${formatSpan(expireAfterMs)} after the loss; only the time counts in which he may be dialled`;
  return [
    ['then', `call back: ${targetText(to)} is rung first, then the client is dialled`],
    ...line('phones', phones),
    ...line('in queue', priority === 'callersFirst' && 'waits until no caller is waiting there'),
    ['prompt', prompt.map(partText).join(', then ')],
    ...line('accepted', accept && `when he presses ${accept.key} within ${formatSpan(accept.withinMs)}`),
    ...line('shown', callerId && `the client's phone shows ${callerId}`),
    ...line('afterwards', afterwards && 'when the client was not reached: 1 again later, 2 done, 9 never call him again'),
    ['dialled', during === undefined ? 'at any time' : `during ${during}`],
    ['attempts', `${afterMs.length}: ${afterMs.map(intervalText).join(', ')}`],
    ['at a time', maxConcurrent === 1 ? '1 callback' : `${maxConcurrent} callbacks`],
    ['reached', `when they have talked for ${formatSpan(successAfterMs)}`],
    ['given up', given],
  ]; // prettier-ignore
}

const factWords: Readonly<Record<SpokenFact, string>> = {
  dialled: 'the label of the number that he had dialled',
  queue: 'the label of the queue',
  waited: 'how long he had waited',
  timesLost: 'how often he was lost today',
  number: 'his number, digit by digit',
};

function partText(part: PromptPart): string {
  if ('say' in part) return factWords[part.say];
  return 'file' in part ? part.file : JSON.stringify(part.text);
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
