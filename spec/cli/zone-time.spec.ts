import { describe, expect, it } from '@jest/globals';
import { parseComingTime, parseZoneTime, zoneTime } from '../../lib/cli/zone-time.js';

const now = Date.UTC(2026, 10, 20, 12);

describe('a time in the zone of the configuration', () => {
  it('is shown with its weekday', () => {
    expect(zoneTime(Date.UTC(2026, 10, 20, 22, 5), 'Europe/Moscow')).toBe('Sat 2026-11-21 01:05');
    expect(zoneTime(Date.UTC(2026, 10, 20, 21), 'Europe/Moscow')).toBe('Sat 2026-11-21 00:00');
  });

  it.each([
    ['2026-11-20 18:20', Date.UTC(2026, 10, 20, 15, 20)],
    ['2026-11-20T18:20:30', Date.UTC(2026, 10, 20, 15, 20, 30)],
    ['2026-11-20', Date.UTC(2026, 10, 19, 21)],
    ['2026-11-20T18:20:00Z', Date.UTC(2026, 10, 20, 18, 20)],
    ['2026-11-20T18:20:00+01:00', Date.UTC(2026, 10, 20, 17, 20)],
    ['2h', now - 7_200_000],
    ['noon', undefined],
    ['2026-11-31 25:00', undefined],
  ])('%s', (text, instant) => {
    expect(parseZoneTime(text, 'Europe/Moscow', now)).toBe(instant);
  });

  it('in the hour that the clocks skip is an hour later, in the one that they repeat the first', () => {
    expect(parseZoneTime('2026-03-29 02:30', 'Europe/Berlin', now)).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(parseZoneTime('2026-10-25 02:30', 'Europe/Berlin', now)).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });
});

describe('a time to come', () => {
  it.each([
    ['2h', now + 7_200_000],
    // 15:00 in Moscow.
    ['15:30', Date.UTC(2026, 10, 20, 12, 30)],
    ['15:00', now],
    ['9:05', Date.UTC(2026, 10, 21, 6, 5)],
    ['2026-11-25 10:00', Date.UTC(2026, 10, 25, 7)],
    ['25:00', undefined],
    ['tomorrow', undefined],
  ])('%s', (text, instant) => {
    expect(parseComingTime(text, 'Europe/Moscow', now)).toBe(instant);
  });
});
