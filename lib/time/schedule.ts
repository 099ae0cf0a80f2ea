/**
 * Opening hours: weekly windows and dated exceptions in a time zone. A schedule is open while the wall clock of its zone
 * shows a time inside a window; so in the hour that a change of clocks repeats a window is open twice, and one that lies
 * in the skipped hour not at all.
 */
import type { Instant } from './clock.js';
import { dayOf, instantsAt, offsetChangesOn, wallClock, type LocalDay } from './wall-clock.js';

/** Minutes since midnight, `from` included, `to` excluded. `to` past 1440 goes on into the next day. */
export interface Window {
  from: number;
  to: number;
}

export interface Schedule {
  name: string;
  /** IANA name, e.g. Europe/Moscow. */
  timezone: string;
  /** Seven lists of windows, Monday first. A window belongs to the day on which it begins. */
  weekly: readonly (readonly Window[])[];
  /** By date (YYYY-MM-DD): the windows that begin on that day, instead of the weekly ones. An empty list: closed. */
  exceptions: Readonly<Record<string, readonly Window[]>>;
  /** What the exceptions that are holidays are called, by date. */
  names?: Readonly<Record<string, string>>;
}

/** All schedules by name. */
export type Schedules = ReadonlyMap<string, Schedule>;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Days in which the weekly windows must have shown both states, changes of clocks included. */
const cycleDays = 22;

/** Nothing is looked for further ahead than this. */
const horizonMs = 5 * 366 * dayMs;

/** Is it open at that instant? */
export function isOpen(schedule: Schedule, instant: Instant): boolean {
  const local = wallClock(schedule.timezone, instant);
  const day = Math.floor(local / dayMs);
  const minute = (local - day * dayMs) / minuteMs;
  return (
    windowsOn(schedule, day).some(({ from, to }) => from <= minute && minute < to) ||
    windowsOn(schedule, day - 1).some(({ to }) => minute < to - 1440)
  );
}

/** The first instant at or after `instant` at which it is open; undefined when it never opens again. */
export function nextOpening(schedule: Schedule, instant: Instant): Instant | undefined {
  return nextInState(schedule, instant, true);
}

/** The first instant at or after `instant` at which it is closed; undefined when it never closes. */
export function nextClosing(schedule: Schedule, instant: Instant): Instant | undefined {
  return nextInState(schedule, instant, false);
}

/** A time that doesn't count: `from` included, `to` excluded; without `to` it still goes on. */
export interface Pause {
  from: Instant;
  to?: Instant;
}

/**
 * The instant at which `ms` milliseconds since `from` have passed that were open and outside the pauses.
 * @param schedule always open when undefined
 * @param paused sorted, none overlapping another
 * @returns undefined when that never comes: a pause goes on, it never opens again, or only after more than five years
 */
export function addOpenTime(
  schedule: Schedule | undefined,
  from: Instant,
  ms: number,
  paused: readonly Pause[] = [],
): Instant | undefined {
  let left = ms;
  let now = from;
  for (const pause of [...paused, { from: Infinity }]) {
    const counted = countOpenTime(schedule, now, pause.from, left);
    if (counted.at !== undefined) return counted.at;
    if (pause.to === undefined) return undefined;
    left = counted.left;
    now = Math.max(now, pause.to);
  }
  return undefined;
}

/** Counts open time until `ms` have passed, `at`, or else until `end`: then some are left. */
function countOpenTime(
  schedule: Schedule | undefined,
  from: Instant,
  end: Instant,
  ms: number,
): { at: Instant } | { at?: never; left: number } {
  if (ms <= 0) return { at: from };
  let left = ms;
  let now = from;
  while (now < end) {
    const opening = schedule === undefined ? now : nextOpening(schedule, now);
    if (opening === undefined || opening >= end || opening - from > horizonMs) break;
    const closing = schedule === undefined ? undefined : nextClosing(schedule, opening);
    const stop = Math.min(closing ?? Infinity, end);
    if (stop - opening >= left) return { at: opening + left };
    left -= stop - opening;
    now = stop;
  }
  return { left };
}

function nextInState(schedule: Schedule, instant: Instant, open: boolean): Instant | undefined {
  if (isOpen(schedule, instant) === open) return instant;
  let found: { at: Instant; on: LocalDay } | undefined;
  for (const day of daysToLookAt(schedule, dayOf(schedule.timezone, instant))) {
    // A window over midnight has its end on the next day, so that day's edges may come earlier.
    if (found !== undefined && day > found.on + 2) break;
    const edge = edgesOf(schedule, day).find((at) => at > instant && isOpen(schedule, at) === open);
    if (edge !== undefined && (found === undefined || edge < found.at)) found = { at: edge, on: found?.on ?? day };
  }
  return found?.at;
}

/** The instants at which the state may change because of that day, in order. */
function edgesOf(schedule: Schedule, day: LocalDay): Instant[] {
  const zone = schedule.timezone;
  const edges = offsetChangesOn(zone, day);
  // A day without an entry of its own may still end the windows of the day before, or begin as an exception.
  for (const minute of [0, ...windowsOn(schedule, day).flatMap(({ from, to }) => [from, to])]) {
    edges.push(...instantsAt(zone, day * dayMs + minute * minuteMs));
  }
  return edges.sort((a, b) => a - b);
}

/** Enough days for a whole week, and those around each exception still to come; in order. */
function* daysToLookAt(schedule: Schedule, today: LocalDay): Generator<LocalDay> {
  for (let day = today - 1; day <= today + cycleDays; day++) yield day;
  let last = today + cycleDays;
  const exceptions = Object.keys(schedule.exceptions)
    .map((date) => Date.parse(date) / dayMs)
    .sort((a, b) => a - b);
  for (const exception of exceptions) {
    for (let day = Math.max(last + 1, exception - 2); day <= exception + cycleDays; day++) {
      yield day;
      last = day;
    }
  }
}

function windowsOn(schedule: Schedule, day: LocalDay): readonly Window[] {
  const date = new Date(day * dayMs).toISOString().slice(0, 10);
  // Day 0, 1970-01-01, was a Thursday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  return schedule.exceptions[date] ?? schedule.weekly[weekday] ?? [];
}
