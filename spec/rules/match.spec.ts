import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../lib/rules/decide.js';
import { candidates, indexOf, keysOf } from '../../lib/rules/match.js';
import type { LostAt, Rule } from '../../lib/rules/rule.js';
import { context, loss, rule } from './rule-context.js';

test('the index finds what a look at every rule finds, in the same order', () => {
  const place: fc.Arbitrary<LostAt> = fc.oneof(
    fc.constantFrom<LostAt>({ kind: 'any' }, { kind: 'transfer' }, { kind: 'voicemail' }),
    fc.constantFrom('a', 'b', 'c').map((name): LostAt => ({ kind: 'queue', name })),
    fc.constantFrom('+74951234567', '101').map((name): LostAt => ({ kind: 'dialled', name })),
  );
  const rules = fc
    .array(fc.array(place, { minLength: 1, maxLength: 3 }), { maxLength: 12 })
    .map((list) => list.map((lostAt, index) => rule(`r${index}`, { lostAt })));
  const facts = fc
    .record({
      place: fc.constantFrom('queue' as const, 'transfer' as const, 'voicemail' as const),
      queue: fc.constantFrom('a', 'b', 'd'),
      dialled: fc.constantFrom('84951234567', '101', '5'),
    })
    .map(loss);
  fc.assert(
    fc.property(rules, facts, (list, of) => {
      const dialled = of.dialled === '84951234567' ? '+74951234567' : of.dialled;
      const fits = (one: LostAt): boolean => {
        if (one.kind === 'queue') return one.name === of.queue;
        if (one.kind === 'dialled') return one.name === dialled;
        return one.kind === 'any' || one.kind === of.place;
      };
      const expected = list.flatMap(({ lostAt }, position) => (lostAt.some(fits) ? [position] : []));
      expect(candidates(indexOf(list), keysOf(of, 'RU'))).toEqual(expected);
    }),
  );
});

/** As many rules as asked for over that many queues, and one for everything at the end. */
function rulesOverQueues(count: number): Rule[] {
  const queues = Array.from({ length: count - 1 }, (_, index) =>
    rule(`q${index}`, { lostAt: [{ kind: 'queue', name: `queue${index}@default` }] }),
  );
  return [...queues, rule('rest')];
}

test('with a thousand rules only those that name the place are looked at', async () => {
  const rules = rulesOverQueues(1_000);
  const facts = loss({ queue: 'queue500@default' });
  expect(candidates(indexOf(rules), keysOf(facts))).toEqual([500, 999]);
  const decision = await decide(facts, rules, context);
  expect(decision.rule?.id).toBe('q500');
  expect(decision.reasons).toHaveLength(1);
});

test('the cost of a thousand rules is told, not judged: two cores of others are noisy', async () => {
  const cost = async (count: number): Promise<number> => {
    const rules = rulesOverQueues(count);
    const facts = loss({ queue: 'queue5@default' });
    const times: number[] = [];
    for (let run = 0; run < 200; run++) {
      const from = performance.now();
      await decide(facts, rules, context);
      times.push(performance.now() - from);
    }
    return times.sort((a, b) => a - b)[100]!;
  };
  const [few, many] = [await cost(10), await cost(1_000)];
  process.stdout.write(
    `a decision: ${(few * 1_000).toFixed(0)} us with 10 rules, ${(many * 1_000).toFixed(0)} us with 1,000 (${(many / few).toFixed(1)} times)\n`,
  );
  expect(many).toBeGreaterThan(0);
});

test('after a transfer the place where he was at the end is taken too', () => {
  const queue = loss({ place: 'transfer', queue: 'fifo:hotline' });
  expect(keysOf(queue)).toEqual(expect.arrayContaining(['transfer', 'queue:fifo:hotline', 'any']));
  expect(keysOf(queue)).not.toContain('voicemail');
  const voicemail = loss({ place: 'transfer', extension: '1002', messageLeft: false });
  expect(keysOf(voicemail)).toEqual(expect.arrayContaining(['transfer', 'voicemail', 'extension:1002']));
});
