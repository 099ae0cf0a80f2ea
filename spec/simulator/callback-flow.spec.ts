import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener } from './esl-listener.js';
import type { RecordedEvent } from './recorded-events.js';

const a = 'aaaaaaaa-0000-4000-8000-000000000001';
const c = 'cccccccc-0000-4000-8000-000000000001';
const number = '74951230001';
const variables = `origination_uuid=${a},callbackd_attempt=7,callbackd_client_uuid=${c},callbackd_client_number=${number},callbackd_route=sofia/gateway/trunk/${number},callbackd_caller_id=74951234567,callbackd_ring=30,callbackd_prompt=/sounds/ru/callback.wav`;
const caller = `origination_caller_id_number=${number},origination_caller_id_name=callback`;
const toQueue = `bgapi originate {${variables},callbackd_queue=sales@default,callbackd_score=90,${caller},park_timeout=60:NORMAL_CLEARING,loopback_bowout=false,loopback_bowout_on_execute=false}loopback/queue/callbackd &park\nJob-UUID: job-1`;
const toExtension = `bgapi originate {${variables},${caller},originate_timeout=20}user/1001 client XML callbackd\nJob-UUID: job-1`;

const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
let freeswitch: SimulatedFreeswitch;
let listener: EslListener;

/** `A B C agent`: the names by which the flow is told. */
const legOf = (event: RecordedEvent): string => {
  const id = event['Unique-ID'];
  if (id === undefined) return '';
  if (id === a) return 'A';
  if (id === c) return 'C';
  return String(event['Channel-Name']).startsWith('loopback/') ? 'B' : 'agent';
};

const told = (events: readonly RecordedEvent[]): string[] =>
  events
    .filter(
      (event) =>
        event['Event-Name'] !== 'HEARTBEAT' &&
        !['members-count', 'agent-state-change'].includes(String(event['CC-Action'])),
    )
    .map((event) =>
      [
        legOf(event),
        String(event['CC-Action'] ?? event['Event-Name']).replace('CHANNEL_', ''),
        event['_body'] ?? (event['Event-Name'] === 'CHANNEL_HANGUP_COMPLETE' ? event['Hangup-Cause'] : ''),
      ]
        .map((word) => String(word).trim())
        .filter((word) => word !== '')
        .join(' '),
    );

const originate = async (text: string): Promise<void> => {
  listener.send(text);
  await listener.until((received) => received.includes('+OK Job-UUID: job-1'));
  await listener.api('uptime');
};

beforeEach(async () => {
  freeswitch = new SimulatedFreeswitch({
    clock,
    queues: [{ name: 'sales@default' }],
    agents: [{ name: '1001@default' }, { name: '1002@default' }],
  });
  const { port } = await freeswitch.start();
  listener = await EslListener.subscribed(port);
});

afterEach(async () => {
  listener.close();
  await freeswitch.stop();
});

