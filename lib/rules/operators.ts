/** The operators of a condition: those of json-rules-engine that are safe, and callbackd's own (engine.ts). */
import type { FactKind } from './facts.js';

/** What each says of fact and value, for the editor. */
export const operatorMeanings = {
  equal: 'the fact is the value',
  notEqual: 'the fact is another than the value, or not known',
  lessThan: 'the fact is less than the value',
  lessThanInclusive: 'the fact is at most the value',
  greaterThan: 'the fact is more than the value',
  greaterThanInclusive: 'the fact is at least the value',
  in: 'the fact is one of the list',
  notIn: 'the fact is none of the list',
  oneOf: 'the fact is one of the list; the same as "in"',
  matches: 'the fact is like the value, in which * stands for any characters, such as "+7495*"',
  during: 'the fact "lostAt" is in the opening hours of this schedule',
  outside: 'the fact "lostAt" is not in the opening hours of this schedule',
} as const;

/** Those that compare with a list. */
export const listOperators: readonly string[] = ['in', 'notIn', 'oneOf'];

const comparisons = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'];
const equality = ['equal', 'notEqual'];

/** The operators that make sense of each kind of fact. */
export const operatorsOf: Readonly<Record<FactKind, readonly string[]>> = {
  text: [...equality, ...listOperators, 'matches'],
  phone: [...equality, ...listOperators, 'matches'],
  count: [...equality, ...comparisons, ...listOperators],
  span: [...equality, ...comparisons, ...listOperators],
  flag: equality,
  time: ['during', 'outside'],
};
