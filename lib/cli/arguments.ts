import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../time/duration.js';

/** A task's number. */
export function taskId(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('a task has a number such as 7.');
  return Number(text);
}

/** "24h" ago, or a date; ms since 1970 UTC. */
export function sinceOption(text: string): number {
  const span = parseDuration(text);
  if (span !== undefined) return Date.now() - span;
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new InvalidArgumentError('a span such as 24h or a date such as 2026-11-20.');
  return instant;
}
