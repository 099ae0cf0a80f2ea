import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem } from '../../lib/config/problem.js';
import { loadHolidays } from '../../lib/config/holidays.js';
import { loadSchedules } from '../../lib/config/schedules.js';
import { folderWith } from './temporary-folder.js';

/** A folder in which `a` is open on weekdays and names these files of holidays, and `b` names none. */
function office(holidays: readonly string[], files: Readonly<Record<string, string>>, more = {}): string {
  const weekly = { 'mon-fri': ['09:00-18:00'] };
  const schedules = JSON.stringify({ a: { weekly, holidays, ...more }, b: { weekly } });
  return folderWith({ 's.json': schedules, ...files });
}

function load(folder: string): ReturnType<typeof loadSchedules> & { complaints: string[] } {
  const loaded = loadSchedules(join(folder, 's.json'), 'UTC');
  return { ...loaded, complaints: loaded.problems.map((each) => formatProblem(each).replaceAll(`${folder}/`, '')) };
}

const spring = `{
  "$schema": "./holidays.schema.json", // comments are allowed
  "comment": "as decided in May",
  "2027-05-03": "Spring Day",
  "2027-05-08..2027-05-10": { "name": "Victory Day" },
  "2027-05-07": { "name": "before Victory Day", "hours": ["09:00-15:00", "22:00-02:00"] }
}`;

describe('holidays', () => {
  test('close the day or change its hours, and have a name', () => {
    const { schedules, complaints } = load(office(['spring.json'], { 'spring.json': spring }));
    expect(complaints).toEqual([]);
    expect(schedules.get('a')).toMatchObject({
      exceptions: {
        '2027-05-03': [],
        '2027-05-07': [
          { from: 540, to: 900 },
          { from: 1320, to: 1560 },
        ],
        '2027-05-08': [],
        '2027-05-09': [],
        '2027-05-10': [],
      },
      names: {
        '2027-05-03': 'Spring Day',
        '2027-05-07': 'before Victory Day',
        '2027-05-08': 'Victory Day',
        '2027-05-09': 'Victory Day',
        '2027-05-10': 'Victory Day',
      },
    });
    expect(schedules.get('b')).toMatchObject({ exceptions: {} });
    expect(schedules.get('b')).not.toHaveProperty('names');
  });

  test('yield to the exceptions of the schedule', () => {
    const exceptions = { '2027-05-09..2027-05-11': ['10:00-12:00'] };
    const { schedules, complaints } = load(office(['spring.json'], { 'spring.json': spring }, { exceptions }));
    expect(complaints).toEqual([]);
    const hours = [{ from: 600, to: 720 }];
    expect(schedules.get('a')?.exceptions).toMatchObject({
      '2027-05-08': [],
      '2027-05-09': hours,
      '2027-05-11': hours,
    });
    expect(Object.keys(schedules.get('a')?.names ?? {})).toEqual(['2027-05-03', '2027-05-08', '2027-05-07']);
  });

  test('come from several files in any folder beside schedules.json, and all files are told', () => {
    const files = { 'h/spring.json': spring, 'own.json': '{"2027-06-01": "Birthday of the firm"}' };
    const folder = office(['h/spring.json', './own.json'], files);
    const loaded = load(folder);
    expect(loaded.complaints).toEqual([]);
    expect(Object.keys(loaded.schedules.get('a')?.names ?? {})).toHaveLength(6);
    expect(loaded.files).toEqual(['s.json', 'h/spring.json', 'own.json'].map((name) => join(folder, name)));
  });
});

