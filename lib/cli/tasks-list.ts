import type { Command } from 'commander';
import type { TaskState } from '../tasks/task.js';
import { sinceOption } from './arguments.js';
import type { Output } from './output.js';
import { tellSwitch } from './switch.js';
import { tasksTable } from './tasks-table.js';
import type { OfficeOf, Shared } from './office-of.js';

/** callbackd tasks list */
export function listCommand(tasks: Command, office: OfficeOf, output: Output): void {
  tasks
    .command('list')
    .description('Show open tasks')
    .option('--all', 'closed ones too')
    .option('--since <time>', 'only those made since, e.g. 24h or 2026-11-20', sinceOption)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText('after', '\nExamples:\n  callbackd tasks list\n  callbackd tasks list --all --since 24h --json')
    .action(async (options: Shared & { all?: boolean; since?: number }) => {
      const opened = office(options);
      const found = await opened.list({
        ...(options.all !== true && { states: openStates }),
        ...(options.since !== undefined && { since: options.since }),
      });
      if (options.json === true) return output.out(JSON.stringify(found));
      tellSwitch(await opened.switchState(), output);
      if (found.length === 0) return output.out(options.all === true ? 'no tasks' : 'no open tasks');
      output.out(tasksTable(found));
    });
}

/** What is listed without --all. */
export const openStates: readonly TaskState[] = ['waiting', 'calling'];
