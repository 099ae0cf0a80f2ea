import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addOpenTime,
  isOpen,
  nextClosing,
  nextOpening,
  type Pause,
  type Schedule,
  type Window,
} from '../../lib/time/schedule.js';
import { instantsAt, isTimezone } from '../../lib/time/wall-clock.js';

const at = (text: string): number => Date.parse(text);
const iso = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();
const hours = (from: number, to: number): Window => ({ from: from * 60, to: to * 60 });

function schedule(timezone: string, weekly: Window[][], exceptions: Record<string, Window[]> = {}): Schedule {
  return { name: 'test', timezone, weekly, exceptions };
}

const everyDay = (...windows: Window[]): Window[][] => Array.from({ length: 7 }, () => windows);

/** Monday to Friday 9-18, Saturday 10-14. */
const office = schedule('Europe/Moscow', [...Array.from({ length: 5 }, () => [hours(9, 18)]), [hours(10, 14)], []], {
  '2026-12-31': [hours(9, 15)],
  '2027-01-01': [],
});

describe('isOpen', () => {
  test.each([
    ['Friday noon', '2026-11-20T09:00:00Z', true],
    ['the first moment', '2026-11-20T06:00:00Z', true],
    ['just before', '2026-11-20T05:59:59.999Z', false],
    ['the end is outside', '2026-11-20T15:00:00Z', false],
    ['the last moment', '2026-11-20T14:59:59.999Z', true],
    ['Saturday afternoon', '2026-11-21T11:00:00Z', false],
    ['Sunday', '2026-11-22T09:00:00Z', false],
    ['shorter on the exception', '2026-12-31T12:30:00Z', false],
    ['closed on the exception', '2027-01-01T09:00:00Z', false],
  ])('%s', (_, instant, expected) => {
    expect(isOpen(office, at(instant))).toBe(expected);
  });

  test('a window over midnight belongs to the day on which it begins', () => {
    const night = schedule('Europe/Moscow', [[hours(22, 30)], [], [], [], [], [], []], { '2026-11-30': [] });
    expect(isOpen(night, at('2026-11-23T19:00:00Z'))).toBe(true);
    expect(isOpen(night, at('2026-11-24T02:59:00Z'))).toBe(true);
    expect(isOpen(night, at('2026-11-24T03:00:00Z'))).toBe(false);
    expect(isOpen(night, at('2026-12-01T00:00:00Z'))).toBe(false);
  });

  test('a closed day leaves what began on the evening before', () => {
    const night = schedule('UTC', everyDay(hours(22, 30)), { '2026-11-21': [] });
    expect(isOpen(night, at('2026-11-21T05:00:00Z'))).toBe(true);
    expect(isOpen(night, at('2026-11-21T23:00:00Z'))).toBe(false);
  });
});

