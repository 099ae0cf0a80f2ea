import { InvalidArgumentError, type Command } from 'commander';
import { didYouMean } from '../config/nearest.js';
import { formatProblem, hasErrors } from '../config/problem.js';
import { loadSchedules, type LoadedSchedules } from '../config/schedules.js';
import type { Rule } from '../rules/rule.js';
import { schedulesOf } from '../rules/uses.js';
import { systemClock } from '../time/clock.js';
import type { Schedule } from '../time/schedule.js';
import { shownIn } from '../time/week.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { plain, table, type Output } from './output.js';
import { scheduleJson, scheduleNow, scheduleText } from './schedule-week.js';
import { loadLeniently } from './setup.js';

interface Shared {
  config?: string;
  json?: boolean;
}

/** callbackd schedule list | show | check */
export function scheduleCommand(program: Command, output: Output): void {
  const schedule = program.command('schedule').description('The opening hours of schedules.json and its holidays');
  listCommand(schedule, output);
  showCommand(schedule, output);
  checkCommand(schedule, output);
}

/** The schedules as they are on disk, and the rules beside them. */
function loaded(options: Shared, output: Output): LoadedSchedules & { file: string; rules: readonly Rule[] } {
  const { configuration, rules } = loadLeniently(options.config, output);
  const file = configuration.schedulesFile;
  return { ...loadSchedules(file, configuration.timezone), file, rules };
}

function listCommand(schedule: Command, output: Output): void {
  schedule
    .command('list')
    .description('Show all schedules: open or closed now, the next change, the rules that use them')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText('after', '\nExamples:\n  callbackd schedule list\n  callbackd schedule list --json')
    .action((options: Shared) => {
      const { schedules, broken, file, rules } = loaded(options, output);
      const now = systemClock.now();
      const all = [...schedules.values()];
      if (options.json === true) {
        const told = all.map((each) => scheduleJson(each, now, usersOf(each.name, rules)));
        return output.out(JSON.stringify([...told, ...broken.map((name) => ({ name, broken: true }))]));
      }
      const rows = [
        ...all.map((each) => [each.name, ...stateOf(each, now), each.timezone, usersOf(each.name, rules).join(', ')]),
        ...broken.map((name) => [name, 'broken', 'callbackd schedule check', '', usersOf(name, rules).join(', ')]),
      ];
      if (rows.length === 0) return output.out(`${plain(file)} holds no schedules`);
      output.out(table(['schedule', 'now', 'until', 'time zone', 'rules'], rows));
    });
}

/** "open" and until when. */
function stateOf(schedule: Schedule, now: number): [string, string] {
  const { open, opensAt, closesAt } = scheduleNow(schedule, now);
  const change = open ? closesAt : opensAt;
  return [open ? 'open' : 'closed', change === undefined ? 'for ever' : shownIn(schedule.timezone, change)];
}

function showCommand(schedule: Command, output: Output): void {
  schedule
    .command('show')
    .argument('<name>', 'the name of a schedule')
    .description('Show a week of a schedule, whether it is open now, and when it opens and closes next')
    .option('--week <date>', 'the week of this date, e.g. 2027-01-04, instead of this one', dateOption)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nAll times are those of the time zone of the schedule.\n\nExamples:\n  callbackd schedule show office-hours\n  callbackd schedule show office-hours --week 2027-01-04',
    )
    .action((name: string, options: Shared & { week?: string }) => {
      const { schedules, broken, rules } = loaded(options, output);
      const found = schedules.get(name) ?? missing(name, [...schedules.keys()], broken);
      const tell = options.json === true ? scheduleJson : scheduleText;
      const told = tell(found, systemClock.now(), usersOf(name, rules), options.week);
      output.out(typeof told === 'string' ? told : JSON.stringify(told));
    });
}

function missing(name: string, names: readonly string[], broken: readonly string[]): never {
  if (broken.includes(name))
    throw new CommandFailure(
      exitCodes.problem,
      `the schedule "${name}" has errors`,
      '"callbackd schedule check" shows them',
    );
  throw new CommandFailure(
    exitCodes.problem,
    `there is no schedule "${name}"${didYouMean(name, names)}`,
    names.length === 0 ? 'schedules.json holds none' : `there are: ${names.join(', ')}`,
  );
}

function checkCommand(schedule: Command, output: Output): void {
  schedule
    .command('check')
    .description('Check schedules.json and the files of holidays: all problems at once, with file:line:column')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExamples:\n  callbackd schedule check\n  callbackd schedule check --json')
    .action((options: Shared) => {
      const { schedules, broken, problems, file } = loaded(options, output);
      const ok = !hasErrors(problems);
      if (options.json === true) output.out(JSON.stringify({ ok, schedules: [...schedules.keys()], broken, problems }));
      else for (const problem of problems) output.out(plain(formatProblem(problem)));
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      if (!ok) throw new CommandFailure(exitCodes.problem, `${errors} error${errors === 1 ? '' : 's'}`);
      if (options.json !== true)
        output.out(`${plain(file)}: no errors; ${schedules.size} schedule${schedules.size === 1 ? '' : 's'}`);
    });
}

/** Ids of the rules that name the schedule. */
function usersOf(name: string, rules: readonly Rule[]): string[] {
  return rules.filter((rule) => schedulesOf(rule).includes(name)).map(({ id }) => id);
}

function dateOption(text: string): string {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('a date such as 2027-01-04.');
  return text;
}
