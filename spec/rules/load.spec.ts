import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem } from '../../lib/config/problem.js';
import { factTypes } from '../../lib/rules/facts.js';
import { decide } from '../../lib/rules/decide.js';
import { loadRules } from '../../lib/rules/load.js';
import { spokenFacts } from '../../lib/rules/prompt-schema.js';
import { toKeys } from '../../lib/rules/target-schema.js';
import { loadRule } from '../../lib/rules/rule-file.js';
import { folderWith } from '../config/temporary-folder.js';
import { context, loss } from './rule-context.js';

const ignore = '{"name": "n", "ignore": true}';

test('in the order of NN, then of the id', () => {
  const at = (lostAt: string): string => JSON.stringify({ name: 'n', lostAt, ignore: true });
  const folder = folderWith({
    '100-a.json': ignore,
    '20-c.json': at('transfer'),
    '20-b.json': at('voicemail'),
    '09-d.json': at('dialplan'),
  });
  const { rules, problems, broken, readable } = loadRules(folder, context);
  expect(rules.map(({ order, id }) => `${order} ${id}`)).toEqual(['9 d', '20 b', '20 c', '100 a']);
  expect({ problems, broken, readable }).toEqual({ problems: [], broken: [], readable: true });
});

test('what is no rule is left alone, what is meant as one is not', () => {
  const folder = folderWith({
    'rule.schema.json': '{}',
    '.10-x.json': 'editor',
    '10-x.json~': 'editor',
    'README.md': 'text',
    'sales.json': ignore,
    '10-broken.json': '{',
    '10-good.json': ignore,
    '30-good.json': ignore,
  });
  mkdirSync(join(folder, '40-folder.json'));
  const { rules, problems, broken } = loadRules(folder, context);
  expect(rules.map(({ id }) => id)).toEqual(['good']);
  expect(broken).toEqual(['broken', 'folder']);
  expect(problems.map((problem) => formatProblem(problem).slice(folder.length + 1))).toEqual([
    expect.stringContaining('sales.json:1:1: the name of a rule file is NN-id.json'),
    '10-broken.json:1:2: not valid JSON: expected "}"',
    '30-good.json:1:1: the id "good" is taken by 10-good.json: each rule needs its own',
    '40-folder.json:1:1: a folder, not a file',
  ]);
});

test('no folder is a warning, a file in its place an error; after neither anything counts as deleted', () => {
  const folder = folderWith({ rules: '' });
  expect(loadRules(join(folder, 'none'), context)).toMatchObject({
    readable: false,
    problems: [{ severity: 'warning' }],
  });
  expect(loadRules(join(folder, 'rules'), context)).toMatchObject({
    readable: false,
    problems: [{ severity: 'error' }],
  });
});

test('whatever stands in a rule file, there is a rule that can be decided with, or a problem', async () => {
  const leaf = fc.record(
    {
      fact: fc.constantFrom(...Object.keys(factTypes), 'nothing', '__proto__'),
      operator: fc.constantFrom(
        'equal',
        'in',
        'oneOf',
        'matches',
        'during',
        'outside',
        'lessThan',
        'notEqual',
        'contains',
      ),
      value: fc.oneof(fc.constantFrom<unknown>('office-hours', '5s', 'queue', ['a'], [1], true, 3), fc.jsonValue()),
      params: fc.record({ name: fc.constantFrom('vip', 'x') }),
    },
    { requiredKeys: ['fact', 'operator', 'value'] },
  );
  const right = fc.constantFrom<object>(
    { fact: 'queue', operator: 'in', value: ['a'] },
    { fact: 'name', operator: 'matches', value: '*x*' },
    { fact: 'lostAt', operator: 'outside', value: 'weekend' },
    { fact: 'waited', operator: 'lessThan', value: '5s' },
    { fact: 'lastReached', operator: 'greaterThan', value: 1 },
    { fact: 'variable', params: { name: 'vip' }, operator: 'notIn', value: ['x'] },
  );
  const { condition } = fc.letrec((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3 },
      { arbitrary: right, weight: 5 },
      leaf,
      fc.record({ all: fc.array(tie('condition'), { maxLength: 2 }) }),
      fc.record({ any: fc.array(tie('condition'), { maxLength: 2 }) }),
      fc.record({ not: tie('condition') }),
    ),
  }));
  const name = fc.oneof(fc.constantFrom('sales', '1001', '__proto__'), fc.string());
  const plain = fc.oneof(
    fc.constantFrom({ queue: 'q' }, { group: 'sales', step: '5s' }, { lastPhase: true, atOnce: 2 }, { tried: true }),
    fc.dictionary(fc.constantFrom(...toKeys), fc.oneof(name, fc.constant(true), fc.integer(), fc.jsonValue()), { maxKeys: 2 }), // prettier-ignore
  );
  const to = fc.oneof(
    { arbitrary: fc.constant({ queue: 'q' }), weight: 3 },
    plain,
    fc.record({ byDialled: fc.dictionary(fc.oneof(fc.constant('+74951234567'), name), plain), else: plain }),
  );
  const prompt = fc.oneof(
    fc.record({ text: fc.string() }),
    fc.record({ say: fc.constantFrom(...spokenFacts) }),
    fc.record({ file: fc.string() }),
  );
  const written = fc.record(
    {
      name: fc.oneof(fc.constant('n'), fc.jsonValue()),
      lostAt: fc.oneof(fc.constantFrom('any', 'queue:sales@default', 'transfer', 'dialled:1'), fc.jsonValue()),
      lostDuring: fc.oneof(fc.constantFrom('office-hours', { outside: 'weekend' }), fc.jsonValue()),
      minWait: fc.oneof(fc.constantFrom('5s', '9d'), fc.jsonValue()),
      when: condition,
      ignore: fc.constantFrom(true, false),
      callback: fc.oneof(
        fc.jsonValue(),
        fc.record(
          {
            to,
            after: fc.jsonValue(),
            prompt: fc.oneof(fc.constant({ file: 'own.wav' }), prompt, fc.array(prompt), fc.jsonValue()),
            accept: fc.oneof(fc.constant({ key: '1' }), fc.jsonValue()),
            afterwards: fc.oneof(fc.boolean(), fc.jsonValue()),
            priority: fc.oneof(fc.constantFrom('keepPlace', 'callersFirst'), fc.jsonValue()),
            callerId: fc.oneof(fc.constant('+74951234567'), fc.jsonValue()),
          },
          { requiredKeys: ['to'] },
        ),
      ),
    },
    { requiredKeys: [] },
  );
  const ready = fc.record({ name: fc.constant('n'), ignore: fc.constant(true), when: condition });
  const file = join(folderWith({}), '10-any.json');
  let rules = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(written, ready), async (content) => {
      writeFileSync(file, JSON.stringify(content));
      const { rule, problems } = loadRule(file, context);
      expect(problems.some(({ severity }) => severity === 'error')).toBe(rule === undefined);
      if (rule === undefined) return;
      rules++;
      const { reasons } = await decide(loss(), [rule], context);
      expect(reasons).toHaveLength(1);
      expect(reasons[0]?.reason).not.toContain("can't be evaluated");
    }),
    { numRuns: 1_000 },
  );
  expect(rules).toBeGreaterThan(20);
});
