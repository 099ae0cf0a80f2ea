import type { Command } from 'commander';
import type { Output } from './output.js';
import { checkCommand } from './rules-check.js';
import { deleteCommand } from './rules-delete.js';
import { enableCommands, moveCommand } from './rules-edit.js';
import { explainCommand } from './rules-explain.js';
import { listCommand } from './rules-list.js';
import { showCommand } from './rules-show.js';
import { tryCommand } from './rules-try.js';

/** callbackd rules list | show | check | enable | disable | move | delete | explain | try */
export function rulesCommand(program: Command, output: Output): void {
  const rules = program
    .command('rules')
    .description('Which lost calls are called back, by whom, when: seen, tried out and edited');
  listCommand(rules, output);
  showCommand(rules, output);
  checkCommand(rules, output);
  enableCommands(rules, output);
  moveCommand(rules, output);
  deleteCommand(rules, output);
  explainCommand(rules, output);
  tryCommand(rules, output);
}
