/** The one place that runs json-rules-engine. An engine serves one decision: shared ones skip rules when runs overlap. */
import { Engine, type EngineResult } from 'json-rules-engine';
import { compile } from './compile.js';
import { matchesPattern } from '../calls/number-pattern.js';
import type { Rule } from './rule.js';
import type { SeenLoss } from './seen-loss.js';

/** Tries the rules in their order, with `firstOnly` up to the first that holds. Rejects when one of them can't be evaluated. */
export async function runEngine(rules: readonly Rule[], loss: SeenLoss, firstOnly: boolean): Promise<EngineResult> {
  const engine = new Engine();
  addOperators(engine, loss);
  for (const [fact, value] of Object.entries(loss.values)) engine.addFact(fact, value);
  engine.addFact('variable', ({ name }) => loss.valueOf('variable', typeof name === 'string' ? name : undefined));
  // Equal priorities would all fire, and 0 counts as 1: so they go down to 1, each once.
  rules.forEach((rule, index) => engine.addRule(compile(rule, rules.length - index)));
  if (firstOnly) engine.on('success', () => void engine.stop());
  return engine.run();
}

function addOperators(engine: Engine, loss: SeenLoss): void {
  engine.addOperator<number, string>('during', (instant, name) => loss.isOpen(name, instant));
  engine.addOperator<number, string>('outside', (instant, name) => !loss.isOpen(name, instant));
  engine.addOperator<unknown, unknown[]>('oneOf', (value, list) => list.includes(value));
  engine.addOperator<unknown, string>(
    'matches',
    (value, pattern) => typeof value === 'string' && matchesPattern(value, pattern),
  );
}
