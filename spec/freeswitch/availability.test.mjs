/** callbackd beside a real FreeSWITCH: it knows by itself who is registered and who is on a call, and rings nobody else. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { installCallbackd } from './callbackd.mjs';
import { agents, sippClientCall, sippPhone, sippTrunk, skipped, startFreeswitch } from './rig.mjs';

const client = '74951230001';
const employees = {
  anna: { extension: '1001', agents: ['1001@default'], groups: ['sales'] },
  boris: { extension: '1002', agents: ['1002@default'], groups: ['sales'] },
};
const group = { to: { group: 'sales', step: '1s', atOnce: 2 } };

describe('who is free, on a real FreeSWITCH', { skip: skipped() }, () => {
  let freeswitch;
  let callbackd;
  const running = [];
  const keep = (one) => (running.push(one), one);

  before(async () => {
    freeswitch = await startFreeswitch();
    await agents(freeswitch.esl, []);
  });
  after(() => freeswitch?.stop());
  afterEach(async () => {
    await callbackd?.stop();
    for (const one of running.splice(0)) await one.stop();
  });

  async function install(callback = group) {
    callbackd = installCallbackd(freeswitch, { successAfter: '1s', ...callback }, {}, { employees });
    keep(await sippTrunk(freeswitch, { [client]: { ringMs: 300, hangUpAfterMs: 2_500 } }));
    return callbackd;
  }
  const phone = async (extension, behaviour = { ringMs: 300 }) =>
    keep(await sippPhone(freeswitch, { extension, behaviour }));
  const lose = async () => {
    const call = await sippClientCall(freeswitch, { number: client, dialled: '74951234567', hangUpAfterMs: 1_000 });
    await call.ended();
    await call.stop();
  };
  const waits = async () => (await callbackd.until('it waits', ({ msg }) => msg === 'a due task waits')).waitsFor;

  it('of a group only the phone that is registered is rung', async () => {
    await phone('1002');
    await (await install()).start();
    await lose();
    const ended = await callbackd.attemptEnds();
    assert.deepEqual([ended.outcome, ended.employee], ['reached', 'boris']);
    const { attempts } = await callbackd.cli('tasks', 'show', '1');
    assert.deepEqual(
      attempts.map(({ phones }) => phones.map(({ name }) => name)),
      [['boris']],
    );
  });

  it('nobody is registered: the task waits, and the phone that comes is rung', async () => {
    await (await install()).start();
    const gone = await sippPhone(freeswitch, { extension: '1001' });
    await gone.stop();
    await lose();
    assert.equal(await waits(), 'no free employee in group sales');
    const began = Date.now();
    await phone('1001');
    await callbackd.until('it is called', ({ msg }) => msg === 'calling back');
    assert.ok(Date.now() - began < 1_900, 'sooner than the pause of a snooze');
    assert.equal((await callbackd.attemptEnds()).employee, 'anna');
    assert.equal((await callbackd.cli('tasks', 'show', '1')).attempts.length, 1);
  });

  it('a phone that calls somebody is not rung until it has hung up', async () => {
    await (await install({ to: { extension: '1001' } })).start();
    await phone('1001');
    await phone('1003', {});
    const own = keep(await sippClientCall(freeswitch, { number: '1001', dialled: '1003', from: 'internal', hangUpAfterMs: 5_000 })); // prettier-ignore
    await lose();
    assert.equal(await waits(), 'extension 1001 is busy');
    await own.ended();
    assert.deepEqual((await callbackd.attemptEnds()).outcome, 'reached');
    assert.equal((await callbackd.cli('tasks', 'show', '1')).attempts.length, 1);
  });

  it('a call that goes on when callbackd starts counts', async () => {
    await phone('1001');
    await phone('1003', {});
    const own = keep(await sippClientCall(freeswitch, { number: '1003', dialled: '1001', from: 'internal', hangUpAfterMs: 6_000 })); // prettier-ignore
    await freeswitch.esl.wait((e) => e['Event-Name'] === 'CHANNEL_BRIDGE' && e['Caller-Caller-ID-Number'] === '1003');
    await (await install({ to: { extension: '1001' } })).start();
    await lose();
    assert.equal(await waits(), 'extension 1001 is busy');
    await own.ended();
    assert.equal((await callbackd.attemptEnds()).employee, 'anna');
  });
});
