/** A rule as one rule of json-rules-engine. Each part of it has a name, by which the reasons are told. */
import type { RuleProperties, TopLevelCondition } from 'json-rules-engine';
import { keysFact } from './facts.js';
import { formatLostAt, type Rule } from './rule.js';

/** The parts of a compiled rule, in the order in which a reason is looked for. */
export type Part = 'lostAt' | 'lostDuring' | 'minWait' | 'when';

/** @param priority at least 1; the engine tries the highest first. */
export function compile(rule: Rule, priority: number): RuleProperties {
  const parts: (TopLevelCondition & { name: Part })[] = [{ name: 'lostAt', any: rule.lostAt.map(takes) }];
  if (rule.lostDuring !== undefined) {
    const { schedule, outside } = rule.lostDuring;
    const operator = outside ? 'outside' : 'during';
    parts.push({ name: 'lostDuring', all: [{ fact: 'lostAt', operator, value: schedule }] });
  }
  if (rule.minWaitMs > 0) {
    parts.push({
      name: 'minWait',
      any: [
        { fact: 'waited', operator: 'greaterThanInclusive', value: rule.minWaitMs / 1_000 },
        { fact: 'place', operator: 'equal', value: 'transfer' },
        { fact: 'requested', operator: 'equal', value: true },
      ],
    });
  }
  if (rule.when !== undefined) parts.push({ name: 'when', all: [rule.when] });
  return { name: rule.id, priority, conditions: { all: parts }, event: { type: 'matched', params: { rule: rule.id } } };
}

function takes(place: Rule['lostAt'][number]): { fact: string; operator: string; value: string } {
  return { fact: keysFact, operator: 'contains', value: formatLostAt(place) };
}
