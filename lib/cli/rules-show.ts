import type { Command } from 'commander';
import { formatProblem } from '../config/problem.js';
import { compile } from '../rules/compile.js';
import { unknownRule } from '../rules/rule-folder.js';
import type { Rule } from '../rules/rule.js';
import type { RuleEntry } from '../tasks/rule-admin.js';
import { systemClock } from '../time/clock.js';
import { openOffice, type RuleEntries } from './office.js';
import { ruleId } from './arguments.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { clockTime, plain, type Output } from './output.js';
import { ruleLines } from './rule-words.js';
import { loadLeniently } from './setup.js';

interface ShowOptions {
  config?: string;
  json?: boolean;
  compiled?: boolean;
}

/** callbackd rules show */
export function showCommand(rules: Command, output: Output): void {
  rules
    .command('show')
    .argument('<id>', 'id of the rule, or its file', ruleId)
    .description('Show one rule as it is in force, in words, with every default filled in')
    .option('--compiled', 'instead: the rule of json-rules-engine that it becomes, as JSON')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExamples:\n  callbackd rules show sales\n  callbackd rules show sales --compiled')
    .action(async (id: string, options: ShowOptions) => {
      const ready = loadLeniently(options.config, output);
      const { entries } = await openOffice(ready).ruleEntries();
      const entry = entryOf(id, entries, ready.configuration.rulesDir);
      if (options.compiled === true) output.out(compiled(entry, entries, options.json === true));
      else output.out(options.json === true ? JSON.stringify(entry) : describe(entry));
    });
}

function entryOf(id: string, entries: RuleEntries['entries'], rulesDir: string): RuleEntry {
  const entry = entries.find((each) => each.id === id);
  if (entry === undefined) throw unknownRule(id, rulesDir, entries.map((each) => each.id)); // prettier-ignore
  return entry;
}

function compiled({ id, rule, file }: RuleEntry, entries: readonly RuleEntry[], short: boolean): string {
  if (rule === undefined)
    throw new CommandFailure(
      exitCodes.problem,
      `rule "${id}" is not in force: ${file} is broken, and no good version of it is known`,
    );
  const inForce = entries.map((entry) => entry.rule).filter((each): each is Rule => each !== undefined);
  // The priority in an engine that gets all rules: the first one has the highest.
  return JSON.stringify(compile(rule, inForce.length - inForce.indexOf(rule)), undefined, short ? undefined : 2);
}

const states: Record<RuleEntry['state'], string> = {
  good: 'in force as it stands there',
  broken: 'BROKEN: the last good version, below, stays in force',
  missing: 'GONE: the last good version, below, stays in force for now',
  unusable: 'BROKEN, and no good version of it is known: not in force',
};

function describe({ id, rule, file, state, openTasks, lastMatchAt, problems }: RuleEntry): string {
  const matched = lastMatchAt === undefined ? 'never' : clockTime(lastMatchAt, systemClock.now());
  const lines: [string, string][] = [
    ['file', `${file} (${states[state]})`],
    ...(rule === undefined
      ? []
      : [['enabled', rule.enabled ? 'yes' : 'no: it takes no losses, its open tasks go on'] as [string, string]]),
    ...(rule === undefined ? [] : ruleLines(rule)),
    ['open tasks', String(openTasks)],
    ['last match', matched],
  ];
  const width = Math.max(...lines.map(([word]) => word.length));
  return [
    plain(`rule ${id}${rule === undefined ? '' : `: ${rule.name}`}`),
    ...lines.map(([word, text]) => plain(`  ${word.padEnd(width)}  ${text}`)),
    ...problems.map((problem) => plain(`  ${formatProblem(problem)}`)),
  ].join('\n');
}
