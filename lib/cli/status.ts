import type { Command } from 'commander';
import { formatSpan } from '../time/duration.js';
import type { Status } from '../tasks/status.js';
import { askDaemon } from './control-client.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { clockTime, plain, type Output } from './output.js';
import { loadLeniently } from './setup.js';
import { switchLine } from './switch.js';

/** callbackd status: what the daemon sees and does. */
export function statusCommand(program: Command, output: Output): void {
  program
    .command('status')
    .description(
      'Show what the daemon sees and does; exit code 1 when it has no link to FreeSWITCH, 5 when it does not run',
    )
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  callbackd status')
    .action(async (options: { config?: string; json?: boolean }) => {
      const { socket } = loadLeniently(options.config, output).configuration;
      const answer = await askDaemon<Status>(socket, { do: 'status' });
      if (answer === undefined)
        throw new CommandFailure(
          exitCodes.daemon,
          `no daemon listens at ${socket}`,
          'start it: "callbackd run", or "systemctl start callbackd"',
        );
      output.out(options.json === true ? JSON.stringify(answer.ok) : describe(answer.ok, Date.now()));
      if (answer.ok.link.state !== 'up') throw new CommandFailure(exitCodes.problem, 'no link to FreeSWITCH');
    });
}

function describe(status: Status, now: number): string {
  const { link, tasks, gap } = status;
  return [
    `callbackd ${status.version}, running for ${formatSpan(now - status.startedAt)}, ${status.rules} rules in force`,
    ...[switchLine(status.switch)].filter((line) => line !== undefined),
    `link to FreeSWITCH: ${link.state} for ${formatSpan(now - link.since)}`,
    ...(link.problem === undefined ? [] : [`  ${link.problem.message}`, `  ${link.problem.hint}`]),
    `tasks: ${tasks.waiting} waiting, ${tasks.calling} calling; closed: ${tasks.reached} reached, ${tasks['gave-up']} gave up, ${tasks.expired} expired, ${tasks.cancelled} cancelled`,
    ...(status.unanswered === 0
      ? []
      : [
          `${status.unanswered} lost ${status.unanswered === 1 ? 'client' : 'clients'} nobody has talked to since: "callbackd calls list --unanswered"`,
        ]),
    ...(status.nextDueAt === undefined ? [] : [`next: ${clockTime(status.nextDueAt, now)}`]),
    ...status.clients.map(
      ({ number, queue, since, talking }) =>
        `client ${plain(number ?? 'without a number')} ${talking ? 'talks' : `waits${queue === undefined ? '' : ` in ${plain(queue)}`}`} for ${formatSpan(now - since)}`,
    ),
    ...status.calling.map(
      ({ task, client, target, since }) =>
        `task ${task} calls ${client} through ${target} for ${formatSpan(now - since)}`,
    ),
    ...(gap === undefined
      ? []
      : [
          `saw nothing of FreeSWITCH from ${clockTime(gap.from, now)} to ${clockTime(gap.to, now)}; ${gap.recovered} calls found afterwards`,
        ]),
    ...status.problems.map((problem) => `problem: ${plain(problem)}`),
  ].join('\n');
}
