/** Which of some rules takes a loss, and what each says of it. */
import type { EngineResult } from 'json-rules-engine';
import { runEngine } from './engine.js';
import { failure, placeOf } from './reason.js';
import type { Rule } from './rule.js';
import type { SeenLoss } from './seen-loss.js';
import { sureNo } from './sure-no.js';

export interface RuleReason {
  /** Id of the rule. */
  rule: string;
  matched: boolean;
  /** One short sentence. */
  reason: string;
}

interface Outcome {
  /** The first that takes it. */
  rule?: Rule;
  /** By rule id. */
  reasons: Map<string, RuleReason>;
}

/** How many rules an engine gets when only the first that holds is wanted: few at first, then more. */
const chunk = { first: 2, growth: 4 };

/**
 * The first of the rules that takes the loss, and in order why those before it don't.
 * @param noOf why a rule is out of the question; undefined: it may take the loss
 */
export async function firstThatTakes(
  rules: readonly Rule[],
  loss: SeenLoss,
  noOf: (rule: Rule, index: number) => string | undefined,
): Promise<{ rule?: Rule; reasons: RuleReason[] }> {
  const reasons: RuleReason[] = [];
  let open: number[] = [];
  let size = chunk.first;
  for (const [index, rule] of rules.entries()) {
    const no = noOf(rule, index) ?? beforehand(rule, loss);
    reasons.push({ rule: rule.id, matched: false, reason: no ?? 'not evaluated' });
    if (no === undefined) open.push(index);
    // A rule without `when` will take it: there is no need to look further.
    const enough = open.length >= size || (no === undefined && rule.when === undefined);
    if (open.length === 0 || (!enough && index < rules.length - 1)) continue;
    const outcome = await evaluate(
      open.map((each) => rules[each]!),
      loss,
      true,
    );
    for (const each of open) reasons[each] = outcome.reasons.get(rules[each]!.id) ?? reasons[each]!;
    if (outcome.rule !== undefined) {
      return { rule: outcome.rule, reasons: reasons.slice(0, rules.indexOf(outcome.rule) + 1) };
    }
    open = [];
    size *= chunk.growth;
  }
  return { reasons };
}

function beforehand(rule: Rule, loss: SeenLoss): string | undefined {
  try {
    return sureNo(rule, loss);
  } catch (error) {
    return unusable(error);
  }
}

/** When the engine refuses the lot because of one rule, each is tried alone: one bad rule must not lose the client. */
export async function evaluate(rules: readonly Rule[], loss: SeenLoss, firstOnly: boolean): Promise<Outcome> {
  if (rules.length === 0) return { reasons: new Map() };
  try {
    return outcomeOf(rules, await runEngine(rules, loss, firstOnly), loss);
  } catch (error) {
    const [only, ...others] = rules;
    if (only === undefined) return { reasons: new Map() };
    if (others.length > 0) return oneByOne(rules, loss, firstOnly);
    return { reasons: new Map([[only.id, { rule: only.id, matched: false, reason: unusable(error) }]]) };
  }
}

function unusable(error: unknown): string {
  return `can't be evaluated: ${error instanceof Error ? error.message : String(error)}`;
}

async function oneByOne(rules: readonly Rule[], loss: SeenLoss, firstOnly: boolean): Promise<Outcome> {
  const reasons = new Map<string, RuleReason>();
  let first: Rule | undefined;
  for (const rule of rules) {
    const alone = await evaluate([rule], loss, firstOnly);
    for (const [id, reason] of alone.reasons) reasons.set(id, reason);
    first ??= alone.rule;
    if (first !== undefined && firstOnly) break;
  }
  return { ...(first === undefined ? {} : { rule: first }), reasons };
}

function outcomeOf(rules: readonly Rule[], result: EngineResult, loss: SeenLoss): Outcome {
  const reasons = new Map<string, RuleReason>();
  const held = new Set(result.results.map(({ name }) => name));
  const failed = new Map(result.failureResults.map((one) => [one.name, one]));
  let first: Rule | undefined;
  for (const rule of rules) {
    const failedResult = failed.get(rule.id);
    if (held.has(rule.id)) {
      first ??= rule;
      reasons.set(rule.id, {
        rule: rule.id,
        matched: true,
        reason: `lost at ${placeOf(loss.facts)}, everything holds`,
      });
    } else if (failedResult !== undefined) {
      reasons.set(rule.id, { rule: rule.id, matched: false, reason: failure(rule, failedResult, loss) });
    }
  }
  return { ...(first === undefined ? {} : { rule: first }), reasons };
}
