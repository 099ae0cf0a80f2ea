/**
 * `decide` against one plain run of json-rules-engine over all rules: without an index, without parts decided beforehand, all
 * rules evaluated. Nothing of lib/rules is used here but the types.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Engine, type NestedCondition, type TopLevelCondition } from 'json-rules-engine';
import { decide, explain } from '../../lib/rules/decide.js';
import type { LossFacts } from '../../lib/rules/facts.js';
import type { LostAt, Rule } from '../../lib/rules/rule.js';
import { isOpen } from '../../lib/time/schedule.js';
import { context, fridayNoon, rule, schedules } from './rule-context.js';

/** The winner of one engine over all rules. */
async function plainWinner(facts: LossFacts, rules: readonly Rule[], ownRule?: string): Promise<string | undefined> {
  const engine = new Engine();
  const openAt = (instant: number, name: string): boolean => isOpen(schedules.get(name)!, instant);
  engine.addOperator<number, string>('during', openAt);
  engine.addOperator<number, string>('outside', (instant, name) => !openAt(instant, name));
  engine.addOperator<unknown, unknown[]>('oneOf', (value, list) => list.some((each) => each === value));
  engine.addOperator<unknown, string>('matches', (value, pattern) => typeof value === 'string' && like(pattern, value));
  for (const [name, value] of Object.entries(plainFacts(facts))) engine.addFact(name, value);
  engine.addFact('variable', (params) => facts.variables?.[String(params.name)] ?? null);

  const enabled = rules.filter((one) => one.enabled || one.id === ownRule);
  enabled.forEach((one, index) =>
    engine.addRule({
      name: one.id,
      priority: 1_000 - index,
      conditions: plainConditions(one),
      event: { type: 'holds' },
    }),
  );
  const { results } = await engine.run();
  const held = results.map(({ name }) => name);
  return enabled.find(({ id }) => held.includes(id))?.id;
}

function like(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^A-Za-z0-9]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}

function plainFacts(facts: LossFacts): Record<string, string | number | boolean | null> {
  const inVoicemail = facts.place === 'voicemail' || facts.messageLeft !== undefined;
  return {
    always: true,
    inVoicemail,
    place: facts.place ?? null,
    queue: facts.queue ?? null,
    extension: facts.extension ?? null,
    group: facts.group ?? null,
    menu: facts.menu ?? null,
    dialled: facts.dialled === undefined ? null : facts.dialled.replace(/^8495/, '+7495'),
    number: facts.e164 ?? null,
    name: facts.name ?? null,
    waited: facts.waited ?? null,
    lostAt: facts.lostAt,
    endedBy: facts.endedBy ?? null,
    requested: facts.requested,
    anonymous: facts.anonymous === true,
    messageLeft: facts.messageLeft === true,
    timesLostToday: facts.timesLostToday,
    timesLostThisWeek: facts.timesLostThisWeek,
    lastReached: facts.lastReachedAt === undefined ? null : (facts.lostAt - facts.lastReachedAt) / 1_000,
    openTask: facts.openTask === true,
    triedCount: facts.tried?.length ?? 0,
  };
}

function plainConditions({ lostAt, lostDuring, minWaitMs, when }: Rule): TopLevelCondition {
  const is = (fact: string, value: unknown): NestedCondition => ({ fact, operator: 'equal', value });
  const place = (one: LostAt): NestedCondition => {
    if (one.kind === 'any') return is('always', true);
    if (one.kind === 'voicemail') return is('inVoicemail', true);
    if (!('name' in one)) return is('place', one.kind);
    return is(one.kind === 'ivr' ? 'menu' : one.kind, one.name);
  };
  const all: NestedCondition[] = [{ any: lostAt.map(place) }];
  if (lostDuring?.outside === false) all.push({ fact: 'lostAt', operator: 'during', value: lostDuring.schedule });
  if (lostDuring?.outside === true) all.push({ fact: 'lostAt', operator: 'outside', value: lostDuring.schedule });
  const waited = { fact: 'waited', operator: 'greaterThanInclusive', value: minWaitMs / 1_000 };
  if (minWaitMs > 0) all.push({ any: [waited, is('place', 'transfer'), is('requested', true)] });
  if (when !== undefined) all.push(when);
  return { all };
}