describe('nextOpening and nextClosing', () => {
  test.each([
    ['open already', office, '2026-11-20T09:00:00Z', '2026-11-20T09:00:00.000Z', '2026-11-20T15:00:00.000Z'],
    ['Friday evening', office, '2026-11-20T16:00:00Z', '2026-11-21T07:00:00.000Z', '2026-11-20T16:00:00.000Z'],
    ['over the weekend', office, '2026-11-21T11:00:00Z', '2026-11-23T06:00:00.000Z', '2026-11-21T11:00:00.000Z'],
    ['over the holiday', office, '2026-12-31T12:00:00Z', '2027-01-02T07:00:00.000Z', '2026-12-31T12:00:00.000Z'],
    [
      'adjoining windows are one opening',
      schedule('UTC', [[hours(9, 12), hours(12, 18)], [], [], [], [], [], []]),
      '2026-11-23T10:00:00Z',
      '2026-11-23T10:00:00.000Z',
      '2026-11-23T18:00:00.000Z',
    ],
    ['never open', schedule('UTC', everyDay()), '2026-11-20T09:00:00Z', undefined, '2026-11-20T09:00:00.000Z'],
    [
      'always open',
      schedule('UTC', everyDay(hours(0, 24))),
      '2026-11-20T09:00:00Z',
      '2026-11-20T09:00:00.000Z',
      undefined,
    ],
    [
      'always open but for one day, far away',
      schedule('UTC', everyDay(hours(0, 24)), { '2031-12-25': [] }),
      '2026-11-20T09:00:00Z',
      '2026-11-20T09:00:00.000Z',
      '2031-12-25T00:00:00.000Z',
    ],
    [
      'open on one day only, far away',
      schedule('Asia/Kathmandu', everyDay(), { '2031-12-25': [hours(9, 10)] }),
      '2026-11-20T09:00:00Z',
      '2031-12-25T03:15:00.000Z',
      '2026-11-20T09:00:00.000Z',
    ],
    [
      'the earlier of a late end and an early exception',
      schedule('UTC', [[], [], [], [], [hours(0, 24)], [], []], { '2026-11-19': [hours(22, 24)] }),
      '2026-11-19T20:00:00Z',
      '2026-11-19T22:00:00.000Z',
      '2026-11-19T20:00:00.000Z',
    ],
  ])('%s', (_, of, from, opening, closing) => {
    expect(iso(nextOpening(of, at(from)))).toBe(opening);
    expect(iso(nextClosing(of, at(from)))).toBe(closing);
  });

  test('a window in the hour that the spring skips', () => {
    const skipped = schedule('Europe/Berlin', everyDay(hours(2, 3)));
    expect(iso(nextOpening(skipped, at('2026-03-28T12:00:00Z')))).toBe('2026-03-30T00:00:00.000Z');
  });

  test('the change of clocks itself opens and closes', () => {
    const spring = schedule('Europe/Berlin', everyDay({ from: 150, to: 240 }));
    expect(iso(nextOpening(spring, at('2026-03-29T00:00:00Z')))).toBe('2026-03-29T01:00:00.000Z');
    const autumn = schedule('Europe/Berlin', everyDay({ from: 90, to: 150 }));
    expect(iso(nextClosing(autumn, at('2026-10-25T00:00:00Z')))).toBe('2026-10-25T00:30:00.000Z');
    expect(iso(nextOpening(autumn, at('2026-10-25T00:30:00Z')))).toBe('2026-10-25T01:00:00.000Z');
    const late = schedule('Europe/Berlin', everyDay({ from: 150, to: 180 }));
    expect(iso(nextClosing(late, at('2026-10-25T00:30:00Z')))).toBe('2026-10-25T01:00:00.000Z');
  });

  test('a window in the hour that autumn repeats is open twice', () => {
    const repeated = schedule('Europe/Berlin', everyDay({ from: 120, to: 150 }));
    expect(iso(nextOpening(repeated, at('2026-10-25T00:00:00Z')))).toBe('2026-10-25T00:00:00.000Z');
    expect(iso(nextClosing(repeated, at('2026-10-25T00:00:00Z')))).toBe('2026-10-25T00:30:00.000Z');
    expect(iso(nextOpening(repeated, at('2026-10-25T00:30:00Z')))).toBe('2026-10-25T01:00:00.000Z');
  });

  test('a day that a zone left out', () => {
    const apia = schedule('Pacific/Apia', everyDay(hours(9, 17)));
    expect(iso(nextOpening(apia, at('2011-12-30T05:00:00Z')))).toBe('2011-12-30T19:00:00.000Z');
  });
});

