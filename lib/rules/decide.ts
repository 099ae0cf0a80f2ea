/** The decision about one lost call: the first enabled rule that takes it, and why the others before it don't. */
import { requestRule } from './callback-defaults.js';
import { evaluate, firstThatTakes, type RuleReason } from './evaluate.js';
import type { LossFacts } from './facts.js';
import { candidates, indexOf } from './match.js';
import { elsewhere, placeOf } from './reason.js';
import type { CallbackTarget, Rule, RuleContext } from './rule.js';
import { SeenLoss } from './seen-loss.js';

export type { RuleReason } from './evaluate.js';

export interface Decision {
  /** The rule that took it; the built-in rule "request" for a request that no rule of the admin takes. */
  rule?: Rule;
  /** `none`: no rule takes it. */
  action: 'callback' | 'ignore' | 'none';
  /** One for each rule that was looked at, in order, the one that took it last. */
  reasons: RuleReason[];
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
  const loss = new SeenLoss(facts, context);
  const looked = candidates(indexOf(rules), loss.keys);
  const tellAll = rules.length <= reasonsAtMost;
  const fits = new Set(tellAll ? looked : []);
  const place = placeOf(facts);
  const { rule: taken, reasons } = await firstThatTakes(
    tellAll ? rules : looked.map((position) => rules[position]!),
    loss,
    (rule, position) => {
      if (!rule.enabled && rule.id !== options.ownRule) return 'disabled';
      return tellAll && !fits.has(position) ? elsewhere(rule, place) : undefined;
    },
  );
  const rule = taken ?? (facts.requested ? builtIn(facts, context) : undefined);
  if (taken === undefined && rule !== undefined) {
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
  const { reasons } = await evaluate(rules, new SeenLoss(facts, context), false);
  return rules.map((rule) => {
    const told = reasons.get(rule.id) ?? { rule: rule.id, matched: false, reason: 'not evaluated' };
    return rule.enabled ? told : { rule: rule.id, matched: false, reason: `disabled; else: ${told.reason}` };
  });
}

/** A request is called back by where the client asked. */
function builtIn({ queue, extension }: LossFacts, context: RuleContext): Rule | undefined {
  const to: CallbackTarget | undefined =
    queue !== undefined ? { queue } : extension !== undefined ? { extension } : undefined;
  return to === undefined ? undefined : requestRule(to, context);
}