/** Few names and values, so that rules and calls meet. */
const queues = ['sales@default', 'support@default'];
const extensions = ['1001', '1002'];
const dialled = ['+74951234567', '+74951234568'];
const endings = ['client', 'timeout', 'no-agents', 'busy'] as const;
const places = ['queue', 'extension', 'group', 'ivr', 'transfer', 'voicemail', 'dialplan'] as const;
const hour = 3_600_000;

const of = fc.constantFrom;
const lostAt: fc.Arbitrary<LostAt> = fc.oneof(
  of<LostAt>({ kind: 'any' }, { kind: 'voicemail' }, { kind: 'transfer' }, { kind: 'dialplan' }),
  fc.record({ kind: fc.constant('queue' as const), name: of(...queues) }),
  fc.record({ kind: fc.constant('extension' as const), name: of(...extensions) }),
  fc.record({ kind: fc.constant('dialled' as const), name: of(...dialled) }),
  of<LostAt>({ kind: 'group', name: 'g' }, { kind: 'ivr', name: 'main' }),
);

const values: Readonly<Record<string, readonly (string | number | boolean)[]>> = {
  place: places,
  queue: queues,
  extension: extensions,
  group: ['g', 'h'],
  menu: ['main', 'night'],
  dialled,
  number: ['+74951230001', '+74951230002'],
  name: ['Bob', 'Eve', ''],
  endedBy: endings,
  variable: ['gold', 'silver', ''],
  waited: [0, 5, 10, 20, 60],
  lastReached: [0, 60, 3_600],
  timesLostToday: [1, 2, 3],
  timesLostThisWeek: [1, 2, 3],
  triedCount: [0, 1, 2],
  requested: [true, false],
  anonymous: [true, false],
  messageLeft: [true, false],
  openTask: [true, false],
};
const lists = ['in', 'notIn', 'oneOf'];
const comparisons = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'];
const patterns = ['*', '+7495*', '*2', '*a*', 'sales@default', 'B*b', ''];

const leaf: fc.Arbitrary<NestedCondition> = fc.oneof(
  ...Object.entries(values).map(([fact, known]): fc.Arbitrary<NestedCondition> => {
    const one = of(...known);
    const kind = typeof known[0];
    const single = kind === 'number' ? ['equal', 'notEqual', ...comparisons] : ['equal', 'notEqual'];
    const named = fact === 'variable' ? { fact, params: { name: 'vip' } } : { fact };
    const forms: fc.Arbitrary<{ operator: string; value: unknown }>[] = [
      fc.record({ operator: of(...single), value: one }),
    ];
    if (kind !== 'boolean')
      forms.push(fc.record({ operator: of(...lists), value: fc.uniqueArray(one, { minLength: 1, maxLength: 3 }) }));
    if (kind === 'string') forms.push(fc.record({ operator: fc.constant('matches'), value: of(...patterns) }));
    return fc.oneof(...forms).map((form) => ({ ...named, ...form }));
  }),
  fc.record({
    fact: fc.constant('lostAt'),
    operator: of('during', 'outside'),
    value: of('office-hours', 'weekend'),
  }),
);

const condition = fc.letrec<{ node: NestedCondition; group: TopLevelCondition }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie('group') as fc.Arbitrary<NestedCondition>),
  group: fc.oneof(
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).group;

