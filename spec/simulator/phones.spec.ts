import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener, recordedSubscription } from './esl-listener.js';

const number = '74951230001';
const leg = (index: number): string => `aaaaaaaa-0000-4000-8000-00000000000${index}`;
const common = `callbackd_attempt=7,callbackd_client_uuid=cccccccc-0000-4000-8000-000000000001,callbackd_client_number=${number},callbackd_route=sofia/gateway/trunk/${number},callbackd_ring=30,callbackd_sounds=/sounds/en,originate_timeout=60`;
const tracked = `callbackd_agent=1001@default,execute_on_originate='execute_extension track XML callbackd'`;

const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
let freeswitch: SimulatedFreeswitch;
let listener: EslListener;

const originate = async (variables: string, ...legs: string[]): Promise<void> => {
  listener.send(`bgapi originate {${common}${variables}}${legs.join(',')} client XML callbackd\nJob-UUID: job-1`);
  await listener.until((received) => received.includes('+OK Job-UUID: job-1'));
  await listener.api('uptime');
};

beforeEach(async () => {
  freeswitch = new SimulatedFreeswitch({
    clock,
    queues: [{ name: 'sales@default' }],
    agents: [{ name: '1001@default' }, { name: '1002@default', status: 'Logged Out' }],
  });
  const { port } = await freeswitch.start();
  listener = await EslListener.subscribed(
    port,
    `${recordedSubscription} sofia::register sofia::unregister sofia::expire`,
  );
});

afterEach(async () => {
  listener.close();
  await freeswitch.stop();
});

describe('phones that come and go', () => {
  const users = async (): Promise<unknown[]> => {
    const { rows = [] } = JSON.parse(await listener.api('show registrations as json')) as {
      rows?: { reg_user: string }[];
    };
    return rows.map(({ reg_user }) => reg_user);
  };

  it('are told of, and listed', async () => {
    expect(await users()).toEqual(['1001', '1002']);
    freeswitch.phoneGoes('1001');
    freeswitch.phoneGoes('1002', 'expire');
    expect(await users()).toEqual([]);
    expect(await listener.api('show registrations as json')).toBe('{"row_count":0}');
    expect(await listener.api('sofia_contact */1001@office.example')).toBe('error/user_not_registered');
    freeswitch.phoneComes('1001');
    expect(await users()).toEqual(['1001']);
    expect(await listener.api('sofia_contact */1001@office.example')).toMatch(/^sofia\/internal\/sip:1001@/);
    const told = (await listener.events()).filter((event) => String(event['Event-Subclass']).startsWith('sofia::'));
    expect(told).toEqual([
      expect.objectContaining({ 'Event-Subclass': 'sofia::unregister', 'from-user': '1001', expires: '0' }),
      expect.objectContaining({ 'Event-Subclass': 'sofia::expire', user: '1002', host: 'office.example' }),
      expect.objectContaining({ 'Event-Subclass': 'sofia::register', 'from-user': '1001', expires: '3600' }),
    ]);
  });

  it('are not rung while they are gone', async () => {
    freeswitch.phoneGoes('1001');
    await originate('', `[origination_uuid=${leg(1)}]user/1001`);
    clock.advance(1000);
    const job = (await listener.events()).find((event) => event['Event-Name'] === 'BACKGROUND_JOB');
    expect(job?.['_body']).toBe('-ERR USER_NOT_REGISTERED\n');
    expect(freeswitch.record.rung).toEqual([]);
  });
});

describe('an agent who is rung by a callback', () => {
  const count = async (): Promise<string> => (await listener.api('callcenter_config agent list')).split('\n')[1] ?? '';

  it('is offered nothing by the queue until it is over', async () => {
    freeswitch.phone('1001').next('noAnswer').always({ answersAfterMs: 1000 });
    await originate('', `[origination_uuid=${leg(1)},leg_timeout=20,${tracked}]user/1001`);
    expect(await count()).toMatch(/\|1$/);
    freeswitch.clientCalls({ number: '74951230009', dialled: '74951234567', queue: 'sales@default' });
    clock.advance(19_000);
    expect(freeswitch.record.rung.map(({ extension, attempt }) => [extension, attempt])).toEqual([['1001', '7']]);
    clock.advance(2000);
    expect(freeswitch.record.rung.map(({ attempt }) => attempt)).toEqual(['7', '']);
    expect(await count()).toMatch(/\|0$/);
  });
});

