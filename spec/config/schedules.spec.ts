import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem } from '../../lib/config/problem.js';
import { loadSchedules } from '../../lib/config/schedules.js';
import { folderWith } from './temporary-folder.js';

function load(text: string): ReturnType<typeof loadSchedules> & { complaints: string[] } {
  const loaded = loadSchedules(join(folderWith({ 's.json': text }), 's.json'), 'Asia/Almaty');
  return { ...loaded, complaints: loaded.problems.map((problem) => formatProblem({ ...problem, file: 's.json' })) };
}

test('days, ranges of days, dates and ranges of dates', () => {
  const { schedules, complaints } = load(`{
    "$schema": "./schedules.schema.json",
    "office": {
      "timezone": "Europe/Moscow",
      "weekly": { "mon-wed": ["09:00-13:00", "14:00-18:30"], "thu": "closed", "sat-sun": ["22:00-06:00"] },
      "exceptions": { "2026-12-31": ["00:00-24:00"], "2027-01-01..2027-01-03": "closed" }
    },
    "plain": { "weekly": { "sun-mon": ["10:00-11:00"] } }
  }`);
  expect(complaints).toEqual([]);
  const day = [
    { from: 540, to: 780 },
    { from: 840, to: 1110 },
  ];
  const night = [{ from: 1320, to: 1800 }];
  expect(schedules.get('office')).toEqual({
    name: 'office',
    timezone: 'Europe/Moscow',
    weekly: [day, day, day, [], [], night, night],
    exceptions: { '2026-12-31': [{ from: 0, to: 1440 }], '2027-01-01': [], '2027-01-02': [], '2027-01-03': [] },
  });
  const hour = [{ from: 600, to: 660 }];
  expect(schedules.get('plain')).toEqual({
    name: 'plain',
    timezone: 'Asia/Almaty',
    weekly: [hour, [], [], [], [], [], hour],
    exceptions: {},
  });
});

test.each([
  [
    '{"Office": {}}',
    's.json:1:2: Office: expected schedules by name: small letters, digits and -, found the key "Office"; did you mean "office"?',
  ],
  ['{"a": {"wekly": {}}}', 's.json:1:8: a.wekly: unknown key "wekly"; did you mean "weekly"?'],
  [
    '{"a": {"timezone": "Moscow/Europe"}}',
    's.json:1:20: a.timezone: expected a time zone such as "Europe/Moscow", found "Moscow/Europe"',
  ],
  [
    '{"a": {"weekly": {"monday": []}}}',
    's.json:1:19: a.weekly.monday: expected weekdays such as "mon-fri" or "sat", found the key "monday"; did you mean "mon"?',
  ],
  [
    '{"a": {"weekly": {"mon": ["9:00-18:00"]}}}',
    's.json:1:27: a.weekly.mon[0]: expected a window such as "09:00-18:00" or, over midnight, "22:00-06:00", found "9:00-18:00"',
  ],
  [
    '{"a": {"weekly": {"mon": ["09:00-24:30"]}}}',
    's.json:1:27: a.weekly.mon[0]: expected a window such as "09:00-18:00" or, over midnight, "22:00-06:00", found "09:00-24:30"',
  ],
  [
    '{"a": {"weekly": {"mon": "open"}}}',
    's.json:1:26: a.weekly.mon: expected "closed" or a list of windows such as ["09:00-13:00", "14:00-18:00"], found "open"',
  ],
  [
    '{"a": {"weekly": {"mon": ["09:00-09:00"]}}}',
    's.json:1:27: a.weekly.mon[0]: the window 09:00-09:00 has no length: a whole day is "00:00-24:00"',
  ],
  [
    '{"a": {"weekly": {"mon-fri": ["09:00-18:00"], "wed": "closed"}}}',
    's.json:1:47: a.weekly.wed: wed stands in "mon-fri" already: name each day once',
  ],
  [
    '{"a": {"weekly": {"mon": ["09:00-18:00"]}, "exceptions": {"2027-02-30": "closed"}}}',
    's.json:1:59: a.exceptions.2027-02-30: there is no date 2027-02-30',
  ],
  [
    '{"a": {"weekly": {"mon": ["09:00-18:00"]}, "exceptions": {"2027-02-03..2027-02-01": "closed"}}}',
    's.json:1:59: a.exceptions."2027-02-03..2027-02-01": the range 2027-02-03..2027-02-01 ends before it begins',
  ],
  [
    '{"a": {"weekly": {"mon": ["09:00-18:00"]}, "exceptions": {"2027-02-03..2037-02-01": "closed"}}}',
    's.json:1:59: a.exceptions."2027-02-03..2037-02-01": the range 2027-02-03..2037-02-01 is longer than 400 days',
  ],
  [
    '{"a": {"weekly": {"mon": ["09:00-18:00"]}, "exceptions": {"2027-02-01..2027-02-03": "closed", "2027-02-02": "closed"}}}',
    's.json:1:95: a.exceptions.2027-02-02: 2027-02-02 has an entry already: name each date once',
  ],
  ['{"a": {}}', 's.json:1:2: warning: a: this schedule is never open'],
])('%s', (text, expected) => {
  expect(load(text).complaints[0]).toBe(expected);
});

test.each([
  ['{"a": {"timezone": "No/Where"}, "b": {"weekly": {"mon": ["09:00-18:00"]}}}', ['a'], ['b'], true],
  ['{"a": {"weekly": 5}, "b": {"weekly": {"mon": ["09:00-18:00"]}}}', ['a'], ['b'], true],
  ['{"a": 5, "ab": {"weekly": {"mon": ["09:00-18:00"]}}}', ['a'], ['ab'], true],
  ['{"__proto__": {}, "b": {"weekly": {"mon": ["09:00-18:00"]}}}', ['__proto__'], ['b'], true],
  ['[]', [], [], false],
  ['{"b": }', [], [], false],
])('what is wrong leaves the rest: %s', (text, broken, right, readable) => {
  const loaded = load(text);
  expect(loaded.complaints).toHaveLength(1);
  expect([...loaded.schedules.keys()]).toEqual(right);
  expect(loaded).toMatchObject({ broken, readable });
});

test('no file: no schedules and no problem; a folder in its place is one', () => {
  const missing = join(folderWith({}), 's.json');
  expect(loadSchedules(missing, 'UTC')).toEqual({
    schedules: new Map(),
    problems: [],
    broken: [],
    readable: true,
    files: [missing],
  });
  expect(loadSchedules(folderWith({}), 'UTC')).toMatchObject({ readable: false, problems: [{ severity: 'error' }] });
});

test('whatever stands there, nothing is thrown', () => {
  const hours = fc.oneof(
    fc.constantFrom<unknown>('closed', ['09:00-18:00'], ['22:00-06:00'], [''], null),
    fc.jsonValue(),
  );
  const key = fc.constantFrom(
    'timezone',
    'weekly',
    'exceptions',
    '__proto__',
    'mon',
    'fri-mon',
    '2027-02-29',
    '2027-01-01..2026-01-01',
  );
  const value = fc.dictionary(
    fc.constantFrom('a', 'b', '__proto__', 'constructor'),
    fc.dictionary(key, fc.oneof(hours, fc.dictionary(key, hours))),
  );
  const file = join(folderWith({}), 's.json');
  fc.assert(
    fc.property(value, (written) => {
      writeFileSync(file, JSON.stringify(written));
      const { problems } = loadSchedules(file, 'UTC');
      return problems.every(({ line, column, message }) => line > 0 && column > 0 && message !== '');
    }),
    { numRuns: 500 },
  );
});
