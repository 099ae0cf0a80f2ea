/** A file of holidays, which schedules name in "holidays". */
import { readdirSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Window } from '../time/schedule.js';
import { holidaysSchema, type WrittenHoliday } from './holidays-schema.js';
import { byDate, windowsOf } from './hours.js';
import { readJson, type JsonFile } from './json-file.js';
import { didYouMean } from './nearest.js';
import { formatFound, hasErrors, type JsonPath, type Problem } from './problem.js';
import { checkSchema } from './schema.js';
import { isMissing } from './text-file.js';

export interface Holiday {
  /** What the day is called. */
  name: string;
  /** Those that begin on this day; none: closed. */
  windows: readonly Window[];
}

/** By date, YYYY-MM-DD. */
export type Holidays = ReadonlyMap<string, Holiday>;

/** The holidays, when the file has no errors. Never throws because of the file. */
export function loadHolidays(file: string): { holidays?: Holidays; problems: Problem[] } {
  const { json, problems } = readJson(file);
  if (json === undefined) return { problems };
  problems.push(...checkSchema(json, holidaysSchema));
  if (hasErrors(problems)) return { problems };
  const dates = Object.entries(json.value as Record<string, WrittenHoliday>).filter(([key]) => /^\d/.test(key));
  const read = (day: WrittenHoliday, path: JsonPath): Holiday =>
    typeof day === 'string'
      ? { name: day, windows: [] }
      : { name: day.name, windows: windowsOf(json, [...path, 'hours'], day.hours ?? 'closed', problems) };
  const holidays = byDate(json, [], Object.fromEntries(dates), read, problems);
  return hasErrors(problems) ? { problems } : { holidays, problems };
}

/** The files of holidays, each read once although several schedules name it. */
export class HolidayFiles {
  private readonly read = new Map<string, ReturnType<typeof loadHolidays>>();

  /** Those looked for so far. */
  get names(): string[] {
    return [...this.read.keys()];
  }

  get problems(): Problem[] {
    return [...this.read.values()].flatMap(({ problems }) => problems);
  }

  /** Those of a schedule with other errors, for their problems. */
  loadNamed(json: JsonFile, schedule: unknown): void {
    const { holidays } = (schedule ?? {}) as { holidays?: unknown };
    const names = Array.isArray(holidays) ? holidays.filter((name) => typeof name === 'string') : [];
    for (const name of names) this.load(resolve(dirname(json.file), name));
  }

  load(file: string): ReturnType<typeof loadHolidays> {
    const loaded = this.read.get(file) ?? (isMissing(file) ? { problems: [] } : loadHolidays(file));
    this.read.set(file, loaded);
    return loaded;
  }
}

/** By date, from all the files that the schedule names. */
export function holidaysOf(
  json: JsonFile,
  name: string,
  written: readonly string[],
  files: HolidayFiles,
  problems: Problem[],
): Map<string, Holiday> {
  const days = new Map<string, Holiday>();
  const namedBy = new Map<string, string>();
  written.forEach((text, index) => {
    const path = [name, 'holidays', index];
    const file = resolve(dirname(json.file), text);
    const { holidays } = files.load(file);
    if (holidays === undefined) {
      problems.push(json.problem(path, whyNoHolidays(file, text), { expected: 'a file of holidays' }));
      return;
    }
    const twice = [...holidays.keys()].filter((date) => days.has(date));
    if (twice.length > 0) problems.push(json.problem(path, twiceText(text, twice, namedBy)));
    for (const [date, holiday] of holidays) {
      days.set(date, holiday);
      namedBy.set(date, text);
    }
  });
  return days;
}

function whyNoHolidays(file: string, text: string): string {
  if (!isMissing(file)) return `the file of holidays ${formatFound(text)} has problems of its own`;
  return `there is no file ${file}${didYouMean(basename(file), jsonFilesIn(dirname(file)))}`;
}

function twiceText(text: string, [first = '', ...others]: string[], namedBy: ReadonlyMap<string, string>): string {
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${first}${more} of ${formatFound(text)} stands in ${formatFound(namedBy.get(first))} already: name each date once, or in "exceptions"`;
}

function jsonFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'));
  } catch {
    return [];
  }
}
