/** The decision about one lost call: the first enabled rule that takes it, and why the others before it don't. */
import type { EngineResult } from 'json-rules-engine';
import { requestRule } from './callback-defaults.js';
import { runEngine, type Run } from './engine.js';
import type { LossFacts } from './facts.js';
import { candidates, indexOf, keysOf } from './match.js';
import { elsewhere, failure, placeOf } from './reason.js';
import type { CallbackTarget, Rule, RuleContext } from './rule.js';

export interface Decision {
  /** The rule that took it; the built-in rule "request" for a request that no rule of the admin takes. */
  rule?: Rule;
  /** `none`: no rule takes it. */
  action: 'callback' | 'ignore' | 'none';
  /** One for each rule that was looked at, in order, the one that took it last. */
  reasons: RuleReason[];
}

export interface RuleReason {
  /** Id of the rule. */
  rule: string;
  matched: boolean;
  /** One short sentence. */
  reason: string;
}

export interface DecideOptions {
  /** A task's own rule: it counts although it has been disabled since. */
  ownRule?: string;
}

/** Reasons of rules for other places are told one by one up to this number of rules. */
const reasonsAtMost = 50;

/**
 * Decides. Pure: the same arguments give the same decision. `rules` in their order, as loaded, and never changed
 * afterwards (their index is kept).
 */
export async function decide(
  facts: LossFacts,
  rules: readonly Rule[],
  context: RuleContext,
  options: DecideOptions = {},
): Promise<Decision> {
  const run = runOf(facts, context, true);
  const counts = (rule: Rule): boolean => rule.enabled || rule.id === options.ownRule;
  const looked = candidates(indexOf(rules), run.keys);
  const outcome = await evaluate(looked.map((position) => rules[position]!).filter(counts), run, context.timezone);
  const rule = outcome.rule ?? (facts.requested ? builtIn(facts, context) : undefined);
  const last = outcome.rule === undefined ? rules.length - 1 : rules.indexOf(outcome.rule);
  const reasons = reasonsUpTo(last, rules, looked, outcome.reasons, facts);
  if (outcome.rule === undefined && rule !== undefined) {
    reasons.push({
      rule: rule.id,
      matched: true,
      reason: 'the client asked to be called back, and no other rule takes it',
    });
  }
  return { ...(rule === undefined ? {} : { rule }), action: rule?.action.kind ?? 'none', reasons };
}

/** What each rule says of the loss, the ones after the first match and the disabled ones included. */
export async function explain(facts: LossFacts, rules: readonly Rule[], context: RuleContext): Promise<RuleReason[]> {
  const run = runOf(facts, context, false);
  const { reasons } = await evaluate(rules, run, context.timezone);
  return rules.map((rule) => {
    const told = reasons.get(rule.id) ?? { rule: rule.id, matched: false, reason: 'not evaluated' };
    return rule.enabled ? told : { rule: rule.id, matched: false, reason: `disabled; else: ${told.reason}` };
  });
}

function runOf(facts: LossFacts, { schedules, country }: RuleContext, firstOnly: boolean): Run {
  return { facts, keys: keysOf(facts, country), schedules, country, firstOnly };
}

interface Outcome {
  rule?: Rule;
  /** By rule id. */
  reasons: Map<string, RuleReason>;
}

/** When the engine refuses the lot because of one rule, each is tried alone: one bad rule must not lose the client. */
async function evaluate(rules: readonly Rule[], run: Run, timezone: string): Promise<Outcome> {
  if (rules.length === 0) return { reasons: new Map() };
  try {
    return outcomeOf(rules, await runEngine(rules, run), run.facts, timezone);
  } catch (error) {
    const [only, ...others] = rules;
    if (only === undefined) return { reasons: new Map() };
    if (others.length > 0) return oneByOne(rules, run, timezone);
    const reason = `can't be evaluated: ${error instanceof Error ? error.message : String(error)}`;
    return { reasons: new Map([[only.id, { rule: only.id, matched: false, reason }]]) };
  }
}

async function oneByOne(rules: readonly Rule[], run: Run, timezone: string): Promise<Outcome> {
  const reasons = new Map<string, RuleReason>();
  let first: Rule | undefined;
  for (const rule of rules) {
    const alone = await evaluate([rule], run, timezone);
    for (const [id, reason] of alone.reasons) reasons.set(id, reason);
    first ??= alone.rule;
    if (first !== undefined && run.firstOnly) break;
  }
  return { ...(first === undefined ? {} : { rule: first }), reasons };
}

function outcomeOf(rules: readonly Rule[], result: EngineResult, facts: LossFacts, timezone: string): Outcome {
  const reasons = new Map<string, RuleReason>();
  const held = new Set(result.results.map(({ name }) => name));
  const failed = new Map(result.failureResults.map((one) => [one.name, one]));
  let first: Rule | undefined;
  for (const rule of rules) {
    const failedResult = failed.get(rule.id);
    if (held.has(rule.id)) {
      first ??= rule;
      reasons.set(rule.id, { rule: rule.id, matched: true, reason: `lost at ${placeOf(facts)}, everything holds` });
    } else if (failedResult !== undefined) {
      reasons.set(rule.id, { rule: rule.id, matched: false, reason: failure(rule, failedResult, facts, timezone) });
    }
  }
  return { ...(first === undefined ? {} : { rule: first }), reasons };
}

/** The reasons of the rules up to the position, in order; few rules: also those of the rules for other places. */
function reasonsUpTo(
  last: number,
  rules: readonly Rule[],
  looked: readonly number[],
  told: ReadonlyMap<string, RuleReason>,
  facts: LossFacts,
): RuleReason[] {
  const place = placeOf(facts);
  const all = rules.length <= reasonsAtMost;
  const positions = all ? rules.map((_, position) => position) : looked;
  const lookedAt = new Set(looked);
  const reasons: RuleReason[] = [];
  for (const position of positions) {
    if (position > last) break;
    const rule = rules[position]!;
    const reason = told.get(rule.id);
    if (reason !== undefined) reasons.push(reason);
    else if (!rule.enabled) reasons.push({ rule: rule.id, matched: false, reason: 'disabled' });
    else if (!lookedAt.has(position)) reasons.push({ rule: rule.id, matched: false, reason: elsewhere(rule, place) });
  }
  return reasons;
}

/** A request is called back by where the client asked. */
function builtIn({ queue, extension }: LossFacts, context: RuleContext): Rule | undefined {
  const to: CallbackTarget | undefined =
    queue !== undefined ? { queue } : extension !== undefined ? { extension } : undefined;
  return to === undefined ? undefined : requestRule(to, context);
}
