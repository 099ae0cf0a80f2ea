import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import { SimulatedFreeswitch, type SimulationOptions } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener } from './esl-listener.js';
import { capture, normalised, type RecordedEvent } from './recorded-events.js';

const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
const caller = { number: '79161234567', dialled: '74951234567', queue: 'sales@default' };
let freeswitch: SimulatedFreeswitch;
let listener: EslListener;

const begin = async (options: Partial<SimulationOptions> = {}): Promise<void> => {
  freeswitch = new SimulatedFreeswitch({
    clock,
    domain: 'pbx.rig',
    queues: [{ name: 'sales@default' }],
    agents: [],
    ...options,
  });
  const { port } = await freeswitch.start();
  listener = await EslListener.subscribed(port);
};

/** Same events, same order, same headers as the recording. */
const expectRecorded = async (name: string): Promise<void> => {
  expect(normalised(await listener.events())).toEqual(normalised(capture(name)));
};

const kinds = (events: readonly RecordedEvent[]): string[] =>
  events.map((event) =>
    [event['Event-Name'], event['CC-Action'], event['Unique-ID'], event['Hangup-Cause']].map(String).join(' '),
  );

afterEach(async () => {
  listener.close();
  await freeswitch.stop();
});

describe('calls in a queue, compared with recorded ones', () => {
  it('a: nobody there, the caller hangs up after 8 s', async () => {
    await begin();
    freeswitch.clientCalls({ ...caller, hangUpAfterMs: 8020 });
    clock.advance(10_000);
    await expectRecorded('a_abandon_wait8');
  });

  it('b: an agent answers, they talk, the caller hangs up', async () => {
    await begin({ agents: [{ name: '1001@default' }] });
    freeswitch.clientCalls({ ...caller, talksMs: 6000 });
    clock.advance(10_000);
    await expectRecorded('b_answered_caller_bye');
  });

  it('c: the caller hangs up while the agent is rung', async () => {
    await begin({ agents: [{ name: '1001@default' }] });
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.clientCalls({ ...caller, hangUpAfterMs: 4020 });
    clock.advance(5000);
    await expectRecorded('c_abandon_ringing');
  });

  it('c3: the first agent does not answer, the caller hangs up while the second is rung', async () => {
    await begin({ agents: [{ name: '1002@default' }, { name: '1001@default' }] });
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.phone('1002').always('noAnswer');
    freeswitch.clientCalls({ ...caller, hangUpAfterMs: 13_020 });
    clock.advance(15_000);
    await expectRecorded('c3_abandon_second_agent');
  });

  it('d: max-wait-time', async () => {
    await begin({ queues: [{ name: 'support@default', maxWaitMs: 20_000 }] });
    freeswitch.clientCalls({ ...caller, dialled: '74951234568', queue: 'support@default' });
    clock.advance(25_000);
    await expectRecorded('d_max_wait');
  });

  it('d2: max-wait-time, the agent was rung twice', async () => {
    await begin({ queues: [{ name: 'support@default', maxWaitMs: 20_000 }], agents: [{ name: '1001@default' }] });
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.clientCalls({ ...caller, dialled: '74951234568', queue: 'support@default' });
    clock.advance(25_000);
    await expectRecorded('d2_max_wait_ringing');
  });

  it('d5: the agent answers after the max-wait-time, and hangs up first', async () => {
    await begin({
      queues: [{ name: 'support@default', maxWaitMs: 20_000 }],
      agents: [{ name: '1001@default', status: 'Logged Out' }],
    });
    freeswitch.phone('1001').always({ answersAfterMs: 6500, hangsUpAfterMs: 4000 });
    freeswitch.clientCalls({ ...caller, dialled: '74951234568', queue: 'support@default' });
    clock.advance(14_880);
    freeswitch.setAgentStatus('1001@default', 'Available');
    clock.advance(15_000);
    await expectRecorded('d5_max_wait_late_answer');
  });

  it('e: a queue without agents', async () => {
    await begin({ queues: [{ name: 'empty@default', noAgentTimeoutMs: 520 }] });
    freeswitch.clientCalls({ ...caller, dialled: '74951234570', queue: 'empty@default' });
    clock.advance(5000);
    await expectRecorded('e_no_agents');
  });

  it('f: an exit key', async () => {
    await begin({ queues: [{ name: 'support@default', exitKeys: '1' }] });
    freeswitch.clientCalls({
      ...caller,
      dialled: '74951234569',
      queue: 'support@default',
      key: { digit: '1', afterMs: 5000 },
    });
    clock.advance(10_000);
    await expectRecorded('f_exit_key');
  });

  it('p: abandons, calls again, is answered', async () => {
    await begin({ agents: [{ name: '1001@default', status: 'Logged Out' }] });
    freeswitch.clientCalls({ ...caller, hangUpAfterMs: 4000 });
    clock.advance(10_000);
    freeswitch.setAgentStatus('1001@default', 'Available');
    freeswitch.clientCalls({ ...caller, talksMs: 4000 });
    clock.advance(10_000);
    // In which order the threads of FreeSWITCH tell the end of a talk differs from one recording to the next.
    const [simulated, recorded] = [normalised(await listener.events()), normalised(capture('p_abandon_then_answered'))];
    const talkBegins = recorded.findIndex((event) => event['Event-Name'] === 'CHANNEL_BRIDGE') + 1;
    expect(simulated.slice(0, talkBegins)).toEqual(recorded.slice(0, talkBegins));
    expect(kinds(simulated).sort()).toEqual(kinds(recorded).sort());
  });

  it.each(['early', 'late'] as const)('u2: hangs up while the agent answers, %s: no CHANNEL_BRIDGE', async (race) => {
    await begin({ agents: [{ name: '1001@default' }] });
    freeswitch.clientCalls({ ...caller, race });
    clock.advance(10_000);
    await expectRecorded(`u2_race_${race}`);
  });
});
