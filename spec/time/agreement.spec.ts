/**
 * The schedule code against luxon. Everything below that says when a schedule is open, opens and closes is computed with
 * luxon alone, by another way: windows are put on the calendar day by day.
 *
 * SEED=7 npm run jest -- spec/time/agreement runs other schedules and instants than the usual ones.
 */
import { expect, test } from '@jest/globals';
import { DateTime, IANAZone } from 'luxon';
import { isOpen, nextClosing, nextOpening, type Schedule, type Window } from '../../lib/time/schedule.js';

const seed = Number(process.env.SEED ?? 20261120);
const instantsWanted = 100_000;
const instantsPerSchedule = 50;

const hour = 3_600_000;
const day = 24 * hour;
const first = Date.parse('2008-01-01T00:00:00Z');
const last = Date.parse('2033-01-01T00:00:00Z');

const zones = [
  'Europe/Moscow', // changed its offset for good in 2011 and in 2014
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe', // half an hour of summer time, in the southern summer
  'Pacific/Chatham', // 45 minutes off, with summer time
  'Pacific/Apia', // left out 2011-12-30
  'America/Santiago', // changes its clocks at midnight
  'Africa/Casablanca', // back for Ramadan, twice a year at changing dates
];

/** mulberry32 */
function randomNumbers(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomNumbers(seed);
const upTo = (most: number): number => Math.floor(random() * (most + 1));
const oneOf = <T>(list: readonly T[]): T => list[upTo(list.length - 1)]!;
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** The instants at which luxon sees the offset of the zone change. */
function changesOf(zone: string): number[] {
  const iana = IANAZone.create(zone);
  const changes: number[] = [];
  for (let before = first; before < last; before += day) {
    const old = iana.offset(before);
    if (iana.offset(before + day) === old) continue;
    let [low, high] = [before, before + day];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (iana.offset(middle) === old) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}

const changes = new Map(zones.map((zone) => [zone, changesOf(zone)]));

/** Every offset that the zone has in these years, minutes. luxon's own search for an offset fails where a zone left out a day. */
const offsets = new Map(
  zones.map((zone) => {
    const iana = IANAZone.create(zone);
    return [zone, [...new Set([first, ...changes.get(zone)!].map((instant) => iana.offset(instant)))]];
  }),
);

function randomWindows(): Window[] {
  return times(oneOf([0, 1, 1, 1, 2, 3]), () => {
    const from = oneOf([upTo(1439), upTo(23) * 60, upTo(47) * 30, 0, 120, 180]);
    return { from, to: from + oneOf([1 + upTo(1439), 30, 60, 1440 - (from % 1440), 1440]) };
  });
}

/** Exceptions, single dates and ranges, around a date. */
function randomExceptions(around: DateTime<true>): Record<string, Window[]> {
  const exceptions: Record<string, Window[]> = {};
  for (let ranges = upTo(4); ranges > 0; ranges--) {
    const begin = around.plus({ days: upTo(24) - 12 });
    const windows = randomWindows();
    for (let days = oneOf([0, 0, 1, 7]); days >= 0; days--) exceptions[begin.plus({ days }).toISODate()] = windows;
  }
  return exceptions;
}

interface Case {
  schedule: Schedule;
  instants: number[];
}

function randomCase(): Case {
  const timezone = oneOf(zones);
  const change = oneOf(changes.get(timezone)!);
  // Around the change, to the millisecond, and any time of years in which it may matter.
  const near = times(instantsPerSchedule / 2, () =>
    oneOf([
      () => change + upTo(12 * hour) - 6 * hour,
      () => change + (upTo(24) - 12) * 30 * 60_000,
      () => change + upTo(2) - 1,
    ])(),
  );
  const far = times(instantsPerSchedule / 2, () =>
    oneOf([() => change + upTo(40 * day) - 20 * day, () => first + upTo(last - first)])(),
  );
  const weekly = times(7, randomWindows);
  const around = DateTime.fromMillis(change, { zone: 'UTC' }) as DateTime<true>;
  const exceptions = randomExceptions(around);
  return { schedule: { name: 'random', timezone, weekly, exceptions }, instants: [...near, ...far] };
}

const cases = times(instantsWanted / instantsPerSchedule, randomCase);

const windowsOn = ({ exceptions, weekly }: Schedule, date: DateTime): readonly Window[] =>
  exceptions[date.toISODate()!] ?? weekly[date.weekday - 1]!;

/** The date in the calendar, without a zone. */
const calendar = ({ year, month, day }: DateTime): DateTime => DateTime.utc(year, month, day);

function luxonOpen(schedule: Schedule, instant: number): boolean {
  const shown = DateTime.fromMillis(instant, { zone: schedule.timezone });
  const minute = shown.hour * 60 + shown.minute;
  const today = calendar(shown);
  return (
    windowsOn(schedule, today).some(({ from, to }) => minute >= from && minute < to) ||
    windowsOn(schedule, today.minus({ days: 1 })).some(({ to }) => minute + 1440 < to)
  );
}

const edgesKnown = new WeakMap<Schedule, Map<number, number[]>>();

/** Every instant at which the state may change on this date of the zone, in order. */
function luxonEdges(schedule: Schedule, date: DateTime): number[] {
  const known = edgesKnown.get(schedule) ?? new Map<number, number[]>();
  edgesKnown.set(schedule, known);
  const edges = known.get(date.toMillis()) ?? edgesOn(schedule, date);
  known.set(date.toMillis(), edges);
  return edges;
}

function edgesOn(schedule: Schedule, date: DateTime): number[] {
  const zone = schedule.timezone;
  const iana = IANAZone.create(zone);
  const yesterday = windowsOn(schedule, date.minus({ days: 1 })).map(({ to }) => to - 1440);
  const minutes = windowsOn(schedule, date).flatMap(({ from, to }) => [from, to]);
  const edges = [0, ...minutes, ...yesterday]
    .filter((minute) => minute >= 0 && minute < 1440)
    .flatMap((minute) => {
      const digits = date.plus({ minutes: minute }).toMillis();
      return offsets
        .get(zone)!
        .map((offset) => [digits - offset * 60_000, offset] as const)
        .filter(([instant, offset]) => iana.offset(instant) === offset)
        .map(([instant]) => instant);
    });
  const moved = changes
    .get(zone)!
    .filter((change) => Math.abs(change - date.toMillis()) < 3 * day)
    .filter((change) =>
      [change, change - 1].some((instant) => calendar(DateTime.fromMillis(instant, { zone })).equals(date)),
    );
  return [...edges, ...moved].sort((a, b) => a - b);
}

/** undefined: neither in the following weeks nor at the exceptions. */
function luxonNext(schedule: Schedule, instant: number, open: boolean): number | undefined {
  if (luxonOpen(schedule, instant) === open) return instant;
  const today = calendar(DateTime.fromMillis(instant, { zone: schedule.timezone }));
  const exceptions = Object.keys(schedule.exceptions).map((date) => DateTime.fromISO(date, { zone: 'UTC' }).toMillis());
  const end = Math.max(today.toMillis(), ...exceptions) + 12 * day;
  const lookAt = (date: DateTime): number | undefined =>
    luxonEdges(schedule, date).find((edge) => edge > instant && luxonOpen(schedule, edge) === open);
  for (let date = today; date.toMillis() < end; date = date.plus({ days: 1 })) {
    const found = lookAt(date);
    if (found !== undefined) return found;
    // Far from every exception one week is like the other.
    if (date.diff(today).as('days') > 24) {
      const next = exceptions.filter((exception) => exception > date.toMillis()).sort((a, b) => a - b)[0];
      if (next === undefined) return undefined;
      if (next - date.toMillis() > 5 * day) date = DateTime.fromMillis(next - 3 * day, { zone: 'UTC' });
    }
  }
  return undefined;
}

function told({ schedule }: Case, instant: number): string {
  return `${new Date(instant).toISOString()} ${JSON.stringify(schedule)}`;
}

test(`is open when luxon says so, on ${instantsWanted} instants (seed ${seed})`, () => {
  const wrong: string[] = [];
  let open = 0;
  for (const each of cases)
    for (const instant of each.instants) {
      const expected = luxonOpen(each.schedule, instant);
      if (expected) open++;
      if (isOpen(each.schedule, instant) !== expected) wrong.push(told(each, instant));
    }
  expect(wrong.slice(0, 3)).toEqual([]);
  // Neither answer is rare, or the check would be worth little.
  expect(open / instantsWanted).toBeGreaterThan(0.2);
  expect(open / instantsWanted).toBeLessThan(0.8);
});

test(`opens and closes when luxon says so, on ${instantsWanted / 10} instants (seed ${seed})`, () => {
  const wrong: string[] = [];
  for (const each of cases) {
    const { schedule, instants } = each;
    for (const instant of instants.filter((_, index) => index % 10 === 0)) {
      const found = [nextOpening(schedule, instant), nextClosing(schedule, instant)];
      const expected = [luxonNext(schedule, instant, true), luxonNext(schedule, instant, false)];
      if (found[0] !== expected[0] || found[1] !== expected[1])
        wrong.push(`${told(each, instant)}: ${JSON.stringify({ found, expected })}`);
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});
