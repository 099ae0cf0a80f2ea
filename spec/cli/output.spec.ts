import { describe, expect, it } from '@jest/globals';
import { clockTime, plain, showTimesIn, table } from '../../lib/cli/output.js';

describe('plain', () => {
  it.each([
    ['Anna Müller, отдел 5 — 電話', 'Anna Müller, отдел 5 — 電話'],
    ['\u001b[2J\u001b]0;pwned\u0007', '·[2J·]0;pwned·'],
    ['two\nlines\r\n\ttab', 'two·lines···tab'],
    ['\u0000\u007f\u0085\u009b31m', '····31m'],
    ['right\u202eto left\u202c', 'right·to left·'],
    ['\u200e\u200f\u202a\u202b\u202d\u2066\u2067\u2068\u2069', '·········'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(plain(text)).toBe(shown);
  });
});

describe('table', () => {
  it('has a line for each row, its cells made plain, and no spaces at the ends of lines', () => {
    const rows = [
      ['Bob\u001b[31m\nEve', 'waiting'],
      ['Al', ''],
    ];
    const lines = table(['name', 'state'], rows).split('\n');
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['name', 'state'],
      ['Bob·[31m·Eve', 'waiting'],
      ['Al'],
    ]);
    for (const line of lines) expect(line).toBe(line.trimEnd());
  });
});

describe('clockTime', () => {
  const noon = new Date(2026, 10, 20, 12, 0, 0).getTime();
  it.each([
    [new Date(2026, 10, 20, 9, 5, 7), '09:05:07'],
    [new Date(2026, 10, 19, 23, 59, 59), '2026-11-19 23:59:59'],
    [new Date(2026, 10, 21, 0, 0, 0), '2026-11-21 00:00:00'],
  ])('%p is %s', (instant, shown) => {
    expect(clockTime(instant.getTime(), noon)).toBe(shown);
  });

  it('is in the zone of the configuration, and so is today', () => {
    const instant = Date.parse('2026-11-20T20:30:00Z');
    showTimesIn('Asia/Vladivostok'); // UTC+10
    expect(clockTime(instant, instant)).toBe('06:30:00');
    expect(clockTime(Date.parse('2026-11-20T13:59:00Z'), instant)).toBe('2026-11-20 23:59:00');
    showTimesIn(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });
});
