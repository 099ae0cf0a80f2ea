import type { Command } from 'commander';
import { formatProblem } from '../config/problem.js';
import type { Destination } from '../rules/move.js';
import { enableRule, moveRule } from '../rules/rule-folder.js';
import { StorageProblem } from '../store/problem.js';
import { ruleId } from './arguments.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { openOffice } from './office.js';
import { plain, type Output } from './output.js';
import { count } from './problems.js';
import { isRuleProblem } from './rules-check.js';
import { loadLeniently, type Ready } from './setup.js';

interface Shared {
  config?: string;
  json?: boolean;
}

/** callbackd rules enable | disable */
export function enableCommands(rules: Command, output: Output): void {
  enableCommand(rules, output, 'enable', 'Let a rule take losses; only its key "enabled" is changed in its file');
  enableCommand(
    rules,
    output,
    'disable',
    'Let a rule take no further losses; its open tasks go on by it. Only its key "enabled" is changed in its file',
  );
}

function enableCommand(rules: Command, output: Output, what: 'enable' | 'disable', description: string): void {
  rules
    .command(what)
    .argument('<id>', 'id of the rule, or its file', ruleId)
    .description(description)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', `\nExample:\n  callbackd rules ${what} sales`)
    .action(async (id: string, options: Shared) => {
      const ready = loadLeniently(options.config, output);
      const changed = enableRule(ready.configuration.rulesDir, id, what === 'enable');
      if (options.json === true) output.out(JSON.stringify({ id, enabled: what === 'enable', changed }));
      else output.out(`rule ${id} is ${changed ? '' : 'already '}${what}d`);
      await tellOffice(ready, output);
    });
}

interface MoveOptions extends Shared {
  before?: string;
  after?: string;
  first?: boolean;
  last?: boolean;
}

/** callbackd rules move */
export function moveCommand(rules: Command, output: Output): void {
  rules
    .command('move')
    .argument('<id>', 'id of the rule, or its file', ruleId)
    .description('Let a rule be looked at earlier or later: its file is renamed, others only when no number is free')
    .option('--before <id>', 'before this rule', ruleId)
    .option('--after <id>', 'after this rule', ruleId)
    .option('--first', 'before all others')
    .option('--last', 'after all others')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd rules move sales --before support\n  callbackd rules move others --last',
    )
    .action(async (id: string, options: MoveOptions) => {
      const to = destination(options);
      const ready = loadLeniently(options.config, output);
      const renamed = moveRule(ready.configuration.rulesDir, id, to);
      if (options.json === true) output.out(JSON.stringify({ id, renamed }));
      else if (renamed.length === 0) output.out(`rule ${id} stands there already`);
      else for (const { from, to: name } of renamed) output.out(plain(`${from} is now ${name}`));
      await tellOffice(ready, output);
    });
}

function destination({ before, after, first, last }: MoveOptions): Destination {
  const given: Destination[] = [
    ...(before === undefined ? [] : [{ before }]),
    ...(after === undefined ? [] : [{ after }]),
    ...(first === true ? (['first'] as const) : []),
    ...(last === true ? (['last'] as const) : []),
  ];
  const [to] = given;
  if (to === undefined || given.length > 1)
    throw new CommandFailure(exitCodes.usage, 'where to? One of --before ID, --after ID, --first, --last');
  return to;
}

/** An edit shows no more of them: most are about other files. */
const mostProblems = 10;

/** The daemon reads the files at once; while it is down the last good versions are kept as it would. Shows the problems. */
export async function tellOffice(ready: Ready, output: Output): Promise<void> {
  try {
    const problems = await openOffice(ready).reloadRules();
    const told = problems.filter((problem) => isRuleProblem(problem, ready.configuration.rulesDir));
    for (const problem of told.slice(0, mostProblems)) output.err(plain(formatProblem(problem)));
    const left = told.length - mostProblems;
    if (left > 0) output.err(`and ${count(left, 'more problem')}: "callbackd rules check" shows them`);
  } catch (error) {
    if (!(error instanceof StorageProblem)) throw error;
    output.err(plain(`${error.message}; the file is changed, and the daemon reads it when it starts`));
  }
}
