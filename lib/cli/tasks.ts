import type { Command } from 'commander';
import type { OfficeOf } from './office-of.js';
import { openOffice } from './office.js';
import type { Output } from './output.js';
import { loadLeniently } from './setup.js';
import { addCommand } from './tasks-add.js';
import { cancelCommand } from './tasks-cancel.js';
import { exportCommand } from './tasks-export.js';
import { listCommand } from './tasks-list.js';
import { retryCommand } from './tasks-retry.js';
import { showCommand } from './tasks-show.js';

/** callbackd tasks list | show | cancel | retry | add | export */
export function tasksCommand(program: Command, output: Output): void {
  const tasks = program.command('tasks').description('The clients who are to be called back');
  const office: OfficeOf = (options) => openOffice(loadLeniently(options.config, output));
  listCommand(tasks, office, output);
  showCommand(tasks, office, output);
  cancelCommand(tasks, office, output);
  retryCommand(tasks, office, output);
  addCommand(tasks, output);
  exportCommand(tasks, office, output);
}
