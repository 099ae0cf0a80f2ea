/** The one place that runs json-rules-engine. An engine serves one decision: shared ones skip rules when runs overlap. */
import { Engine, type EngineResult } from 'json-rules-engine';
import { isOpen, type Schedules } from '../time/schedule.js';
import { compile } from './compile.js';
import { factValues, type LossFacts } from './facts.js';
import { matchesPattern } from './number-pattern.js';
import type { Rule } from './rule.js';

export interface Run {
  facts: LossFacts;
  /** Keys of the loss, see match.ts. */
  keys: readonly string[];
  schedules: Schedules;
  country?: string | undefined;
  /** Stop at the first rule that holds. */
  firstOnly: boolean;
}

/** Tries the rules in their order. Rejects when one of them can't be evaluated. */
export async function runEngine(rules: readonly Rule[], run: Run): Promise<EngineResult> {
  const engine = new Engine();
  addOperators(engine, run.schedules);
  for (const [fact, value] of Object.entries(factValues(run.facts, run.keys, run.country))) engine.addFact(fact, value);
  const variables = run.facts.variables ?? {};
  engine.addFact('variable', ({ name }) =>
    typeof name === 'string' && Object.hasOwn(variables, name) ? variables[name] : null,
  );
  // Equal priorities would all fire, and 0 counts as 1: so they go down to 1, each once.
  rules.forEach((rule, index) => engine.addRule(compile(rule, rules.length - index)));
  if (run.firstOnly) engine.on('success', () => void engine.stop());
  return engine.run();
}

function addOperators(engine: Engine, schedules: Schedules): void {
  const open = new Map<string, boolean>();
  const isOpenAt = (instant: number, name: string): boolean => {
    const schedule = schedules.get(name);
    if (schedule === undefined) throw new Error(`there is no schedule "${name}"`);
    const known = open.get(name);
    if (known !== undefined) return known;
    const now = isOpen(schedule, instant);
    open.set(name, now);
    return now;
  };
  engine.addOperator<number, string>('during', isOpenAt);
  engine.addOperator<number, string>('outside', (instant, name) => !isOpenAt(instant, name));
  engine.addOperator<unknown, unknown[]>('oneOf', (value, list) => list.includes(value));
  engine.addOperator<unknown, string>(
    'matches',
    (value, pattern) => typeof value === 'string' && matchesPattern(value, pattern),
  );
}
