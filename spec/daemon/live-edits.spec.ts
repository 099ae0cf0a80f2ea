import { describe, expect, it } from '@jest/globals';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith } from '../config/temporary-folder.js';
import { openDatabase } from '../../lib/store/database.js';
import type { RuleEntry } from '../../lib/tasks/rule-admin.js';
import type { Status } from '../../lib/tasks/status.js';
import type { AdminOffice } from './admin-office.js';
import { alwaysOpen, clientNumber, closedNow, inOffice, late, openNow, rule, windowAround } from './admin-office.js';

const [client, other, third] = [clientNumber(1), clientNumber(2), clientNumber(3)];
const hour = 3_600_000;
const isRead = ({ msg }: { msg: string }): boolean => msg === 'the rules were read again';
const shortGrace = { rules: { deleteGrace: '1s' } };

const restart = async (office: AdminOffice): Promise<void> => {
  await office.daemon!.kill();
  await office.run();
};

const entries = async (office: AdminOffice): Promise<Record<string, RuleEntry>> => {
  const list = await office.ask<{ entries: RuleEntry[] }>('rules.list');
  return Object.fromEntries(list.entries.map((entry) => [entry.id, entry]));
};

/** Something changes the rules, so that every open task is matched again; resolves when it has been. */
const rematched = async (office: AdminOffice): Promise<void> => {
  await office.edit(() => office.rule('80-else.json', rule(late, { lostAt: 'voicemail', name: `at ${Date.now()}` })));
  await office.ask('status');
};

