import { InvalidArgumentError } from 'commander';
import { basename } from 'node:path';
import { parseRuleFileName } from '../rules/rule-file.js';
import { parseDuration } from '../time/duration.js';

/** A task's number. */
export function taskId(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('a task has a number such as 7.');
  return Number(text);
}

/** A call's number in the journal. */
export function callId(text: string): number {
  if (!/^\d{1,12}$/.test(text))
    throw new InvalidArgumentError('a call has a number such as 12, its first column in "calls list".');
  return Number(text);
}

/** A rule's id, or the name of its file: the shell completes that. */
export function ruleId(text: string): string {
  return parseRuleFileName(basename(text))?.id ?? text;
}

/** How many rows at most. */
export function limitOption(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999999.');
  return Number(text);
}

/** A span from now on such as 30d; ms since 1970 UTC. */
export function expiresOption(text: string): number {
  const span = parseDuration(text);
  if (span === undefined || span === 0) throw new InvalidArgumentError('a span such as 30d.');
  return Date.now() + span;
}

/** "24h" ago, or a date; ms since 1970 UTC. */
export function sinceOption(text: string): number {
  const span = parseDuration(text);
  if (span !== undefined) return Date.now() - span;
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new InvalidArgumentError('a span such as 24h or a date such as 2026-11-20.');
  return instant;
}
