import type { Command } from 'commander';
import type { TaskFilter } from '../tasks/store.js';
import { sinceOption } from './arguments.js';
import { csvLine } from './csv.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { columns, exportedTask, type ExportedTask } from './exported-task.js';
import type { OfficeOf, Shared } from './office-of.js';
import type { Office } from './office.js';
import type { Output } from './output.js';
import { openStates } from './tasks-list.js';

interface ExportOptions extends Shared {
  csv?: boolean;
  all?: boolean;
  since?: number;
}

/** callbackd tasks export */
export function exportCommand(tasks: Command, office: OfficeOf, output: Output): void {
  tasks
    .command('export')
    .description(
      'Write open tasks for a spreadsheet or a program, one line or object each; docs/export.md has the columns',
    )
    .option('--csv', 'comma-separated values (RFC 4180) with a header line')
    .option('--json', 'one JSON array; what is not known is left out')
    .option('--all', 'closed ones too')
    .option('--since <time>', 'only those made since, e.g. 24h or 2026-11-20', sinceOption)
    .option('--config <file>', 'the configuration file')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd tasks export --csv --all --since 30d > tasks.csv\n  callbackd tasks export --json',
    )
    .action(async (options: ExportOptions) => {
      const { csv, json, all, since } = options;
      if ((csv === true) === (json === true)) throw new CommandFailure(exitCodes.usage, 'how? Either --csv or --json');
      const filter = { ...(all !== true && { states: openStates }), ...(since !== undefined && { since }) };
      const found = await everyTask(office(options), filter);
      if (json === true) return output.out(JSON.stringify(found));
      for (const line of [columns, ...found.map((task) => columns.map((column) => task[column]))])
        output.out(csvLine(line));
    });
}

/** Page after page, so that the daemon is not held up by a long history. */
async function everyTask(office: Office, filter: TaskFilter): Promise<ExportedTask[]> {
  const all: ExportedTask[] = [];
  for (let after = 0; ;) {
    const page = await office.page({ ...filter, after });
    const last = page.at(-1);
    if (last === undefined) return all;
    all.push(...page.map(exportedTask));
    after = last.task.id;
  }
}