describe('edits while the daemon runs', () => {
  it.concurrent('are noticed within a second', () =>
    inOffice({}, async (office) => {
      const noticed: number[] = [];
      for (let count = 0; count < 5; count++)
        noticed.push(await office.edit(() => office.rule('10-sales.json', rule(late, { name: `Version ${count}` }))));
      process.stdout.write(`an edit is noticed after ${noticed.join(', ')} ms\n`);
      expect((await entries(office)).sales?.rule?.name).toBe('Version 4');
      expect(Math.min(...noticed)).toBeLessThan(1_000);
    }),
  );

  it.concurrent('of several files at once are read as a whole', () =>
    inOffice({ schedules: { hours: alwaysOpen } }, async (office) => {
      await office.edit(() => {
        office.rule('10-sales.json', rule({ ...late, during: 'new-hours' }));
        for (let count = 0; count < 30; count++)
          office.rule(`20-more-${count}.json`, rule(late, { lostAt: `queue:q${count}` }));
        office.schedules({ 'new-hours': alwaysOpen });
      });
      await office.marker();
      expect(office.log.filter(isRead)).toMatchObject([{ rules: 32 }]);
      expect(await office.problems()).toBe('');
    }),
  );

  it.concurrent(
    'of a file that is broken, half written, empty or no file keep its last good version, also over a kill',
    () =>
      inOffice({}, async (office) => {
        const whole = JSON.stringify(rule({ to: { extension: '1003' } }), undefined, 2);
        const versions = [
          whole.slice(0, whole.length / 2),
          '',
          'null',
          '{"name": "Sales"}',
          whole.replace('callback', 'calback'),
        ];
        for (const [count, text] of versions.entries()) {
          await office.edit(() => office.rule('10-sales.json', text));
          expect((await entries(office)).sales).toMatchObject({ state: 'broken', rule: { name: 'Sales' } });
          expect(await office.problems()).toContain('10-sales.json');
          expect(await office.lose(clientNumber(count), 100)).toMatchObject({ rule: 'sales' });
        }
        await restart(office);
        expect((await entries(office)).sales).toMatchObject({ state: 'broken', rule: { name: 'Sales' } });
        const { task } = await office.lose(clientNumber(20));
        expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
        await office.edit(() => {
          office.remove('10-sales.json');
          mkdirSync(join(office.rulesDir, '10-sales.json'));
        });
        expect((await entries(office)).sales).toMatchObject({ state: 'broken' });
        await office.edit(() => {
          rmSync(join(office.rulesDir, '10-sales.json'), { recursive: true });
          office.rule('10-sales.json', rule({}, { name: 'Mended' }));
        });
        expect((await entries(office)).sales).toMatchObject({ state: 'good', rule: { name: 'Mended' } });
        expect(await office.problems()).toBe('');
      }),
  );

  it.concurrent(
    'that break schedules.json and employees.json are told, also at the next start; the last good ones hold',
    () =>
      inOffice(
        {
          schedules: { day: closedNow(), night: openNow() },
          rules: {
            '10-day.json': rule(late, { lostDuring: 'day' }),
            '20-night.json': rule(late, { lostDuring: 'night' }),
          },
        },
        async (office) => {
          await office.edit(() => writeFileSync(join(office.folder, 'employees.json'), '{ "employees": {'));
          await office.daemon!.kill();
          office.schedules('{ "day": { "weekly": ');
          await office.run();
          const problems = await office.problems();
          expect(problems).toMatch(/employees\.json:\d+:\d+: /);
          expect(problems).toMatch(/schedules\.json:\d+:\d+: /);
          expect(await office.lose(client)).toMatchObject({ rule: 'night' });
        },
      ),
  );

  it.concurrent('a rule that never was good does not keep the daemon from starting; mended, it counts', () =>
    inOffice({ rules: { '10-sales.json': '{ "name": "Sales", ' } }, async (office) => {
      expect((await entries(office)).sales).toMatchObject({ state: 'unusable', problems: [{ severity: 'error' }] });
      expect((await office.lose(client)).task).toBeUndefined();
      await office.marker();
      await office.edit(() => office.rule('10-sales.json', rule(late)));
      expect(await office.lose(other)).toMatchObject({ rule: 'sales' });
    }),
  );

  it.concurrent('a file that is missing at start gets the grace; then its tasks are cancelled', () =>
    inOffice(
      { configuration: { rules: { deleteGrace: '2s' } }, rules: { '10-sales.json': rule(late) } },
      async (office) => {
        const { task } = await office.lose(client);
        await office.daemon!.kill();
        office.remove('10-sales.json');
        const startedAt = Date.now();
        await office.run();
        expect(office.task(task).state).toBe('waiting');
        expect((await entries(office)).sales).toMatchObject({ state: 'missing', openTasks: 1 });
        await office.next('it is deleted', (line) => isRead(line) && line.rules === 1);
        expect(office.task(task)).toMatchObject({ state: 'cancelled', reason: 'rule deleted' });
        expect(office.task(task).closedAt! - startedAt).toBeGreaterThanOrEqual(2_000);
      },
    ),
  );

  it.concurrent('a rules folder that is gone deletes nothing, however long', () =>
    inOffice({ configuration: shortGrace }, async (office) => {
      const { rulesDir } = office;
      office.freeswitch.client(client).next('busy');
      const { task } = await office.lose(client);
      await office.edit(() => renameSync(rulesDir, `${rulesDir}.away`));
      const goneAt = Date.now();
      while (Date.now() < goneAt + 1_500) await office.marker();
      expect(await office.lose(other)).toMatchObject({ rule: 'sales' });
      expect(await office.problems()).toContain('there is no such folder');
      await restart(office);
      expect(await office.lose(third)).toMatchObject({ rule: 'sales' });
      await office.edit(() => renameSync(`${rulesDir}.away`, rulesDir));
      expect(await office.problems()).toBe('');
      expect(office.task(task).reason).not.toBe('rule deleted');
    }),
  );

  it.concurrent('a link that leads to itself is a problem, and no more', () =>
    inOffice({}, async (office) => {
      await office.edit(() => symlinkSync('20-loop.json', join(office.rulesDir, '20-loop.json')));
      expect(await office.problems()).toContain('a symbolic link that leads to itself');
      await office.edit(() => office.remove('20-loop.json'));
      expect(await office.lose(client)).toMatchObject({ rule: 'sales' });
    }),
  );

  it.concurrent('a sound that is copied after the rule that names it mends the rule', async () => {
    const sounds = folderWith({ 'en/callback.wav': 'RIFF' });
    await inOffice({ configuration: { sounds: { dir: sounds } } }, async (office) => {
      const named = rule({ ...late, prompt: { file: 'own.wav' } }, { lostAt: 'any' });
      await office.edit(() => office.rule('05-top.json', named));
      expect((await entries(office)).top).toMatchObject({ state: 'unusable' });
      await office.edit(() => writeFileSync(join(sounds, 'en', 'own.wav'), 'RIFF'));
      expect(await office.lose(client)).toMatchObject({ rule: 'top' });
    });
  });

  it.concurrent('the log says each problem once', () =>
    inOffice({}, async (office) => {
      await office.edit(() => office.rule('20-bad.json', '{ "nam": "Sales" }'));
      const [problem = ''] = (await office.problems()).split('\n');
      for (let count = 0; count < 3; count++) await rematched(office);
      expect(problem).toContain('20-bad.json:1:1');
      expect(office.log.filter(({ msg }) => msg === problem)).toHaveLength(1);
    }),
  );

  it.concurrent('another order counts for due tasks', () =>
    inOffice(
      {
        schedules: { hours: closedNow() },
        rules: {
          '10-sales.json': rule({ during: 'hours' }),
          '20-office.json': rule({ during: 'hours' }, { lostAt: 'queue:other@default' }),
        },
        simulation: { queues: ['sales', 'office', 'marker', 'other'].map((name) => ({ name: `${name}@default` })) },
        configuration: { outbound: { route: 'sofia/gateway/trunk/{number}', pace: '300ms' } },
      },
      async (office) => {
        const [sales, second] = [await office.lose(client), await office.lose(other, 100, 'other@default')];
        await office.edit(() =>
          renameSync(join(office.rulesDir, '20-office.json'), join(office.rulesDir, '05-office.json')),
        );
        await office.edit(() => office.schedules({ hours: openNow() }));
        for (const { task } of [sales, second]) await office.attemptEnds(task);
        const calls = office.log.filter(({ msg }) => msg === 'calling back').map(({ task }) => task);
        expect(calls).toEqual([second.task, sales.task]);
      },
    ),
  );
});