describe('several phones', () => {
  it('never ring more than their times let them', async () => {
    for (const phone of ['1001', '1002', '1003']) freeswitch.phone(phone).always('noAnswer');
    const ringing = (): number =>
      freeswitch.record.rung.filter(({ attempt, cause }) => attempt === '7' && cause === undefined).length;
    await originate(
      '',
      `[origination_uuid=${leg(1)},leg_timeout=20]user/1001`,
      `[origination_uuid=${leg(2)},leg_delay_start=10,leg_timeout=20]user/1002`,
      `[origination_uuid=${leg(3)},leg_delay_start=20,leg_timeout=25]user/1003`,
    );
    const seen: number[] = [];
    for (let second = 0; second < 50; second += 5) {
      seen.push(ringing());
      clock.advance(5000);
    }
    expect(seen).toEqual([1, 1, 2, 2, 2, 2, 1, 1, 1, 0]);
  });

  it('who has answered but presses no key does not keep the others from winning', async () => {
    freeswitch.phone('1001').always({ answersAfterMs: 500, acceptsAfterMs: 'never' });
    freeswitch.phone('1002').always({ answersAfterMs: 4000 });
    await originate(
      ',group_confirm_key=1,callbackd_confirmed=true',
      `[origination_uuid=${leg(1)},leg_timeout=30]user/1001`,
      `[origination_uuid=${leg(2)},leg_timeout=30]user/1002`,
    );
    clock.advance(30_000);
    expect(freeswitch.record.rung.map(({ extension, cause }) => [extension, cause])).toEqual([
      ['1001', 'LOSE_RACE'],
      ['1002', 'NORMAL_CLEARING'],
    ]);
    expect(freeswitch.record.dialled).toHaveLength(1);
  });
});

describe('what the dialplan plays', () => {
  const at = (kind: string): number[] => happened.filter((each) => each.kind === kind).map((each) => each.at);
  let happened: { kind: string; at: number }[];
  beforeEach(() => {
    happened = [];
    freeswitch.on('all', ({ kind, at }) => happened.push({ kind, at }));
  });

  it('takes longer the more parts the prompt has', async () => {
    await originate(',callbackd_prompt=/a.wav!/b.wav!/c.wav!/d.wav', `[origination_uuid=${leg(1)}]user/1001`);
    clock.advance(20_000);
    expect(at('clientRings')[0]! - at('promptPlays')[0]!).toBe(2400);
  });

  it.each([
    ['1', '1'],
    ['2', '2'],
    ['9', '9'],
    ['5', undefined],
    [undefined, undefined],
  ])('asks for a key afterwards: he presses %s', async (pressed, kept) => {
    freeswitch.phone('1001').always({ answersAfterMs: 500, ...(pressed !== undefined && { afterwards: pressed }) });
    freeswitch.client(number).always('busy');
    await originate(',callbackd_afterwards=true', `[origination_uuid=${leg(1)}]user/1001`);
    clock.advance(30_000);
    const end = (await listener.events()).find(
      (event) => event['Event-Name'] === 'CHANNEL_HANGUP_COMPLETE' && event['Unique-ID'] === leg(1),
    );
    expect(end?.['variable_callbackd_key']).toBe(kept);
    expect(freeswitch.liveLegs).toEqual([]);
  });

  it('asks for a key behind a loopback, and hangs up on who presses none', async () => {
    freeswitch.extension('600', { rings: '1001' });
    freeswitch.phone('1001').next({ answersAfterMs: 500, acceptsAfterMs: 'never' });
    listener.send(
      `bgapi originate {origination_uuid=${leg(1)},${common},callbackd_accept=1,callbackd_accept_ms=10000}loopback/600/default client XML callbackd\nJob-UUID: job-1`,
    );
    await listener.until((received) => received.includes('+OK Job-UUID: job-1'));
    await listener.api('uptime');
    clock.advance(11_000);
    expect(freeswitch.liveLegs).toHaveLength(3);
    clock.advance(2000);
    expect(freeswitch.liveLegs).toEqual([]);
    expect(freeswitch.record.dialled).toEqual([]);
  });
});
