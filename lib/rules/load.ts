/** The rules directory: every rule in its order, and all that is wrong with the files. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblem, type Problem } from '../config/problem.js';
import { whyUnreadable } from '../config/text-file.js';
import type { Rule, RuleContext } from './rule.js';
import { loadRule, parseRuleFileName } from './rule-file.js';

export interface LoadedRules {
  /** Those without errors, in order: by NN, then by id. Disabled ones included. */
  rules: Rule[];
  problems: Problem[];
  /** Ids whose file is there but can't be used: not the same as deleted. */
  broken: string[];
  /** False when the directory can't be read: then nothing counts as deleted. */
  readable: boolean;
}

/** Loads all `NN-id.json` of the directory. Never throws because of what is in it. */
export function loadRules(dir: string, context: RuleContext): LoadedRules {
  let names: string[];
  try {
    names = readdirSync(dir).filter(isMeantAsRule).sort(byOrder);
  } catch (error) {
    return { rules: [], broken: [], ...unreadable(dir, error) };
  }
  const loaded: LoadedRules = { rules: [], problems: [], broken: [], readable: true };
  const fileOf = new Map<string, string>();
  for (const name of names) {
    const file = join(dir, name);
    const id = parseRuleFileName(name)?.id;
    const other = id === undefined ? undefined : fileOf.get(id);
    if (other !== undefined) {
      loaded.problems.push(fileProblem(file, `the id "${id}" is taken by ${other}: each rule needs its own`));
      continue;
    }
    if (id !== undefined) fileOf.set(id, name);
    const { rule, problems } = loadRule(file, context);
    loaded.problems.push(...problems);
    if (rule !== undefined) loaded.rules.push(rule);
    else if (id !== undefined) loaded.broken.push(id);
  }
  return loaded;
}

/** Schemas, hidden files and what editors leave behind lie there too. */
function isMeantAsRule(name: string): boolean {
  return name.endsWith('.json') && !name.startsWith('.') && !name.endsWith('.schema.json');
}

function byOrder(a: string, b: string): number {
  const left = parseRuleFileName(a);
  const right = parseRuleFileName(b);
  const difference = (left?.order ?? 0) - (right?.order ?? 0);
  if (difference !== 0) return difference;
  const [x, y] = [left?.id ?? a, right?.id ?? b];
  return x < y ? -1 : x > y ? 1 : 0;
}

function unreadable(dir: string, error: unknown): Pick<LoadedRules, 'problems' | 'readable'> {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    const message = 'there is no such folder, so there are no rules: lost calls are recorded and nobody is called back';
    return { problems: [fileProblem(dir, message, 'warning')], readable: true };
  }
  return { problems: [fileProblem(dir, `the rules folder ${whyUnreadable(error)}`)], readable: false };
}
