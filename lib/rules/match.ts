/**
 * Which rules come into question for a loss: an index by place, queue, extension, group, menu and dialled number, so that a
 * thousand rules cost what the few cost that name this place.
 */
import { comparable, type LossFacts } from './facts.js';
import { formatLostAt, type Rule } from './rule.js';

/** Positions in the list of rules, by key. */
export type RuleIndex = ReadonlyMap<string, readonly number[]>;

const indexes = new WeakMap<readonly Rule[], RuleIndex>();

/** The index of a list of rules, made once; the list must not be changed afterwards. */
export function indexOf(rules: readonly Rule[]): RuleIndex {
  let index = indexes.get(rules);
  if (index === undefined) {
    index = buildIndex(rules);
    indexes.set(rules, index);
  }
  return index;
}

function buildIndex(rules: readonly Rule[]): RuleIndex {
  const index = new Map<string, number[]>();
  rules.forEach((rule, position) => {
    for (const key of new Set(rule.lostAt.map(formatLostAt))) {
      const positions = index.get(key);
      if (positions === undefined) index.set(key, [position]);
      else positions.push(position);
    }
  });
  return index;
}

/** The keys of a loss: what `lostAt` of a rule may say of it. The first one is the most telling. */
export function keysOf(facts: LossFacts, country?: string): string[] {
  const { place, queue, extension, group, menu, dialled, messageLeft } = facts;
  const keys: string[] = [];
  if (queue !== undefined) keys.push(`queue:${queue}`);
  if (extension !== undefined) keys.push(`extension:${extension}`);
  if (group !== undefined) keys.push(`group:${group}`);
  if (menu !== undefined) keys.push(`ivr:${menu}`);
  if (place === 'transfer' || place === 'dialplan') keys.push(place);
  // After a transfer the place is `transfer`; that he was in a voicemail shows in whether he left a message.
  if (place === 'voicemail' || messageLeft !== undefined) keys.push('voicemail');
  if (dialled !== undefined) keys.push(`dialled:${comparable(dialled, country)}`);
  return [...keys, 'any'];
}

/** Positions of the rules that take one of the keys, in the order of the rules. */
export function candidates(index: RuleIndex, keys: readonly string[]): number[] {
  const lists = keys.map((key) => index.get(key)).filter((list) => list !== undefined);
  if (lists.length === 1) return [...lists[0]!];
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}
