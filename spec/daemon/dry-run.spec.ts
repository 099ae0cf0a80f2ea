import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { DaemonProcess, LogLine } from '../../lib/demo/daemon-process.js';
import { clientNumber, closedNow, inOffice, late, openNow, rule } from './admin-office.js';

const [client, other, third] = [clientNumber(1), clientNumber(2), clientNumber(3)];

const wouldCall = (dry: DaemonProcess, number: string): Promise<LogLine> =>
  dry.until(
    `it would call ${number}`,
    (line) => line.msg === 'dry run: would call back now' && line.client === `+${number}`,
  );

describe('callbackd run --dry-run', () => {
  it.concurrent('tells whom it would call back, dials nobody, and leaves the database as it is', () =>
    inOffice(
      { schedules: { hours: closedNow() }, rules: { '10-sales.json': rule({ during: 'hours' }) } },
      async (office) => {
        const { task } = await office.lose(client);
        await office.daemon!.stop();
        const bytes = (): string => createHash('sha256').update(readFileSync(office.database)).digest('hex');
        const before = bytes();
        const log: LogLine[] = [];
        const dry = await office.runDry(log);
        try {
          const call = { number: other, dialled: '74951234567', queue: 'marker@default', hangUpAfterMs: 500 };
          office.freeswitch.clientCalls(call);
          expect(await wouldCall(dry, other)).toMatchObject({ rule: 'marker', target: 'queue:office@default' });
          expect(log.filter(({ client: whom }) => whom === `+${client}`)).toEqual([]);
          office.schedules({ hours: openNow() });
          expect(await wouldCall(dry, client)).toMatchObject({ task, rule: 'sales', callerId: '74951234567' });
        } finally {
          await dry.stop();
        }
        expect(bytes()).toBe(before);
        expect(office.freeswitch.record.originates).toEqual([]);
        expect(office.read((store) => store.tasks({}))).toMatchObject([{ id: task, state: 'waiting' }]);
      },
    ),
  );

  it.concurrent('works beside the daemon, which alone dials and answers commands', () =>
    inOffice({ rules: { '10-sales.json': rule(late) } }, async (office) => {
      const waiting = await office.lose(client);
      const dry = await office.runDry();
      try {
        const { task } = await office.lose(other);
        await office.edit(() => office.rule('10-sales.json', rule()));
        expect(await wouldCall(dry, client)).toMatchObject({ task: waiting.task });
        expect(await wouldCall(dry, other)).toMatchObject({ rule: 'sales' });
        for (const real of [waiting.task, task])
          expect(await office.attemptEnds(real)).toMatchObject({ outcome: 'reached' });
      } finally {
        await dry.stop();
      }
      expect([client, other].map((number) => office.dialled(number))).toEqual([1, 1]);
      expect(office.freeswitch.record.originates).toHaveLength(2);
      expect(await office.problems()).toBe('');
      expect(office.read((store) => store.tasks({})).map(({ state }) => state)).toEqual(['reached', 'reached']);
      expect(await office.lose(third)).toMatchObject({ rule: 'sales' });
    }),
  );

  it.concurrent('starts without a database, and makes none', () =>
    inOffice({ rules: { '10-sales.json': rule(late) } }, async (office) => {
      await office.daemon!.stop();
      const file = office.database;
      rmSync(file);
      const dry = await office.runDry();
      try {
        office.freeswitch.clientCalls({
          number: client,
          dialled: '74951234567',
          queue: 'marker@default',
          hangUpAfterMs: 500,
        });
        await wouldCall(dry, client);
      } finally {
        await dry.stop();
      }
      expect(existsSync(file)).toBe(false);
    }),
  );
});
