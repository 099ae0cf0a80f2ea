import { expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import type { ClientReaction, PhoneReaction } from '../../lib/simulator/people.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener } from './esl-listener.js';

/** Numbers below 1 that are the same in every run. */
const dice = (seed: number) => (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

it.each([1, 2, 3])('a busy hour: every leg begins and ends once, nothing is left over (%i)', async (seed) => {
  const roll = dice(seed);
  const pick = <T>(things: readonly T[]): T => things[Math.floor(roll() * things.length)] as T;
  const upTo = (ms: number): number => Math.floor(roll() * ms);
  const phone = (): PhoneReaction =>
    pick<PhoneReaction>([
      'busy',
      'rejects',
      'noAnswer',
      'dead',
      'unregistered',
      { answersAfterMs: upTo(9000) },
      { answersAfterMs: upTo(9000), hangsUpAfterMs: upTo(20_000) },
    ]);
  const client = (): ClientReaction =>
    pick<ClientReaction>([
      'busy',
      'rejects',
      'noAnswer',
      'unallocated',
      'temporaryFailure',
      'gatewayDown',
      { answersAfterMs: upTo(9000), talksMs: upTo(20_000) },
    ]);
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
  const freeswitch = new SimulatedFreeswitch({
    clock,
    queues: [{ name: 'sales@default', exitKeys: '1', maxWaitMs: 60_000 }],
    agents: ['1001', '1002', '1003'].map((extension) => ({ name: `${extension}@default` })),
  });
  const { port } = await freeswitch.start();
  const listener = await EslListener.subscribed(port);

  for (let i = 0; i < 60; i += 1) {
    const number = `749512300${10 + Math.floor(roll() * 20)}`;
    const habits = { number, dialled: '74951234567', hangUpAfterMs: upTo(90_000), talksMs: upTo(30_000) };
    freeswitch.phone(pick(['1001', '1002', '1003'])).next(phone());
    freeswitch.client(number).next(client());
    if (roll() < 0.4)
      freeswitch.clientCalls({
        ...habits,
        queue: 'sales@default',
        ...(roll() < 0.2 ? { key: { digit: '1', afterMs: upTo(20_000) } } : {}),
      });
    else if (roll() < 0.3) freeswitch.directCall({ ...habits, dialled: pick(['1001', '1002', '1009']) });
    else {
      const uuid = `aaaaaaaa-0000-4000-8000-${String(i).padStart(12, '0')}`;
      const variables = `origination_uuid=${uuid},callbackd_attempt=${i},callbackd_client_uuid=${uuid.replace('aaaaaaaa', 'cccccccc')},callbackd_client_number=${number},callbackd_route=sofia/gateway/trunk/${number},callbackd_ring=20,callbackd_queue=sales@default,callbackd_score=50`;
      listener.send(
        roll() < 0.5
          ? `bgapi originate {${variables},park_timeout=90:NORMAL_CLEARING}loopback/queue/callbackd &park`
          : `bgapi originate {${variables},originate_timeout=10}user/1002 client XML callbackd`,
      );
      await listener.api('uptime');
      if (roll() < 0.2) {
        clock.advance(upTo(15_000));
        await listener.api(`uuid_kill ${uuid}`);
      }
    }
    clock.advance(upTo(20_000));
  }
  for (let i = 0; i < 20; i += 1) {
    clock.advance(60_000);
    for (const { uuid } of freeswitch.liveLegs) freeswitch.hangUp(uuid);
  }

  const events = await listener.events();
  expect(freeswitch.liveLegs).toEqual([]);
  expect((await listener.api('callcenter_config agent list')).match(/\|Waiting\|/g)).toHaveLength(3);
  const of = (name: string): string[] =>
    events.filter((event) => event['Event-Name'] === name).map((event) => String(event['Unique-ID']));
  expect(of('CHANNEL_HANGUP_COMPLETE').sort()).toEqual(of('CHANNEL_CREATE').sort());
  expect(new Set(of('CHANNEL_CREATE')).size).toBe(of('CHANNEL_CREATE').length);
  expect(of('CHANNEL_UNBRIDGE').sort()).toEqual(of('CHANNEL_BRIDGE').sort());
  for (const uuid of new Set(of('CHANNEL_CREATE'))) {
    const life = events
      .filter((event) => event['Unique-ID'] === uuid && event['Event-Name'] !== 'CUSTOM')
      .map((event) => event['Event-Name']);
    expect([life[0], life.at(-1)]).toEqual(['CHANNEL_CREATE', 'CHANNEL_HANGUP_COMPLETE']);
  }
  const offers = events.filter((event) => event['CC-Action'] === 'agent-offering').length;
  const outcomes = events.filter((event) =>
    ['bridge-agent-fail', 'bridge-agent-end'].includes(String(event['CC-Action'])),
  ).length;
  expect(outcomes).toBe(offers);
  const sequences = events.map((event) => Number(event['Event-Sequence']));
  expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  expect(freeswitch.record.dialled.length).toBeGreaterThan(3);
  listener.close();
  await freeswitch.stop();
});