describe('open tasks are matched again', () => {
  it.concurrent('with the time of the loss, not the present one', () =>
    inOffice(
      {
        schedules: { then: windowAround(-3) },
        rules: { '10-then.json': rule(late, { lostDuring: 'then' }), '20-sales.json': rule(late) },
      },
      async (office) => {
        const { task, rule: taken } = await office.lose(client);
        expect(taken).toBe('sales');
        await office.daemon!.kill();
        const database = openDatabase(office.database); // as if he had been lost three hours ago
        database.exec(
          `UPDATE calls SET call = json_set(call, '$.endedAt', json_extract(call, '$.endedAt') - ${3 * hour})`,
        );
        database.close();
        await office.run();
        await rematched(office);
        expect(office.task(task)).toMatchObject({ state: 'waiting', rule: 'then' });
      },
    ),
  );

  it.concurrent('with the counts of their loss: a task does not count for itself', () => {
    const when = (fact: string, value: unknown) => ({ when: { all: [{ fact, operator: 'equal', value }] } });
    return inOffice(
      {
        rules: {
          '10-first.json': rule(late, when('timesLostToday', 1)),
          '20-again.json': rule(late, when('openTask', true)),
          '30-rest.json': rule(late),
        },
      },
      async (office) => {
        const { task } = await office.lose(client, 100);
        expect(await office.lose(other, 100)).toMatchObject({ rule: 'first' });
        const again = await office.lose(other, 100);
        expect(again).toMatchObject({ rule: 'again' });
        for (const once of [rematched, restart, rematched]) {
          await once(office);
          expect(office.task(task)).toMatchObject({ state: 'waiting', rule: 'first' });
          expect(office.task(again.task)).toMatchObject({ state: 'waiting', rule: 'again' });
        }
      },
    );
  });

  it.concurrent('a request stays one: no minWait holds for it, and the built-in rule keeps it', () =>
    inOffice(
      {
        rules: { '10-patient.json': rule(late, { minWait: '60s' }) },
        configuration: { requests: { queues: ['sales@default', 'marker@default'] } },
        simulation: {
          queues: ['sales', 'office', 'plain'].map((name) => ({ name: `${name}@default`, exitKeys: '1' })),
        },
      },
      async (office) => {
        const asks = async (number: string, queue: string): Promise<unknown> => {
          const call = office.freeswitch.clientCalls({
            number,
            dialled: '74951234567',
            queue,
            key: { digit: '1', afterMs: 500 },
          });
          return (await office.next('he asks', (line) => line.msg === 'client call lost' && line.call === call)).task;
        };
        const task = await asks(client, 'sales@default');
        expect(office.task(task)).toMatchObject({ requested: true, rule: 'patient' });
        await rematched(office);
        expect(office.task(task)).toMatchObject({ requested: true, rule: 'patient', state: 'waiting' });
        await office.edit(() => office.rule('10-patient.json', rule(late, { lostAt: 'voicemail' })));
        await office.daemon!.until('it is called back', ({ msg }) => msg === 'calling back');
        expect(office.task(task)).toMatchObject({ requested: true, rule: 'request' });
        expect(office.attempts(task)).toMatchObject([{ target: 'queue:sales@default' }]);
      },
    ),
  );

  it.concurrent('a shorter "after" closes a task whose attempts are used up by it', () =>
    inOffice({ rules: { '10-sales.json': rule({ after: ['0s', '1h', '1h'] }) } }, async (office) => {
      office.freeswitch.client(client).always('busy');
      const { task } = await office.lose(client);
      await office.attemptEnds(task);
      expect(office.task(task).state).toBe('waiting');
      const closed = office.next('it is closed', ({ msg }) => msg === 'task closed: the rules have changed');
      await office.edit(() => office.rule('10-sales.json', rule({ after: ['0s'] })));
      expect(await closed).toMatchObject({ task, why: 'attempts used up' });
      expect(office.task(task)).toMatchObject({ state: 'gave-up', reason: 'attempts used up', attemptsUsed: 1 });
    }),
  );

  for (const [what, edit] of [
    [
      'its rule takes other calls now',
      (office: AdminOffice) => office.rule('10-sales.json', rule({}, { lostAt: 'voicemail' })),
    ],
    [
      'a rule on top ignores it',
      (office: AdminOffice) => office.rule('05-top.json', { name: 'Top', lostAt: 'queue:sales@default', ignore: true }),
    ],
  ] as const)
    it.concurrent(`cancelled when its time comes, not before, when ${what}`, () =>
      inOffice({ rules: { '10-sales.json': rule({ after: ['4s'] }) } }, async (office) => {
        const { task } = await office.lose(client);
        await office.edit(() => edit(office));
        await office.marker();
        const before = office.task(task);
        expect(before.state).toBe('waiting');
        await office.daemon!.until('it is closed', ({ msg }) => msg === 'task closed: the rules have changed');
        expect(office.task(task)).toMatchObject({ state: 'cancelled', reason: 'no rule any more' });
        expect(office.task(task).closedAt).toBeGreaterThanOrEqual(before.dueAt);
        expect(office.dialled(client)).toBe(0);
      }),
    );

  it.concurrent('while the database is locked the daemon answers, and closes the task afterwards', () =>
    inOffice({ rules: { '10-sales.json': rule({ after: ['4s'] }) } }, async (office) => {
      const { task } = await office.lose(client);
      await office.edit(() => office.rule('10-sales.json', rule({}, { lostAt: 'voicemail' })));
      const database = openDatabase(office.database);
      database.exec('BEGIN IMMEDIATE');
      const closed = office.next('it is closed', ({ msg }) => msg === 'task closed: the rules have changed');
      await office.daemon!.until('it can’t be kept', ({ msg }) => msg.startsWith('cannot keep a task'));
      expect((await office.ask<Status>('status')).tasks).toMatchObject({ waiting: 1 });
      database.exec('COMMIT');
      database.close();
      expect(await closed).toMatchObject({ task, why: 'no rule any more' });
    }),
  );
});
