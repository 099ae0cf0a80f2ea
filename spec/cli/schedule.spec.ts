import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { scheduleJson, scheduleText } from '../../lib/cli/schedule-week.js';
import { loadSchedules } from '../../lib/config/schedules.js';
import { folderWith } from '../config/temporary-folder.js';
import { cli, json, type Seen } from './cli.js';

const schedules = `{
  "office-hours": {
    "weekly": { "mon-fri": ["14:00-18:00", "09:00-13:00"], "sat": ["10:00-14:00"] },
    "exceptions": { "2026-12-31": ["09:00-15:00"] },
    "holidays": ["holidays.json"]
  },
  "night": { "timezone": "America/New_York", "weekly": { "fri": ["22:00-06:00"] } },
  "always": { "weekly": { "mon-sun": ["00:00-24:00"] } }
}`;
const holidays = `{
  "2027-01-01": "New Year",
  "2027-01-02": { "name": "Second of January", "hours": ["12:00-13:00"] }
}`;
const callback = { to: { extension: '1001' } };
const rules = {
  'rules/10-day.json': JSON.stringify({ name: 'Day', lostDuring: 'office-hours', callback }),
  'rules/20-eve.json': JSON.stringify({
    name: 'Eve',
    enabled: false,
    callback: { ...callback, during: 'office-hours' },
  }),
  'rules/30-any.json': JSON.stringify({ name: 'Any', callback }),
};
const files = {
  'callbackd.json': '{"timezone": "Europe/Moscow"}',
  'schedules.json': schedules,
  'holidays.json': holidays,
};

function schedule(differences: Record<string, string>, ...args: string[]): Promise<Seen> {
  return cli(
    'schedule',
    ...args,
    '--config',
    join(folderWith({ ...files, ...rules, ...differences }), 'callbackd.json'),
  );
}

describe('what is told of a schedule', () => {
  const loaded = loadSchedules(join(folderWith(files), 'schedules.json'), 'Europe/Moscow').schedules;
  const text = (name: string, now: string, week?: string): string =>
    scheduleText(loaded.get(name)!, Date.parse(now), ['day', 'eve'], week);

  it('is this week as a table, and what comes next', () => {
    expect(text('office-hours', '2026-12-30T07:00:00Z')).toBe(
      [
        'office-hours, in the time of Europe/Moscow',
        '',
        ' day    date          hours                       why',
        ' Mon    2026-12-28    09:00-13:00, 14:00-18:00',
        ' Tue    2026-12-29    09:00-13:00, 14:00-18:00',
        ' Wed    2026-12-30    09:00-13:00, 14:00-18:00',
        ' Thu    2026-12-31    09:00-15:00                 exception',
        ' Fri    2027-01-01    closed                      New Year',
        ' Sat    2027-01-02    12:00-13:00                 Second of January',
        ' Sun    2027-01-03    closed',
        '',
        'open now, Wed 2026-12-30 10:00 Europe/Moscow',
        'next opening: Wed 2026-12-30 14:00 Europe/Moscow, in 4 h',
        'next closing: Wed 2026-12-30 13:00 Europe/Moscow, in 3 h',
        'used by the rules: day, eve',
      ].join('\n'),
    );
  });

  it.each([
    ['office-hours', '2026-12-31T12:00:00Z', 'closed now, Thu 2026-12-31 15:00 Europe/Moscow', 'Sat 2027-01-02 12:00 Europe/Moscow, in 1 d 21 h', 'Sat 2027-01-02 13:00 Europe/Moscow, in 1 d 22 h'],
    ['night', '2026-11-21T10:00:00Z', 'open now, Sat 2026-11-21 05:00 America/New_York', 'Fri 2026-11-27 22:00 America/New_York, in 6 d 17 h', 'Sat 2026-11-21 06:00 America/New_York, in 1 h'],
    ['always', '2026-11-21T10:00:00Z', 'open now, Sat 2026-11-21 13:00 Europe/Moscow', 'never', 'never'],
  ])('is in its own zone: %s at %s', (name, now, ...lines) => {
    const [state, opening, closing] = lines;
    expect(text(name, now)).toContain(`\n${state}\nnext opening: ${opening}\nnext closing: ${closing}\n`);
  }); // prettier-ignore

  it('is the week of the zone: on its Sunday evening it is Monday in UTC', () => {
    expect(text('night', '2026-11-23T03:00:00Z')).toMatch(/Mon +2026-11-16/);
    expect(text('night', '2026-11-23T03:00:00Z', '2027-02-07')).toMatch(/Mon +2027-02-01/);
  });

  it('is the same for programs', () => {
    expect(scheduleJson(loaded.get('office-hours')!, Date.parse('2027-01-01T10:00:00Z'), ['day'])).toMatchObject({
      name: 'office-hours',
      timezone: 'Europe/Moscow',
      week: expect.arrayContaining([
        { weekday: 'Wed', date: '2026-12-30', hours: ['09:00-13:00', '14:00-18:00'] },
        { weekday: 'Thu', date: '2026-12-31', hours: ['09:00-15:00'], because: 'exception' },
        { weekday: 'Fri', date: '2027-01-01', hours: [], because: 'holiday', name: 'New Year' },
      ]),
      open: false,
      opensAt: '2027-01-02T09:00:00.000Z',
      closesAt: '2027-01-02T10:00:00.000Z',
      rules: ['day'],
    });
  });
});

