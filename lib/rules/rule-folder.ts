/** The rule files of a folder, by their names. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../config/nearest.js';
import { whyUnreadable } from '../config/text-file.js';
import { EditProblem } from './edit-problem.js';
import { setEnabled } from './edit.js';
import { renumber, type Destination, type Renumbering, type RuleFileName } from './move.js';
import { parseRuleFileName } from './rule-file.js';
import { readForEditing, replaceText, whyUnwritable } from './write-file.js';

/** All files that are named as rules, in their order. @throws EditProblem when the folder can't be read */
export function ruleFiles(dir: string): RuleFileName[] {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch (error) {
    throw new EditProblem(`the rules folder ${dir} ${whyUnreadable(error)}`);
  }
  const files = names.flatMap((name) => {
    const parsed = parseRuleFileName(name);
    return parsed === undefined ? [] : [{ ...parsed, name }];
  });
  return files.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** The one file of a rule. @throws EditProblem with the nearest id when there is none */
export function ruleFile(dir: string, id: string): RuleFileName {
  const files = ruleFiles(dir);
  const found = files.filter((file) => file.id === id);
  const [file, other] = found;
  if (file === undefined)
    throw unknownRule(
      id,
      dir,
      files.map((each) => each.id),
    );
  if (other !== undefined)
    throw new EditProblem(
      `two files of ${dir} have the id "${id}": ${found.map(({ name }) => name).join(', ')}`,
      'rename one of them, or remove it',
    );
  return file;
}

/** There is no such rule. */
export function unknownRule(id: string, dir: string, known: readonly string[]): EditProblem {
  return new EditProblem(
    `there is no rule "${id}" in ${dir}${didYouMean(id, known)}`,
    known.length === 0 ? 'the folder has no rules' : '"callbackd rules list" shows those that there are',
  );
}

/** Enables or disables a rule in its file. False when it stood so already. @throws EditProblem */
export function enableRule(dir: string, id: string, enabled: boolean): boolean {
  const file = join(dir, ruleFile(dir, id).name);
  const text = readForEditing(file);
  const edited = setEnabled(file, text, enabled);
  if (edited === text) return false;
  replaceText(file, edited);
  return true;
}

/** Moves a rule. Returns the files that got another number. @throws EditProblem */
export function moveRule(dir: string, id: string, to: Destination): readonly Renumbering[] {
  ruleFile(dir, id);
  const other = typeof to === 'string' ? undefined : 'before' in to ? to.before : to.after;
  if (other !== undefined) ruleFile(dir, other);
  if (other === id) throw new EditProblem(`rule "${id}" can't stand before or after itself`);
  const changes = renumber(ruleFiles(dir), id, to);
  if (changes === undefined) throw new EditProblem(`no numbers are left in ${dir}`, 'renumber the files by hand');
  renumberFiles(dir, changes);
  return changes;
}

/** Renames files, all of them or none. */
function renumberFiles(dir: string, changes: readonly Renumbering[]): void {
  const taken = changes.find(({ to }) => existsSync(join(dir, to)));
  if (taken !== undefined) throw new EditProblem(`${join(dir, taken.to)} is there already: nothing was renamed`);
  const done: Renumbering[] = [];
  try {
    for (const change of changes) {
      renameSync(join(dir, change.from), join(dir, change.to));
      done.push(change);
    }
  } catch (error) {
    for (const { from, to } of done.reverse()) renameSync(join(dir, to), join(dir, from));
    throw whyUnwritable(dir, error);
  }
}

/** Removes the file of a rule; of a symbolic link, only the link. @throws EditProblem */
export function removeRuleFile(dir: string, name: string): void {
  try {
    rmSync(join(dir, name));
  } catch (error) {
    throw whyUnwritable(dir, error);
  }
}
