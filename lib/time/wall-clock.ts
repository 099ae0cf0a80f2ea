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
  return Math.floor(instant / 1_000) * 1_000 + offsetAt(zone, instant);
}

export function dayOf(zone: string, instant: Instant): LocalDay {
  return Math.floor(wallClock(zone, instant) / dayMs);
}

/** The instants at which the wall clock shows this: one, none in a skipped hour, two in a repeated one. */
export function instantsAt(zone: string, local: LocalTime): Instant[] {
  const offsets = new Set([offsetAt(zone, local - dayMs), offsetAt(zone, local + dayMs)]);
  return [...offsets].map((offset) => local - offset).filter((instant) => wallClock(zone, instant) === local);
}

/** The instants at which the clocks are changed on that day or right beside it, in order. */
export function offsetChangesOn(zone: string, day: LocalDay): Instant[] {
  return [day - 1, day, day + 1]
    .map((utcDay) => changeOn(offsetsOf(zone), utcDay))
    .filter((change) => change !== undefined);
}

/** ms by which the wall clock is ahead of UTC. */
function offsetAt(zone: string, instant: Instant): number {
  const offsets = offsetsOf(zone);
  const utcDay = Math.floor(instant / dayMs);
  const change = changeOn(offsets, utcDay);
  return atMidnight(offsets, change !== undefined && instant >= change ? utcDay + 1 : utcDay);
}

/**
 * What Intl has said about a zone: asking it costs a hundred times what a look into a map does. By whole days of UTC;
 * no zone ever changed its clocks twice in one.
 */
interface Offsets {
  zone: string;
  /** Offset at 00:00 UTC. */
  atMidnight: Map<number, number>;
  /** The instant on this day at which the offset changes. */
  change: Map<number, Instant>;
}

const known = new Map<string, Offsets>();

/** A zone's days are forgotten when there are more: a century. */
const mostDays = 40_000;

function offsetsOf(zone: string): Offsets {
  let offsets = known.get(zone);
  if (offsets === undefined || offsets.atMidnight.size > mostDays) {
    offsets = { zone, atMidnight: new Map(), change: new Map() };
    known.set(zone, offsets);
  }
  return offsets;
}

function atMidnight(offsets: Offsets, utcDay: number): number {
  let offset = offsets.atMidnight.get(utcDay);
  if (offset === undefined) {
    offset = askOffset(offsets.zone, utcDay * dayMs);
    offsets.atMidnight.set(utcDay, offset);
  }
  return offset;
}

function changeOn(offsets: Offsets, utcDay: number): Instant | undefined {
  const before = atMidnight(offsets, utcDay);
  if (before === atMidnight(offsets, utcDay + 1)) return undefined;
  let change = offsets.change.get(utcDay);
  if (change === undefined) {
    change = searchChange(offsets.zone, utcDay, before);
    offsets.change.set(utcDay, change);
  }
  return change;
}

/** The first second of the day, or of the next midnight, that doesn't have the offset any more. */
function searchChange(zone: string, utcDay: number, before: number): Instant {
  let old = utcDay * dayMs;
  let changed = old + dayMs;
  while (changed - old > 1_000) {
    const middle = old + Math.floor((changed - old) / 2_000) * 1_000;
    if (askOffset(zone, middle) === before) old = middle;
    else changed = middle;
  }
  return changed;
}

function askOffset(zone: string, instant: Instant): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
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
