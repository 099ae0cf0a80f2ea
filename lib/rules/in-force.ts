/**
 * The rules in force: what the admin's files say, and where a file is broken or gone, its last good version. Edits never
 * take effect by half, and a file that an editor is just saving is not a deleted rule.
 */
import type { Configuration } from '../config/configuration.js';
import { Employees, loadEmployees, type Employee, type LoadedEmployees } from '../config/employees.js';
import { fileProblem, hasErrors, type Problem } from '../config/problem.js';
import { loadSchedules, type LoadedSchedules } from '../config/schedules.js';
import type { Instant } from '../time/clock.js';
import type { Schedule, Schedules } from '../time/schedule.js';
import { ruleContext } from './check.js';
import { loadRules, type LoadedRules } from './load.js';
import type { Rule, RuleContext } from './rule.js';
import { schedulesOf } from './uses.js';

/** The last good version of everything. Plain data: the database keeps it over restarts. */
export interface LastGood {
  rules: readonly KeptRule[];
  schedules: readonly Schedule[];
  employees: readonly Employee[];
}

export interface KeptRule {
  rule: Rule;
  /** Since when its file is gone. */
  missingSince?: Instant;
}

export const nothingKept: LastGood = { rules: [], schedules: [], employees: [] };

/** What the files say now. */
export interface FilesRead {
  schedules: LoadedSchedules;
  rules: LoadedRules;
  employees: LoadedEmployees;
}

export interface RulesInForce {
  /** In order, disabled ones included; never changed afterwards. */
  rules: readonly Rule[];
  schedules: Schedules;
  employees: readonly Employee[];
  /** Rules whose last good version stands in for their file. */
  kept: ReadonlyMap<string, 'broken' | 'missing'>;
  /** Files that can't be used and of which there is no good version. */
  unusable: readonly { id: string; file: string }[];
  /** Rules whose file has been gone for the whole grace. */
  deleted: readonly string[];
  /** When the next missing file counts as deleted. */
  nextDeletionAt?: Instant;
  /** The files that the schedules come from. */
  files: readonly string[];
  /** Of all files. */
  problems: readonly Problem[];
  lastGood: LastGood;
}

/** Reads the files. Rules may name schedules that are gone from the file: their last version is known. Never throws because of a file. */
export function readFiles(configuration: Configuration, former: LastGood): FilesRead {
  const schedules = loadSchedules(configuration.schedulesFile, configuration.timezone);
  const known = new Map([...byName(former.schedules), ...schedules.schedules]);
  const employees = loadEmployees(configuration.employeesFile);
  const inForce = hasErrors(employees.problems) ? new Employees(former.employees) : employees.employees;
  const context: RuleContext = {
    ...ruleContext(configuration, known, inForce),
    brokenSchedules: schedules.broken,
  };
  return { schedules, rules: loadRules(configuration.rulesDir, context), employees };
}

/**
 * What is in force after the files have been read. Pure.
 * @param graceMs so long may a rule's file be missing before the rule counts as deleted
 */
export function putInForce(
  files: FilesRead,
  former: LastGood,
  now: Instant,
  graceMs: number,
  where: Pick<Configuration, 'schedulesFile' | 'rulesDir'>,
): RulesInForce {
  const good = new Map(files.rules.rules.map((rule) => [rule.id, rule]));
  const broken = new Map(files.rules.brokenFiles.map((file) => [file.id, file]));
  const kept = new Map<string, 'broken' | 'missing'>();
  const keptRules: KeptRule[] = [...good.values()].map((rule) => ({ rule }));
  const deleted: string[] = [];
  const problems: Problem[] = [...files.schedules.problems, ...files.rules.problems];
  let nextDeletionAt: Instant | undefined;

  for (const { rule, missingSince = now } of former.rules) {
    if (good.has(rule.id)) continue;
    const file = broken.get(rule.id);
    if (file !== undefined) {
      kept.set(rule.id, 'broken');
      keptRules.push({ rule: { ...rule, order: file.order, file: file.file } });
      problems.push(fileProblem(file.file, `its last good version stays in force, "${rule.name}"`, 'warning'));
    } else if (!files.rules.readable) {
      kept.set(rule.id, 'missing');
      keptRules.push({ rule });
    } else if (now - missingSince < graceMs) {
      const deletedAt = missingSince + graceMs;
      nextDeletionAt = Math.min(nextDeletionAt ?? deletedAt, deletedAt);
      kept.set(rule.id, 'missing');
      keptRules.push({ rule, missingSince });
      problems.push(fileProblem(rule.file, missingText(rule, deletedAt), 'warning'));
    } else deleted.push(rule.id);
  }

  const rules = inOrder(keptRules.map(({ rule }) => rule));
  const schedules = schedulesInForce(files.schedules, former.schedules, rules, where.schedulesFile, problems);
  const employeesAreGood = !hasErrors(files.employees.problems);
  const employees = employeesAreGood ? files.employees.employees.all : former.employees;
  problems.push(...files.employees.problems);
  return {
    rules,
    schedules,
    employees,
    kept,
    unusable: files.rules.brokenFiles.filter(({ id }) => !kept.has(id)),
    deleted,
    ...(nextDeletionAt !== undefined && { nextDeletionAt }),
    files: files.schedules.files,
    problems,
    lastGood: { rules: keptRules, schedules: [...schedules.values()], employees },
  };
}

/** Good ones; for broken ones their last version; those that are gone as long as a rule names them. */
function schedulesInForce(
  read: LoadedSchedules,
  former: readonly Schedule[],
  rules: readonly Rule[],
  file: string,
  problems: Problem[],
): Schedules {
  const schedules = new Map(read.schedules);
  for (const schedule of former) {
    const { name } = schedule;
    if (schedules.has(name)) continue;
    if (read.broken.includes(name) || !read.readable) {
      schedules.set(name, schedule);
      continue;
    }
    const users = rules.filter((rule) => schedulesOf(rule).includes(name)).map(({ id }) => `"${id}"`);
    if (users.length === 0) continue;
    schedules.set(name, schedule);
    const who = users.length === 1 ? `rule ${users[0]} names` : `the rules ${users.join(', ')} name`;
    problems.push(fileProblem(file, `the schedule "${name}" is gone, but ${who} it: its last version stays in force`));
  }
  return schedules;
}

function missingText({ id, name }: Rule, deletedAt: Instant): string {
  return `the file of rule "${id}" (${name}) is gone; unless it comes back, the rule counts as deleted at ${new Date(deletedAt).toISOString()}, and its open tasks are cancelled`;
}

function inOrder(rules: Rule[]): Rule[] {
  return rules.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function byName(schedules: readonly Schedule[]): Map<string, Schedule> {
  return new Map(schedules.map((schedule) => [schedule.name, schedule]));
}
