import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../../lib/config/package-root.js';
import type { RuleEntry } from '../../lib/tasks/rule-admin.js';
import type { Status } from '../../lib/tasks/status.js';
import type { Task } from '../../lib/tasks/task.js';
import type { AdminOffice } from './admin-office.js';
import { alwaysOpen, clientNumber, closedNow, inOffice, late, openNow, rule } from './admin-office.js';

const [client, other, third] = [clientNumber(1), clientNumber(2), clientNumber(3)];
const hour = 3_600_000;

/** Phones that ring on. */
function nobodyAnswers({ freeswitch }: AdminOffice): void {
  for (const phone of ['1001', '1002']) freeswitch.phone(phone).always('noAnswer');
}

function somebodyAnswers({ freeswitch }: AdminOffice): void {
  for (const phone of ['1001', '1002']) freeswitch.phone(phone).always({ answersAfterMs: 200 });
}

const restart = async (office: AdminOffice): Promise<void> => {
  await office.daemon!.kill();
  await office.run();
};

const shortGrace = { configuration: { rules: { deleteGrace: '1500ms' } }, rules: { '10-sales.json': rule(late) } };

/** What a daemon says of a rule file that asks for too much, while it goes on by the last good version. */
async function refused(office: AdminOffice, wrong: object, says: string): Promise<void> {
  await office.edit(() => office.rule('10-sales.json', JSON.stringify(wrong, undefined, 2)));
  const problems = await office.problems();
  expect(problems).toMatch(new RegExp(`10-sales\\.json:\\d+:\\d+: .*${says}`));
  expect(problems).toContain('its last good version stays in force');
  const { task, rule: taken } = await office.lose(client);
  expect(taken).toBe('sales');
  expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
}

/** The CDRs of a recorded blind transfer that nobody took, as if it had ended just now. */
function recordedTransfer(dir: string): void {
  const recorded = packageFile('spec', 'fixtures', 'calls', 'cdr');
  const endedAt = 1_795_171_076;
  const shift = Math.floor(Date.now() / 1_000) - endedAt;
  for (const name of readdirSync(recorded).filter((file) => file.startsWith('k_blind_transfer.'))) {
    const text = readFileSync(join(recorded, name), 'utf8').replace(
      /17951710(\d\d)(\d{6})?/g,
      (_, seconds: string, rest = '') => `${Number(`17951710${seconds}`) + shift}${rest}`,
    );
    writeFileSync(join(dir, name), text);
  }
}

