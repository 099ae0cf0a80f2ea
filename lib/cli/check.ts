import type { Command } from 'commander';
import { hasErrors } from '../config/problem.js';
import { checkNames } from '../doctor/check-names.js';
import { checkAll } from '../rules/check.js';
import { systemClock } from '../time/clock.js';
import { plain, type Output } from './output.js';
import { count, failOnErrors, showProblems } from './problems.js';
import { configFile } from './setup.js';

interface Options {
  config?: string;
  json?: boolean;
  offline?: boolean;
}

/** callbackd check: everything the admin wrote, all problems at once. */
export function checkCommand(program: Command, output: Output): void {
  program
    .command('check')
    .description(
      'Check the configuration, the schedules, the employees and the rules: all problems at once, with file:line:column; and, when FreeSWITCH can be reached, whether it has what they name',
    )
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .option('--offline', 'do not ask FreeSWITCH whether it has the queues, extensions and the gateway that are named')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd check\n  callbackd check --offline\n  callbackd check --config /etc/callbackd/callbackd.json --json',
    )
    .action(async ({ config, json = false, offline = false }: Options) => {
      const file = configFile(config);
      const checked = checkAll(file);
      const asked = offline ? { problems: [] } : await checkNames(checked, process.env, systemClock);
      const problems = [...checked.problems, ...('problems' in asked ? asked.problems : [])];
      if (json) {
        const rules = checked.rules.map(({ id }) => id);
        output.out(JSON.stringify({ ok: !hasErrors(problems), rules, problems }));
      } else showProblems(problems, output);
      // In JSON it would be no problem of a file.
      const say = (line: string): void => (json ? output.err(line) : output.out(line));
      if ('notAsked' in asked && checked.configuration !== undefined)
        say(`FreeSWITCH was not asked: ${plain(asked.notAsked)}`);
      if (!json && !hasErrors(problems)) {
        const inForce = checked.rules.filter(({ enabled }) => enabled).length;
        output.out(`${plain(file)}: no errors; ${count(inForce, 'rule')} in force`);
      }
      failOnErrors(problems);
    });
}
