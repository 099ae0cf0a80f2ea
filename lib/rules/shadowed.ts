/** Rules that can never take a call, because one above them takes everything that they could. */
import { formatLostAt, type Rule } from './rule.js';

/** What a rule takes, in a form that is quick to compare: there may be a thousand rules. */
interface Reach {
  rule: Rule;
  any: boolean;
  places: ReadonlySet<string>;
  onlyTransfers: boolean;
  during: string | undefined;
  /** Everything that `when` asks for at once. */
  conditions: readonly string[];
}

/** @param rules in their order. @returns for a rule without a chance the first one above it that takes all */
export function shadowed(rules: readonly Rule[]): Map<Rule, Rule> {
  const found = new Map<Rule, Rule>();
  const above: Reach[] = [];
  for (const rule of rules) {
    if (!rule.enabled) continue;
    const reach = reachOf(rule);
    const upper = above.find((each) => takesAllOf(each, reach));
    if (upper === undefined) above.push(reach);
    else found.set(rule, upper.rule);
  }
  return found;
}

function reachOf(rule: Rule): Reach {
  const { lostAt, lostDuring, when } = rule;
  const parts = when !== undefined && 'all' in when ? when.all : when === undefined ? [] : [when];
  return {
    rule,
    any: lostAt.some(({ kind }) => kind === 'any'),
    places: new Set(lostAt.map(formatLostAt)),
    onlyTransfers: lostAt.every(({ kind }) => kind === 'transfer'),
    during:
      lostDuring === undefined ? undefined : `${lostDuring.outside ? 'outside' : 'during'} ${lostDuring.schedule}`,
    conditions: parts.map((part) => JSON.stringify(part)),
  };
}

function takesAllOf(upper: Reach, lower: Reach): boolean {
  if (upper.during !== undefined && upper.during !== lower.during) return false;
  // minWait is never asked after a transfer, nor of requests.
  if (upper.rule.minWaitMs > lower.rule.minWaitMs && !lower.onlyTransfers) return false;
  if (!upper.conditions.every((each) => lower.conditions.includes(each))) return false;
  return upper.any || (!lower.any && [...lower.places].every((place) => upper.places.has(place)));
}
