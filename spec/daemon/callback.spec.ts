import { afterEach, describe, expect, it } from '@jest/globals';
import { Office, quickRule, type OfficeOptions } from './office.js';

const client = '74951230001';

describe('the daemon against the simulated FreeSWITCH', () => {
  let office: Office;
  afterEach(() => office.close());

  async function opened(options: OfficeOptions = {}): Promise<Office> {
    office = new Office(options);
    await office.open();
    await office.run();
    return office;
  }

  it('reaches a client who hung up in the queue, employee first', async () => {
    const { freeswitch } = await opened();
    const { task } = await office.lose(client, 1_200);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: '1001@default' });
    expect(freeswitch.record.dialled).toHaveLength(1);
    expect(freeswitch.record.dialled[0]).toMatchObject({ number: client });
    const stored = office.read((store) => ({ task: store.task(Number(task)), attempts: store.attempts(Number(task)) }));
    expect(stored.task).toMatchObject({
      state: 'reached',
      reason: 'reached by callback',
      client: `+${client}`,
    });
    expect([1, 2]).toContain(stored.task?.waited); // whole seconds of mod_callcenter's clock
    expect(stored.attempts[0]?.talkMs).toBeGreaterThanOrEqual(100);
  });

  it('tries again after a used attempt, and gives up after the last', async () => {
    const { freeswitch } = await opened();
    freeswitch.client(client).next('busy', 'noAnswer', 'rejects').always({ answersAfterMs: 300, talksMs: 3_000 });
    freeswitch.client('74951230002').always('busy');
    const first = await office.lose(client);
    const second = await office.lose('74951230002');
    const outcomes = [];
    for (let count = 1; count <= 4; count++) outcomes.push((await office.attemptEnds(first.task, count)).outcome);
    expect(outcomes).toEqual(['client-busy', 'client-no-answer', 'client-rejected', 'reached']);
    await office.attemptEnds(second.task, 5);
    expect(office.read((store) => store.task(Number(second.task)))).toMatchObject({
      state: 'gave-up',
      reason: 'attempts used up',
      attemptsUsed: 5,
    });
  }, 40_000);

  it('rings the next employee when the first does not answer', async () => {
    const { freeswitch } = await opened({ configuration: { employees: { queueWait: '60s' } } });
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.phone('1002').always({ answersAfterMs: 200 });
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: '1002@default' });
  });

  it('uses up nothing when no employee answers while the callback waits in the queue', async () => {
    const { freeswitch } = await opened({ configuration: { employees: { queueWait: '10s' } } });
    for (const phone of ['1001', '1002']) freeswitch.phone(phone).next('rejects').always({ answersAfterMs: 200 });
    freeswitch.setAgentStatus('1001@default', 'Logged Out');
    freeswitch.setAgentStatus('1002@default', 'Logged Out');
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'employee-no-answer' });
    expect(freeswitch.record.dialled).toHaveLength(0);
    freeswitch.setAgentStatus('1001@default', 'Available');
    freeswitch.setAgentStatus('1002@default', 'Available');
    expect(await office.attemptEnds(task, 2)).toMatchObject({ outcome: 'reached' });
    expect(office.read((store) => store.task(Number(task)))).toMatchObject({ attemptsUsed: 1 });
  });

  it('calls an extension directly, and snoozes while it is busy, absent or rejecting', async () => {
    const rule = { ...quickRule, callback: { ...quickRule.callback, to: { extension: '1003' } } };
    const { freeswitch } = await opened({ rules: { '10-sales.json': rule }, simulation: { phones: ['1003'] } });
    freeswitch.phone('1003').next('busy', 'rejects', 'unregistered').always({ answersAfterMs: 200 });
    const { task } = await office.lose(client);
    const outcomes = [];
    for (let count = 1; count <= 4; count++) outcomes.push((await office.attemptEnds(task, count)).outcome);
    expect(outcomes).toEqual(['employee-busy', 'employee-rejected', 'employee-unregistered', 'reached']);
    expect(office.read((store) => store.task(Number(task)))).toMatchObject({ attemptsUsed: 1, state: 'reached' });
    expect(freeswitch.record.dialled).toHaveLength(1);
  });

  it('makes one task of two losses of one client', async () => {
    const { freeswitch } = await opened({
      rules: { '10-sales.json': { ...quickRule, callback: { ...quickRule.callback, after: ['2s', '1s'] } } },
    });
    const first = await office.lose(client);
    const second = await office.lose(client);
    expect(second.task).toBe(first.task);
    await office.attemptEnds(first.task);
    expect(freeswitch.record.dialled).toHaveLength(1);
  });

  it('closes the task of a client who called again and was answered', async () => {
    const { freeswitch } = await opened({
      rules: { '10-sales.json': { ...quickRule, callback: { ...quickRule.callback, after: ['1h'] } } },
    });
    const { task } = await office.lose(client, 150);
    freeswitch.clientCalls({ number: client, dialled: '74951234567', queue: 'office@default', talksMs: 2_000 });
    await office.daemon!.until('it is closed', ({ msg }) => msg === 'task closed: the client called in');
    expect(office.read((store) => store.task(Number(task)))).toMatchObject({
      state: 'reached',
      reason: 'client called in',
    });
    expect(freeswitch.record.dialled).toHaveLength(0);
  });

  it('never has more attempts of a rule going on than maxConcurrent', async () => {
    const rule = { ...quickRule, callback: { ...quickRule.callback, maxConcurrent: 1 } };
    const { freeswitch } = await opened({ rules: { '10-sales.json': rule } });
    const numbers = ['74951230001', '74951230002', '74951230003', '74951230004'];
    const losses = await Promise.all(numbers.map((number) => office.lose(number)));
    for (const { task } of losses) expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
    const legs = freeswitch.record.dialled;
    expect(legs).toHaveLength(4);
    for (const [index, leg] of legs.slice(1).entries())
      expect(leg.at).toBeGreaterThanOrEqual(legs[index]!.answeredAt! + legs[index]!.talkMs);
  });
});
