/** Opening hours and dates as schedules.json and the files of holidays write them. */
import type { Window } from '../time/schedule.js';
import type { JsonFile } from './json-file.js';
import type { JsonPath, Problem } from './problem.js';
import type { WrittenHours } from './schedules-schema.js';

const dayMs = 86_400_000;

/** Longer ranges of dates are surely a slip of the year. */
const longestRange = 400;

/** The windows that begin on a day; `problems` gets those without length. */
export function windowsOf(json: JsonFile, path: JsonPath, hours: WrittenHours, problems: Problem[]): Window[] {
  if (typeof hours === 'string') return [];
  return hours.map((text, index) => {
    const [from = 0, to = 0] = text.split('-').map(minuteOf);
    if (from === to) {
      problems.push(
        json.problem([...path, index], `the window ${text} has no length: a whole day is "00:00-24:00"`, {
          expected: 'two different times',
        }),
      );
    }
    return { from, to: to <= from ? to + 1440 : to };
  });
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/**
 * What an object says of single dates, ranges taken apart.
 * @param path of the object
 * @param read what stands at a date or a range of dates
 */
export function byDate<Written, Day>(
  json: JsonFile,
  path: JsonPath,
  written: Readonly<Record<string, Written>>,
  read: (value: Written, path: JsonPath) => Day,
  problems: Problem[],
): Map<string, Day> {
  const days = new Map<string, Day>();
  for (const [dates, value] of Object.entries(written)) {
    const here = [...path, dates];
    const day = read(value, here);
    const range = datesOf(dates);
    if (typeof range === 'string') {
      problems.push(json.problem(here, range, { atKey: true }));
      continue;
    }
    for (const date of range) {
      if (days.has(date)) {
        problems.push(json.problem(here, `${date} has an entry already: name each date once`, { atKey: true }));
      }
      days.set(date, day);
    }
  }
  return days;
}

/** The dates of "2027-01-01" or "2027-01-01..2027-01-08", or what is wrong with them. */
function datesOf(dates: string): string[] | string {
  const ends = dates.split('..');
  const wrong = ends.find((date) => !isDate(date));
  if (wrong !== undefined) return `there is no date ${wrong}`;
  const [first = 0, last = first] = ends.map((date) => Date.parse(date) / dayMs);
  if (last < first) return `the range ${dates} ends before it begins`;
  if (last - first >= longestRange) return `the range ${dates} is longer than ${longestRange} days`;
  return Array.from({ length: last - first + 1 }, (_, index) => dateOf(first + index));
}

function isDate(date: string): boolean {
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && dateOf(ms / dayMs) === date;
}

function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