/** Named after the principles by which the rules work; each drives the whole daemon. One office each, several at a time. */
describe('the principles of rules', () => {
  it.concurrent('order wins: the upper of two rules takes the call; moved below, the other one does', () =>
    inOffice(
      { rules: { '10-first.json': rule(late), '20-second.json': rule(late, { lostAt: 'any' }) } },
      async (office) => {
        expect(await office.lose(client)).toMatchObject({ rule: 'first' });
        await office.edit(() =>
          renameSync(join(office.rulesDir, '10-first.json'), join(office.rulesDir, '30-first.json')),
        );
        expect(await office.lose(other)).toMatchObject({ rule: 'second' });
      },
    ),
  );

  it.concurrent(
    'later attempts follow changed rules: the second attempt goes where the edited rule says; attempts used stay used',
    () =>
      inOffice(
        { simulation: { phones: ['1003'] }, rules: { '10-sales.json': rule({ after: ['0s', '1h'] }) } },
        async (office) => {
          office.freeswitch.client(client).next('busy').always({ answersAfterMs: 100, talksMs: 2_000 });
          const { task } = await office.lose(client);
          await office.attemptEnds(task);
          expect(office.task(task).dueAt).toBeGreaterThan(Date.now() + hour / 2);
          await office.edit(() =>
            office.rule('10-sales.json', rule({ after: ['0s', '100ms'], to: { extension: '1003' } })),
          );
          expect(await office.attemptEnds(task, 2)).toMatchObject({ outcome: 'reached' });
          expect(office.attempts(task).map(({ target }) => target)).toEqual(['queue:office@default', 'extension:1003']);
          expect(office.task(task)).toMatchObject({ attemptsUsed: 2 });
        },
      ),
  );

  it.concurrent('later attempts follow changed rules: an edit does not touch the attempt in flight', () =>
    inOffice({ rules: { '10-sales.json': rule({ after: ['0s', '1h'] }) } }, async (office) => {
      office.freeswitch.client(client).always({ answersAfterMs: 25_000, talksMs: 2_000 });
      const rings = office.freeswitch.once('clientRings');
      const { task } = await office.lose(client);
      await rings;
      await office.edit(() => office.rule('10-sales.json', rule({ after: ['1h'], to: { extension: '1003' } })));
      expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
      expect(office.freeswitch.record.originates).toHaveLength(1);
    }),
  );

  it.concurrent(
    'later attempts follow new higher rules: a new rule on top takes over the task, with its intervals',
    () =>
      inOffice(
        { simulation: { phones: ['1003'] }, rules: { '10-sales.json': rule({ after: ['0s', '1h'] }) } },
        async (office) => {
          office.freeswitch.client(client).next('busy').always({ answersAfterMs: 100, talksMs: 2_000 });
          const { task } = await office.lose(client);
          await office.attemptEnds(task);
          await office.edit(() => office.rule('05-top.json', rule({ to: { extension: '1003' } })));
          expect(await office.attemptEnds(task, 2)).toMatchObject({ outcome: 'reached' });
          expect(office.task(task)).toMatchObject({ rule: 'top', attemptsUsed: 2 });
          expect(office.attempts(task)[1]).toMatchObject({ target: 'extension:1003' });
        },
      ),
  );

  it.concurrent(
    'later attempts follow new higher rules: also when it comes while an attempt is in flight, which goes on by the old one',
    () =>
      inOffice(
        { simulation: { phones: ['1003'] }, rules: { '10-sales.json': rule({ after: ['0s'] }) } },
        async (office) => {
          const { freeswitch } = office;
          freeswitch.client(client).next({ busyAfterMs: 25_000 }).always({ answersAfterMs: 100, talksMs: 2_000 });
          const rings = freeswitch.once('clientRings');
          const { task } = await office.lose(client);
          await rings;
          await office.edit(() =>
            office.rule('05-top.json', rule({ to: { extension: '1003' }, after: ['0s', '100ms'] })),
          );
          expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'client-busy' });
          expect(await office.attemptEnds(task, 2)).toMatchObject({ outcome: 'reached' });
          expect(office.task(task)).toMatchObject({ rule: 'top', attemptsUsed: 2 });
        },
      ),
  );

  it.concurrent(
    'what is in use can’t vanish: a schedule that a rule names keeps its last version, and status names the rule',
    () =>
      inOffice(
        {
          schedules: { office: closedNow(), idle: alwaysOpen },
          rules: { '10-sales.json': rule({ during: 'office' }) },
        },
        async (office) => {
          const { task } = await office.lose(client);
          await office.edit(() => office.schedules({}));
          expect(await office.problems()).toContain('the schedule "office" is gone, but rule "sales" names it');
          expect(await office.problems()).not.toContain('"idle"');
          await restart(office);
          expect(await office.problems()).toContain('the schedule "office" is gone, but rule "sales" names it');
          await office.lose(other);
          await office.marker();
          expect(office.freeswitch.record.dialled.map(({ number }) => number)).not.toContain(client);
          expect(office.task(task).dueAt).toBeGreaterThan(Date.now() + hour);
          await office.edit(() => office.schedules({ office: openNow() }));
          await office.attemptEnds(task);
          expect(await office.problems()).not.toContain('office" is gone');
        },
      ),
  );

  it.concurrent(
    'what is in use can’t vanish: a queue that FreeSWITCH does not have is told with the rule’s name, also after an edit',
    () =>
      inOffice({ rules: { '10-sales.json': rule({ to: { queue: 'old@default' } }) } }, async (office) => {
        expect(await office.problems()).toContain('rule "sales" calls back through the queue "old@default"');
        const told = office.next('it is told', ({ msg }) => msg.includes('the queue "new@default"'));
        await office.edit(() => office.rule('10-sales.json', rule({ to: { queue: 'new@default' } })));
        expect((await told).msg).toContain('rule "sales"');
        const problems = await office.problems();
        expect(problems).toContain('"new@default"');
        expect(problems).not.toContain('"old@default"');
      }),
  );

  it.concurrent('disable keeps old tasks: they go on by the disabled rule; new losses make none', () =>
    inOffice({ rules: { '10-sales.json': rule({ after: ['2s', '100ms'] }) } }, async (office) => {
      office.freeswitch.client(client).next('busy').always({ answersAfterMs: 100, talksMs: 2_000 });
      const { task } = await office.lose(client);
      await office.edit(() => office.rule('10-sales.json', rule({ after: ['0s', '100ms'] }, { enabled: false })));
      const second = await office.lose(other);
      expect(second.task).toBeUndefined();
      expect(second.why).toContain('sales: disabled');
      expect(await office.attemptEnds(task, 2)).toMatchObject({ outcome: 'reached' });
      expect(office.dialled(other)).toBe(0);
    }),
  );

  it.concurrent(
    'delete cancels: after the grace when its file is gone, not before; an attempt that rings is hung up',
    () =>
      inOffice({ ...shortGrace, rules: { '10-sales.json': rule() } }, async (office) => {
        nobodyAnswers(office);
        const { task } = await office.lose(client);
        const cancelled = office.attemptEnds(task);
        const goneAt = Date.now();
        await office.edit(() => office.remove('10-sales.json'));
        expect(office.task(task).state).toBe('calling');
        expect(await office.problems()).toContain('rule "sales" (Sales) is gone; unless it comes back');
        expect(await cancelled).toMatchObject({ outcome: 'cancelled' });
        const { state, reason, closedAt, attemptsUsed } = office.task(task);
        expect({ state, reason, attemptsUsed }).toEqual({
          state: 'cancelled',
          reason: 'rule deleted',
          attemptsUsed: 0,
        });
        expect(closedAt! - goneAt).toBeGreaterThanOrEqual(1_500);
        expect(await office.ask<{ entries: RuleEntry[] }>('rules.list')).toMatchObject({ entries: [{ id: 'marker' }] });
        expect(office.freeswitch.record.dialled).toEqual([]);
      }),
  );

  it.concurrent('delete cancels: the grace goes on while the daemon is dead', () =>
    inOffice(shortGrace, async (office) => {
      const { task } = await office.lose(client);
      await office.edit(() => office.remove('10-sales.json'));
      await office.daemon!.kill();
      // By when he hangs up the grace is over; had it begun anew, the marker would be called back first.
      office.freeswitch.clientCalls({
        number: other,
        dialled: '74951234567',
        queue: 'sales@default',
        hangUpAfterMs: 14_000,
      });
      await office.freeswitch.once('clientHangsUp');
      await office.run();
      await office.marker();
      expect(office.task(task)).toMatchObject({ state: 'cancelled', reason: 'rule deleted' });
    }),
  );

  it.concurrent('delete cancels: but those who talk are not cut off', () =>
    inOffice({ rules: { '10-sales.json': rule() } }, async (office) => {
      office.freeswitch.client(client).always({ answersAfterMs: 100, talksMs: 20_000 });
      const talk = office.freeswitch.once('talk');
      const { task } = await office.lose(client);
      await talk;
      office.remove('10-sales.json');
      await office.ask('rules.deleted', { id: 'sales' });
      await restart(office);
      await office.attemptEnds(task);
      expect(office.freeswitch.record.dialled[0]).toMatchObject({ endedBy: 'client' });
    }),
  );

  it.concurrent('delete cancels: only its own tasks', () =>
    inOffice(
      { ...shortGrace, rules: { ...shortGrace.rules, '20-other.json': rule(late, { lostAt: 'any' }) } },
      async (office) => {
        const { task } = await office.lose(client);
        const kept = await office.lose(other, 100, 'office@default');
        await office.edit(() => office.remove('10-sales.json'));
        await office.edit(() => undefined); // when the grace is over
        expect(office.task(task)).toMatchObject({ state: 'cancelled', reason: 'rule deleted' });
        expect(office.task(kept.task)).toMatchObject({ state: 'waiting', rule: 'other' });
      },
    ),
  );

  for (const [how, save] of [
    [
      'writing another file and renaming it',
      (file: string, text: string) => {
        writeFileSync(`${file}.swp`, text);
        renameSync(`${file}.swp`, file);
      },
    ],
    [
      'moving the old one away and creating a new one',
      (file: string, text: string) => {
        renameSync(file, `${file}~`);
        writeFileSync(file, text);
      },
    ],
    ['removing it and creating it later', (file: string) => unlinkSync(file)],
  ] as const)
    it.concurrent(`delete cancels: an editor that saves by ${how} cancels nothing`, () =>
      inOffice(shortGrace, async (office) => {
        const { task } = await office.lose(client);
        const file = join(office.rulesDir, '10-sales.json');
        await office.edit(() => save(file, JSON.stringify(rule(late, { name: 'Saved' }))));
        if (how.startsWith('removing'))
          await office.edit(() => office.rule('10-sales.json', rule(late, { name: 'Saved' })));
        await office.ask('rules.preview', { id: 'sales' });
        // Another rule whose file goes after that is deleted: the grace of this one would be over.
        office.rule('20-gone.json', rule(late, { lostAt: 'voicemail' }));
        await office.edit(() => undefined);
        const deleted = office.next(
          'it is deleted',
          ({ msg, rules }) => msg === 'the rules were read again' && rules === 2,
        );
        office.remove('20-gone.json');
        await deleted;
        expect(office.task(task)).toMatchObject({ state: 'waiting', rule: 'sales' });
        const { entries } = await office.ask<{ entries: RuleEntry[] }>('rules.list');
        expect(entries.find(({ id }) => id === 'sales')).toMatchObject({ state: 'good', rule: { name: 'Saved' } });
      }),
    );

  it.concurrent('delete cancels: at once when an admin confirms it; refused while the file is there', () =>
    inOffice({ rules: shortGrace.rules }, async (office) => {
      const { task } = await office.lose(client);
      const { refused: why } = await office.ask<{ refused: string }>('rules.deleted', { id: 'sales' });
      expect(why).toContain('the file of rule "sales" is still there');
      expect(office.task(task).state).toBe('waiting');
      expect(await office.ask('rules.preview', { id: 'sales' })).toMatchObject({ open: [{ id: task }] });
      office.remove('10-sales.json');
      expect(await office.ask<Task[]>('rules.deleted', { id: 'sales' })).toMatchObject([
        { id: task, reason: 'rule deleted' },
      ]);
      expect(office.task(task).state).toBe('cancelled');
    }),
  );

  it.concurrent('delete cancels: but a rename that keeps the id is a move', () =>
    inOffice(shortGrace, async (office) => {
      const { task } = await office.lose(client);
      await office.edit(() =>
        renameSync(join(office.rulesDir, '10-sales.json'), join(office.rulesDir, '95-sales.json')),
      );
      await office.edit(() => office.rule('20-gone.json', rule(late, { lostAt: 'voicemail' })));
      await office.edit(() => office.remove('20-gone.json'));
      await office.edit(() => undefined);
      expect(office.task(task)).toMatchObject({ state: 'waiting', rule: 'sales', order: 1 });
    }),
  );

  it.concurrent(
    'master switch off and on: off: losses are recorded and never become tasks, open tasks rest; on: they go on',
    () =>
      inOffice({ rules: { '10-sales.json': rule({ after: ['2s'] }) } }, async (office) => {
        const { task } = await office.lose(client);
        expect(await office.ask('switch.turn', { on: false })).toMatchObject({ on: false });
        const recorded = await office.lose(other);
        expect(recorded).toMatchObject({ action: 'none', why: 'callbackd was switched off' });
        await restart(office);
        expect(await office.ask<Status>('status')).toMatchObject({ switch: { on: false } });
        while (Date.now() < office.task(task).dueAt + 300) await office.lose(third, 100);
        expect(office.task(task).state).toBe('waiting');
        expect(office.freeswitch.record.originates).toEqual([]);
        expect(await office.ask('switch.turn', { on: true })).toMatchObject({ on: true });
        expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
        await office.marker();
        expect(office.read((store) => store.tasks({}))).toHaveLength(2);
        expect(office.dialled(other) + office.dialled(third)).toBe(0);
      }),
  );

  it.concurrent(
    'master switch off and on: a call that was lost while it was off makes no task when it is found later',
    () =>
      inOffice({}, async (office) => {
        await office.ask('switch.turn', { on: false });
        await office.daemon!.kill();
        const gone = office.freeswitch.once('clientHangsUp');
        office.freeswitch.clientCalls({
          number: client,
          dialled: '74951234567',
          queue: 'sales@default',
          hangUpAfterMs: 500,
        });
        await gone;
        await office.run();
        await office.ask('switch.turn', { on: true });
        const found = await office.daemon!.until('it is found', ({ msg }) => msg === 'client call lost');
        expect(found).toMatchObject({ why: 'callbackd was switched off' });
        expect(found.task).toBeUndefined();
      }),
  );

  it.concurrent(
    'master switch off and on: an attempt that rings is hung up and uses up nothing; it is made again when it is on',
    () =>
      inOffice({}, async (office) => {
        nobodyAnswers(office);
        const rings = office.freeswitch.once('phoneRings');
        const { task } = await office.lose(client);
        await rings;
        await office.ask('switch.turn', { on: false });
        expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'cancelled' });
        expect(office.task(task)).toMatchObject({ state: 'waiting', attemptsUsed: 0, snoozes: 0 });
        expect(office.freeswitch.liveLegs).toEqual([]);
        somebodyAnswers(office);
        await office.ask('switch.turn', { on: true });
        expect(await office.attemptEnds(task, 2)).toMatchObject({ outcome: 'reached' });
        expect(office.dialled(client)).toBe(1);
      }),
  );

  it.concurrent('master switch off and on: employee and client who talk are not cut off', () =>
    inOffice({}, async (office) => {
      const talk = office.freeswitch.once('talk');
      const { task } = await office.lose(client);
      await talk;
      await office.ask('switch.turn', { on: false });
      expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
      expect(office.freeswitch.record.dialled[0]).toMatchObject({ endedBy: 'client' });
    }),
  );

  it.concurrent(
    'master switch off and on: those who talk are not cut off either by a daemon that is started meanwhile',
    () =>
      inOffice({}, async (office) => {
        office.freeswitch.client(client).always({ answersAfterMs: 100, talksMs: 30_000 });
        const talk = office.freeswitch.once('talk');
        const { task } = await office.lose(client);
        await talk;
        await office.ask('switch.turn', { on: false });
        await restart(office);
        expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
        expect(office.freeswitch.record.dialled[0]).toMatchObject({ endedBy: 'client' });
      }),
  );

  it.concurrent(
    'unlimited storage while off: a task outlives its expiry while it is off, and has the rest of its time afterwards',
    () =>
      inOffice({ rules: { '10-sales.json': rule({ after: ['1500ms'], expireAfter: '4s' }) } }, async (office) => {
        const { task } = await office.lose(client);
        const before = office.task(task).expiresAt!;
        const offAt = Date.now();
        await office.ask('switch.turn', { on: false });
        expect(office.task(task).expiresAt).toBeUndefined();
        await restart(office);
        while (Date.now() < before + 100) await office.lose(other, 100);
        expect(office.task(task).state).toBe('waiting');
        nobodyAnswers(office);
        await office.ask('switch.turn', { on: true });
        const { expiresAt } = office.task(task);
        const off = Date.now() - offAt;
        expect(expiresAt! - before).toBeGreaterThan(off - 1_000);
        expect(expiresAt! - before).toBeLessThanOrEqual(off);
        await office.daemon!.until('it is called back', ({ msg }) => msg === 'calling back');
      }),
  );

  it.concurrent('unlimited rules: the last of 500 rule files takes its call, and calls back', () => {
    const many = Array.from({ length: 499 }, (_, count): [string, object] => [
      `10-queue-${count}.json`,
      rule(late, { lostAt: `queue:q${count}@default` }),
    ]);
    return inOffice({ rules: { ...Object.fromEntries(many), '80-sales.json': rule() } }, async (office) => {
      const { task, rule: taken } = await office.lose(client);
      expect(taken).toBe('sales');
      expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
      expect(await office.ask<Status>('status')).toMatchObject({ rules: 501 });
    });
  });

  it.concurrent('dialling and loss schedule: lostDuring: inside and outside', () =>
    inOffice(
      {
        schedules: { day: closedNow(), night: openNow() },
        rules: {
          '10-day.json': rule(late, { lostDuring: 'day' }),
          '20-outside-night.json': rule(late, { lostDuring: { outside: 'night' } }),
          '30-night.json': rule(late, { lostDuring: 'night' }),
        },
      },
      async (office) => {
        expect(await office.lose(client)).toMatchObject({ rule: 'night' });
        await office.edit(() => office.schedules({ day: openNow(), night: closedNow() }));
        expect(await office.lose(other)).toMatchObject({ rule: 'day' });
        await office.edit(() => office.schedules({ day: closedNow(), night: closedNow() }));
        expect(await office.lose(third)).toMatchObject({ rule: 'outside-night' });
      },
    ),
  );

  it.concurrent(
    'dialling and loss schedule: during: a task waits for the next opening, and is dialled when the schedule is open',
    () =>
      inOffice(
        { schedules: { office: closedNow() }, rules: { '10-sales.json': rule({ during: 'office' }) } },
        async (office) => {
          const { task } = await office.lose(client);
          await office.marker();
          expect(office.dialled(client)).toBe(0);
          const { dueAt, expiresAt } = office.task(task);
          expect(dueAt % 60_000).toBe(0);
          expect(Math.abs(dueAt - Date.now() - 2 * hour)).toBeLessThan(60_000);
          expect(expiresAt).toBeGreaterThan(Date.now() + 24 * hour); // only open hours count
          await office.edit(() => office.schedules({ office: openNow() }));
          expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
        },
      ),
  );

  it.concurrent(
    'dialling and loss schedule: an edit that closes the dialling schedule hangs up the attempt that rings',
    () =>
      inOffice(
        { schedules: { office: openNow() }, rules: { '10-sales.json': rule({ during: 'office' }) } },
        async (office) => {
          nobodyAnswers(office);
          const rings = office.freeswitch.once('phoneRings');
          const { task } = await office.lose(client);
          await rings;
          await office.edit(() => office.schedules({ office: closedNow() }));
          expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'cancelled' });
          expect(office.task(task)).toMatchObject({ state: 'waiting', attemptsUsed: 0 });
          expect(office.task(task).dueAt).toBeGreaterThan(Date.now() + hour);
          expect(office.freeswitch.record.dialled).toEqual([]);
        },
      ),
  );

  it.concurrent('dialling and loss schedule: an edit made while the daemon is dead hangs it up at the next start', () =>
    inOffice(
      { schedules: { office: openNow() }, rules: { '10-sales.json': rule({ during: 'office' }) } },
      async (office) => {
        nobodyAnswers(office);
        const rings = office.freeswitch.once('phoneRings');
        const { task } = await office.lose(client);
        await rings;
        await office.daemon!.kill();
        office.schedules({ office: closedNow() });
        await office.run();
        expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'cancelled' });
        expect(office.task(task)).toMatchObject({ state: 'waiting', attemptsUsed: 0 });
        expect(office.freeswitch.record.dialled).toEqual([]);
      },
    ),
  );

  it.concurrent('dialling and loss schedule: but not a conversation', () =>
    inOffice(
      { schedules: { office: openNow() }, rules: { '10-sales.json': rule({ during: 'office' }) } },
      async (office) => {
        office.freeswitch.client(client).always({ answersAfterMs: 100, talksMs: 15_000 });
        const talk = office.freeswitch.once('talk');
        const { task } = await office.lose(client);
        await talk;
        await office.edit(() => office.schedules({ office: closedNow() }));
        expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
        expect(office.freeswitch.record.dialled[0]).toMatchObject({ endedBy: 'client' });
      },
    ),
  );

  it.concurrent(
    'first and later intervals: the first counts from the loss, each later one from the end of the used attempt before',
    () =>
      inOffice({ rules: { '10-sales.json': rule({ after: ['600ms', '300ms', '900ms'] }) } }, async (office) => {
        office.freeswitch.client(client).always('busy');
        const { task } = await office.lose(client);
        await office.attemptEnds(task, 3);
        const { lostAt } = office.task(task);
        const attempts = office.attempts(task);
        const pauses = attempts.map(({ startedAt }, index) => startedAt - (attempts[index - 1]?.endedAt ?? lostAt));
        for (const [index, least] of [600, 300, 900].entries()) {
          expect(pauses[index]).toBeGreaterThanOrEqual(least);
        }
      }),
  );

  it.concurrent('reached ends it: no further attempt is made', () =>
    inOffice({ rules: { '10-sales.json': rule({ after: ['0s', '0s', '0s'] }) } }, async (office) => {
      const { task } = await office.lose(client);
      expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
      await office.marker();
      expect(office.task(task)).toMatchObject({ state: 'reached', reason: 'reached by callback', attemptsUsed: 1 });
      expect(office.dialled(client)).toBe(1);
    }),
  );

  it.concurrent('at most 5 attempts: a rule that asks for a sixth is refused, and its last good version goes on', () =>
    inOffice({}, (office) => refused(office, rule({ after: { every: '1s', times: 6 } }), 'at most 5 attempts')),
  );

  it.concurrent('at most 5 attempts: the fifth is the last', () =>
    inOffice({ rules: { '10-sales.json': rule({ after: { every: '0s', times: 5 } }) } }, async (office) => {
      office.freeswitch.client(client).always('busy');
      const { task } = await office.lose(client);
      await office.attemptEnds(task, 5);
      await office.marker();
      expect(office.task(task)).toMatchObject({ state: 'gave-up', reason: 'attempts used up', attemptsUsed: 5 });
      expect(office.dialled(client)).toBe(5);
    }),
  );

  it.concurrent(
    'at most 60 s of waiting may be asked for: a rule with 61 s is refused, and its last good version goes on',
    () => inOffice({}, (office) => refused(office, rule({}, { minWait: '61s' }), 'at most')),
  );

  it.concurrent('at most 60 s of waiting may be asked for: with 60 s a shorter wait is left to the next rule', () =>
    inOffice(
      { rules: { '10-patient.json': rule(late, { minWait: '60s' }), '20-rest.json': rule(late) } },
      async (office) => expect(await office.lose(client, 300)).toMatchObject({ rule: 'rest' }),
    ),
  );

  it.concurrent(
    'none for a transfer: a rule only for transfers is refused with minWait, and its last good version goes on',
    () =>
      inOffice({}, (office) =>
        refused(office, rule({}, { minWait: '10s', lostAt: 'transfer' }), 'minWait never applies'),
      ),
  );

  it.concurrent('none for a transfer: a client lost after a transfer is called back however short he waited', () =>
    inOffice({ rules: { '10-all.json': rule(late, { minWait: '60s', lostAt: 'any' }) } }, async (office) => {
      await office.daemon!.kill();
      recordedTransfer(join(office.folder, 'json_cdr'));
      await office.run();
      const found = await office.daemon!.until('it is found', ({ msg }) => msg === 'client call lost');
      expect(found).toMatchObject({ place: 'transfer', rule: 'all', action: 'callback' });
      expect(Number(found.waited)).toBeLessThan(60);
    }),
  );

  it.concurrent('at most 5 at once: of 12 due tasks never more than 5 are dialled at a time', () => {
    const agents = Array.from({ length: 12 }, (_, count) => ({
      name: `11${count + 10}@default`,
      queues: ['office@default'],
    }));
    return inOffice({ simulation: { agents } }, async (office) => {
      await office.ask('switch.turn', { on: true });
      let most = 0;
      office.freeswitch.on('all', () => {
        const ours = office.freeswitch.liveLegs.filter(({ name }) => /^loopback\/queue-a/.test(name));
        most = Math.max(most, ours.length);
      });
      const losses = await Promise.all(
        Array.from({ length: 12 }, (_, count) => office.lose(clientNumber(100 + count))),
      );
      for (const { task } of losses) expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
      expect(most).toBe(5);
      expect(office.freeswitch.record.dialled).toHaveLength(12);
    });
  });

  it.concurrent('at most 5 at once: a rule that asks for 6 is refused, and its last good version goes on', () =>
    inOffice({}, (office) => refused(office, rule({ maxConcurrent: 6 }), 'at most 5')),
  );

  it.concurrent('contact elsewhere cancels: a client who calls in and is answered is not called back', () =>
    inOffice({ rules: { '10-sales.json': rule({ after: ['1s', '1s'] }) } }, async (office) => {
      const { task } = await office.lose(client);
      office.freeswitch.clientCalls({
        number: client,
        dialled: '74951234567',
        queue: 'office@default',
        talksMs: 2_000,
      });
      await office.daemon!.until('it is closed', ({ msg }) => msg === 'task closed: the client called in');
      while (Date.now() < office.task(task).dueAt + 200) await office.marker();
      expect(office.task(task)).toMatchObject({ state: 'reached', reason: 'client called in' });
      expect(office.dialled(client)).toBe(0);
    }),
  );

  it.concurrent('contact elsewhere cancels: nor is one whom an employee calls', () =>
    inOffice({ simulation: { phones: ['1003'] }, rules: { '10-sales.json': rule(late) } }, async (office) => {
      const { task } = await office.lose(client);
      office.freeswitch.employeeCalls({ extension: '1003', number: client, answersAfterMs: 100, talksMs: 5_000 });
      await office.daemon!.until('it is closed', ({ msg }) => msg === 'task closed: an employee called the client');
      expect(office.task(task)).toMatchObject({ state: 'reached', reason: 'employee called out' });
    }),
  );

  it.concurrent('blacklisted callers do not count: their losses make no task and are not counted, also not later', () =>
    inOffice(
      {
        rules: {
          '10-often.json': rule(late, {
            when: { all: [{ fact: 'timesLostToday', operator: 'greaterThanInclusive', value: 2 }] },
          }),
          '20-sales.json': rule(late),
        },
      },
      async (office) => {
        await office.ask('blacklist.add', { entries: [{ pattern: `+${client}` }] });
        for (let times = 0; times < 2; times++) {
          const { task, action } = await office.lose(client, 100);
          expect({ task, action }).toEqual({ task: undefined, action: 'none' });
        }
        await office.ask('blacklist.remove', { pattern: `+${client}` });
        expect(await office.lose(client, 100)).toMatchObject({ rule: 'sales' });
        expect(await office.lose(client, 100)).toMatchObject({ rule: 'often' });
      },
    ),
  );

  it.concurrent('a backlog at opening time: is dialled one after the other, outbound.pace apart', () =>
    inOffice(
      {
        schedules: { office: closedNow() },
        rules: { '10-sales.json': rule({ during: 'office' }) },
        configuration: { outbound: { route: 'sofia/gateway/trunk/{number}', pace: '400ms' } },
      },
      async (office) => {
        const losses = await Promise.all([1, 2, 3, 4].map((count) => office.lose(clientNumber(count))));
        await office.edit(() => office.schedules({ office: openNow() }));
        for (const { task } of losses) await office.attemptEnds(task);
        const starts = losses.flatMap(({ task }) => office.attempts(task)).map(({ startedAt }) => startedAt);
        starts.sort((a, b) => a - b);
        for (const [index, at] of starts.slice(1).entries()) expect(at - starts[index]!).toBeGreaterThanOrEqual(400);
      },
    ),
  );
});
