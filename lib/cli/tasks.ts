import type { Command } from 'commander';
import { formatSpan } from '../time/duration.js';
import { systemClock } from '../time/clock.js';
import { isOpen, type Attempt, type Task, type TaskState } from '../tasks/task.js';
import type { TaskDetail } from '../tasks/admin.js';
import { openOffice, type Office } from './office.js';
import { clockTime, plain, table, type Output } from './output.js';
import { sinceOption, taskId } from './arguments.js';
import { tellSwitch } from './switch.js';
import { loadLeniently } from './setup.js';

interface Shared {
  config?: string;
  json?: boolean;
}

/** callbackd tasks list | show | cancel | retry */
export function tasksCommand(program: Command, output: Output): void {
  const tasks = program.command('tasks').description('The clients who are to be called back');
  const office = (options: Shared): Office => openOffice(loadLeniently(options.config, output));
  listCommand(tasks, office, output);
  showCommand(tasks, office, output);
  changeCommand(
    tasks,
    office,
    output,
    'cancel',
    'Close tasks: the clients are not called back. One that is being called is hung up',
  );
  changeCommand(
    tasks,
    office,
    output,
    'retry',
    'Call back at once, with all attempts unused; closed tasks are opened again',
  );
}

function listCommand(tasks: Command, office: (options: Shared) => Office, output: Output): void {
  tasks
    .command('list')
    .description('Show open tasks')
    .option('--all', 'closed ones too')
    .option('--since <time>', 'only those made since, e.g. 24h or 2026-11-20', sinceOption)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText('after', '\nExamples:\n  callbackd tasks list\n  callbackd tasks list --all --since 24h --json')
    .action(async (options: Shared & { all?: boolean; since?: number }) => {
      const states: TaskState[] = ['waiting', 'calling'];
      const opened = office(options);
      const found = await opened.list({
        ...(options.all !== true && { states }),
        ...(options.since !== undefined && { since: options.since }),
      });
      if (options.json === true) return output.out(JSON.stringify(found));
      tellSwitch(await opened.switchState(), output);
      if (found.length === 0) return output.out(options.all === true ? 'no tasks' : 'no open tasks');
      output.out(tasksTable(found));
    });
}

/** The table of `tasks list`. */
export function tasksTable(found: readonly Task[], now = systemClock.now()): string {
  return table(
    ['task', 'client', 'name', 'lost', 'waited', 'rule', 'state', 'used', 'next / why'],
    found.map((task) => [
      String(task.id),
      task.client,
      task.name ?? '',
      clockTime(task.lostAt, now),
      formatSpan(task.waited * 1_000),
      task.rule,
      task.state,
      String(task.attemptsUsed),
      next(task, now),
    ]),
  );
}

function next(task: Task, now: number): string {
  if (!isOpen(task)) return task.reason ?? '';
  if (task.state === 'calling') return 'now';
  return task.dueAt <= now ? 'as soon as possible' : clockTime(task.dueAt, now);
}

function showCommand(tasks: Command, office: (options: Shared) => Office, output: Output): void {
  tasks
    .command('show')
    .argument('<id>', 'number of the task', taskId)
    .description('Show one task: the loss, the decision, every attempt')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  callbackd tasks show 7')
    .action(async (id: number, options: Shared) => {
      const detail = await office(options).show(id);
      output.out(options.json === true ? JSON.stringify(detail) : describe(detail));
    });
}

function describe({ task, attempts, loss }: TaskDetail): string {
  const now = systemClock.now();
  const lines = [
    `task ${task.id}: ${task.client}${task.name === undefined ? '' : ` (${plain(task.name)})`}`,
    `  ${task.state}${task.reason === undefined ? '' : `, ${task.reason}`}; rule ${task.rule}; attempts used ${task.attemptsUsed}`,
    `  lost ${clockTime(task.lostAt, now)} after ${formatSpan(task.waited * 1_000)}${place(loss?.call.place, loss?.call.queue)}${task.requested ? ', asked for a callback' : ''}`,
    ...(task.closedBy === undefined ? [] : [`  closed by the call ${task.closedBy}`]),
    ...(task.expiresAt === undefined ? [] : [`  expires ${clockTime(task.expiresAt, now)}`]),
    ...(loss?.call.tried ?? []).map(([employee, result]) => `  tried ${plain(employee)}: ${result}`),
    ...(loss?.decision.reasons ?? []).map(
      ({ rule, matched, reason }) => `  rule ${rule} ${matched ? 'took it' : 'did not take it'}: ${plain(reason)}`,
    ),
  ];
  if (attempts.length > 0) lines.push('', attemptsTable(attempts, now));
  return lines.join('\n');
}

function place(where: string | undefined, queue: string | undefined): string {
  return where === undefined ? '' : ` in ${where}${queue === undefined ? '' : ` ${plain(queue)}`}`;
}

/** One line an attempt. */
export function attemptsTable(attempts: readonly Attempt[], now: number): string {
  return table(
    ['attempt', 'started', 'target', 'employee', 'outcome', 'cause', 'talk'],
    attempts.map((attempt) => [
      String(attempt.number),
      clockTime(attempt.startedAt, now),
      attempt.target,
      attempt.employee ?? '',
      attempt.outcome ?? 'going on',
      attempt.cause ?? '',
      attempt.talkMs === undefined ? '' : formatSpan(attempt.talkMs),
    ]),
  );
}

function changeCommand(
  tasks: Command,
  office: (options: Shared) => Office,
  output: Output,
  what: 'cancel' | 'retry',
  description: string,
): void {
  tasks
    .command(what)
    .argument('<id...>', 'numbers of the tasks', taskIds)
    .description(description)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText('after', `\nExample:\n  callbackd tasks ${what} 7 8`)
    .action(async (ids: number[], options: Shared) => {
      const opened = office(options);
      const changed: Task[] = [];
      try {
        for (const id of ids) changed.push(await opened[what](id));
      } finally {
        // The first refusal stops it; what was done before is shown all the same.
        if (changed.length > 0) output.out(options.json === true ? JSON.stringify(changed) : tasksTable(changed));
      }
    });
}

function taskIds(text: string, former: number[] | undefined): number[] {
  return [...(former ?? []), taskId(text)];
}
