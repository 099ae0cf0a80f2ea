/** schedules.json: opening hours by name. */
import { resolve } from 'node:path';
import type { Schedule, Schedules, Window } from '../time/schedule.js';
import { isTimezone } from '../time/wall-clock.js';
import { HolidayFiles, holidaysOf } from './holidays.js';
import { byDate, windowsOf } from './hours.js';
import { meantTimezone } from './likely-meant.js';
import { readJson, type JsonFile } from './json-file.js';
import { formatFound, hasErrors, type Problem } from './problem.js';
import { schedulesSchema, type WrittenHours, type WrittenSchedule } from './schedules-schema.js';
import { checkSchema } from './schema.js';
import { isMissing } from './text-file.js';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export interface LoadedSchedules {
  /** Those without errors. */
  schedules: Schedules;
  problems: Problem[];
  /** Names of those that are there but have errors: not the same as removed. */
  broken: string[];
  /** False when the file as a whole can't be used: then nothing counts as removed. */
  readable: boolean;
  /** What was read, or looked for in vain: the file itself and the holidays that it names; absolute. */
  files: string[];
}

/** Loads the file; a missing one holds no schedules. `timezone` is that of schedules which name none. Never throws because of the file. */
export function loadSchedules(file: string, timezone: string): LoadedSchedules {
  const schedules = new Map<string, Schedule>();
  const broken: string[] = [];
  const nothing = { schedules, broken, files: [resolve(file)] };
  if (isMissing(file)) return { ...nothing, problems: [], readable: true };
  const { json, problems } = readJson(file);
  if (json === undefined) return { ...nothing, problems, readable: false };
  problems.push(...checkSchema(json, schedulesSchema));
  if (problems.some(({ path }) => path === '')) return { ...nothing, problems, readable: false };
  const holidayFiles = new HolidayFiles();
  for (const [name, written] of Object.entries(json.value as Record<string, WrittenSchedule>)) {
    if (name === '$schema') continue;
    const found = problems.filter(({ path }) => path === name || path.startsWith(`${name}.`));
    const before = found.length;
    const schedule = before === 0 ? scheduleOf(json, name, written, timezone, holidayFiles, found) : undefined;
    if (schedule === undefined) holidayFiles.loadNamed(json, written);
    problems.push(...found.slice(before));
    if (schedule === undefined || hasErrors(found)) broken.push(name);
    else schedules.set(name, schedule);
  }
  problems.push(...holidayFiles.problems);
  return { schedules, problems, broken, readable: true, files: [resolve(file), ...holidayFiles.names] };
}

function scheduleOf(
  json: JsonFile,
  name: string,
  written: WrittenSchedule,
  defaultTimezone: string,
  holidayFiles: HolidayFiles,
  problems: Problem[],
): Schedule {
  const timezone = written.timezone ?? defaultTimezone;
  if (!isTimezone(timezone)) {
    const expected = 'a time zone such as "Europe/Moscow"';
    problems.push(
      json.problem(
        [name, 'timezone'],
        `expected ${expected}, found ${formatFound(timezone)}${meantTimezone(timezone)}`,
        { expected },
      ),
    );
  }
  const weekly = weeklyOf(json, name, written.weekly ?? {}, problems);
  const holidays = holidaysOf(json, name, written.holidays ?? [], holidayFiles, problems);
  const exceptions: Record<string, readonly Window[]> = {};
  const names: Record<string, string> = {};
  for (const [date, holiday] of holidays) {
    exceptions[date] = holiday.windows;
    names[date] = holiday.name;
  }
  const read = (hours: WrittenHours, path: readonly (string | number)[]): Window[] =>
    windowsOf(json, path, hours, problems);
  for (const [date, windows] of byDate(json, [name, 'exceptions'], written.exceptions ?? {}, read, problems)) {
    exceptions[date] = windows;
    delete names[date];
  }
  const neverOpen = [...weekly, ...Object.values(exceptions)].every((windows) => windows.length === 0);
  if (neverOpen && !hasErrors(problems)) {
    problems.push(json.problem([name], 'this schedule is never open', { severity: 'warning', atKey: true }));
  }
  return { name, timezone, weekly, exceptions, ...(Object.keys(names).length > 0 && { names }) };
}

function weeklyOf(
  json: JsonFile,
  name: string,
  written: Record<string, WrittenHours>,
  problems: Problem[],
): Window[][] {
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
