/**
 * What the wall clock of a time zone shows, and when it shows it. A local time is written as the milliseconds that the
 * same digits would be in UTC, so that days and minutes are plain arithmetic. Only Intl knows about zones.
 */
import type { Instant } from './clock.js';

/** Local time as ms since 1970-01-01 00:00 of the same wall clock. */
export type LocalTime = number;

/** Whole days since 1970-01-01 of the wall clock. */
export type LocalDay = number;

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Is this an IANA time zone that this machine knows? */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What the wall clock shows, in whole seconds. */
export function wallClock(zone: string, instant: Instant): LocalTime {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export function dayOf(zone: string, instant: Instant): LocalDay {
  return Math.floor(wallClock(zone, instant) / dayMs);
}

/** The instants at which the wall clock shows this: one, none in a skipped hour, two in a repeated one. */
export function instantsAt(zone: string, local: LocalTime): Instant[] {
  const offsets = new Set([offsetAt(zone, local - dayMs), offsetAt(zone, local + dayMs)]);
  return [...offsets].map((offset) => local - offset).filter((instant) => wallClock(zone, instant) === local);
}

/** The instants (at most one) at which the clocks are changed on that day or right beside it. */
export function offsetChangesOn(zone: string, day: LocalDay): Instant[] {
  let before = (day - 1) * dayMs;
  let after = (day + 2) * dayMs;
  const offset = offsetAt(zone, before);
  if (offsetAt(zone, after) === offset) return [];
  while (after - before > 1_000) {
    const middle = before + Math.floor((after - before) / 2_000) * 1_000;
    if (offsetAt(zone, middle) === offset) before = middle;
    else after = middle;
  }
  return [after];
}

function offsetAt(zone: string, instant: Instant): number {
  return wallClock(zone, instant) - Math.floor(instant / 1_000) * 1_000;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}
