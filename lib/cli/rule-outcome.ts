/** What the rules would do with a loss, and when. */
import { decide } from '../rules/decide.js';
import type { LossFacts } from '../rules/facts.js';
import type { CallbackAction, Rule, RuleContext } from '../rules/rule.js';
import { targetFor } from '../rules/targets.js';
import { RuleBook } from '../tasks/rule-book.js';
import { plain } from './output.js';
import { targetText } from './rule-words.js';
import { zoneTime } from './zone-time.js';

/** Rules, and what they are decided with. */
export interface RuleSet {
  rules: readonly Rule[];
  context: RuleContext;
}

export interface RuleOutcome {
  action: 'callback' | 'ignore' | 'none';
  /** Id and name of the rule that takes it. */
  rule?: string;
  name?: string;
  callback?: CallbackAction;
  /** Who is rung for this call, in words. */
  rings?: string;
  /** When the first attempt is due, ms since 1970 UTC; absent when the schedule never opens again. */
  firstAt?: number;
  /** When the client is given up; absent: never. */
  expiresAt?: number;
}

export async function outcomeOf(facts: LossFacts, { rules, context }: RuleSet): Promise<RuleOutcome> {
  const { rule, action } = await decide(facts, rules, context);
  if (rule === undefined) return { action };
  const named = { action, rule: rule.id, name: rule.name };
  const { action: callback } = rule;
  if (callback.kind !== 'callback') return named;
  const plan = new RuleBook([rule], context, []).planOf(rule.id);
  const firstAt = plan?.opening(facts.lostAt + (plan.afterMs[0] ?? 0));
  const expiresAt = plan?.expiry(facts.lostAt);
  return {
    ...named,
    callback,
    rings: ringsText(callback, facts, context),
    ...(firstAt !== undefined && { firstAt }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function ringsText({ to }: CallbackAction, { dialled }: LossFacts, { country }: RuleContext): string {
  const target = targetFor(to, dialled, country);
  return target === undefined
    ? `nobody (the rule has no target for ${dialled === undefined ? 'an unknown number' : `the number ${dialled}`})`
    : targetText(target);
}

/** "called back by sales through queue sales@default, first at Mon 2026-11-23 09:00" */
export function outcomeText({ action, rule = '', ...outcome }: RuleOutcome, timezone: string): string {
  if (action === 'none') return 'nobody: no rule takes it';
  if (action === 'ignore') return `nobody: rule ${plain(rule)} ignores it`;
  return plain(`called back by ${rule} ${throughText(outcome, timezone)}`);
}

/** "through queue sales@default, first at Mon 2026-11-23 09:00" */
export function throughText({ callback, rings, firstAt }: Omit<RuleOutcome, 'action'>, timezone: string): string {
  if (callback === undefined) return '';
  const never = `never: ${callback.during ?? 'the schedule'} does not open any more`;
  const when = firstAt === undefined ? never : `first at ${zoneTime(firstAt, timezone)}`;
  return `through ${rings ?? targetText(callback.to)}, ${when}`;
}
