/** What the follower tells FreeSWITCH about the phones of an attempt. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { CdrFolder } from '../../lib/calls/cdr-folder.js';
import { Durable } from '../../lib/daemon/durable.js';
import { Flights, type Flight } from '../../lib/daemon/flight.js';
import { Follower } from '../../lib/daemon/follower.js';
import { RuleBook } from '../../lib/tasks/rule-book.js';
import { ManualClock } from '../../lib/time/clock.js';
import { event } from '../calls/recordings.js';
import { context, fridayNoon } from '../rules/rule-context.js';
import { MemoryStore, Shelf } from '../store/memory-store.js';

const phones = ['A', 'B', 'C'].map((leg) => ({ leg, name: leg }));

describe('the phones of an attempt', () => {
  let commands: string[];
  let follower: Follower;
  let flight: Flight;

  const leg = (name: string, uuid: string): void =>
    follower.event(event({ 'Event-Name': name, 'Unique-ID': uuid, 'Event-Date-Timestamp': '1' }));

  beforeEach(() => {
    commands = [];
    const clock = new ManualClock(fridayNoon);
    const log = pino({ level: 'silent' });
    const flights = new Flights();
    const attempt = { id: 1, task: 7, number: 1, employeeLeg: 'A', clientLeg: 'K', job: 'j', coreUuid: '', target: '', phones, startedAt: clock.now() }; // prettier-ignore
    flight = flights.add({ attempt, client: '', rule: 'all', successAfterMs: 0, atOnce: 2 });
    follower = new Follower({
      store: new MemoryStore(new Shelf()),
      link: { api: (command) => (commands.push(command), Promise.resolve({ kind: 'ok', text: '+OK' })) },
      flights,
      cdrs: new CdrFolder(undefined, false),
      clock,
      book: () => new RuleBook([], context, []),
      durable: new Durable(clock, log),
      log,
      coreUuid: () => '',
      ready: () => true,
      settleMs: 1_000,
      settled: () => undefined,
    });
  });

  it('the one that has rung the longest stops when one too many begins to ring', () => {
    leg('CHANNEL_CREATE', 'A');
    leg('CHANNEL_CREATE', 'B');
    expect(commands).toEqual([]);
    leg('CHANNEL_CREATE', 'C');
    expect(commands).toEqual(['uuid_kill A ALLOTTED_TIMEOUT']);
  });

  it.each(['CHANNEL_HANGUP', 'CHANNEL_ANSWER'])('one that rings no more does not count: %s', (end) => {
    leg('CHANNEL_CREATE', 'A');
    leg('CHANNEL_CREATE', 'B');
    leg(end, 'A');
    leg('CHANNEL_CREATE', 'C');
    expect(commands).toEqual([]);
  });

  it('are hung up with the cause after which FreeSWITCH rings no other one, the last first', () => {
    follower.hangUp(flight);
    expect(commands).toEqual([
      'uuid_kill K NORMAL_CLEARING',
      'uuid_kill C MANAGER_REQUEST',
      'uuid_kill B MANAGER_REQUEST',
      'uuid_kill A MANAGER_REQUEST',
    ]);
  });

  it('one that begins to ring after the attempt was stopped is hung up too', () => {
    follower.hangUp(flight);
    commands.length = 0;
    leg('CHANNEL_CREATE', 'B');
    expect(commands).toContain('uuid_kill B MANAGER_REQUEST');
  });
});
