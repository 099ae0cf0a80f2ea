import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../lib/config/json-file.js';
import type { Problem } from '../../lib/config/problem.js';
import type { WrittenCondition } from '../../lib/rules/condition-schema.js';
import { readWhen } from '../../lib/rules/condition.js';
import { checkContradictions } from '../../lib/rules/contradiction.js';
import { decide } from '../../lib/rules/decide.js';
import type { LostAt } from '../../lib/rules/rule.js';
import { context, loss, rule } from './rule-context.js';

function warnings(when: WrittenCondition, lostAt: LostAt[] = [{ kind: 'any' }]): string[] {
  const problems: Problem[] = [];
  checkContradictions(parseJson('f', JSON.stringify({ when })).json!, when, lostAt, problems);
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

const is = (fact: string, operator: string, value: WrittenCondition['value']): WrittenCondition =>
  ({ fact, operator, value }) as WrittenCondition;

describe('what never holds together is told', () => {
  it.each<[string, WrittenCondition[]]>([
    ['two values', [is('queue', 'equal', 'a'), is('queue', 'equal', 'b')]],
    ['a value and its opposite', [is('requested', 'equal', true), is('requested', 'notEqual', true)]],
    ['a value outside a list', [is('queue', 'in', ['a', 'b']), is('queue', 'equal', 'c')]],
    ['a value in a forbidden list', [is('queue', 'notIn', ['a', 'b']), is('queue', 'equal', 'a')]],
    ['two limits', [is('waited', 'lessThan', '10s'), is('waited', 'greaterThan', 20)]],
    ['limits that only touch', [is('waited', 'lessThanInclusive', 10), is('waited', 'greaterThan', '10s')]],
    ['a value beyond a limit', [is('timesLostToday', 'equal', 1), is('timesLostToday', 'greaterThan', 1)]],
    ['within and outside', [is('lostAt', 'during', 'weekend'), is('lostAt', 'outside', 'weekend')]],
  ])('%s', (_, all) => {
    expect(warnings({ all })).toEqual([
      expect.stringMatching(/^when\.all\[1\]: .* never holds together with .*when\.all\[0\]/),
    ]);
    expect(warnings({ all: [{ all: [all[0]!] }, all[1]!] })).toHaveLength(1);
  });

  it('three that only together can not hold', () => {
    const all = [is('queue', 'in', ['a', 'b']), is('queue', 'notEqual', 'a'), is('queue', 'notEqual', 'b')];
    expect(warnings({ all })).toEqual([expect.stringMatching(/^when\.all\[2\]/)]);
  });

  it('the first time today is 1, not 0', () => {
    expect(warnings(is('timesLostToday', 'equal', 0))).toEqual([
      'when: "timesLostToday" equal 0 never holds, this loss is counted too, so it is at least 1: the rule would take no call',
    ]);
    expect(warnings(is('timesLostThisWeek', 'lessThan', 1))).toHaveLength(1);
    expect(warnings(is('timesLostToday', 'lessThanInclusive', 1))).toEqual([]);
  });

  it('a place that lostAt leaves out', () => {
    const inQueue: LostAt[] = [{ kind: 'queue', name: 'q' }];
    expect(warnings(is('place', 'equal', 'voicemail'), inQueue)).toHaveLength(1);
    expect(warnings(is('place', 'equal', 'transfer'), inQueue)).toEqual([]);
    expect(warnings(is('place', 'equal', 'voicemail'), [...inQueue, { kind: 'voicemail' }])).toEqual([]);
    expect(warnings(is('place', 'equal', 'voicemail'), [{ kind: 'dialled', name: '+74951234567' }])).toEqual([]);
  });
});

describe('what can hold is not told', () => {
  it.each<[string, WrittenCondition]>([
    ['one of them is enough', { any: [is('queue', 'equal', 'a'), is('queue', 'equal', 'b')] }],
    ['not', { all: [is('queue', 'equal', 'a'), { not: is('queue', 'equal', 'a') }] }],
    ['limits with room', { all: [is('waited', 'greaterThan', '10s'), is('waited', 'lessThan', 20)] }],
    ['limits that meet', { all: [is('waited', 'greaterThanInclusive', 10), is('waited', 'lessThanInclusive', 10)] }],
    ['two schedules', { all: [is('lostAt', 'during', 'weekend'), is('lostAt', 'outside', 'office-hours')] }],
    ['one number in two ways', { all: [is('number', 'equal', '+74951230001'), is('number', 'equal', '84951230001')] }],
    [
      'two variables',
      {
        all: [
          { ...is('variable', 'equal', '1'), params: { name: 'vip' } },
          { ...is('variable', 'equal', '2'), params: { name: 'language' } },
        ],
      },
    ],
  ])('%s', (_, when) => {
    expect(warnings(when)).toEqual([]);
  });
});

it('a rule of which this is told takes no call', async () => {
  const of = fc.constantFrom;
  const leaf: fc.Arbitrary<WrittenCondition> = fc.oneof(
    fc.record({
      fact: of('waited', 'timesLostToday'),
      operator: of('equal', 'notEqual', 'lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'),
      value: of(1, 2, 3),
    }),
    fc.record({ fact: of('queue'), operator: of('equal', 'notEqual'), value: of('a', 'b') }),
    fc.record({
      fact: of('queue'),
      operator: of('in', 'notIn', 'oneOf'),
      value: of<string[]>(['a'], ['b'], ['a', 'b']),
    }),
  );
  const conditions = fc.array(leaf, { minLength: 2, maxLength: 4 });
  const facts = fc.record({ waited: of(1, 2, 3), timesLostToday: of(1, 2, 3), queue: of('a', 'b', 'c') }).map(loss);
  let told = 0;
  await fc.assert(
    fc.asyncProperty(conditions, facts, async (all, of) => {
      if (warnings({ all }).length === 0) return;
      told++;
      const json = parseJson('f', '{}').json!;
      const taken = await decide(of, [rule('r', { when: readWhen(json, ['when'], { all }, context, []) })], context);
      expect(taken.rule).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
  expect(told).toBeGreaterThan(50);
});