describe('addOpenTime', () => {
  const hour = 3_600_000;
  test.each([
    ['within the day', '2026-11-20T07:00:00Z', 8 * hour, '2026-11-20T15:00:00.000Z'],
    ["Friday evening's losses live on Monday", '2026-11-20T14:00:00Z', 6 * hour, '2026-11-23T07:00:00.000Z'],
    ['begins while closed', '2026-11-22T00:00:00Z', hour, '2026-11-23T07:00:00.000Z'],
    ['nothing to wait for', '2026-11-22T00:00:00Z', 0, '2026-11-22T00:00:00.000Z'],
  ])('%s', (_, from, ms, expected) => {
    expect(iso(addOpenTime(office, at(from), ms))).toBe(expected);
  });

  test('never when it never opens again, or not within years', () => {
    expect(addOpenTime(schedule('UTC', everyDay()), 0, 1)).toBeUndefined();
    expect(addOpenTime(schedule('UTC', everyDay(), { '2026-11-20': [hours(9, 10)] }), 0, 1)).toBeUndefined();
    const rarely = schedule('UTC', [[{ from: 0, to: 1 }], [], [], [], [], [], []]);
    expect(addOpenTime(rarely, at('2026-11-20T00:00:00Z'), 366 * 24 * hour)).toBeUndefined();
  });

  const pause = (from: string, to?: string): Pause => ({ from: at(from), ...(to === undefined ? {} : { to: at(to) }) });
  const night = pause('2026-11-20T18:00:00Z', '2026-11-21T06:00:00Z');
  const noon = pause('2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z');
  const still = pause('2026-11-23T07:00:00Z');
  test.each([
    ['a pause while closed takes nothing', office, 8 * hour, [night], '2026-11-20T15:00:00.000Z'],
    ['a pause while open is made up for', office, 8 * hour, [noon], '2026-11-21T08:00:00.000Z'],
    ['both', office, 8 * hour, [noon, night], '2026-11-21T08:00:00.000Z'],
    ['full when the pause begins', undefined, 2 * hour, [noon], '2026-11-20T09:00:00.000Z'],
    [
      'a pause that is over',
      office,
      hour,
      [pause('2026-11-19T09:00:00Z', '2026-11-19T12:00:00Z')],
      '2026-11-20T08:00:00.000Z',
    ],
    [
      'a pause that began before',
      office,
      hour,
      [pause('2026-11-19T09:00:00Z', '2026-11-20T08:00:00Z')],
      '2026-11-20T09:00:00.000Z',
    ],
    [
      'a pause of ten years',
      office,
      12 * hour,
      [pause('2026-11-20T10:00:00Z', '2036-11-20T10:00:00Z')],
      '2036-11-21T10:00:00.000Z',
    ],
    ['full when the pause begins that goes on', office, 13 * hour, [still], '2026-11-23T07:00:00.000Z'],
    ['no schedule, no pause', undefined, hour, [], '2026-11-20T08:00:00.000Z'],
    ['no schedule, two pauses', undefined, 12 * hour, [noon, night], '2026-11-21T08:00:00.000Z'],
    ['not full before the pause that goes on', office, 100 * hour, [noon, still], undefined],
    ['paused already, and it goes on', undefined, 1, [pause('2026-11-20T06:00:00Z')], undefined],
    ['nothing to wait for in a pause', undefined, 0, [pause('2026-11-20T06:00:00Z')], '2026-11-20T07:00:00.000Z'],
  ])('%s', (_, of, ms, paused, expected) => {
    expect(iso(addOpenTime(of, at('2026-11-20T07:00:00Z'), ms, paused))).toBe(expected);
  });
});

