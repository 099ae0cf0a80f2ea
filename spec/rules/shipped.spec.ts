/** The rules in rules/, as an admin copies them: what each takes and what it leaves to the others. */
import { describe, expect, test } from '@jest/globals';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../../lib/config/package-root.js';
import { checkAll } from '../../lib/rules/check.js';
import { decide } from '../../lib/rules/decide.js';
import type { LossFacts } from '../../lib/rules/facts.js';
import { RuleBook } from '../../lib/tasks/rule-book.js';
import { folderWith } from '../config/temporary-folder.js';
import { loss } from './rule-context.js';

const folder = folderWith({});
mkdirSync(join(folder, 'rules'));
for (const name of readdirSync(packageFile('rules')).filter((each) => each.endsWith('.json'))) {
  const isRule = /^\d/.test(name) || name === 'rule.schema.json';
  copyFileSync(packageFile('rules', name), join(folder, isRule ? 'rules' : '.', name));
}
const { rules, context, problems, schedules, employees } = checkAll(join(folder, 'callbackd.json'), {
  CALLBACKD_ESL_PASSWORD: 'secret',
});

/** Moscow is three hours ahead of UTC. */
const moscow = (text: string): number => Date.parse(`${text}+03:00`);
const friday = moscow('2026-11-20T13:00:00');
const iso = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();

/** A loss in some other place than the queue, after so many seconds. */
function elsewhere(place: NonNullable<LossFacts['place']>, more: Partial<LossFacts> = {}): LossFacts {
  const facts = loss({ place, lostAt: friday, ...more });
  if (more.queue === undefined) delete facts.queue;
  return facts;
}

const inQueue = (more: Partial<LossFacts> = {}): LossFacts => loss({ lostAt: friday, ...more });

test('have no problems, nor have the samples beside them', () => {
  expect(problems).toEqual([]);
  expect(rules.map(({ order, id }) => `${order} ${id}`)).toEqual([
    '1 anonymous',
    '2 short',
    '5 transferred',
    '10 sales',
    '20 front-desk',
    '30 after-hours',
  ]);
  expect([...schedules.keys()]).toEqual(['office-hours', 'night-shift']);
  expect(employees?.all.map(({ id }) => id)).toEqual(['anna', 'boris']);
});

test.each<[string, string, LossFacts]>([
  ['a hidden number', 'anonymous', inQueue({ anonymous: true })],
  ['a hidden number, even after a transfer', 'anonymous', elsewhere('transfer', { anonymous: true })],

  ['hung up after nine seconds', 'short', inQueue({ waited: 9 })],
  ['hung up in the menu after two', 'short', elsewhere('ivr', { menu: 'main', waited: 2 })],
  ['hung up at night after nine', 'short', inQueue({ waited: 9, lostAt: moscow('2026-11-21T03:00:00') })],
  ['ten seconds are enough', 'sales', inQueue({ waited: 10 })],
  ['nobody was logged in: he did not want to leave', 'front-desk', inQueue({ waited: 0, endedBy: 'no-agents' })],
  ['the phone was switched off', 'front-desk', elsewhere('extension', { extension: '1002', waited: 0, endedBy: 'unregistered' })],
  ['a short wait after a transfer', 'transferred', elsewhere('transfer', { extension: '1002', waited: 2 })],
  ['a short wait, but he asked for a callback', 'sales', inQueue({ outcome: 'requested', requested: true, waited: 3, endedBy: 'key' })],
  ['a short wait, but he left a message', 'front-desk', elsewhere('voicemail', { extension: '1002', waited: 3, messageLeft: true })],

  ['after a transfer to the queue', 'transferred', elsewhere('transfer', { queue: 'sales@default' })],
  ['after a transfer at night', 'transferred', elsewhere('transfer', { lostAt: moscow('2026-11-20T19:00:00') })],

  ['in the queue of sales', 'sales', inQueue()],
  ['in the queue of sales, in the first minute', 'sales', inQueue({ lostAt: moscow('2026-11-20T09:00:00') })],
  ['in the queue of sales, just closed', 'after-hours', inQueue({ lostAt: moscow('2026-11-20T18:00:00') })],
  ['in another queue', 'front-desk', inQueue({ queue: 'support@default' })],

  ['in the menu', 'front-desk', elsewhere('ivr', { menu: 'main' })],
  ['at a phone that nobody picked up', 'front-desk', elsewhere('extension', { extension: '1002', endedBy: 'timeout' })],
  ['in the dialplan', 'front-desk', elsewhere('dialplan')],
  ['on Saturday at noon', 'front-desk', elsewhere('ivr', { menu: 'main', lostAt: moscow('2026-11-21T12:00:00') })],

  ['on Saturday evening', 'after-hours', elsewhere('ivr', { menu: 'main', lostAt: moscow('2026-11-21T18:00:00') })],
  ['on Sunday', 'after-hours', inQueue({ lostAt: moscow('2026-11-22T13:00:00') })],
  ['on a holiday', 'after-hours', inQueue({ lostAt: moscow('2027-01-04T13:00:00') })],
  ['on a short day, after its end', 'after-hours', inQueue({ lostAt: moscow('2026-12-31T15:30:00') })],
])('%s: %s', async (_, id, facts) => {
  expect((await decide(facts, rules, context!)).rule?.id).toBe(id);
}); // prettier-ignore

test('only the first two ignore', async () => {
  expect(rules.filter(({ action }) => action.kind === 'ignore').map(({ id }) => id)).toEqual(['anonymous', 'short']);
  expect(await decide(inQueue({ anonymous: true }), rules, context!)).toMatchObject({ action: 'ignore' });
  expect(await decide(inQueue(), rules, context!)).toMatchObject({ action: 'callback' });
});

describe('when they call back', () => {
  const book = new RuleBook(rules, context!, [30_000]);
  const opening = (id: string, lostAt: number): string | undefined => iso(book.planOf(id)?.opening(lostAt));
  const expiry = (id: string, lostAt: number): string | undefined => iso(book.planOf(id)?.expiry(lostAt));

  test('at once while the office is open', () => {
    for (const id of ['transferred', 'sales', 'front-desk']) {
      expect(opening(id, friday)).toBe(iso(friday));
      expect(book.planOf(id)?.afterMs[0]).toBe(0);
    }
  });

  test('transfers again sooner than the others', () => {
    const second = (id: string): number => book.planOf(id)?.afterMs[1] ?? 0;
    for (const id of ['sales', 'front-desk', 'after-hours']) expect(second('transferred')).toBeLessThan(second(id));
  });

  test.each([
    ['the evening', '2026-11-19T20:00:00', '2026-11-20T09:00:00'],
    ['Friday evening', '2026-11-20T18:00:00', '2026-11-21T10:00:00'],
    ['Saturday evening', '2026-11-21T20:00:00', '2026-11-23T09:00:00'],
    ['the last day of the year', '2026-12-31T16:00:00', '2027-01-09T10:00:00'],
  ])('those of %s when the office opens', (_, lostAt, called) => {
    expect(opening('after-hours', moscow(lostAt))).toBe(iso(moscow(called)));
  });

  test('and not for ever: open hours are counted', () => {
    // Saturday has four, Monday the other eight.
    expect(expiry('after-hours', moscow('2026-11-20T19:00:00'))).toBe(iso(moscow('2026-11-23T17:00:00')));
    expect(expiry('sales', moscow('2026-11-20T17:00:00'))).toBe(iso(moscow('2026-11-23T12:00:00')));
  });
});
