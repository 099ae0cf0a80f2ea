import type { EndedCall } from '../calls/call.js';
import { formatSpan } from '../time/duration.js';
import type { CallStory } from '../tasks/journal.js';
import type { CallDecision, JournalEntry } from '../tasks/journal-store.js';
import { isOpen, type Attempt, type Task } from '../tasks/task.js';
import { attemptWords, effectWords } from './attempt-words.js';
import { clockTime, plain } from './output.js';
import { endingText, placeText } from './place.js';
import { standingWords, usedWords } from './task-words.js';

/** Why a client was or was not called back, in plain sentences. Names and reasons that came from outside are made plain. */
export function whySentences(story: CallStory, now: number): string[] {
  const { call, task, attempts, talkedAt, blacklisted, refusal } = story;
  return [
    whatHappened(call, now),
    ...decisionSentences(call),
    ...(task === undefined
      ? []
      : [taskSentence(task, refusal, now), ...attempts.map((attempt) => attemptSentence(attempt, now))]),
    ...talkSentence(call, talkedAt, now),
    ...(blacklisted === undefined || call.decision.blacklisted !== undefined
      ? []
      : [`The number is on the blacklist now: ${plain(blacklisted.pattern)}${inBrackets(blacklisted.reason)}.`]),
  ];
}

/** The time line of `calls show`: a clock time, or nothing, and what happened then. */
export function timeLine({ call: entry, task, attempts, refusal }: CallStory, now: number): [string, string][] {
  const { call, decision } = entry;
  const at = (instant: number): string => clockTime(instant, now);
  const lines = decision.byHand === true ? [] : callLines(call, at);
  lines.push([at(call.endedAt), endOf(entry)]);
  for (const sentence of decisionSentences(entry)) lines.push(['', sentence]);
  for (const attempt of attempts) lines.push([at(attempt.startedAt), attemptText(attempt)]);
  if (task !== undefined)
    lines.push([task.closedAt === undefined ? '' : at(task.closedAt), taskText(task, refusal, now)]);
  if (decision.action !== 'callback' && task === undefined && call.outcome !== 'answered') lines.push(['', 'no task']);
  return lines;
}

/** What the client went through until the end. */
function callLines(call: EndedCall, at: (instant: number) => string): [string, string][] {
  const { startedAt, dialled, transferredBy, enteredAt, tried = [] } = call;
  const place = placeText(call);
  return [
    [at(startedAt), `the call began${dialled === undefined ? '' : `; he dialled ${plain(dialled)}`}`],
    ...(transferredBy === undefined ? [] : [['', `${plain(transferredBy)} passed him on`] as [string, string]]),
    ...(enteredAt === undefined || place === undefined
      ? []
      : [[at(enteredAt), `entered ${place}`] as [string, string]]),
    ...tried.map(([employee, result]): [string, string] => ['', `rang ${plain(employee)}: ${result}`]),
  ];
}

/** "lost in queue sales@default after 4 s: the client hung up" */
export function endOf({ call, decision }: JournalEntry): string {
  if (decision.byHand === true) return 'an admin added the task';
  const { outcome, employee, key, waited, endedBy } = call;
  const place = placeText(call);
  const where = `${place === undefined ? '' : ` in ${place}`}${waited === undefined ? '' : ` after ${formatSpan(waited * 1_000)}`}`;
  if (outcome === 'answered') return `answered${employee === undefined ? '' : ` by ${plain(employee)}`}`;
  if (outcome === 'requested')
    return `a callback was asked for${where}${key === undefined ? '' : ` with key ${plain(key)}`}`;
  return `lost${where}${endedBy === undefined ? '' : `: ${endingText(endedBy)}`}`;
}

function whatHappened(entry: JournalEntry, now: number): string {
  const { call, caller } = entry;
  const who = `${plain(caller ?? 'A caller without a number')}${inBrackets(call.name)}`;
  if (entry.decision.byHand === true) return `An admin added a task for ${who} at ${clockTime(call.startedAt, now)}.`;
  return `${who} called${call.dialled === undefined ? '' : ` ${plain(call.dialled)}`} at ${clockTime(call.startedAt, now)}; ended at ${clockTime(call.endedAt, now)}: ${endOf(entry)}.`;
}

function decisionSentences({ call, decision, task }: JournalEntry): string[] {
  const { action, rule, reasons, whyNot } = decision;
  if (call.outcome === 'answered') return ['Somebody talked with him, so there was nothing to call back.'];
  const others = reasons.filter(({ matched }) => !matched).map((reason) => `  ${ruleText(reason)}`);
  if (whyNot !== undefined) return [`He was not called back: ${plain(whyNot)}.`];
  if (action === 'ignore') return [`He was not called back: rule ${plain(rule ?? '')} ignores such calls.`, ...others];
  if (action === 'none')
    return others.length === 0
      ? ['He was not called back: there was no rule.']
      : ['He was not called back: no rule took the call.', ...others];
  const took = reasons.find(({ matched }) => matched);
  const made = task === undefined ? 'took it, but there is no task of it any more' : `took it: task ${task}`;
  return [`Rule ${plain(rule ?? '')} ${made}${took === undefined ? '' : ` (${plain(took.reason)})`}.`, ...others];
}

function ruleText({ rule, reason }: CallDecision['reasons'][number]): string {
  return `rule ${plain(rule)}: ${plain(reason)}`;
}

function taskSentence(task: Task, refusal: string | undefined, now: number): string {
  const closed = task.closedAt === undefined ? '' : `, since ${clockTime(task.closedAt, now)}`;
  return `Task ${taskText(task, refusal, now).slice('task '.length)}${closed}.`;
}

function taskText(task: Task, refusal: string | undefined, now: number): string {
  const standing = standingWords(task, now, refusal === undefined ? {} : { refusal });
  return `task ${task.id}${isOpen(task) ? ':' : ' is'} ${standing}; ${usedWords(task)}`;
}

function attemptSentence(attempt: Attempt, now: number): string {
  return `  ${clockTime(attempt.startedAt, now)} ${attemptText(attempt)}`;
}

function attemptText(attempt: Attempt): string {
  const { number, outcome } = attempt;
  const effect = outcome === undefined ? '' : `; ${effectWords(outcome)}`;
  return `attempt ${number}: ${attemptWords(attempt).join(', ')}${effect}`;
}

function talkSentence({ call, caller }: JournalEntry, talkedAt: number | undefined, now: number): string[] {
  if (call.outcome === 'answered' || caller === undefined) return [];
  if (talkedAt === undefined || talkedAt < call.endedAt) return ['Nobody has talked with him since.'];
  return [`Somebody talked with him at ${clockTime(talkedAt, now)}.`];
}

function inBrackets(text: string | undefined): string {
  return text === undefined || text === '' ? '' : ` (${plain(text)})`;
}
