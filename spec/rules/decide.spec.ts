import { describe, expect, test } from '@jest/globals';
import { decide, explain } from '../../lib/rules/decide.js';
import type { LossFacts } from '../../lib/rules/facts.js';
import type { Rule } from '../../lib/rules/rule.js';
import { context, fridayNoon, loss, rule, soundsDir } from './rule-context.js';

/** Does the rule alone take the loss, and with which reason? */
async function takes(one: Rule, facts: LossFacts): Promise<[boolean, string]> {
  const { rule: taken, reasons } = await decide(facts, [one], context);
  return [taken !== undefined, reasons[0]?.reason ?? ''];
}

const when = (condition: object): Rule => rule('w', { when: { all: [condition] } as NonNullable<Rule['when']> });

describe('lostAt', () => {
  const sales = loss();
  const transferred = loss({ place: 'transfer', queue: 'sales@default', transferredBy: '1001' });
  const asked = loss({ place: 'ivr', menu: 'main' });
  delete asked.queue;
  test.each<[Rule['lostAt'], LossFacts, boolean]>([
    [[{ kind: 'any' }], sales, true],
    [[{ kind: 'queue', name: 'sales@default' }], sales, true],
    [[{ kind: 'queue', name: 'sales@default' }], transferred, true],
    [[{ kind: 'transfer' }], transferred, true],
    [[{ kind: 'transfer' }], sales, false],
    [[{ kind: 'queue', name: 'support@default' }], sales, false],
    [
      [
        { kind: 'queue', name: 'support@default' },
        { kind: 'queue', name: 'sales@default' },
      ],
      sales,
      true,
    ],
    [[{ kind: 'extension', name: '1001' }], sales, false],
    [[{ kind: 'extension', name: '1001' }], loss({ place: 'extension', extension: '1001' }), true],
    [[{ kind: 'group', name: 'g' }], loss({ place: 'group', group: 'g' }), true],
    [[{ kind: 'ivr', name: 'main' }], asked, true],
    [[{ kind: 'ivr', name: 'queue' }], asked, false],
    [[{ kind: 'voicemail' }], loss({ place: 'voicemail' }), true],
    [[{ kind: 'dialplan' }], loss({ place: 'dialplan' }), true],
    [[{ kind: 'dialplan' }], sales, false],
    [[{ kind: 'dialled', name: '+74951234567' }], sales, true],
    [[{ kind: 'dialled', name: '+74951234567' }], loss({ dialled: '84951234567' }), true],
    [[{ kind: 'dialled', name: '+74951234567' }], loss({ dialled: '74951234567' }), true],
    [[{ kind: 'dialled', name: '101' }], loss({ dialled: '101' }), true],
    [[{ kind: 'dialled', name: '+74951234567' }], loss({ dialled: '+74951234568' }), false],
  ])('%j', async (lostAt, facts, expected) => {
    expect((await takes(rule('r', { lostAt }), facts))[0]).toBe(expected);
  });

  test('a number dialled from abroad, where the trunk leaves out the plus', async () => {
    const one = rule('r', { lostAt: [{ kind: 'dialled', name: '+74951234567' }] });
    const { rule: taken } = await decide(loss({ dialled: '74951234567' }), [one], { ...context, country: 'DE' });
    expect(taken?.id).toBe('r');
  });
});

describe('minWait', () => {
  const patient = rule('r', { minWaitMs: 10_000 });
  test.each<[string, Partial<LossFacts>, boolean, string]>([
    ['too short', { waited: 4 }, false, 'waited 4 s, needs 10 s'],
    ['exactly', { waited: 10 }, true, 'lost at queue:sales@default, everything holds'],
    [
      'after a transfer',
      { waited: 4, place: 'transfer' },
      true,
      'lost at queue:sales@default after a transfer, everything holds',
    ],
    ['a request', { waited: 4, requested: true }, true, 'lost at queue:sales@default, everything holds'],
  ])('%s', async (_, facts, expected, reason) => {
    expect(await takes(patient, loss(facts))).toEqual([expected, reason]);
  });

  test('not known', async () => {
    const facts = loss();
    delete facts.waited;
    expect(await takes(patient, facts)).toEqual([false, 'waited for an unknown time, needs 10 s']);
  });
});