describe('callbackd schedule', () => {
  it('show: a week by any of its dates, and the rules that use it', async () => {
    const { code, out } = await schedule({}, 'show', 'office-hours', '--week', '2027-01-03');
    expect(code).toBe(0);
    expect(out).toMatch(/Fri +2027-01-01 +closed +New Year\n/);
    expect(out).toMatch(/(open|closed) now, [A-Z][a-z]{2} 20.. ?[^]*used by the rules: day, eve$/);
    expect((await schedule({}, 'show', 'night')).out).toMatch(/no rule uses it$/);
    expect(json(await schedule({}, 'show', 'night', '--json'))).toMatchObject({ name: 'night', rules: [] });
  });

  it.each([
    [['show', 'office-hour'], 1, 'there is no schedule "office-hour"; did you mean "office-hours"?'],
    [['show', 'x'], 1, 'there is no schedule "x"\nthere are: office-hours, night, always'],
    [['show', 'night', '--week', '2027-02-30'], 2, 'a date such as 2027-01-04'],
    [['show'], 2, "missing required argument 'name'"],
  ])('%j: %i', async (args, expected, message) => {
    const { code, err } = await schedule({}, ...args);
    expect([code, err]).toEqual([expected, expect.stringContaining(message)]);
  });

  it('list: each with what comes next', async () => {
    const { code, out } = await schedule({}, 'list');
    expect(code).toBe(0);
    expect(out).toMatch(/^ schedule +now +until +time zone +rules\n office-hours +(open|closed) +[A-Z]/);
    expect(out).toMatch(/\n always +open +for ever +Europe\/Moscow$/);
    expect(out).toMatch(/Europe\/Moscow +day, eve\n/);
    expect(json(await schedule({}, 'list', '--json'))).toHaveLength(3);
    expect((await schedule({ 'schedules.json': '{}', ...without(rules) }, 'list')).out).toMatch(/holds no schedules$/);
  });

  it('check: only what is wrong with schedules and holidays', async () => {
    const other = { 'rules/10-day.json': '{' };
    const good = await schedule(other, 'check');
    expect([good.code, good.out]).toEqual([0, expect.stringMatching(/schedules\.json: no errors; 3 schedules$/)]);
    const bad = await schedule({ ...other, 'holidays.json': '{\n  "2027-13-01": "x"\n}' }, 'check');
    expect([bad.code, bad.err]).toEqual([1, '2 errors']);
    expect(bad.out.split('\n')).toEqual([
      expect.stringMatching(/schedules\.json:5:18: office-hours\.holidays\[0\]: .* has problems of its own$/),
      expect.stringMatching(/holidays\.json:2:3: 2027-13-01: there is no date 2027-13-01$/),
    ]);
    const shown = json(await schedule({ 'holidays.json': '{' }, 'check', '--json'));
    expect(shown).toMatchObject({ ok: false, schedules: ['night', 'always'], broken: ['office-hours'] });
  });

  it('a broken schedule is listed as such, and shown with the way to its errors', async () => {
    const broken = { 'holidays.json': '{' };
    expect((await schedule(broken, 'list')).out).toMatch(/\n office-hours +broken +callbackd schedule check/);
    expect(json(await schedule(broken, 'list', '--json'))).toContainEqual({ name: 'office-hours', broken: true });
    const { code, err } = await schedule(broken, 'show', 'office-hours');
    expect([code, err]).toEqual([1, 'the schedule "office-hours" has errors\n"callbackd schedule check" shows them']);
  });
});

/** The same files, empty of rules. */
function without(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(files).map((name) => [name, '{}']));
}
