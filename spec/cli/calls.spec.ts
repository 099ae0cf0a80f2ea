import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndedCall } from '../../lib/calls/call.js';
import type { CallDecision } from '../../lib/tasks/journal-store.js';
import type { SqliteStore } from '../../lib/store/sqlite-store.js';
import { callback, lostCall, newAttempt, newTask } from '../store/contract.js';
import { minute, noon } from '../tasks/made.js';
import { json, type Seen } from './cli.js';
import { OfficeFiles } from './office-files.js';

const [anna, boris, clara] = ['+74951230001', '+74951230002', '+74951230003'];
const tooShort: CallDecision = {
  action: 'none',
  reasons: [{ rule: 'rest', matched: false, reason: 'waited 4 s, needs 10 s' }],
};

let office: OfficeFiles;

const calls = (...args: string[]): Promise<Seen> => office.run('calls', ...args);

function keep(store: SqliteStore, changes: Partial<EndedCall>, decision: CallDecision): void {
  const call = lostCall({ number: changes.e164 ?? anna, ...changes });
  store.takeCall(call, decision, call.e164, () =>
    decision.action === 'callback' ? newTask({ client: call.e164!, call: call.call }) : undefined,
  );
}

/** Call 1: Anna, lost after 4 s. Call 2: Boris, called back once, task 1 goes on. Call 3: Clara, answered. */
beforeEach(() => {
  office = new OfficeFiles();
  office.inDatabase((store) => {
    keep(store, { call: 'leg-a', e164: anna, name: 'Anna\u001b[2J', waited: 4, dialled: '74951234567', enteredAt: noon - 4_000 }, tooShort); // prettier-ignore
    keep(store, { call: 'leg-b', e164: boris, endedAt: noon + minute }, callback);
    const attempt = store.claim(1, newAttempt({ startedAt: noon + 2 * minute }))!;
    const end = { endedAt: noon + 3 * minute, outcome: 'client-busy', cause: 'USER_BUSY', employee: '1001' } as const;
    store.endAttempt(attempt.id, end, (task) => ({ ...task, state: 'waiting', attemptsUsed: 1, dueAt: noon + 8 * minute })); // prettier-ignore
    const talk = { call: 'leg-c', e164: clara, outcome: 'answered', employee: '1002', endedAt: noon + 4 * minute } as const; // prettier-ignore
    keep(store, talk, { action: 'none', reasons: [] });
  });
});

describe('calls list', () => {
  it('shows the latest calls, newest first, without control characters in names', async () => {
    const { code, out } = await calls('list');
    const [head, ...rows] = out.split('\n');
    expect(code).toBe(0);
    expect(head).toMatch(/call +ended +client +name +outcome +place +waited +rule +task/);
    expect(rows.map((row) => row.trim().split(/\s+/)[0])).toEqual(['3', '2', '1']);
    expect(out).toMatch(/\+74951230001 +Anna·\[2J +lost +queue sales@default +4 s/);
    expect(out).toMatch(/\+74951230002.*lost.*12 s +all +1/);
  });

  it.each([
    [['--lost'], [boris, anna]],
    [['--answered'], [clara]],
    [['--requested'], []],
    [
      ['--lost', '--answered'],
      [clara, boris, anna],
    ],
    [['--since', '2036-01-01'], []],
    [
      ['--since', '2026-11-20T12:01:00Z'],
      [clara, boris],
    ],
    [['--number', anna], [anna]],
    [['--number', '8 (495) 123-00-01'], [anna]],
    [['--number', '74951230001'], [anna]],
    [
      ['--place', 'queue'],
      [clara, boris, anna],
    ],
    [['--place', 'queue:sales@default', '--limit', '1'], [clara]],
    [['--place', 'ivr:main'], []],
  ])('%j', async (options, clients) => {
    const found = json(await calls('list', '--json', ...options)) as { caller: string }[];
    expect(found.map(({ caller }) => caller)).toEqual(clients);
  });

  it('says when there are no calls, and when there are more', async () => {
    expect(await calls('list', '--requested')).toEqual({ code: 0, out: 'no calls', err: '' });
    expect((await calls('list', '--limit', '2')).out).toMatch(/the latest 2; --limit shows more$/);
  });

  it('shows with --unanswered whom nobody has talked to, with how often he was lost', async () => {
    office.inDatabase((store) => keep(store, { call: 'leg-d', e164: anna, endedAt: noon + 9 * minute }, tooShort));
    const { out } = await calls('list', '--unanswered');
    const rows = out.split('\n').slice(1);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/\+74951230001 .* 2 +4 +never +lost in queue sales@default after 12 s: the client hung up/);
    expect(rows[1]).toMatch(/\+74951230002 .* 1 +2 +1 +never/);
    expect(json(await calls('list', '--unanswered', '--json'))).toMatchObject([{ client: anna, losses: 2 }, { client: boris }]); // prettier-ignore
    office.inDatabase((store) => [anna, boris].forEach((client) => store.noteTalk(client, noon + 10 * minute)));
    expect(await calls('list', '--unanswered')).toMatchObject({ code: 0, out: expect.stringContaining('nobody') });
  });

  it.each([
    [['list', '--place', 'kitchen'], /one of queue, extension/],
    [['list', '--limit', '0'], /a whole number/],
    [['list', '--unanswered', '--lost'], /goes without --lost/],
    [['show', 'x'], /a call has a number/],
  ])('%j is wrong usage (exit code 2)', async (args, message) => {
    expect(await calls(...args)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  });
});

describe('calls show', () => {
  it('tells what the client went through, and what was decided', async () => {
    const { code, out } = await calls('show', '1');
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.replace(/^ +(\S*\d\d:\d\d:\d\d)? */, '').replace(/^\S+ \d\d:\d\d:\d\d +/, ''))).toEqual([
      'call 1: +74951230001 (Anna·[2J), lost',
      'the call began; he dialled 74951234567',
      'entered queue sales@default',
      'rang 1001@default: ringing',
      'lost in queue sales@default after 4 s: the client hung up',
      'He was not called back: no rule took the call.',
      'rule rest: waited 4 s, needs 10 s',
      'no task',
      'leg leg-a',
    ]); // prettier-ignore
  });

  it('tells of the task and its attempts', async () => {
    const { out } = await calls('show', '2');
    expect(out).toContain('Rule all took it: task 1 (matches).');
    expect(out).toContain(
      'attempt 1: the queue sales@default was asked for a free employee, 1001 answered and heard the prompt, the client was dialled: his phone was busy (USER_BUSY); client-busy: it counts as used',
    );
    expect(out).toContain('task 1: the next attempt comes');
    expect(json(await calls('show', '2', '--json'))).toMatchObject({ call: { id: 2, caller: boris }, task: { id: 1 }, attempts: [{ number: 1 }] }); // prettier-ignore
  });

  it('refuses a call that there is not (exit code 1)', async () => {
    expect(await calls('show', '99')).toEqual({
      code: 1,
      out: '',
      err: expect.stringContaining('there is no call 99'),
    });
  });
});

