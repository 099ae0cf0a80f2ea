import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CloseReason, Task } from '../../lib/tasks/task.js';
import { outcomes, type Outcome } from '../../lib/tasks/outcome.js';
import { callback, lostCall, newAttempt, newTask } from '../store/contract.js';
import { minute, noon, second } from '../tasks/made.js';
import { json, type Seen } from './cli.js';
import { OfficeFiles } from './office-files.js';

const client = '+74951230001';

let office: OfficeFiles;

beforeEach(() => {
  office = new OfficeFiles();
});

const show = (...options: string[]): Promise<Seen> => office.run('tasks', 'show', '1', ...options);

/** Without the times: they are in the zone of the machine. */
async function words(): Promise<string[]> {
  const { code, out } = await show();
  expect(code).toBe(0);
  return out.split('\n').map((line) => line.replace(/^ +(?:(?:\S+ )?\d\d:\d\d:\d\d)? */, '').trim());
}

function taskWith(changes: Partial<Task>, call = lostCall({ e164: client, dialled: '74951234567' })): void {
  office.inDatabase((store) => {
    store.takeCall(call, callback, client, () => newTask({ client, call: call.call, ...changes }));
  });
}

/** Its one attempt ended so; then the task is as `next` says. */
function attemptEnded(outcome: Outcome, known: object = {}, target = 'extension:1001', next: Partial<Task> = {}): void {
  office.inDatabase((store) => {
    const attempt = store.claim(1, newAttempt({ startedAt: noon + second, target }))!;
    const end = { endedAt: noon + minute, outcome, ...known };
    store.endAttempt(attempt.id, end, (task) => ({ ...task, state: 'waiting', dueAt: noon + 8 * minute, ...next }));
  });
}

it('tells the loss, the decision, the attempt from its first ring to its end, and what comes next', async () => {
  taskWith({ name: 'Anna\u001b[2J' });
  attemptEnded('client-busy', { cause: 'USER_BUSY', employee: '1001' }, 'extension:1001', { attemptsUsed: 1, waitsFor: 'no free employee in group sales' }); // prettier-ignore
  expect(await words()).toEqual([
    'task 1: +74951230001 (Anna·[2J), waiting; rule all; 1 attempt used',
    'lost in queue sales@default after 12 s: the client hung up; he had dialled 74951234567',
    'tried 1001@default: ringing',
    'rule all took it: matches',
    'attempt 1: extension 1001 was rung',
    '1001 answered and heard the prompt',
    'the client was dialled: his phone was busy (USER_BUSY)',
    'client-busy: it counts as used',
    expect.stringMatching(
      /^the next attempt comes (at .*|as soon as possible; it waits: no free employee in group sales)$/,
    ),
    'expires, unless he is reached before',
  ]);
});

it('names every phone that was rung, and whose', async () => {
  taskWith({});
  office.inDatabase((store) => {
    const phones = ['anna', 'boris', 'clara\u0007'].map((name, index) => ({ leg: `leg-${index}`, name }));
    store.claim(1, newAttempt({ target: 'group:sales', phones }));
  });
  const told = await words();
  expect(told).toContain('attempt 1: the group sales was rung, one after the other until one answered: anna, boris, clara·'); // prettier-ignore
  expect(told).toContain('it goes on');
  expect(told).toContain('an attempt to call him goes on right now');
});

it.each([
  ['queue:sales@default', 'the queue sales@default was asked for a free employee'],
  ['number:+74951230009', 'the number +74951230009 was rung'],
  ['tried', 'who had been rung in the lost call was rung'],
  ['last-phase', 'who had taken part in the last phase of the lost call was rung'],
  ['dialplan:7000 XML office', 'the dialplan extension 7000 XML office was called'],
])('the target %s in words', async (target, text) => {
  taskWith({});
  attemptEnded('employee-no-answer', {}, target);
  expect(await words()).toContain(`attempt 1: ${text}`);
});

