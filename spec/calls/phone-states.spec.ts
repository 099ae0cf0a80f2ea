import { describe, expect, it } from '@jest/globals';
import { PhoneStates, type PhoneNames } from '../../lib/calls/phone-states.js';
import { registrationRows } from '../../lib/calls/registration.js';
import { event, recordedEvents } from './recordings.js';

const one: PhoneNames = { extension: '1001', agents: ['1001@default'] };
const two: PhoneNames = { extension: '1002', agents: ['1002@default'] };
const mobile: PhoneNames = { number: '+74951230009', agents: [] };

/** `show registrations as json` of FreeSWITCH 1.11. */
const registrations = (...users: string[]): string =>
  JSON.stringify({
    row_count: users.length,
    ...(users.length > 0 && {
      rows: users.map((user) => ({
        reg_user: user,
        realm: 'office.example',
        token: '1-17083@192.0.2.7',
        url: `sofia/internal/sip:${user}@192.0.2.7:5060`,
        expires: '1795199445',
      })),
    }),
  });

function states(...users: string[]): PhoneStates {
  const made = new PhoneStates('RU');
  made.adoptRegistrations(registrationRows(registrations(...users)));
  return made;
}

const create = (uuid: string, headers: Record<string, string>): ReturnType<typeof event> =>
  event({ 'Event-Name': 'CHANNEL_CREATE', 'Unique-ID': uuid, ...headers });
const hangup = (uuid: string): ReturnType<typeof event> =>
  event({ 'Event-Name': 'CHANNEL_HANGUP', 'Unique-ID': uuid, 'Hangup-Cause': 'NORMAL_CLEARING' });
const rung = (uuid: string, user: string): ReturnType<typeof event> =>
  create(uuid, {
    'Channel-Name': `sofia/internal/${user}@192.0.2.7:5060`,
    'Channel-Presence-ID': `${user}@office.example`,
    'Call-Direction': 'outbound',
  });
const queue = (action: string, agent = '1001@default'): ReturnType<typeof event> =>
  event({ 'Event-Name': 'CUSTOM', 'Event-Subclass': 'callcenter::info', 'CC-Action': action, 'CC-Agent': agent });
const sofia = (subclass: string, user: string, contact = `sip:${user}@192.0.2.7:5060`): ReturnType<typeof event> =>
  event({
    'Event-Name': 'CUSTOM',
    'Event-Subclass': `sofia::${subclass}`,
    ...(subclass === 'expire'
      ? { user, host: 'office.example' }
      : { 'from-user': user, 'from-host': 'office.example' }),
    contact: `"" <${contact}>`,
  });

describe('who is registered', () => {
  it('is told by FreeSWITCH when the link comes up', () => {
    const known = states('1001');
    expect([known.stateOf(one), known.stateOf(two)]).toEqual(['free', 'unregistered']);
  });

  it('a phone that never registers counts as there', () => {
    expect(states('1001').stateOf({ ...two, registers: false })).toBe('free');
  });

  it('nobody, when FreeSWITCH has no rows', () => {
    expect(states().stateOf(one)).toBe('unregistered');
  });

  it.each(['-ERR show Command not found!\n', '', '[]', 'not json'])(
    'is not known when it answers %j: every phone counts as free',
    (answer) => {
      const known = new PhoneStates();
      known.adoptRegistrations(registrationRows(answer));
      expect(known.stateOf(one)).toBe('free');
    },
  );

  it('changes with the events of mod_sofia', () => {
    const known = states('1001');
    expect(known.take(sofia('unregister', '1001'))).toBe(false);
    expect(known.stateOf(one)).toBe('unregistered');
    expect(known.take(sofia('register', '1001'))).toBe(true);
    expect(known.stateOf(one)).toBe('free');
    known.take(sofia('expire', '1001'));
    expect(known.stateOf(one)).toBe('unregistered');
  });

  it('a second phone of the same user stays when the first one goes', () => {
    const known = states('1001');
    known.take(sofia('register', '1001', 'sip:1001@192.0.2.8:5060'));
    known.take(sofia('unregister', '1001'));
    expect(known.stateOf(one)).toBe('free');
    known.take(sofia('expire', '1001', 'sip:1001@192.0.2.8:5060'));
    expect(known.stateOf(one)).toBe('unregistered');
  });

  it('an extension with a domain is that domain’s user', () => {
    const known = states('1001');
    expect(known.stateOf({ extension: '1001@office.example', agents: [] })).toBe('free');
    expect(known.stateOf({ extension: '1001@other.example', agents: [] })).toBe('unregistered');
  });

  it('a change on the way is kept beside the answer that was asked for before', () => {
    const known = new PhoneStates();
    known.take(sofia('register', '1002'));
    known.take(sofia('unregister', '1001'));
    known.adoptRegistrations(registrationRows(registrations('1001')));
    expect([known.stateOf(one), known.stateOf(two)]).toEqual(['unregistered', 'free']);
    known.askRegistrations();
    known.take(sofia('register', '1001'));
    known.adoptRegistrations(registrationRows(registrations('1002')));
    expect([known.stateOf(one), known.stateOf(two)]).toEqual(['free', 'free']);
  });

  it('a number outside needs no registration', () => {
    expect(states().stateOf(mobile)).toBe('free');
  });
});

