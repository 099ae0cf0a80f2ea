import type { Command } from 'commander';
import type { TaskDetail } from '../tasks/admin.js';
import { isOpen, type Attempt } from '../tasks/task.js';
import { systemClock } from '../time/clock.js';
import { taskId } from './arguments.js';
import { attemptWords, effectWords } from './attempt-words.js';
import { endOf } from './call-story.js';
import { clockTime, plain, type Output } from './output.js';
import { standingWords, usedWords } from './task-words.js';
import type { OfficeOf, Shared } from './office-of.js';

/** callbackd tasks show */
export function showCommand(tasks: Command, office: OfficeOf, output: Output): void {
  tasks
    .command('show')
    .argument('<id>', 'number of the task', taskId)
    .description('Show one task: the loss, the decision, every attempt from the first ring to its end, what comes next')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExamples:\n  callbackd tasks show 7\n  callbackd tasks show 7 --json')
    .action(async (id: number, options: Shared) => {
      const detail = await office(options).show(id);
      output.out(options.json === true ? JSON.stringify(detail) : describe(detail, systemClock.now()));
    });
}

/** A clock time, or nothing, and what happened then. */
type Line = [at: string, what: string];

function describe(detail: TaskDetail, now: number): string {
  const { task, attempts } = detail;
  const lines = [...lossLines(detail, now), ...attempts.flatMap((attempt) => attemptLines(attempt, now)), ...endLines(detail, now)]; // prettier-ignore
  const width = Math.max(...lines.map(([at]) => at.length));
  return [
    `task ${task.id}: ${task.client}${task.name === undefined ? '' : ` (${plain(task.name)})`}, ${task.state}; rule ${task.rule}; ${usedWords(task, detail)}`,
    ...lines.map(([at, what]) => `  ${at.padEnd(width)}  ${what}`),
  ].join('\n');
}

function lossLines({ task, loss }: TaskDetail, now: number): Line[] {
  const at = clockTime(task.lostAt, now);
  if (loss === undefined) return [[at, 'lost']];
  const { call, decision } = loss;
  const dialled =
    call.dialled === undefined || decision.byHand === true ? '' : `; he had dialled ${plain(call.dialled)}`;
  return [
    [at, `${endOf({ id: 0, ...loss })}${dialled}`],
    ...(task.requested && call.outcome !== 'requested' ? ([['', 'he had asked for a callback before']] as Line[]) : []),
    ...(call.tried ?? []).map(([employee, result]): Line => ['', `tried ${plain(employee)}: ${result}`]),
    ...decision.reasons.map(({ rule, matched, reason }): Line => [
      '',
      plain(`rule ${rule} ${matched ? 'took it' : 'did not take it'}: ${reason}`),
    ]),
  ];
}

function attemptLines(attempt: Attempt, now: number): Line[] {
  const { number, startedAt, endedAt, outcome } = attempt;
  const [first = '', ...rest] = attemptWords(attempt);
  return [
    [clockTime(startedAt, now), `attempt ${number}: ${first}`],
    ...rest.map((what): Line => ['', what]),
    ...(outcome === undefined
      ? []
      : [[endedAt === undefined ? '' : clockTime(endedAt, now), effectWords(outcome)] as Line]),
  ];
}

function endLines(detail: TaskDetail, now: number): Line[] {
  const { task } = detail;
  const { closedAt, closedBy, expiresAt } = task;
  const lines: Line[] = [[closedAt === undefined ? '' : clockTime(closedAt, now), standingWords(task, now, detail)]];
  if (closedBy !== undefined) lines.push(['', `closed by the call ${plain(closedBy)}`]);
  if (isOpen(task) && expiresAt !== undefined)
    lines.push([clockTime(expiresAt, now), 'expires, unless he is reached before']);
  return lines;
}