describe('a callback through the queue', () => {
  it('reaches the client: the agent first, then the prompt, then the client', async () => {
    freeswitch.client(number).next({ answersAfterMs: 3000, talksMs: 4000 });
    await originate(toQueue);
    clock.advance(20_000);
    expect(told(await listener.events())).toEqual([
      'A CREATE',
      'B CREATE',
      'A ANSWER',
      'B ANSWER',
      'B member-queue-start',
      `BACKGROUND_JOB +OK ${a}`,
      'agent-offering',
      'agent CREATE',
      'agent PROGRESS',
      'agent ANSWER',
      'agent bridge-agent-start',
      'B BRIDGE',
      'C CREATE',
      'C PROGRESS',
      'C ANSWER',
      'A BRIDGE',
      'C HANGUP_COMPLETE NORMAL_CLEARING',
      'A UNBRIDGE',
      'A HANGUP_COMPLETE NORMAL_CLEARING',
      'B UNBRIDGE',
      'agent HANGUP_COMPLETE NORMAL_CLEARING',
      'B HANGUP_COMPLETE NORMAL_CLEARING',
      'agent bridge-agent-end',
      'B member-queue-end',
    ]);
    expect(freeswitch.record.dialled).toEqual([
      expect.objectContaining({
        number,
        uuid: c,
        attempt: '7',
        talkMs: 4000,
        endedBy: 'client',
        cause: 'NORMAL_CLEARING',
      }),
    ]);
    expect(freeswitch.liveLegs).toEqual([]);
  });

  const ends = async (): Promise<string[]> =>
    told(await listener.events()).filter((line) => line.includes('HANGUP_COMPLETE'));

  it.each([
    ['busy', 'USER_BUSY'],
    ['rejects', 'CALL_REJECTED'],
    ['unallocated', 'UNALLOCATED_NUMBER'],
    ['temporaryFailure', 'NORMAL_TEMPORARY_FAILURE'],
    ['noAnswer', 'ALLOTTED_TIMEOUT'],
  ] as const)('tells %s by the cause of the client leg; the other legs end normally', async (reaction, cause) => {
    freeswitch.client(number).next(reaction);
    await originate(toQueue);
    clock.advance(60_000);
    expect(await ends()).toEqual([
      `C HANGUP_COMPLETE ${cause}`,
      'A HANGUP_COMPLETE NORMAL_CLEARING',
      'agent HANGUP_COMPLETE NORMAL_CLEARING',
      'B HANGUP_COMPLETE NORMAL_CLEARING',
    ]);
  });

  it('has no client leg at all when the gateway is down', async () => {
    freeswitch.client(number).next('gatewayDown');
    await originate(toQueue);
    clock.advance(60_000);
    expect(await ends()).toEqual([
      'A HANGUP_COMPLETE NORMAL_CLEARING',
      'agent HANGUP_COMPLETE NORMAL_CLEARING',
      'B HANGUP_COMPLETE NORMAL_CLEARING',
    ]);
    const a = (await listener.events()).find((event) => event['Event-Name'] === 'CHANNEL_HANGUP_COMPLETE');
    expect(a).toMatchObject({ variable_originate_disposition: 'GATEWAY_DOWN', variable_callbackd_attempt: '7' });
    expect(freeswitch.record.dialled).toEqual([]);
  });

  it('offers the next agent when the first rejects', async () => {
    freeswitch.phone('1001').next('rejects');
    await originate(toQueue);
    clock.advance(20_000);
    expect(freeswitch.record.rung.map(({ extension, cause }) => `${extension} ${cause}`)).toEqual([
      '1001 CALL_REJECTED',
      '1002 NORMAL_CLEARING',
    ]);
    expect(freeswitch.record.dialled).toHaveLength(1);
  });

  it('lets the employee hang up first', async () => {
    freeswitch.phone('1001').next({ answersAfterMs: 1000, hangsUpAfterMs: 6000 });
    freeswitch.client(number).next({ answersAfterMs: 1000 });
    await originate(toQueue);
    clock.advance(20_000);
    expect(await ends()).toEqual([
      'agent HANGUP_COMPLETE NORMAL_CLEARING',
      'B HANGUP_COMPLETE NORMAL_CLEARING',
      'C HANGUP_COMPLETE NORMAL_CLEARING',
      'A HANGUP_COMPLETE NORMAL_CLEARING',
    ]);
    expect(freeswitch.record.dialled[0]).toMatchObject({ endedBy: 'freeswitch', talkMs: 3740 });
  });

  it.each([
    ['while he hears the prompt', 1500, []],
    ["while the client's phone rings", 4000, ['C HANGUP_COMPLETE ORIGINATOR_CANCEL']],
  ])('is over when the employee hangs up %s', async (_, hangsUpAfterMs, client) => {
    freeswitch.phone('1001').next({ answersAfterMs: 1000, hangsUpAfterMs: hangsUpAfterMs - 500 });
    freeswitch.client(number).next('noAnswer');
    await originate(toQueue);
    clock.advance(60_000);
    expect((await ends()).sort()).toEqual(
      [...client, ...['A', 'B', 'agent'].map((leg) => `${leg} HANGUP_COMPLETE NORMAL_CLEARING`)].sort(),
    );
    expect(freeswitch.record.dialled).toHaveLength(client.length);
  });

  it('ends in the race window without a client, as a call of a client does', async () => {
    freeswitch.phone('1001').next({ answersAfterMs: 1000 });
    await originate(toQueue);
    clock.advance(1050);
    await listener.api(`uuid_kill ${a}`);
    clock.advance(10_000);
    const lines = told(await listener.events());
    expect(lines).toContain('agent bridge-agent-start');
    expect(lines).not.toContain('B BRIDGE');
    expect(freeswitch.record.dialled).toEqual([]);
    expect(freeswitch.liveLegs).toEqual([]);
  });

  it('is cancelled by uuid_kill: the phone stops ringing, nobody is dialled', async () => {
    freeswitch.phone('1001').next('noAnswer');
    await originate(toQueue);
    clock.advance(3000);
    expect(await listener.api(`uuid_exists ${a}`)).toBe('true');
    expect(await listener.api(`uuid_kill ${a}`)).toBe('+OK\n');
    expect(await listener.api(`uuid_kill ${a}`)).toBe('-ERR No such channel!\n');
    clock.advance(60_000);
    expect(freeswitch.record.rung.map(({ cause }) => cause)).toEqual(['ORIGINATOR_CANCEL']);
    expect(freeswitch.record.dialled).toEqual([]);
    expect(freeswitch.liveLegs).toEqual([]);
  });

  it('waits in the queue no longer than park_timeout', async () => {
    for (const name of ['1001@default', '1002@default']) freeswitch.setAgentStatus(name, 'Logged Out');
    await originate(toQueue);
    clock.advance(59_000);
    expect(freeswitch.liveLegs).toHaveLength(2);
    clock.advance(1000);
    expect(await ends()).toEqual(['A HANGUP_COMPLETE NORMAL_CLEARING', 'B HANGUP_COMPLETE NORMAL_CLEARING']);
  });

  it('is served before those who waited less than its score', async () => {
    freeswitch.phone('1001').always({ answersAfterMs: 1000, hangsUpAfterMs: 5000 });
    for (const name of ['1001@default', '1002@default']) freeswitch.setAgentStatus(name, 'Logged Out');
    freeswitch.clientCalls({ number: '74951230009', dialled: '74951234567', queue: 'sales@default' });
    clock.advance(30_000);
    await originate(toQueue);
    freeswitch.setAgentStatus('1001@default', 'Available');
    clock.advance(3000);
    expect(freeswitch.record.rung.map(({ onBehalfOf }) => onBehalfOf)).toHaveLength(1);
    expect(await listener.api('callcenter_config queue list members sales@default')).toMatch(
      /\|74951230001\|.*\|90\|0\|1001@default\|single_box\|Answered\|93\n/,
    );
  });

  it('goes on when nobody is connected to the event socket', async () => {
    await originate(toQueue);
    listener.close();
    clock.advance(20_000);
    expect(freeswitch.record.dialled).toEqual([expect.objectContaining({ number, talkMs: 5000 })]);
  });

  it('refuses a second originate with a live UUID', async () => {
    await originate(toQueue);
    await originate(toQueue);
    expect(told(await listener.events()).filter((line) => line.startsWith('BACKGROUND_JOB'))).toEqual([
      `BACKGROUND_JOB +OK ${a}`,
      'BACKGROUND_JOB -ERR DESTINATION_OUT_OF_ORDER',
    ]);
  });
});

describe('a callback to an extension', () => {
  it('reaches the client; the job says +OK when the employee answers', async () => {
    await originate(toExtension);
    clock.advance(20_000);
    const events = (await listener.events()).map((event) =>
      event['Unique-ID'] === a ? { ...event, 'Channel-Name': 'A' } : event,
    );
    expect(told(events)).toEqual([
      'A CREATE',
      'A PROGRESS',
      'A ANSWER',
      `BACKGROUND_JOB +OK ${a}`,
      'C CREATE',
      'C PROGRESS',
      'C ANSWER',
      'A BRIDGE',
      'C HANGUP_COMPLETE NORMAL_CLEARING',
      'A UNBRIDGE',
      'A HANGUP_COMPLETE NORMAL_CLEARING',
    ]);
    for (const event of events.filter((event) => event['Unique-ID'] !== undefined))
      expect(event['variable_callbackd_attempt']).toBe('7');
  });
});