describe('what is wrong with holidays', () => {
  test.each<[string, string[], Record<string, string>, string[]]>([
    [
      'no such file',
      ['sprng.json'],
      { 'spring.json': spring },
      ['s.json:1:56: a.holidays[0]: there is no file sprng.json; did you mean "spring.json"?'],
    ],
    [
      'a broken file',
      ['x.json'],
      { 'x.json': '{\n  "2027-05-03": }' },
      [
        's.json:1:56: a.holidays[0]: the file of holidays "x.json" has problems of its own',
        'x.json:2:17: not valid JSON: expected a value',
      ],
    ],
    [
      'a date that there is not, and hours that are none',
      ['x.json'],
      { 'x.json': '{\n  "2027-02-30": "x",\n  "2027-03-01": {"name": "y", "hours": ["09:00-09:00"]}\n}' },
      [
        's.json:1:56: a.holidays[0]: the file of holidays "x.json" has problems of its own',
        'x.json:2:3: 2027-02-30: there is no date 2027-02-30',
        'x.json:3:41: 2027-03-01.hours[0]: the window 09:00-09:00 has no length: a whole day is "00:00-24:00"',
      ],
    ],
    [
      'a date twice in one file',
      ['x.json'],
      { 'x.json': '{"2027-05-01..2027-05-03": "x", "2027-05-02": "y"}' },
      [
        's.json:1:56: a.holidays[0]: the file of holidays "x.json" has problems of its own',
        'x.json:1:33: 2027-05-02: 2027-05-02 has an entry already: name each date once',
      ],
    ],
    [
      'keys and values that are none',
      ['x.json'],
      { 'x.json': '{"1 May": "x", "2027-05-02": 5, "2027-05-03": {"nam": "y"}}' },
      [
        's.json:1:56: a.holidays[0]: the file of holidays "x.json" has problems of its own',
        expect.stringMatching(
          /^x\.json:1:2: .*expected dates such as "2027-01-01" or "2027-01-01\.\.2027-01-08", found the key "1 May"/,
        ) as never,
        expect.stringMatching(/^x\.json:1:30: 2027-05-02: expected the name of the holiday/) as never,
        expect.stringMatching(/^x\.json:1:47: 2027-05-03: the key "name" is missing/) as never,
        expect.stringMatching(/^x\.json:1:48: 2027-05-03\.nam: unknown key "nam"; did you mean "name"/) as never,
      ],
    ],
    [
      'two files of one date: said at the second',
      ['x.json', 'y.json'],
      { 'x.json': '{"2027-05-01..2027-05-03": "x"}', 'y.json': '{"2027-05-03": "y", "2027-05-02": "y"}' },
      [
        's.json:1:65: a.holidays[1]: 2027-05-03 and 1 more of "y.json" stands in "x.json" already: name each date once, or in "exceptions"',
      ],
    ],
    [
      'the same file under two names',
      ['x.json', './x.json'],
      { 'x.json': '{"2027-05-01": "x"}' },
      [
        's.json:1:65: a.holidays[1]: 2027-05-01 of "./x.json" stands in "x.json" already: name each date once, or in "exceptions"',
      ],
    ],
    [
      'a folder',
      ['.'],
      {},
      [
        's.json:1:56: a.holidays[0]: the file of holidays "." has problems of its own',
        expect.stringMatching(/a folder, not a file$/) as never,
      ],
    ],
  ])('%s', (_, holidays, files, expected) => {
    const loaded = load(office(holidays, files));
    expect(loaded.complaints).toEqual(expected);
    expect(loaded.broken).toEqual(['a']);
    expect([...loaded.schedules.keys()]).toEqual(['b']);
    expect(loaded.files).toHaveLength(1 + new Set(holidays.map((name) => join('/', name))).size);
  });

  test('is told once, and at each schedule that names the file', () => {
    const a = { weekly: { mon: ['09:00-18:00'] }, holidays: ['x.json'] };
    const folder = folderWith({ 's.json': JSON.stringify({ a, b: a, c: { ...a, wekly: {} } }), 'x.json': '[' });
    const { complaints, broken, schedules } = load(folder);
    expect(complaints.filter((text) => text.startsWith('x.json'))).toHaveLength(1);
    expect(complaints.filter((text) => text.includes('problems of its own'))).toHaveLength(2);
    expect([broken, [...schedules.keys()]]).toEqual([['a', 'b', 'c'], []]);
  });

  test('is told although the schedule itself has other problems', () => {
    const { complaints } = load(
      folderWith({ 's.json': '{"a": {"wekly": {}, "holidays": ["x.json"]}}', 'x.json': '[' }),
    );
    expect(complaints).toEqual([expect.stringMatching(/^s\.json.*wekly/), expect.stringMatching(/^x\.json/)]);
  });

  test('whatever stands there, nothing is thrown', () => {
    const day = fc.oneof(fc.jsonValue(), fc.record({ name: fc.jsonValue(), hours: fc.jsonValue() }));
    const key = fc.constantFrom('2027-01-01', '2027-01-01..2027-01-08', '2027-02-29', '__proto__', 'comment', 'x');
    const file = join(folderWith({}), 'h.json');
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(key, day), fc.jsonValue()), (written) => {
        writeFileSync(file, JSON.stringify(written));
        const { holidays, problems } = loadHolidays(file);
        return (holidays === undefined) === problems.length > 0;
      }),
      { numRuns: 500 },
    );
  });
});
