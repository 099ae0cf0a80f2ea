import type { Command } from 'commander';
import { basename } from 'node:path';
import type { Problem } from '../config/problem.js';
import { parseRuleFileName } from '../rules/rule-file.js';
import { systemClock } from '../time/clock.js';
import type { RuleEntry } from '../tasks/rule-admin.js';
import { openOffice } from './office.js';
import { clockTime, plain, table, type Output } from './output.js';
import { showProblems } from './problems.js';
import { actionText, placesText } from './rule-words.js';
import { isRuleProblem } from './rules-check.js';
import { loadLeniently } from './setup.js';
import { tellSwitch } from './switch.js';

/** callbackd rules list */
export function listCommand(rules: Command, output: Output): void {
  rules
    .command('list')
    .description('Show the rules in force in their order, with their open tasks and problems')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText('after', '\nExample:\n  callbackd rules list')
    .action(async (options: { config?: string; json?: boolean }) => {
      const ready = loadLeniently(options.config, output);
      const office = openOffice(ready);
      const { entries, switch: state } = await office.ruleEntries();
      if (options.json === true) return output.out(JSON.stringify(entries));
      const { problems } = await office.inForce();
      const { rulesDir } = ready.configuration;
      tellSwitch(state, output);
      output.out(entries.length === 0 ? `there are no rules in ${plain(rulesDir)}` : rulesTable(entries));
      for (const line of loudLines(entries)) output.out(plain(line));
      // Those of files that are no rule too, such as one with a wrong name.
      const told = problems.filter((problem) => isRuleProblem(problem, rulesDir));
      showProblems(told, output);
    });
}

function rulesTable(entries: readonly RuleEntry[]): string {
  const now = systemClock.now();
  return table(
    ['order', 'on', 'id', 'name', 'lost at', 'action', 'open tasks', 'last match', 'problems'],
    entries.map(({ id, rule, file, state, openTasks, lastMatchAt, problems }) => [
      number(file),
      state === 'unusable' ? 'no' : rule?.enabled === true ? 'on' : 'off',
      id,
      rule?.name ?? '',
      rule === undefined ? '' : placesText(rule, 2),
      rule === undefined ? '' : actionText(rule),
      String(openTasks),
      lastMatchAt === undefined ? 'never' : clockTime(lastMatchAt, now),
      trouble(state, problems),
    ]),
  );
}

/** NN as it is written in the name of the file. */
function number(file: string): string {
  const name = basename(file);
  return parseRuleFileName(name) === undefined ? '' : name.slice(0, name.indexOf('-'));
}

const states: Record<RuleEntry['state'], string> = {
  good: '',
  broken: 'FILE BROKEN',
  missing: 'FILE GONE',
  unusable: 'NOT IN FORCE',
};

function trouble(state: RuleEntry['state'], problems: readonly Problem[]): string {
  const count = problems.length === 0 ? '' : String(problems.length);
  return [states[state], count].filter((part) => part !== '').join(', ');
}

/** What must not be overlooked. */
function loudLines(entries: readonly RuleEntry[]): string[] {
  return entries.flatMap(({ id, state, file }) => {
    if (state === 'broken') return [`! rule "${id}": ${file} is broken; its last good version stays in force`];
    if (state === 'missing') return [`! rule "${id}": ${file} is gone; its last good version stays in force for now`];
    if (state === 'unusable')
      return [`! rule "${id}": ${file} is broken, and no good version of it is known: it takes no calls`];
    return [];
  });
}