test.each([
  ['office-hours', false, fridayNoon, true, 'lost at queue:sales@default, everything holds'],
  ['office-hours', false, fridayNoon + 86_400_000, false, 'lost Sat 13:00, outside office-hours'],
  ['office-hours', true, fridayNoon, false, 'lost Fri 13:00, within office-hours; the rule takes losses outside it'],
  ['office-hours', true, fridayNoon + 86_400_000, true, 'lost at queue:sales@default, everything holds'],
])('lostDuring %s, outside %j', async (schedule, outside, lostAt, expected, reason) => {
  expect(await takes(rule('r', { lostDuring: { schedule, outside } }), loss({ lostAt }))).toEqual([expected, reason]);
});

describe('when', () => {
  const vip = { fact: 'variable', params: { name: 'vip' } };
  test.each<[object, Partial<LossFacts>, string | true]>([
    [{ fact: 'timesLostToday', operator: 'greaterThanInclusive', value: 2 }, { timesLostToday: 2 }, true],
    [
      { fact: 'timesLostToday', operator: 'greaterThanInclusive', value: 2 },
      {},
      'when: timesLostToday is 1, needs at least 2',
    ],
    [{ fact: 'timesLostToday', operator: 'greaterThan', value: 9 }, { timesLostToday: 10 }, true],
    [{ fact: 'waited', operator: 'lessThan', value: 5 }, {}, 'when: waited is 20 s, needs less than 5 s'],
    [{ fact: 'number', operator: 'matches', value: '+7495*' }, {}, true],
    [{ fact: 'number', operator: 'matches', value: '+7812*' }, {}, 'when: number is +74951230001, needs like +7812*'],
    [{ fact: 'number', operator: 'oneOf', value: ['+74951230001'] }, {}, true],
    [
      { fact: 'number', operator: 'oneOf', value: ['+7', '+8'] },
      {},
      'when: number is +74951230001, needs one of +7, +8',
    ],
    [{ fact: 'name', operator: 'equal', value: 'Bob' }, {}, 'when: name is not known, needs Bob'],
    [{ fact: 'name', operator: 'matches', value: '*' }, {}, 'when: name is not known, needs like *'],
    [{ fact: 'name', operator: 'equal', value: 'Bob' }, { name: '\u001b[31mEve' }, 'when: name is  [31mEve, needs Bob'],
    [{ fact: 'endedBy', operator: 'in', value: ['timeout', 'no-agents'] }, { endedBy: 'timeout' }, true],
    [{ fact: 'endedBy', operator: 'notIn', value: ['client'] }, {}, 'when: endedBy is client, needs none of client'],
    [{ fact: 'lostAt', operator: 'during', value: 'office-hours' }, {}, true],
    [
      { fact: 'lostAt', operator: 'outside', value: 'office-hours' },
      {},
      'when: lostAt is 2026-11-20T10:00:00.000Z, needs a time outside office-hours',
    ],
    [{ fact: 'anonymous', operator: 'equal', value: false }, {}, true],
    [{ fact: 'messageLeft', operator: 'equal', value: true }, { messageLeft: true }, true],
    [{ fact: 'openTask', operator: 'equal', value: true }, {}, 'when: openTask is false, needs true'],
    [
      { fact: 'triedCount', operator: 'equal', value: 2 },
      {
        tried: [
          ['1001', 'busy'],
          ['1002', 'busy'],
        ],
      },
      true,
    ],
    [{ fact: 'lastReached', operator: 'lessThan', value: 3_600 }, { lastReachedAt: fridayNoon - 60_000 }, true],
    [
      { fact: 'lastReached', operator: 'lessThan', value: 3_600 },
      {},
      'when: lastReached is not known, needs less than 1 h',
    ],
    [{ ...vip, operator: 'equal', value: 'yes' }, { variables: { vip: 'yes' } }, true],
    [{ ...vip, operator: 'equal', value: 'yes' }, {}, 'when: variable vip is not known, needs yes'],
    [{ not: { fact: 'place', operator: 'equal', value: 'queue' } }, {}, 'when: place is queue, must not'],
    [
      {
        any: [
          { fact: 'place', operator: 'equal', value: 'ivr' },
          { fact: 'place', operator: 'equal', value: 'group' },
        ],
      },
      {},
      'when: none of 2 holds: place is queue, needs ivr',
    ],
  ])('%j of %j', async (condition, facts, expected) => {
    const result = await takes(when(condition), loss(facts));
    expect(result).toEqual(
      expected === true ? [true, 'lost at queue:sales@default, everything holds'] : [false, expected],
    );
  });
});

