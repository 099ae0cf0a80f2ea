import type { Command } from 'commander';
import { sep } from 'node:path';
import { hasErrors, type Problem } from '../config/problem.js';
import { plain, type Output } from './output.js';
import { count, failOnErrors, showProblems } from './problems.js';
import { loadLeniently } from './setup.js';

/** callbackd rules check */
export function checkCommand(rules: Command, output: Output): void {
  rules
    .command('check')
    .description('Check the rule files on disk: all problems at once, with file:line:column; exit code 1 on errors')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  callbackd rules check\n\n"callbackd check" checks everything else too.')
    .action((options: { config?: string; json?: boolean }) => {
      const { configuration, rules: good, problems: all } = loadLeniently(options.config, output);
      const problems = all.filter((problem) => isRuleProblem(problem, configuration.rulesDir));
      const bad = hasErrors(problems);
      if (options.json === true) output.out(JSON.stringify({ ok: !bad, rules: good.map(({ id }) => id), problems }));
      else {
        showProblems(problems, output);
        const enabled = good.filter((rule) => rule.enabled).length;
        if (!bad)
          output.out(`${plain(configuration.rulesDir)}: no errors; ${count(good.length, 'rule')}, ${enabled} enabled`);
      }
      failOnErrors(problems);
    });
}

/** Is it about a rule file, or about the folder of the rules? */
export function isRuleProblem({ file }: Problem, rulesDir: string): boolean {
  return file === rulesDir || file.startsWith(rulesDir.endsWith(sep) ? rulesDir : rulesDir + sep);
}