const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const anyRule = fc
  .record({
    enabled: fc.integer({ max: 9, min: 0 }).map((number) => number > 0),
    lostAt: fc.array(lostAt, { minLength: 1, maxLength: 3 }),
    lostDuring: sometimes(fc.record({ schedule: of('office-hours', 'weekend'), outside: fc.boolean() })),
    minWaitMs: of(0, 0, 5_000, 10_000, 60_000),
    when: sometimes(condition),
    ignore: fc.boolean(),
  })
  .map(({ lostDuring, when, ignore, ...fields }): ((index: number) => Rule) => {
    const callback: Rule['action'] = {
      kind: 'callback',
      to: { extension: '1001' },
      prompt: [{ file: '/x.wav' }],
      afterwards: false,
      priority: 'keepPlace',
      afterMs: [0],
      maxConcurrent: 1,
      successAfterMs: 0,
      expireAfterMs: 'never',
    };
    return (index) =>
      rule(`r${index}`, {
        ...fields,
        action: ignore ? { kind: 'ignore' } : callback,
        ...(lostDuring !== undefined && { lostDuring }),
        ...(when !== undefined && { when }),
      });
  });

const ruleSet = fc
  .oneof(fc.array(anyRule, { maxLength: 8 }), fc.array(anyRule, { minLength: 8, maxLength: 40 }))
  .map((makers) => makers.map((make, index) => make(index)));

const anyLoss: fc.Arbitrary<LossFacts> = fc
  .record(
    {
      place: of(...places),
      queue: of(...queues),
      extension: of(...extensions),
      group: of('g', 'h'),
      menu: of('main', 'night'),
      dialled: of(...dialled, '84951234567'),
      e164: of('+74951230001', '+74951230002'),
      name: of('Bob', 'Eve', '', 'a\nb'),
      waited: of(0, 5, 9, 10, 11, 60, 61),
      endedBy: of(...endings),
      anonymous: fc.boolean(),
      messageLeft: fc.boolean(),
      lastReachedAt: of(fridayNoon - 60_000, fridayNoon - hour, fridayNoon - 5 * hour),
      openTask: fc.boolean(),
      tried: of<[string, 'no-answer'][]>([], [['1001', 'no-answer']]),
      variables: of<Record<string, string>>({}, { vip: 'gold' }, { vip: '' }, { other: 'gold' }),
    },
    { requiredKeys: [] },
  )
  .chain((fields) =>
    fc
      .record({
        lostAt: of(fridayNoon, fridayNoon + 6 * hour, fridayNoon + 24 * hour),
        requested: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
        timesLostToday: of(1, 2, 3),
        timesLostThisWeek: of(1, 2, 3),
      })
      .map((more): LossFacts => {
        return { call: 'c', outcome: 'lost', ...fields, ...more };
      }),
  );

test('what is told without the engine is what is told with it', async () => {
  await fc.assert(
    fc.asyncProperty(ruleSet, anyLoss, async (rules, facts) => {
      const { reasons } = await decide(facts, rules, context);
      const explained = new Map((await explain(facts, rules, context)).map((each) => [each.rule, each]));
      for (const each of reasons) {
        if (each.reason !== 'disabled' && each.rule !== 'request') expect(each).toEqual(explained.get(each.rule));
      }
    }),
    { numRuns: 1_000 },
  );
}, 120_000);

test('decide finds the winner of one plain run over all rules', async () => {
  const seen = { callback: 0, ignore: 0, none: 0 };
  await fc.assert(
    fc.asyncProperty(ruleSet, anyLoss, of(undefined, 'r0', 'r1'), async (rules, facts, ownRule) => {
      const expected = await plainWinner(facts, rules, ownRule);
      const options = ownRule === undefined ? {} : { ownRule };
      const decision = await decide(facts, rules, context, options);
      seen[decision.action]++;
      const canAsk = facts.requested && (facts.queue ?? facts.extension) !== undefined;
      expect(decision.rule?.id).toBe(expected ?? (canAsk ? 'request' : undefined));
      expect(decision.reasons.filter(({ matched }) => matched).map(({ rule: id }) => id)).toEqual(
        decision.rule === undefined ? [] : [decision.rule.id],
      );
    }),
    { numRuns: 1_000 },
  );
  // Each answer is given often enough for the check to be worth something.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(200);
}, 120_000);
