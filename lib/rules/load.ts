/** The rules directory: every rule in its order, and all that is wrong with the files. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JsonFile } from '../config/json-file.js';
import { fileProblem, type Problem } from '../config/problem.js';
import { whyUnreadable } from '../config/text-file.js';
import type { Rule, RuleContext } from './rule.js';
import { loadRule, parseRuleFileName } from './rule-file.js';
import { shadowed } from './shadowed.js';

export interface LoadedRules {
  /** Those without errors, in order: by NN, then by id. Disabled ones included. */
  rules: Rule[];
  problems: Problem[];
  /** Ids whose file is there but can't be used: not the same as deleted. */
  broken: string[];
  /** The same with their files. */
  brokenFiles: { id: string; order: number; file: string }[];
  /** False when the directory isn't there or can't be read: then nothing counts as deleted. */
  readable: boolean;
}

/** Loads all `NN-id.json` of the directory. Never throws because of what is in it. */
export function loadRules(dir: string, context: RuleContext): LoadedRules {
  let all: string[];
  try {
    all = readdirSync(dir).sort(byOrder);
  } catch (error) {
    return { rules: [], broken: [], brokenFiles: [], ...unreadable(dir, error) };
  }
  const loaded: LoadedRules = { rules: [], problems: [], broken: [], brokenFiles: [], readable: true };
  const fileOf = new Map<string, string>();
  const written = new Map<Rule, JsonFile | undefined>();
  for (const name of all.filter(isMeantAsRule)) {
    const file = join(dir, name);
    const parsed = parseRuleFileName(name);
    const id = parsed?.id;
    const other = id === undefined ? undefined : fileOf.get(id);
    if (other !== undefined) {
      loaded.problems.push(fileProblem(file, `the id "${id}" is taken by ${other}: each rule needs its own`));
      continue;
    }
    if (id !== undefined) fileOf.set(id, name);
    const { rule, json, problems } = loadRule(file, context);
    loaded.problems.push(...problems);
    if (rule !== undefined) {
      loaded.rules.push(rule);
      written.set(rule, json);
    } else if (parsed !== undefined) {
      loaded.broken.push(parsed.id);
      loaded.brokenFiles.push({ ...parsed, file });
    }
  }
  loaded.problems.push(...unreached(loaded.rules, written), ...notTaken(dir, all));
  return loaded;
}

/** Warnings for the rules that never have their turn. */
function unreached(rules: readonly Rule[], written: ReadonlyMap<Rule, JsonFile | undefined>): Problem[] {
  return [...shadowed(rules)].flatMap(([rule, upper]) => {
    const message = `this rule never takes a call: rule "${upper.id}" above it (${basename(upper.file)}) takes everything that it could; move one of them, or narrow the upper one`;
    return written.get(rule)?.problem([], message, { severity: 'warning' }) ?? [];
  });
}

/** Schemas, hidden files and what editors leave behind lie there too. */
function isMeantAsRule(name: string): boolean {
  return name.endsWith('.json') && !name.startsWith('.') && !name.endsWith('.schema.json');
}

/** Warnings for the files that look like rules and are none because of their ending. */
function notTaken(dir: string, names: readonly string[]): Problem[] {
  const message = 'this is not taken for a rule: the names of rules end in .json, in small letters';
  return names
    .filter((name) => !name.endsWith('.json') && /^\d+-.*\.(json|jsonc|json5)$/i.test(name))
    .map((name) => fileProblem(join(dir, name), message, 'warning'));
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
    // A folder that is renamed or not mounted deletes nothing.
    return { problems: [fileProblem(dir, message, 'warning')], readable: false };
  }
  return { problems: [fileProblem(dir, `the rules folder ${whyUnreadable(error)}`)], readable: false };
}
