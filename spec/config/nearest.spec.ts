import { expect, test } from '@jest/globals';
import { nearest } from '../../lib/config/nearest.js';

test.each([
  ['hots', 'host'],
  ['Host', 'host'],
  ['passwrodFile', 'passwordFile'],
  ['pass', 'passwordFile'],
  ['ports', 'port'],
  ['x', undefined],
  ['database', undefined],
  ['h'.repeat(100_000), undefined],
])('%s is meant to be %s', (word, expected) => {
  expect(nearest(word, ['host', 'port', 'passwordFile'])).toBe(expected);
});
