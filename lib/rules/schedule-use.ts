/** The schedules that a rule names: whether they are there, and whether they are ever in the state that it waits for. */
import type { JsonFile } from '../config/json-file.js';
import { didYouMean } from '../config/nearest.js';
import { formatFound, type JsonPath, type Problem } from '../config/problem.js';
import type { Schedule } from '../time/schedule.js';
import type { RuleContext } from './rule.js';

/** What a rule wants of a schedule. */
export interface ScheduleUse {
  name: string;
  outside: boolean;
  /** What can't happen when it is never so, e.g. "the rule takes no call". */
  inVain: string;
}

/** Reports a schedule that doesn't exist, is never open, or for `outside` never closed. */
export function checkScheduleUse(
  json: JsonFile,
  path: JsonPath,
  { name, outside, inVain }: ScheduleUse,
  context: RuleContext,
  problems: Problem[],
): void {
  checkSchedule(json, path, name, context, problems);
  const schedule = context.schedules.get(name);
  if (schedule === undefined || !(outside ? isAlwaysOpen(schedule) : isNeverOpen(schedule))) return;
  const always = outside ? 'always open' : 'never open';
  const message = `the schedule ${formatFound(name)} is ${always}: ${inVain}`;
  problems.push(json.problem(path, message, { severity: 'warning' }));
}

/** Reports a schedule that doesn't exist. */
export function checkSchedule(
  json: JsonFile,
  path: JsonPath,
  name: string,
  { schedules, brokenSchedules = [] }: RuleContext,
  problems: Problem[],
): void {
  if (schedules.has(name)) return;
  if (brokenSchedules.includes(name)) {
    problems.push(json.problem(path, `the schedule ${formatFound(name)} has problems of its own in schedules.json`));
    return;
  }
  const names = [...schedules.keys()];
  const has = `schedules.json has ${names.length === 0 ? 'none' : names.slice(0, 20).join(', ')}`;
  const message = `unknown schedule ${formatFound(name)}${didYouMean(name, names) || `; ${has}`}`;
  problems.push(json.problem(path, message, { expected: has }));
}

function isNeverOpen({ weekly, exceptions }: Schedule): boolean {
  return [...weekly, ...Object.values(exceptions)].every((windows) => windows.length === 0);
}

function isAlwaysOpen({ weekly, exceptions }: Schedule): boolean {
  const allDay = weekly.every((windows) => windows.some(({ from, to }) => from === 0 && to >= 1_440));
  return allDay && Object.keys(exceptions).length === 0;
}
