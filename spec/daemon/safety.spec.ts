import { afterEach, describe, expect, it } from '@jest/globals';
import type { LogLine } from '../../lib/demo/daemon-process.js';
import { openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import { cli } from '../cli/cli.js';
import { callback, lostCall, newTask } from '../store/contract.js';
import { Office } from './office.js';

const [client, dialled] = ['74951230001', '74951234567'];
const satellite = /a satellite number: such are never dialled/;
const premium = /a premium rate number: such are never dialled/;
const noNumber = /is no number that can be called back/;
const withheld = /withheld/;

/** What somebody may send as his number who wants the office to call what he likes, and why nobody calls it. */
const tricks: [what: string, number: string, why: RegExp][] = [
  ['a premium number', '+78095001234', premium],
  ['a premium number without its plus', '78095001234', premium],
  ['a premium number as it is dialled at home', '88095001234', premium],
  ['a premium number with an extension', '+78095001234;ext=101', premium],
  ['a satellite phone', '+881612345678', satellite],
  ['a satellite phone without its plus', '881612345678', satellite],
  ['a satellite phone with the prefix of this country', '810881612345678', satellite],
  ['a satellite phone with 00', '00881612345678', noNumber],
  ['a satellite phone with 011', '011881612345678', noNumber],
  ['an Inmarsat phone', '+870773111632', satellite],
  ['an international network', '+88213300655', /an international network: such are never dialled/],
  ['another international network', '+883510012345678', /an international network: such are never dialled/],
  ['the emergency number 112', '112', noNumber],
  ['the emergency number 911', '911', noNumber],
  ['the ambulance 103', '103', noNumber],
  ['112 with the country code', '+7112', noNumber],
  ['112 and a client', '112,74951230001', noNumber],
  ['an extension with a plus', '+1001', noNumber],
  ['a neighbour country with the same code', '+77012345678', /is in KZ, allowed: RU \(outbound\.allow\)/],
  ['another country', '+380441230000', /is in UA, allowed: RU/],
  ['a number that the admin forbids', '+78401234567', /fits "\+7840\*" of outbound\.deny/],
  ['the number that he dialled', dialled, /a number of our own: he sent the number that he dialled/],
  ['the number that clients see', '+74951234568', /a number of our own \(outbound\.callerId\)/],
  ['a number that other clients dial', '74951234569', /a number of our own \(clients dial it\)/],
  ['the number of the gateway', '74951234560', /a number of our own \(the gateway of outbound\.route\)/],
  ['the name of a gateway', 'trunk', noNumber],
  ['a dial string', 'sofia/gateway/trunk/74951230009', noNumber],
  ['a pause', '+74951230009p1', noNumber],
  ['a wait', '+74951230009w1', noNumber],
  ['commas', '+74951230009,,1', noNumber],
  ['a second number', '74951230009,74951230008', noNumber],
  ['a host', '74951230009@evil.example', noNumber],
  ['a phone-context', '74951230009;phone-context=+881', noNumber],
  ['parameters', '+74951230009;ext=1;transport=tcp', noNumber],
  ['a service code', '*21*74951230009#', noNumber],
  ['a number with a hash', '74951230009#,74951230008', noNumber],
  ['sixty digits', '7495'.repeat(15), noNumber],
  ['a variable', '${api(hupall)}', noNumber],
  ['braces', '{absolute_codec_string=PCMU}74951230009', noNumber],
  ['fullwidth digits', '\uff17\uff14\uff19\uff15\uff11\uff12\uff13\uff10\uff10\uff10\uff19', noNumber],
  ['Arabic digits', '\u0667\u0664\u0669\u0665\u0661\u0662\u0663\u0660\u0660\u0660\u0669', noNumber],
  ['a newline', '74951230009\napi hupall', noNumber],
  ['a NUL', '74951230009\u0000', noNumber],
  ['nothing', '', withheld],
  ['a blank', ' ', withheld],
  ['anonymous', 'anonymous', withheld],
];

describe('what must never be dialled', () => {
  let office: Office;
  afterEach(() => office.close());

  async function opened(rules?: Record<string, unknown>): Promise<Office> {
    office = new Office({
      ...(rules !== undefined && { rules }),
      configuration: {
        // Narrower than usual, so that 112 is taken for a client.
        calls: { internal: '^1\\d{3}$' },
        outbound: {
          route: 'sofia/gateway/74951234560/{number}',
          callerId: '+74951234568',
          deny: ['+7840*'],
          pace: '0s',
        },
      },
    });
    await office.open();
    return office;
  }

  const callbackd = async (...args: string[]): Promise<string> =>
    (await cli(...args, '--config', office.configFile)).out;

  const lost = (call: string, number: string): Promise<LogLine> =>
    office.daemon!.until(`${number} is lost`, (line) => line.msg === 'client call lost' && line.call === call);

  it('is called back by no trick, and the journal says why', async () => {
    await opened();
    const { freeswitch } = office;
    await office.run();
    const calls = (number: string, to = dialled): string => freeswitch.clientCalls({ number, name: 'Anna', dialled: to, queue: 'sales@default', hangUpAfterMs: 1_000 }); // prettier-ignore
    // Somebody dials another number of the office; an employee is no client.
    await lost(calls('anonymous', '74951234569'), 'who dials another number');
    const extension = calls('1001');
    const legs = tricks.map(([, number]) => calls(number));
    const seen = await Promise.all(legs.map((leg, index) => lost(leg, tricks[index]![0])));
    seen.forEach(({ why, task }, index) => {
      const [what, , reason] = tricks[index]!;
      expect([what, task, why]).toEqual([what, undefined, expect.stringMatching(reason)]);
    });
    // An extension belongs to the same client: he is called on his own number, and nothing else of it goes out.
    const { task } = await lost(calls(`${client};ext=881`), 'a client with an extension');
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
    expect(freeswitch.record.dialled.map(({ number }) => number)).toEqual([client]);
    expect(freeswitch.record.originates).toHaveLength(1);
    const [originate = ''] = freeswitch.record.originates;
    // UUIDs are random and may hold any digits.
    const told = originate.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '');
    expect(told).not.toMatch(/ext=|881|74951230009|evil|hupall|112\b/);
    office.read((store) => {
      expect(store.tasks({}).map(({ client: number }) => number)).toEqual([`+${client}`]);
      expect(store.knowsCall(extension)).toBe(false);
      legs.forEach((leg, index) => expect(store.callOf(leg)?.decision.whyNot).toMatch(tricks[index]![2]));
    });
    expect(await callbackd('calls', 'why', '+881612345678')).toMatch(satellite);
    expect(await callbackd('calls', 'why', '+77012345678')).toContain('is in KZ, allowed: RU (outbound.allow)');
  });

  it('is not called either when a task of it is there already', async () => {
    await opened();
    const numbers = ['+78095001234', '+881612345678', '+74951234568', '+74951234560', '+78401234567', '+77012345678', '+112', '1001', 'trunk', '+74951230009,1', '${api(hupall)}']; // prettier-ignore
    const store = new SqliteStore(openDatabase(office.database), office.database);
    const lostAt = Date.now();
    for (const number of numbers) {
      const call = lostCall({ call: number, e164: number, endedAt: lostAt });
      store.takeCall(call, callback, number, () => newTask({ client: number, call: number, rule: 'sales', lostAt, countsFrom: lostAt, dueAt: 0, expiresAt: lostAt + 3_600_000 })); // prettier-ignore
    }
    store.close();
    await office.run();
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
    expect(office.freeswitch.record.dialled.map(({ number }) => number)).toEqual([client]);
    expect(office.freeswitch.record.originates).toHaveLength(1);
    const closed = office.read((opened) => opened.tasks({ states: ['cancelled'] }));
    expect(closed.map(({ client: number, reason }) => [number, reason])).toEqual(
      numbers.map((number) => [number, 'number not allowed']),
    );
    expect(await callbackd('tasks', 'show', '1')).toMatch(premium);
    expect(await callbackd('tasks', 'show', '3')).toContain('a number of our own (outbound.callerId)');
    expect(await callbackd('tasks', 'show', '7')).toContain('"+112" is no E.164 number');
  });

  it('is not rung as an employee either, when somebody tried in the call had such a number', async () => {
    const tried = { name: 'Tried', callback: { to: { tried: true }, after: ['0s'] } };
    await opened({ '10-tried.json': tried });
    const { freeswitch } = office;
    await office.run();
    freeswitch.phone('78095001234').always('noAnswer');
    const call = freeswitch.directCall({ number: client, dialled, extension: '78095001234', hangUpAfterMs: 2_000 });
    const { task } = await lost(call, 'a client of somebody with a premium number');
    const { why } = await office.daemon!.until(
      'the task is closed',
      (line) => line.task === task && line.msg.startsWith('task closed'),
    );
    expect(why).toMatch(premium);
    expect(office.read((store) => store.tasks({}))).toMatchObject([{ id: task, reason: 'no employees found' }]);
    expect(freeswitch.record.originates).toEqual([]);
  });
});
