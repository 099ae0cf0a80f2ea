import { afterEach, describe, expect, it } from '@jest/globals';
import { askDaemon } from '../../lib/cli/control-client.js';
import type { HappeningKind } from '../../lib/simulator/record.js';
import type { Status } from '../../lib/tasks/status.js';
import { Office, quickRule, type OfficeOptions } from './office.js';

const client = '74951230001';

/** Slow people, so that there is time to interrupt them: 10 s of script are 1 s. */
const slowly = { answersAfterMs: 8_000, talksMs: 12_000 };

describe('an attempt that is interrupted', () => {
  let office: Office;
  afterEach(() => office.close());

  async function calling(options: OfficeOptions = {}): Promise<unknown> {
    office = new Office(options);
    office.freeswitch.client(client).always(slowly);
    office.freeswitch.phone('1001').always({ answersAfterMs: 5_000 });
    office.freeswitch.phone('1002').always({ answersAfterMs: 5_000 });
    await office.open();
    await office.run();
    return (await office.lose(client)).task;
  }

  const happens = (kind: HappeningKind): Promise<void> =>
    new Promise((resolve) => {
      const stop = office.freeswitch.on(kind, () => {
        stop();
        resolve();
      });
    });

  const attempts = (task: unknown): { outcome?: string; talkMs?: number }[] =>
    office.read((store) => store.attempts(Number(task)));

  for (const moment of ['phoneRings', 'clientRings', 'talk'] as const)
    it(`callbackd is killed at "${moment}" and started while it goes on: the attempt is followed to its end`, async () => {
      const task = await calling();
      await happens(moment);
      await office.daemon!.kill();
      await office.run();
      expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', talkMs: expect.any(Number) });
      expect(office.freeswitch.record.dialled).toHaveLength(1);
      expect(office.freeswitch.record.originates).toHaveLength(1);
    });

  it('callbackd is killed and started when all is over: the CDR tells', async () => {
    const task = await calling();
    await happens('phoneRings');
    await office.daemon!.kill();
    await happens('callEnds');
    await office.run();
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
    expect(attempts(task)[0]?.talkMs).toBeGreaterThan(1_000);
    expect(office.freeswitch.record.dialled).toHaveLength(1);
  });

  it('without CDRs nobody knows how it ended: unknown, and used', async () => {
    const task = await calling({
      withoutCdrs: true,
      rules: { '10-sales.json': { ...quickRule, callback: { ...quickRule.callback, after: ['0s', '1h'] } } },
    });
    await happens('phoneRings');
    await office.daemon!.kill();
    await happens('callEnds');
    await office.run();
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'unknown' });
    expect(office.read((store) => store.task(Number(task)))).toMatchObject({ attemptsUsed: 1, state: 'waiting' });
    expect(office.freeswitch.record.dialled).toHaveLength(1);
  });

  it('FreeSWITCH is killed while the client’s phone rings: unknown, and the next attempt reaches him', async () => {
    const task = await calling();
    await happens('clientRings');
    await office.freeswitch.restart();
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'unknown' });
    expect(await office.attemptEnds(task, 2)).toMatchObject({ outcome: 'reached' });
    const legs = office.freeswitch.record.dialled.map(({ uuid }) => uuid);
    expect(new Set(legs).size).toBe(2);
  });

  it('clients who wait when FreeSWITCH is killed are lost, and called back', async () => {
    office = new Office();
    await office.open();
    await office.run();
    const waits = office.freeswitch.clientCalls({ number: client, dialled: '74951234567', queue: 'sales@default' });
    const status = async (): Promise<number> =>
      (await askDaemon<Status>(office.socket, { do: 'status' }))!.ok.clients.length;
    while ((await status()) === 0); // until the daemon has seen him
    await office.freeswitch.restart();
    const line = await office.daemon!.until(
      'he is lost',
      ({ msg, call }) => msg === 'client call lost' && call === waits,
    );
    expect(await office.attemptEnds(line.task)).toMatchObject({ outcome: 'reached' });
  });

  it('FreeSWITCH shuts down in order: the attempt is settled by its hangup, not by a guess', async () => {
    const task = await calling();
    await happens('clientRings');
    await office.freeswitch.shutdown();
    await office.freeswitch.start();
    const { outcome } = await office.attemptEnds(task);
    expect(outcome).not.toBe('unknown');
    expect(await office.attemptEnds(task, 2)).toMatchObject({ outcome: 'reached' });
  });

  it('a client who hangs up while callbackd is dead is found in the CDRs and called back', async () => {
    office = new Office();
    await office.open();
    await office.run();
    office.freeswitch.clientCalls({
      number: client,
      dialled: '74951234567',
      queue: 'sales@default',
      hangUpAfterMs: 5_000,
    });
    await office.daemon!.kill();
    await happens('clientHangsUp');
    const daemon = await office.run();
    const { task } = await daemon.until('he is found', ({ msg }) => msg === 'client call lost');
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
    expect(office.read((store) => store.task(Number(task)))).toMatchObject({ client: `+${client}` });
  });

  it('a client who hangs up just before the link comes up is called back soon, though FreeSWITCH still lists his channel', async () => {
    office = new Office({ simulation: { lingersMs: 2_500 } });
    await office.open();
    await office.run();
    office.freeswitch.clientCalls({ number: client, dialled: '74951234567', queue: 'sales@default', hangUpAfterMs: 5_000 }); // prettier-ignore
    await office.daemon!.kill();
    await happens('clientHangsUp');
    const daemon = await office.run();
    const { task } = await daemon.until('he is found', ({ msg }) => msg === 'client call lost');
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
  });

  it('a client who hung up before callbackd was there for the first time is nobody’s loss, also after a restart', async () => {
    office = new Office();
    await office.open();
    office.freeswitch.clientCalls({
      number: client,
      dialled: '74951234567',
      queue: 'sales@default',
      hangUpAfterMs: 500,
    });
    await happens('clientHangsUp');
    await office.run();
    await office.daemon!.kill();
    await office.run();
    const { task } = await office.lose('74951230002');
    expect(task).toBe(1);
    expect(office.log.filter(({ msg }) => msg === 'client call lost')).toHaveLength(1);
  });
});
