import type { Command } from 'commander';
import { formatProblem, hasErrors } from '../config/problem.js';
import { readEslPassword } from '../config/esl-password.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import type { Output } from './output.js';
import { load, type Ready } from './setup.js';

/** Starts the daemon and resolves when it has been stopped. Joined in bin/: the CLI does not know the daemon. */
export type RunDaemon = (ready: Ready, eslPassword: string, warnings: string[]) => Promise<void>;

/** callbackd run */
export function runCommand(program: Command, output: Output, runDaemon: RunDaemon): void {
  program
    .command('run')
    .description('Run the daemon in the foreground; it logs JSON lines to standard output')
    .option('--config <file>', 'the configuration file')
    .addHelpText(
      'after',
      '\nExample:\n  callbackd run --config /etc/callbackd/callbackd.json\n\nIt stops on SIGTERM or SIGINT. Calls that are going on are not hung up.',
    )
    .action(async (options: { config?: string }) => {
      const ready = load(options.config, output);
      const { password, problems } = readEslPassword(ready.configuration);
      for (const problem of problems) output.err(formatProblem(problem));
      if (password === undefined)
        throw new CommandFailure(
          exitCodes.configuration,
          'no password for the event socket of FreeSWITCH',
          'name a file that holds it in "esl.passwordFile", or set CALLBACKD_ESL_PASSWORD in the environment',
        );
      const warnings = ready.problems.filter((each) => !hasErrors([each])).map(formatProblem);
      for (const warning of warnings) output.err(warning);
      await runDaemon(ready, password, warnings);
    });
}
