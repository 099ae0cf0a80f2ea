import type { Command } from 'commander';
import { formatProblem, hasErrors } from '../config/problem.js';
import { checkAll } from '../rules/check.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { plain, type Output } from './output.js';
import { configFile } from './setup.js';

/** callbackd check: everything the admin wrote, all problems at once. */
export function checkCommand(program: Command, output: Output): void {
  program
    .command('check')
    .description(
      'Check the configuration, the schedules, the employees and the rules: all problems at once, with file:line:column',
    )
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd check\n  callbackd check --config /etc/callbackd/callbackd.json --json',
    )
    .action((options: { config?: string; json?: boolean }) => {
      const file = configFile(options.config);
      const { problems, rules } = checkAll(file);
      const bad = hasErrors(problems);
      if (options.json === true) output.out(JSON.stringify({ ok: !bad, rules: rules.map(({ id }) => id), problems }));
      else {
        for (const problem of problems) output.out(plain(formatProblem(problem)));
        if (!bad)
          output.out(
            `${plain(file)}: no errors; ${count(rules.filter(({ enabled }) => enabled).length, 'rule')} in force`,
          );
      }
      if (bad)
        throw new CommandFailure(
          exitCodes.problem,
          count(problems.filter(({ severity }) => severity === 'error').length, 'error'),
        );
    });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