describe('which rule', () => {
  const support = rule('support', { lostAt: [{ kind: 'queue', name: 'support@default' }] });
  const patient = rule('patient', { minWaitMs: 30_000 });
  const off = rule('off', { enabled: false });
  const first = rule('first');
  const second = rule('second');

  test('the first enabled one that holds, with a reason for each before it', async () => {
    const decision = await decide(loss(), [support, patient, off, first, second], context);
    expect(decision).toEqual({
      rule: first,
      action: 'ignore',
      reasons: [
        {
          rule: 'support',
          matched: false,
          reason: 'lost at queue:sales@default, the rule takes queue:support@default',
        },
        { rule: 'patient', matched: false, reason: 'waited 20 s, needs 30 s' },
        { rule: 'off', matched: false, reason: 'disabled' },
        { rule: 'first', matched: true, reason: 'lost at queue:sales@default, everything holds' },
      ],
    });
  });

  test('none', async () => {
    expect(await decide(loss(), [support], context)).toMatchObject({ action: 'none', reasons: [{ matched: false }] });
    expect(await decide(loss(), [], context)).toEqual({ action: 'none', reasons: [] });
  });

  test("a task's own rule counts although it is disabled", async () => {
    expect((await decide(loss(), [off, first], context, { ownRule: 'off' })).rule?.id).toBe('off');
  });

  test('explain tells of every rule', async () => {
    const told = await explain(loss(), [off, first, second, support], context);
    expect(told.map(({ rule: id, matched }) => [id, matched])).toEqual([
      ['off', false],
      ['first', true],
      ['second', true],
      ['support', false],
    ]);
    expect(told[0]?.reason).toBe('disabled; else: lost at queue:sales@default, everything holds');
  });

  test('the rules after it are not evaluated', async () => {
    const asked: string[] = [];
    const variables = new Proxy({}, { getOwnPropertyDescriptor: (_, name) => void asked.push(String(name)) });
    const asks = (id: string): Rule =>
      rule(id, { when: { all: [{ fact: 'variable', params: { name: id }, operator: 'equal', value: 'x' }] } });
    await decide(loss({ variables }), [asks('a'), asks('b'), first, asks('c')], context);
    expect([...new Set(asked)]).toEqual(['a', 'b']);
  });

  test('a rule that cannot be evaluated does not keep the others from taking the call', async () => {
    const bad = rule('bad', { when: { all: [{ fact: 'nothing', operator: 'equal', value: 1 }] } });
    const gone = rule('gone', { lostDuring: { schedule: 'removed', outside: false } });
    const decision = await decide(loss(), [bad, gone, first], context);
    expect(decision.rule?.id).toBe('first');
    expect(decision.reasons[0]?.reason).toContain("can't be evaluated: ");
    expect(decision.reasons[1]?.reason).toContain('there is no schedule "removed"');
  });

  test('decisions that overlap do not disturb each other', async () => {
    const rules = Array.from({ length: 20 }, (_, index) =>
      rule(`r${index}`, { when: { all: [{ fact: 'waited', operator: 'equal', value: index }] } }),
    );
    const waits = Array.from({ length: 60 }, (_, index) => index % 20);
    const decisions = await Promise.all(waits.map((waited) => decide(loss({ waited }), rules, context)));
    expect(decisions.map(({ rule: taken }) => taken?.id)).toEqual(waits.map((waited) => `r${waited}`));
  });
});

describe('requests', () => {
  const request = loss({ outcome: 'requested', requested: true, waited: 1 });

  test('go by the same rules', async () => {
    expect((await decide(request, [rule('first')], context)).rule?.id).toBe('first');
  });

  test('else back to the queue, with all defaults', async () => {
    const { rule: taken, action, reasons } = await decide(request, [rule('off', { enabled: false })], context);
    expect(action).toBe('callback');
    expect(taken).toMatchObject({
      id: 'request',
      action: {
        to: { queue: 'sales@default' },
        prompt: [{ file: `${soundsDir}/en/callback.wav` }],
        afterwards: false,
        priority: 'keepPlace',
        afterMs: [0, 300_000, 900_000],
      },
    });
    expect(reasons.map(({ rule: id, matched }) => [id, matched])).toEqual([
      ['off', false],
      ['request', true],
    ]);
  });

  test('a rule that ignores them is obeyed', async () => {
    expect((await decide(request, [rule('no')], context)).action).toBe('ignore');
  });
});
