import type { Command } from 'commander';
import type { Task } from '../tasks/task.js';
import { taskId } from './arguments.js';
import type { Output } from './output.js';
import { tasksTable } from './tasks-table.js';
import type { OfficeOf, Shared } from './office-of.js';

/** callbackd tasks cancel */
export function cancelCommand(tasks: Command, office: OfficeOf, output: Output): void {
  tasks
    .command('cancel')
    .argument('<id...>', 'numbers of the tasks', taskIds)
    .description('Close tasks: the clients are not called back. One that is being called is hung up')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText('after', '\nExample:\n  callbackd tasks cancel 7 8')
    .action(async (ids: number[], options: Shared) => {
      const opened = office(options);
      await changeEach(
        ids,
        (id) => opened.cancel(id),
        (changed) => output.out(options.json === true ? JSON.stringify(changed) : tasksTable(changed)),
      );
    });
}

/** The first refusal stops it; what was done before is shown all the same. */
export async function changeEach(
  ids: readonly number[],
  change: (id: number) => Promise<Task>,
  show: (changed: readonly Task[]) => void,
): Promise<void> {
  const changed: Task[] = [];
  try {
    for (const id of ids) changed.push(await change(id));
  } finally {
    if (changed.length > 0) show(changed);
  }
}

/** Several numbers. */
export function taskIds(text: string, former: number[] | undefined): number[] {
  return [...(former ?? []), taskId(text)];
}
