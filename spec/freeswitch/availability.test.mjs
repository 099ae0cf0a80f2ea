/** callbackd beside a real FreeSWITCH: it knows by itself who is registered and who is on a call, and rings nobody else. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { skipped } from './rig.mjs';
import { makeStand } from './stand.mjs';

const employees = {
  anna: { extension: '1001', agents: ['1001@default'], groups: ['sales'] },
  boris: { extension: '1002', agents: ['1002@default'], groups: ['sales'] },
};
const answers = { ringMs: 300 };
const group = { to: { group: 'sales', step: '1s', atOnce: 2 } };

describe('who is free, on a real FreeSWITCH', { skip: skipped() }, () => {
  const stand = makeStand(74951230000);

  /** callbackd runs, and the client's phone answers. */
  async function open(callback = group) {
    const number = await stand.open({ successAfter: '1s', ...callback }, {}, { employees });
    await stand.trunk({ [number]: { ringMs: 300, hangUpAfterMs: 2_500 } });
    return number;
  }
  const lose = (number) => stand.lose(number, { hangUpAfterMs: 1_000 });
  const waits = async () => (await stand.callbackd.until('it waits', ({ msg }) => msg === 'a due task waits')).waitsFor;

  it('of a group only the phone that is registered is rung', async () => {
    await stand.phone('1002', answers);
    const number = await open();
    const task = await lose(number);
    const ended = await stand.callbackd.attemptEnds();
    assert.deepEqual([ended.outcome, ended.employee], ['reached', 'boris']);
    const { attempts } = await stand.show(task);
    assert.deepEqual(
      attempts.map(({ phones }) => phones.map(({ name }) => name)),
      [['boris']],
    );
  });

  it('nobody is registered: the task waits, and the phone that comes is rung', async () => {
    const number = await open();
    const gone = await stand.phone('1001');
    await stand.drop(gone);
    const task = await lose(number);
    assert.equal(await waits(), 'no free employee in group sales');
    const began = Date.now();
    await stand.phone('1001', answers);
    await stand.callbackd.until('it is called', ({ msg }) => msg === 'calling back');
    assert.ok(Date.now() - began < 1_900, 'sooner than the pause of a snooze');
    assert.equal((await stand.callbackd.attemptEnds()).employee, 'anna');
    assert.equal((await stand.show(task)).attempts.length, 1);
  });

  it('a phone that calls somebody is not rung until it has hung up', async () => {
    const number = await open({ to: { extension: '1001' } });
    await stand.phone('1001', answers);
    await stand.phone('1003');
    const own = await stand.call({ number: '1001', dialled: '1003', from: 'internal', hangUpAfterMs: 5_000 });
    const task = await lose(number);
    assert.equal(await waits(), 'extension 1001 is busy');
    await own.ended();
    assert.deepEqual((await stand.callbackd.attemptEnds()).outcome, 'reached');
    assert.equal((await stand.show(task)).attempts.length, 1);
  });

  it('a call that goes on when callbackd starts counts', async () => {
    await stand.phone('1001', answers);
    await stand.phone('1003');
    const own = await stand.call({ number: '1003', dialled: '1001', from: 'internal', hangUpAfterMs: 6_000 });
    await stand.freeswitch.esl.wait(
      (e) => e['Event-Name'] === 'CHANNEL_BRIDGE' && e['Caller-Caller-ID-Number'] === '1003',
    );
    const number = await open({ to: { extension: '1001' } });
    await lose(number);
    assert.equal(await waits(), 'extension 1001 is busy');
    await own.ended();
    assert.equal((await stand.callbackd.attemptEnds()).employee, 'anna');
  });
});
