import { expect, test } from '@jest/globals';
import type { Problem } from '../../lib/config/problem.js';
import { soundParts } from '../../lib/config/sound-parts.js';

const at = (path: string): Problem => ({ file: 'f', line: 1, column: 1, path, message: 'wrong', severity: 'error' });

test('keys with a problem, or one within, are left out', () => {
  const value = { a: 1, ab: 2, b: { c: 3 }, d: [4], e: { f: 5 } };
  expect(soundParts(value, [at('a'), at('b.c'), at('d[0]')], [])).toEqual({ ab: 2, e: { f: 5 } });
});

test('named objects are gone through, even when a key is missing in them', () => {
  const value = { in: { good: 1, bad: [2] }, other: { good: 1, bad: 2 } };
  const problems = [at('in'), at('in.bad[0]'), at('other.bad')];
  expect(soundParts(value, problems, ['in'])).toEqual({ in: { good: 1 } });
});

test('what is no object has no parts', () => {
  for (const value of [null, [], 'text', 5]) expect(soundParts(value, [at('')], ['in'])).toBeUndefined();
});
