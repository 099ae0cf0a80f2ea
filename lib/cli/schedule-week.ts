/** What `callbackd schedule show` tells of one schedule: pure, so that specs choose the time. */
import type { Instant } from '../time/clock.js';
import { formatSpan } from '../time/duration.js';
import { isOpen, nextClosing, nextOpening, type Schedule } from '../time/schedule.js';
import { dateIn, formatWindow, shownIn, weekWith } from '../time/week.js';
import { table } from './output.js';

/** A schedule now. Instants are ms since 1970 UTC. */
export interface ScheduleNow {
  open: boolean;
  /** The next time it opens, after the present opening; absent: never again. */
  opensAt?: Instant;
  /** The end of the present opening, else of the next one; absent: never. */
  closesAt?: Instant;
}

export function scheduleNow(schedule: Schedule, now: Instant): ScheduleNow {
  const open = isOpen(schedule, now);
  const opening = nextOpening(schedule, now);
  const closesAt = opening === undefined ? undefined : nextClosing(schedule, opening);
  const opensAt = open ? closesAt && nextOpening(schedule, closesAt) : opening;
  return { open, ...(opensAt !== undefined && { opensAt }), ...(closesAt !== undefined && { closesAt }) };
}

/** @param week any date of the week to show; this week when absent */
export function scheduleJson(schedule: Schedule, now: Instant, rules: readonly string[], week?: string): object {
  const { open, opensAt, closesAt } = scheduleNow(schedule, now);
  const iso = (instant: Instant | undefined): string | null =>
    instant === undefined ? null : new Date(instant).toISOString();
  return {
    name: schedule.name,
    timezone: schedule.timezone,
    week: weekWith(schedule, week ?? dateIn(schedule.timezone, now)).map(({ windows, ...day }) => ({
      ...day,
      hours: windows.map(formatWindow),
    })),
    open,
    opensAt: iso(opensAt),
    closesAt: iso(closesAt),
    rules,
  };
}

export function scheduleText(schedule: Schedule, now: Instant, rules: readonly string[], week?: string): string {
  const { name, timezone } = schedule;
  const rows = weekWith(schedule, week ?? dateIn(timezone, now)).map(({ weekday, date, windows, ...day }) => [
    weekday,
    date,
    windows.length === 0 ? 'closed' : windows.map(formatWindow).join(', '),
    day.name ?? day.because ?? '',
  ]);
  return [
    `${name}, in the time of ${timezone}`,
    '',
    table(['day', 'date', 'hours', 'why'], rows),
    '',
    ...nowLines(schedule, now),
    rules.length === 0 ? 'no rule uses it' : `used by the rules: ${rules.join(', ')}`,
  ].join('\n');
}

function nowLines(schedule: Schedule, now: Instant): string[] {
  const { timezone } = schedule;
  const { open, opensAt, closesAt } = scheduleNow(schedule, now);
  const at = (instant: Instant | undefined): string =>
    instant === undefined ? 'never' : `${shownIn(timezone, instant)} ${timezone}, in ${formatSpan(instant - now)}`;
  return [
    `${open ? 'open' : 'closed'} now, ${shownIn(timezone, now)} ${timezone}`,
    `next opening: ${at(opensAt)}`,
    `next closing: ${at(closesAt)}`,
  ];
}
