/** schedules.json: opening hours by name. */
import type { Schedule, Schedules, Window } from '../time/schedule.js';
import { isTimezone } from '../time/wall-clock.js';
import { checkSchema } from './schema.js';
import { readJson, type JsonFile } from './json-file.js';
import { formatFound, hasErrors, type Problem } from './problem.js';
import { isMissing } from './text-file.js';

interface WrittenSchedule {
  timezone?: string;
  weekly?: Record<string, Hours>;
  exceptions?: Record<string, Hours>;
}

type Hours = 'closed' | string[];

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const dayMs = 86_400_000;

/** Longer ranges of dates are surely a slip of the year. */
const longestRange = 400;

export interface LoadedSchedules {
  /** Those without errors. */
  schedules: Schedules;
  problems: Problem[];
  /** Names of those that are there but have errors: not the same as removed. */
  broken: string[];
  /** False when the file as a whole can't be used: then nothing counts as removed. */
  readable: boolean;
}

/** Loads the file; a missing one holds no schedules. `timezone` is that of schedules which name none. Never throws because of the file. */
export function loadSchedules(file: string, timezone: string): LoadedSchedules {
  const schedules = new Map<string, Schedule>();
  const broken: string[] = [];
  if (isMissing(file)) return { schedules, problems: [], broken, readable: true };
  const { json, problems } = readJson(file);
  if (json === undefined) return { schedules, problems, broken, readable: false };
  problems.push(...checkSchema(json, 'schedules'));
  if (problems.some(({ path }) => path === '')) return { schedules, problems, broken, readable: false };
  for (const [name, written] of Object.entries(json.value as Record<string, WrittenSchedule>)) {
    if (name === '$schema') continue;
    const found = problems.filter(({ path }) => path === name || path.startsWith(`${name}.`));
    const before = found.length;
    const schedule = before === 0 ? scheduleOf(json, name, written, timezone, found) : undefined;
    problems.push(...found.slice(before));
    if (schedule === undefined || hasErrors(found)) broken.push(name);
    else schedules.set(name, schedule);
  }
  return { schedules, problems, broken, readable: true };
}

function scheduleOf(
  json: JsonFile,
  name: string,
  written: WrittenSchedule,
  defaultTimezone: string,
  problems: Problem[],
): Schedule {
  const timezone = written.timezone ?? defaultTimezone;
  if (!isTimezone(timezone)) {
    const expected = 'a time zone such as "Europe/Moscow"';
    problems.push(
      json.problem([name, 'timezone'], `expected ${expected}, found ${formatFound(timezone)}`, { expected }),
    );
  }
  const weekly = weeklyOf(json, name, written.weekly ?? {}, problems);
  const exceptions = exceptionsOf(json, name, written.exceptions ?? {}, problems);
  const neverOpen = [...weekly, ...Object.values(exceptions)].every((windows) => windows.length === 0);
  if (neverOpen && !hasErrors(problems)) {
    problems.push(json.problem([name], 'this schedule is never open', { severity: 'warning', atKey: true }));
  }
  return { name, timezone, weekly, exceptions };
}

function weeklyOf(json: JsonFile, name: string, written: Record<string, Hours>, problems: Problem[]): Window[][] {
  const weekly: Window[][] = weekdays.map(() => []);
  const givenBy = new Map<number, string>();
  for (const [days, hours] of Object.entries(written)) {
    const path = [name, 'weekly', days];
    const windows = windowsOf(json, path, hours, problems);
    for (const day of weekdaysOf(days)) {
      const other = givenBy.get(day);
      if (other !== undefined) {
        problems.push(
          json.problem(path, `${weekdays[day]} stands in "${other}" already: name each day once`, { atKey: true }),
        );
      }
      givenBy.set(day, days);
      weekly[day] = windows;
    }
  }
  return weekly;
}

/** "fri-mon" goes over the weekend. */
function weekdaysOf(days: string): number[] {
  const [first = 0, last = first] = days.split('-').map((day) => weekdays.indexOf(day));
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7);
}

function exceptionsOf(
  json: JsonFile,
  name: string,
  written: Record<string, Hours>,
  problems: Problem[],
): Record<string, Window[]> {
  const exceptions: Record<string, Window[]> = {};
  for (const [dates, hours] of Object.entries(written)) {
    const path = [name, 'exceptions', dates];
    const windows = windowsOf(json, path, hours, problems);
    const range = datesOf(dates);
    if (typeof range === 'string') problems.push(json.problem(path, range, { atKey: true }));
    else {
      for (const date of range) {
        if (exceptions[date] !== undefined) {
          problems.push(json.problem(path, `${date} has an entry already: name each date once`, { atKey: true }));
        }
        exceptions[date] = windows;
      }
    }
  }
  return exceptions;
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

function windowsOf(json: JsonFile, path: string[], hours: Hours, problems: Problem[]): Window[] {
  if (hours === 'closed') return [];
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
