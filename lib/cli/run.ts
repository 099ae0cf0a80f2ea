import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Configuration } from '../config/configuration.js';
import { readEslPassword } from '../config/esl-password.js';
import { formatProblem } from '../config/problem.js';
import { copyDatabase } from '../store/copy.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import type { Output } from './output.js';
import { loadLeniently } from './setup.js';

/** What the daemon is started with. */
export interface RunRequest {
  configuration: Configuration;
  eslPassword: string;
  /** Of the configuration. */
  warnings: string[];
  dryRun: boolean;
}

/** Starts the daemon and resolves when it has been stopped. Joined in bin/: the CLI does not know the daemon. */
export type RunDaemon = (request: RunRequest) => Promise<void>;

/** callbackd run */
export function runCommand(program: Command, output: Output, runDaemon: RunDaemon): void {
  program
    .command('run')
    .description('Run the daemon in the foreground; it logs JSON lines to standard output')
    .option('--dry-run', 'decide and tell everything, dial nobody: on a copy of the database, also beside a daemon')
    .option('--config <file>', 'the configuration file')
    .addHelpText(
      'after',
      "\nExamples:\n  callbackd run --config /etc/callbackd/callbackd.json\n  callbackd run --dry-run\n\nIt stops on SIGTERM or SIGINT. Calls that are going on are not hung up. A rule file that is broken does not\nkeep it from starting: the rule's last good version stays in force, and the problem is told.",
    )
    .action(async ({ config, dryRun = false }: { config?: string; dryRun?: boolean }) => {
      const { configuration, problems } = loadLeniently(config, output);
      const password = readEslPassword(configuration);
      for (const problem of password.problems) output.err(formatProblem(problem));
      if (password.password === undefined)
        throw new CommandFailure(
          exitCodes.configuration,
          'no password for the event socket of FreeSWITCH',
          'name a file that holds it in "esl.passwordFile", or set CALLBACKD_ESL_PASSWORD in the environment',
        );
      // Problems of rules, schedules and employees are told by the daemon, which keeps looking at them.
      const warnings = problems.filter(({ file }) => file === configuration.file).map(formatProblem);
      for (const warning of warnings) output.err(warning);
      const request = { configuration, eslPassword: password.password, warnings, dryRun };
      await (dryRun ? runDry(request, runDaemon) : runDaemon(request));
    });
}

/** On a copy of the database that is removed afterwards; no CDR file is deleted. */
async function runDry(request: RunRequest, runDaemon: RunDaemon): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'callbackd-dry-run-'));
  try {
    const { configuration } = request;
    const database = join(folder, 'callbackd.db');
    copyDatabase(configuration.database, database);
    const backfill = { ...configuration.backfill, delete: false };
    await runDaemon({ ...request, configuration: { ...configuration, database, backfill } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