describe('every outcome is a plain sentence', () => {
  const sentences: Record<Outcome, string> = {
    reached: 'they talked for 1 min 5 s',
    'too-short': 'they talked for 1 min 5 s, too shortly to count',
    'client-busy': 'the client was dialled: his phone was busy',
    'client-no-answer': 'the client was dialled: his phone rang, and he did not answer',
    'client-rejected': 'the client was dialled: he rejected the call',
    'client-unreachable': 'the client was dialled: his phone could not be reached',
    'client-invalid': 'the client was dialled: there is no such number',
    'employee-left': "he hung up while the client's phone rang",
    unknown: 'nobody knows what became of it: callbackd, its link or FreeSWITCH was interrupted',
    'employee-busy': 'the phone was busy; the client was not dialled',
    'employee-no-answer': 'nobody answered; the client was not dialled',
    'employee-rejected': '1001 answered and hung up again; the client was not dialled',
    'employee-unregistered': 'the phone was not registered; the client was not dialled',
    'gateway-failed': "the gateway failed, so that the client's phone was not reached",
    'not-dialled': 'nobody was rung: FreeSWITCH could not be told, or refused it',
    cancelled: 'callbackd hung up: the task was closed, its schedule closed, or callbackd was switched off',
  };
  it.each(Object.keys(outcomes) as Outcome[])('%s', async (outcome) => {
    taskWith({});
    attemptEnded(outcome, { employee: '1001', talkMs: 65_000 });
    const told = await words();
    expect(told).toContain(sentences[outcome]);
    const effects = { reached: 'the client was reached', used: 'it counts as used', invalid: 'it counts as used', snooze: 'it uses up nothing', stopped: 'it uses up nothing' }; // prettier-ignore
    expect(told).toContain(`${outcome}: ${effects[outcomes[outcome]]}`);
    // The same words in the journal.
    const why = (await office.run('calls', 'why', '1')).out;
    expect(why).toContain(sentences[outcome]);
    expect((await office.run('calls', 'show', '1')).out).toContain(sentences[outcome]);
  });
});

describe('every reason to close a task is a plain sentence', () => {
  it.each<[CloseReason, Task['state'], string]>([
    ['reached by callback', 'reached', 'an employee called the client back, and they talked'],
    ['client called in', 'reached', 'the client called in himself and was answered'],
    ['employee called out', 'reached', 'an employee called the client, and they talked'],
    ['attempts used up', 'gave-up', 'all attempts of its rule were used'],
    ['number invalid', 'gave-up', 'the network says that there is no such number'],
    ['number not allowed', 'cancelled', 'his number may not be dialled'],
    ['expired', 'expired', 'its time was over, or its schedule never opens again'],
    ['rule deleted', 'cancelled', 'its rule was deleted'],
    ['no rule any more', 'cancelled', 'the rules have changed, and none calls him back any more'],
    ['blacklisted', 'cancelled', 'the client is on the blacklist'],
    ['cancelled by admin', 'cancelled', 'an admin cancelled it'],
    ['no employees found', 'cancelled', 'there was nobody whom its rule could ring'],
    ['done by employee', 'cancelled', 'an employee said with a key that it is done'],
  ])('%s', async (reason, state, sentence) => {
    taskWith({ state, reason, closedAt: noon + minute, closedBy: 'leg-9' });
    const standing = `closed: ${sentence} (${reason === state ? state : `${state}, ${reason}`})`;
    const told = await words();
    expect(told).toContain(standing);
    expect(told).toContain('closed by the call leg-9');
    expect((await office.run('calls', 'why', '1')).out).toContain(`Task 1 is ${standing}; 0 attempts used, since `);
  });
});

it('says which rule of the policy forbids to dial the number', async () => {
  const premium = '+78095001234';
  office.inDatabase((store) => {
    const call = lostCall({ e164: premium });
    const closed = { state: 'cancelled', reason: 'number not allowed', closedAt: noon } as const;
    store.takeCall(call, callback, premium, () => newTask({ client: premium, call: call.call, ...closed }));
  });
  const why = 'his number may not be dialled: +78095001234 is a premium rate number: such are never dialled';
  expect((await show()).out).toContain(why);
  expect((await office.run('calls', 'why', '1')).out).toContain(why);
});

it('gives the task, its attempts and the loss as JSON', async () => {
  taskWith({});
  attemptEnded('client-busy');
  expect(json(await show('--json'))).toEqual({
    task: expect.objectContaining({ id: 1, client }),
    attempts: [expect.objectContaining({ number: 1, outcome: 'client-busy' })],
    loss: { call: lostCall({ e164: client, dialled: '74951234567' }), decision: callback, task: 1 },
  });
});
