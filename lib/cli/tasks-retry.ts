import type { Command } from 'commander';
import { systemClock } from '../time/clock.js';
import type { Task } from '../tasks/task.js';
import { clockTime, type Output } from './output.js';
import { tellSwitch } from './switch.js';
import { changeEach, taskIds } from './tasks-cancel.js';
import { tasksTable } from './tasks-table.js';
import type { OfficeOf, Shared } from './office-of.js';

/** callbackd tasks retry */
export function retryCommand(tasks: Command, office: OfficeOf, output: Output): void {
  tasks
    .command('retry')
    .argument('<id...>', 'numbers of the tasks', taskIds)
    .description(
      'Try tasks again, with all attempts unused and a new expiry; closed ones are opened. They are tried as their rule says, as if the client had been lost now; with --now at once',
    )
    .option('--now', 'at once, without the first pause of the rule; while its schedule is closed, when it opens')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText('after', '\nExamples:\n  callbackd tasks retry 7\n  callbackd tasks retry 7 8 --now')
    .action(async (ids: number[], options: Shared & { now?: boolean }) => {
      const opened = office(options);
      await changeEach(
        ids,
        (id) => opened.retry(id, options.now === true),
        (changed) => {
          if (options.json === true) return output.out(JSON.stringify(changed));
          output.out(tasksTable(changed));
          for (const task of changed) output.out(whenText(task, options.now === true));
        },
      );
      if (options.json !== true) tellSwitch(await opened.switchState(), output);
    });
}

/** When it is tried, and why not at once when that was asked for. */
function whenText({ id, dueAt }: Task, atOnce: boolean): string {
  const now = systemClock.now();
  if (dueAt <= now) return `task ${id} is tried as soon as possible`;
  const at = clockTime(dueAt, now);
  return atOnce
    ? `task ${id}: the schedule of its rule is closed; it opens at ${at}, and then the task is tried`
    : `task ${id} is tried at ${at}, as its rule says; with --now at once, or when its schedule opens`;
}