describe('who is on a call', () => {
  it('a phone that is rung, until its leg is over', () => {
    const known = states('1001', '1002');
    expect(known.take(rung('a', '1001'))).toBe(false);
    expect([known.stateOf(one), known.stateOf(two)]).toEqual(['busy', 'free']);
    expect(known.take(hangup('a'))).toBe(true);
    expect(known.stateOf(one)).toBe('free');
  });

  it('a phone that calls: its leg has no presence id', () => {
    const known = states('1001');
    known.take(create('a', { 'Channel-Name': 'sofia/internal/1001@192.0.2.7:46533', 'Call-Direction': 'inbound' }));
    expect(known.stateOf(one)).toBe('busy');
  });

  it('two calls: busy until both are over', () => {
    const known = states('1001');
    for (const uuid of ['a', 'b']) known.take(rung(uuid, '1001'));
    known.take(hangup('a'));
    expect(known.stateOf(one)).toBe('busy');
    known.take(hangup('b'));
    expect(known.stateOf(one)).toBe('free');
  });

  it.each(['+74951230009', '84951230009', '74951230009'])('a mobile that is dialled as %s', (dialled) => {
    const known = states();
    known.take(create('a', { 'Channel-Name': `sofia/external/${dialled}`, 'Call-Direction': 'outbound' }));
    expect(known.stateOf(mobile)).toBe('busy');
  });

  it('an agent, whatever his contact is', () => {
    const known = states('1001');
    known.take(create('a', { 'Channel-Name': 'sofia/external/74951230007', variable_cc_agent: '1001@default' }));
    expect(known.stateOf(one)).toBe('busy');
    known.take(hangup('a'));
    expect(known.stateOf(one)).toBe('free');
  });

  it('an agent from the offer on: his leg comes a moment later', () => {
    const known = states('1001');
    known.take(queue('agent-offering'));
    expect(known.stateOf(one)).toBe('busy');
    known.take(
      create('a', { 'Channel-Name': 'sofia/internal/1001@192.0.2.7:5060', variable_cc_agent: '1001@default' }),
    );
    known.take(hangup('a'));
    expect(known.stateOf(one)).toBe('free');
  });

  it('an offer to a phone that is not registered ends without a leg', () => {
    const known = states('1001');
    known.take(queue('agent-offering'));
    expect(known.take(queue('bridge-agent-fail'))).toBe(true);
    expect(known.stateOf(one)).toBe('free');
  });

  it('a loopback is nobody’s phone', () => {
    const known = states('1001');
    known.take(create('a', { 'Channel-Name': 'loopback/1001-a', 'Call-Direction': 'outbound' }));
    expect(known.stateOf(one)).toBe('free');
  });

  it('an end that overtakes its beginning leaves nobody busy', () => {
    const known = states('1001');
    known.take(hangup('a'));
    known.take(rung('a', '1001'));
    expect(known.stateOf(one)).toBe('free');
  });

  it('channels that live when the link comes up count; those that ended meanwhile do not', () => {
    const known = states('1001', '1002');
    known.take(hangup('b'));
    const row = (uuid: string, user: string): { uuid: string; name: string; presence_id: string } => ({
      uuid,
      name: `sofia/internal/${user}@192.0.2.7:5060`,
      presence_id: '',
    });
    known.adoptChannels([row('a', '1001'), row('b', '1002')]);
    expect([known.stateOf(one), known.stateOf(two)]).toEqual(['busy', 'free']);
    expect(known.uuids).toEqual(['a']);
    known.drop(['a']);
    expect(known.stateOf(one)).toBe('free');
  });

  it('nothing is known any more when the link is down', () => {
    const known = states('1002');
    known.take(rung('a', '1001'));
    known.forget();
    expect([known.stateOf(one), known.stateOf(two), known.uuids]).toEqual(['free', 'free', []]);
  });
});

describe('recorded calls', () => {
  it.each(['b_answered_caller_bye', 'c_abandon_ringing'])(
    '%s: the agent is busy in between, and free at the end',
    (name) => {
      const known = states('1001', '1002', '1003');
      const seen = new Set<string>();
      for (const each of recordedEvents(name)) {
        known.take(each);
        for (const extension of ['1001', '1002', '1003'])
          if (known.stateOf({ extension, agents: [`${extension}@default`] }) === 'busy') seen.add(extension);
      }
      expect(seen.size).toBeGreaterThan(0);
      for (const extension of ['1001', '1002', '1003'])
        expect(known.stateOf({ extension, agents: [`${extension}@default`] })).toBe('free');
      expect(known.uuids).toEqual([]);
    },
  );
});