describe('calls why', () => {
  it('says in plain sentences why nobody called back, by id or by number', async () => {
    const { code, out } = await calls('why', '8 495 123 00 01');
    expect(code).toBe(0);
    expect(out).toMatch(/^\+74951230001 \(Anna·\[2J\) called 74951234567 at .*: lost in queue sales@default after 4 s: the client hung up\.$/m); // prettier-ignore
    expect(out).toMatch(/^He was not called back: no rule took the call\.\n {2}rule rest: waited 4 s, needs 10 s$/m);
    expect(out).toMatch(/^Nobody has talked with him since\.$/m);
    expect((await calls('why', '1')).out).toBe(out);
  });

  it('tells how the callback stands', async () => {
    const { out } = await calls('why', boris);
    expect(out).toMatch(/Rule all took it: task 1 \(matches\)\.\nTask 1: the next attempt comes .*; 1 attempt used\./);
    office.inDatabase((store) => store.saveTask({ ...store.task(1)!, state: 'reached', reason: 'client called in', closedAt: noon + 9 * minute })); // prettier-ignore
    const after = (await calls('why', boris)).out;
    expect(after).toMatch(
      /Task 1 is closed: the client called in himself and was answered \(reached, client called in\); 1 attempt used, since /,
    );
    expect(after).toMatch(/1001 answered .*: his phone was busy \(USER_BUSY\)/);
  });

  it('tells why a number can’t be called, and what answered and blacklisted callers are', async () => {
    const whyNot = 'the caller withheld his number';
    office.inDatabase((store) => {
      keep(store, { call: 'leg-e', e164: '+15550100100' }, { action: 'none', reasons: [], whyNot });
      store.blacklist([{ pattern: '+7495*', reason: 'all of Moscow', addedAt: noon }]);
    });
    expect((await calls('why', '4')).out).toContain(`He was not called back: ${whyNot}.`);
    expect((await calls('why', clara)).out).toMatch(
      /answered by 1002\.\nSomebody talked with him, so there was nothing/,
    );
    expect((await calls('why', anna)).out).toContain('The number is on the blacklist now: +7495* (all of Moscow).');
    const seen = json(await calls('why', '1', '--json'));
    expect(seen).toMatchObject({
      why: expect.arrayContaining(['  rule rest: waited 4 s, needs 10 s']),
      call: { id: 1 },
    });
  });

  it('refuses what the journal does not know (exit code 1)', async () => {
    expect(await calls('why', '+74951239999')).toMatchObject({ code: 1, err: expect.stringContaining('no call') });
  });
});

describe('calls forget', () => {
  it('removes a client everywhere, in any spelling of his number', async () => {
    expect(await calls('forget', '8 495 123-00-02')).toEqual({
      code: 0,
      out: '+74951230002 is forgotten: 1 call, 1 task, 1 attempt',
      err: '',
    });
    office.inDatabase((store) => expect([store.tasks({}), store.calls({}).length]).toEqual([[], 2]));
  });

  it('leaves the blacklist as it is, or takes him off it too', async () => {
    office.inDatabase((store) => store.blacklist([{ pattern: anna, addedAt: noon }]));
    expect(json(await calls('forget', anna, '--json'))).toEqual({ client: anna, calls: 1, tasks: 0, attempts: 0, unblacklisted: false }); // prettier-ignore
    expect((await calls('forget', anna, '--blacklist')).out).toContain('and the entry of the blacklist');
    office.inDatabase((store) => expect(store.blacklistEntries(noon)).toEqual([]));
  });

  it('is refused while he is being called (exit code 1)', async () => {
    office.inDatabase((store) => store.claim(1, newAttempt()));
    expect(await calls('forget', boris)).toMatchObject({ code: 1, err: expect.stringContaining('is being called right now') }); // prettier-ignore
    office.inDatabase((store) => expect(store.calls({ caller: boris })).toHaveLength(1));
  });
});
