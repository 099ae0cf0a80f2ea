import type { Command } from 'commander';
import { removeRuleFile, ruleFiles, unknownRule } from '../rules/rule-folder.js';
import { join } from 'node:path';
import { ruleId } from './arguments.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { openOffice, type Office } from './office.js';
import { plain, type Output } from './output.js';
import { count } from './problems.js';
import { loadLeniently } from './setup.js';
import { tasksTable } from './tasks-table.js';

interface DeleteOptions {
  yes?: boolean;
  config?: string;
  json?: boolean;
}

/** callbackd rules delete */
export function deleteCommand(rules: Command, output: Output): void {
  rules
    .command('delete')
    .argument('<id>', 'id of the rule, or its file', ruleId)
    .description('Remove a rule with its file; its open tasks are cancelled. Shows them first, and asks')
    .option('--yes', 'do not ask')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExamples:\n  callbackd rules delete sales\n  callbackd rules delete sales --yes')
    .action(async (id: string, options: DeleteOptions) => {
      const ready = loadLeniently(options.config, output);
      const { rulesDir } = ready.configuration;
      const office = openOffice(ready);
      const rule = await existing(id, rulesDir, office);
      if (options.yes !== true) await consent(rule, office, output);
      // The rule is known then, and with it whose tasks are to be cancelled, even if no daemon has ever seen it.
      await office.reloadRules();
      for (const name of rule.files) removeRuleFile(rulesDir, name);
      const cancelled = await office.ruleDeleted(id);
      const files = rule.files.map((name) => join(rulesDir, name));
      if (options.json === true) return output.out(JSON.stringify({ id, files, cancelled }));
      output.out(
        `rule ${id} is deleted${cancelled.length === 0 ? '' : `; ${count(cancelled.length, 'open task')} cancelled:`}`,
      );
      if (cancelled.length > 0) output.out(tasksTable(cancelled));
    });
}

interface Existing {
  id: string;
  name: string | undefined;
  /** In the folder; none when its file is gone and its last good version still stands in. */
  files: string[];
  rulesDir: string;
}

async function existing(id: string, rulesDir: string, office: Office): Promise<Existing> {
  const { entries } = await office.ruleEntries();
  const onDisk = ruleFilesOrNone(rulesDir);
  const entry = entries.find((each) => each.id === id);
  const files = onDisk.filter((file) => file.id === id).map(({ name }) => name);
  if (entry === undefined && files.length === 0)
    throw unknownRule(id, rulesDir, [...new Set([...onDisk, ...entries].map((each) => each.id))]);
  if (files.length > 1)
    throw new CommandFailure(
      exitCodes.problem,
      `two files of ${rulesDir} have the id "${id}": ${files.join(', ')}`,
      'rename one of them, or remove it by hand',
    );
  return { id, name: entry?.rule?.name, files, rulesDir };
}

/** A folder that is gone has no files; its rules may still be in force. */
function ruleFilesOrNone(rulesDir: string): ReturnType<typeof ruleFiles> {
  try {
    return ruleFiles(rulesDir);
  } catch {
    return [];
  }
}

/** Shows what will be gone, and asks. @throws CommandFailure without a yes */
async function consent({ id, name, files, rulesDir }: Existing, office: Office, output: Output): Promise<void> {
  const { open } = await office.previewDeletion(id);
  output.out(plain(`rule ${id}${name === undefined ? '' : `: ${name}`}`));
  for (const file of files) output.out(plain(`  ${join(rulesDir, file)} will be removed`));
  output.out(open.length === 0 ? '  no open task of it' : `  ${count(open.length, 'open task')} will be cancelled:`);
  if (open.length > 0) output.out(tasksTable(open));
  if (output.ask === undefined)
    throw new CommandFailure(
      exitCodes.problem,
      'nothing was deleted: there is no terminal to ask on',
      'with --yes it is done without a question',
    );
  const answer = await output.ask(`Delete rule ${id}? [y/N] `);
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new CommandFailure(exitCodes.problem, 'nothing was deleted');
}
