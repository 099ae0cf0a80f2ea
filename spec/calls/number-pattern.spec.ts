import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesPattern } from '../../lib/calls/number-pattern.js';

test.each([
  ['+74951230001', '+7495*', true],
  ['+74951230001', '*0001', true],
  ['+74951230001', '+7*000*', true],
  ['+74951230001', '*', true],
  ['', '*', true],
  ['+74951230001', '+74951230001', true],
  ['+74951230001', '+7812*', false],
  ['+74951230001', '4951230001', false],
  ['aba', 'aba*ba', false],
  ['abab', 'ab*ab', true],
  ['a', '', false],
])('%s like %s: %j', (text, pattern, expected) => {
  expect(matchesPattern(text, pattern)).toBe(expected);
});

test('the same as a regular expression', () => {
  const digits = fc.array(fc.constantFrom('0', '1', '2')).map((list) => list.join(''));
  const pattern = fc.array(fc.constantFrom('0', '1', '*')).map((list) => list.join(''));
  fc.assert(
    fc.property(
      digits,
      pattern,
      (text, like) => matchesPattern(text, like) === new RegExp(`^${like.replaceAll('*', '.*')}$`).test(text),
    ),
    { numRuns: 1_000 },
  );
});
