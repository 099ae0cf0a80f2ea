import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatProblem } from '../../lib/config/problem.js';
import { decide } from '../../lib/rules/decide.js';
import { loadRules } from '../../lib/rules/load.js';
import type { LostAt, Rule } from '../../lib/rules/rule.js';
import { shadowed } from '../../lib/rules/shadowed.js';
import { folderWith } from '../config/temporary-folder.js';
import { context, fridayNoon, loss, rule } from './rule-context.js';

const sales: LostAt = { kind: 'queue', name: 'sales' };
const help: LostAt = { kind: 'queue', name: 'help' };
const transfer: LostAt = { kind: 'transfer' };
const officeHours = { schedule: 'office-hours', outside: false };
const asked = { fact: 'requested', operator: 'equal', value: true };
const often = { fact: 'timesLostToday', operator: 'greaterThan', value: 1 };

function isShadowed(upper: Partial<Rule>, lower: Partial<Rule>): boolean {
  const [above, below] = [rule('upper', upper), rule('lower', lower)];
  return shadowed([above, below]).get(below) === above;
}

describe('a rule never has its turn', () => {
  it.each<[string, Partial<Rule>, Partial<Rule>]>([
    ['below one that takes everything', {}, { lostAt: [sales], lostDuring: officeHours }],
    ['below one for the same places and more', { lostAt: [help, sales] }, { lostAt: [sales] }],
    ['below one in the same hours', { lostDuring: officeHours }, { lostDuring: officeHours }],
    ['below one that takes shorter waits', { minWaitMs: 5_000 }, { minWaitMs: 10_000 }],
    ['for transfers only, where minWait is never asked', { minWaitMs: 5_000 }, { lostAt: [transfer] }],
    ['below one with fewer conditions', { when: { all: [asked] } }, { when: { all: [often, asked] } }],
    ['below one with the same condition', { when: { any: [asked, often] } }, { when: { any: [asked, often] } }],
  ])('%s', (_, upper, lower) => {
    expect(isShadowed(upper, lower)).toBe(true);
  });
});

describe('a rule has its turn', () => {
  it.each<[string, Partial<Rule>, Partial<Rule>]>([
    ['when the upper one is switched off', { enabled: false }, {}],
    ['when the upper one lacks a place', { lostAt: [help] }, { lostAt: [help, sales] }],
    ['when it takes any place', { lostAt: [help] }, {}],
    ['out of the hours of the upper one', { lostDuring: officeHours }, {}],
    ['outside instead of within', { lostDuring: officeHours }, { lostDuring: { ...officeHours, outside: true } }],
    ['after shorter waits', { minWaitMs: 10_000 }, { minWaitMs: 5_000, lostAt: [transfer, sales] }],
    ['when the upper one asks for more', { when: { all: [asked, often] } }, { when: { all: [asked] } }],
    ['when the upper one asks for something', { when: { all: [asked] } }, {}],
  ])('%s', (_, upper, lower) => {
    expect(isShadowed(upper, lower)).toBe(false);
  });

  it('when it is itself switched off: nobody waits for it', () => {
    expect(isShadowed({}, { enabled: false })).toBe(false);
  });
});

it('a rule that is said to have no turn is never the one that takes the call', async () => {
  const of = fc.constantFrom;
  const rules = fc
    .array(
      fc.record({
        lostAt: fc.array(of<LostAt>({ kind: 'any' }, sales, help, transfer), { minLength: 1, maxLength: 2 }),
        enabled: of(true, true, false),
        minWaitMs: of(0, 10_000, 30_000),
        when: of<Rule['when']>({ all: [asked] }, { all: [often, asked] }, { all: [often] }, { any: [often, asked] }),
        lostDuring: of(undefined, officeHours, { ...officeHours, outside: true }),
        plain: fc.boolean(),
      }),
      { minLength: 2, maxLength: 6 },
    )
    .map((list) =>
      list.map(({ when, lostDuring, plain, ...rest }, index) =>
        rule(`r${index}`, {
          ...rest,
          ...(plain || when === undefined ? {} : { when }),
          ...(lostDuring && { lostDuring }),
        }),
      ),
    );
  const facts = fc
    .record({
      place: of('queue' as const, 'transfer' as const),
      queue: of('sales', 'help'),
      waited: of(5, 20, 40),
      requested: fc.boolean(),
      timesLostToday: of(1, 2),
      lostAt: of(fridayNoon, fridayNoon + 12 * 3_600_000),
    })
    .map(loss);
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(rules, facts, async (list, of) => {
      const without = shadowed(list);
      hits += without.size;
      const winner = (await decide(of, list, context)).rule;
      expect(winner !== undefined && without.has(winner)).toBe(false);
    }),
    { numRuns: 400 },
  );
  expect(hits).toBeGreaterThan(50);
});

it('the warning names both, and is quick among a thousand', () => {
  const files = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [
      `${1_000 + index}-r${index}.json`,
      JSON.stringify({ name: 'n', lostAt: [`queue:q${index}`, `queue:p${index}`], ignore: true }),
    ]),
  );
  const folder = folderWith({ ...files, '9000-last.json': '{"name": "n", "lostAt": "queue:q7", "ignore": true}' });
  const started = performance.now();
  const { problems, rules } = loadRules(folder, context);
  const took = performance.now() - started;
  expect(rules).toHaveLength(1_001);
  expect(problems.map((problem) => formatProblem({ ...problem, file: 'f' }))).toEqual([
    'f:1:1: warning: this rule never takes a call: rule "r7" above it (1007-r7.json) takes everything that it could; move one of them, or narrow the upper one',
  ]);
  console.log(`1,001 rule files are loaded and checked in ${Math.round(took)} ms`);
});
