import { expect, test } from '@jest/globals';
import { meantExample, meantKey, meantTimezone, meantWord } from '../../lib/config/likely-meant.js';

const operators = ['equal', 'notEqual', 'greaterThan', 'greaterThanInclusive', 'matches'];

test.each([
  ['>=', '; did you mean "greaterThanInclusive"?'],
  ['==', '; did you mean "equal"?'],
  ['like', '; did you mean "matches"?'],
  ['greaterthen', '; did you mean "greaterThan"?'],
  ['<', ''],
  ['constructor', ''],
])('the operator %s', (found, expected) => {
  expect(meantWord(found, operators)).toBe(expected);
});

const places = ['any', 'queue:sales@default', 'voicemail'];

test.each([
  ['que:help', '; did you mean "queue:help"?'],
  ['queue=help', '; did you mean "queue:help"?'],
  ['Queue:fifo:hotline', '; did you mean "queue:fifo:hotline"?'],
  ['queue', '; did you mean "queue:NAME"?'],
  ['voice', '; did you mean "voicemail"?'],
  ['queue:a\u0000b', ''],
  ['telegram', ''],
  ['', ''],
])('the place %j', (found, expected) => {
  expect(meantExample(found, places)).toBe(expected);
});

test.each([
  ['Monday', ['^(mon|tue)$'], '; did you mean "mon"?'],
  ['Office Hours', ['^[a-z0-9-]+$'], '; did you mean "office-hours"?'],
  ['01.01.2027', ['^20\\d\\d-\\d\\d-\\d\\d$'], ''],
])('the key %s', (found, patterns, expected) => {
  expect(meantKey(found, patterns)).toBe(expected);
});

test.each([
  ['Moscow', '; did you mean "Europe/Moscow"?'],
  ['new york', '; did you mean "America/New_York"?'],
  ['Europe/Moskow', '; did you mean "Europe/Moscow"?'],
  ['the office', ''],
])('the time zone %s', (found, expected) => {
  expect(meantTimezone(found)).toBe(expected);
});
