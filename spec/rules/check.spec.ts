import { expect, test } from '@jest/globals';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../../lib/config/package-root.js';
import { formatProblem } from '../../lib/config/problem.js';
import { checkAll } from '../../lib/rules/check.js';
import { decide } from '../../lib/rules/decide.js';
import { factTypes } from '../../lib/rules/facts.js';
import { folderWith } from '../config/temporary-folder.js';
import { loss } from './rule-context.js';

const password = { CALLBACKD_ESL_PASSWORD: 'ClueCon' };

test('an empty configuration is valid, and is told what cannot work yet', () => {
  const folder = folderWith({ 'callbackd.json': '{}' });
  const { configuration, rules, schedules, problems, context } = checkAll(join(folder, 'callbackd.json'), {});
  expect(configuration).toBeDefined();
  expect(context).toBeDefined();
  expect(rules).toEqual([]);
  expect(schedules.size).toBe(0);
  expect(problems.map(({ severity }) => severity)).toEqual(Array(5).fill('warning'));
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('no outbound.route'),
    expect.stringContaining('no country'),
    expect.stringContaining('no ESL password'),
    expect.stringContaining('no backfill.dir'),
    expect.stringContaining('there are no rules'),
  ]);
});

test('the shipped samples, with the shipped sounds, have no problems', async () => {
  const folder = folderWith({});
  mkdirSync(join(folder, 'rules'));
  for (const name of ['callbackd.json', 'schedules.json', 'holidays-ru.json'])
    copyFileSync(packageFile('rules', name), join(folder, name));
  copyFileSync(packageFile('rules', '10-sales.json'), join(folder, 'rules', '10-sales.json'));
  const { problems, schedules, rules, context } = checkAll(join(folder, 'callbackd.json'), password);
  expect(problems).toEqual([]);
  expect([...schedules.keys()]).toEqual(['office-hours', 'night-shift']);
  expect(rules.map(({ id }) => id)).toEqual(['sales']);
  expect(await decide(loss(), rules, context!)).toMatchObject({ action: 'callback', rule: { id: 'sales' } });
});

test('the problems of all files at once, by file, line and column', () => {
  const folder = folderWith({
    'callbackd.json': '{"country": "RU", "outbound": {}, "backfill": {"dir": "cdr"}}',
    'schedules.json': '{"a": {"weekly": {"mon": ["9-18"]}}}',
    'rules/10-a.json': '{"name": "a", "ignore": true, "lostDuring": "a"}',
    'rules/20-b.json': '{"name": "b"}',
  });
  const { problems, broken } = checkAll(join(folder, 'callbackd.json'), password);
  expect(broken).toEqual(['a', 'b']);
  expect(problems.map((problem) => formatProblem(problem).slice(folder.length + 1))).toEqual([
    expect.stringMatching(/^callbackd\.json:1:31: warning: no outbound\.route/),
    expect.stringMatching(/^schedules\.json:1:27: a\.weekly\.mon\[0\]: expected a window/),
    expect.stringMatching(/^rules\/10-a\.json:1:45: lostDuring: the schedule "a" has problems of its own/),
    expect.stringMatching(/^rules\/20-b\.json:1:1: expected one action/),
  ]);
});

test('a broken configuration is reported alone', () => {
  const folder = folderWith({ 'callbackd.json': '{', 'schedules.json': '{' });
  const { configuration, problems } = checkAll(join(folder, 'callbackd.json'), {});
  expect(configuration).toBeUndefined();
  expect(problems).toHaveLength(1);
});

test("the schema's facts are the facts there are", () => {
  const schema = JSON.parse(readFileSync(packageFile('rules', 'rule.schema.json'), 'utf8')) as {
    definitions: { condition: { properties: { fact: { enum: string[] } } } };
  };
  expect(schema.definitions.condition.properties.fact.enum).toEqual(Object.keys(factTypes));
});