describe('any schedule', () => {
  const quarter = 900_000;
  const zones = ['UTC', 'Europe/Moscow', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
  /** Around changes of clocks and around nothing in particular. */
  const starts = ['2026-03-28', '2026-10-24', '2026-11-01', '2026-04-04', '2026-10-03', '2026-07-01', '2026-12-31'];
  const window = fc
    .tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 96 }))
    .map(([from, length]): Window => ({ from: from * 15, to: (from + length) * 15 }));
  const windows = fc.array(window, { maxLength: 2 });
  const anySchedule = fc.record({
    name: fc.constant('any'),
    timezone: fc.constantFrom(...zones),
    weekly: fc.array(windows, { minLength: 7, maxLength: 7 }),
    exceptions: fc.dictionary(fc.constantFrom(...starts, '2026-03-29', '2026-10-25', '2026-11-02'), windows, {
      maxKeys: 3,
    }),
  });
  const anyInstant = fc
    .tuple(fc.constantFrom(...starts), fc.integer({ min: 0, max: 4 * 96 }))
    .map(([day, quarters]) => at(`${day}T00:00:00Z`) + quarters * quarter);

  const clocks = new Map<string, Intl.DateTimeFormat>();
  function clockIn(timeZone: string): Intl.DateTimeFormat {
    const clock =
      clocks.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    clocks.set(timeZone, clock);
    return clock;
  }

  /** The same said another way: by the digits that the clock on the wall shows. */
  function shownOpen({ timezone, weekly, exceptions }: Schedule, instant: number): boolean {
    const [date = '', time = ''] = clockIn(timezone).format(instant).split(' ');
    const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
    const of = (day: Date): readonly Window[] =>
      exceptions[day.toISOString().slice(0, 10)] ?? weekly[(day.getUTCDay() + 6) % 7] ?? [];
    const today = new Date(`${date}T00:00:00Z`);
    const yesterday = new Date(today.getTime() - 86_400_000);
    const inside = (list: readonly Window[], now: number): boolean =>
      list.some(({ from, to }) => from <= now && now < to);
    return inside(of(today), minute) || inside(of(yesterday), minute + 1440);
  }

  test('is open when the wall clock shows a time inside a window', () => {
    fc.assert(
      fc.property(anySchedule, anyInstant, (of, instant) => isOpen(of, instant) === shownOpen(of, instant)),
      {
        numRuns: 500,
      },
    );
  });

  test('opens and closes where a walk in quarters of an hour finds it', () => {
    fc.assert(
      fc.property(anySchedule, anyInstant, fc.boolean(), (of, instant, open) => {
        const found = open ? nextOpening(of, instant) : nextClosing(of, instant);
        const end = Math.min(found ?? Infinity, instant + 4 * 86_400_000);
        for (let now = instant; now < end; now += quarter) if (shownOpen(of, now) === open) return false;
        return found === undefined || shownOpen(of, found) === open;
      }),
      { numRuns: 150 },
    );
  });

  test('addOpenTime passes exactly the open time', () => {
    fc.assert(
      fc.property(anySchedule, anyInstant, fc.integer({ min: 1, max: 60 }), (of, instant, quarters) => {
        const end = addOpenTime(of, instant, quarters * quarter);
        if (end === undefined || end - instant > 9 * 86_400_000) return true;
        let passed = 0;
        for (let now = instant; now < end; now += quarter) if (shownOpen(of, now)) passed++;
        return passed === quarters;
      }),
      { numRuns: 150 },
    );
  });

  const minute = 60_000;
  /** Pauses from the lengths, in minutes, of running, paused, running ... time; the last one may go on. */
  const anyPauses = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 8 }), fc.integer({ min: 0, max: 600 }))
    .map(([lengths, before]) => (from: number): Pause[] => {
      const pauses: Pause[] = [];
      let now = from - before * minute;
      for (let index = 0; index < lengths.length; index += 2) {
        const begin = now + lengths[index]! * minute;
        const length = lengths[index + 1];
        now = begin + (length ?? 0) * minute;
        pauses.push(length === undefined ? { from: begin } : { from: begin, to: now });
      }
      return pauses;
    });

  test('addOpenTime passes exactly the open time outside the pauses, counted minute by minute', () => {
    const ofOrAlways = fc.option(anySchedule, { nil: undefined });
    const spans = fc.integer({ min: 0, max: 600 });
    fc.assert(
      fc.property(ofOrAlways, anyInstant, spans, anyPauses, (of, from, minutes, pausesFrom) => {
        const pauses = pausesFrom(from);
        const counts = (now: number): boolean =>
          (of === undefined || shownOpen(of, now)) &&
          !pauses.some((pause) => pause.from <= now && now < (pause.to ?? Infinity));
        const end = addOpenTime(of, from, minutes * minute, pauses);
        let passed = 0;
        let now = from;
        for (; passed < minutes && now < from + 2 * 86_400_000; now += minute) if (counts(now)) passed++;
        return passed === minutes ? end === now : end === undefined || end >= now;
      }),
      { numRuns: 150 },
    );
  });
});

test('instantsAt: one, none, two', () => {
  const local = (text: string): number => at(`${text}Z`);
  expect(instantsAt('Europe/Berlin', local('2026-07-01T12:00:00')).map(iso)).toEqual(['2026-07-01T10:00:00.000Z']);
  expect(instantsAt('Europe/Berlin', local('2026-03-29T02:30:00'))).toEqual([]);
  expect(instantsAt('Europe/Berlin', local('2026-10-25T02:30:00'))).toHaveLength(2);
});

test.each([
  ['Europe/Moscow', true],
  ['UTC', true],
  ['Europe/Mosow', false],
  ['+03:00', false],
  ['', false],
])('isTimezone(%j) is %j', (name, expected) => {
  expect(isTimezone(name)).toBe(expected);
});
