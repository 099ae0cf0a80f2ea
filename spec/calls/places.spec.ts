/** Where clients are lost, one story each, made of the events that FreeSWITCH sends of them. */
import { describe, expect, it } from '@jest/globals';
import { Employees } from '../../lib/config/employees.js';
import { callIn, callsIn, event, recordedEvents } from './recordings.js';
import { altered } from './recordings.js';

const start = Date.UTC(2026, 10, 20, 9);
const employees = new Employees([
  { id: 'anna', extension: '1001', numbers: [], agents: ['1001@default'], groups: ['sales'] },
  { id: 'boris', extension: '1002', numbers: ['+74951230102'], agents: [], groups: ['sales'] },
]);

type Extra = Record<string, string | string[]>;

/** An event `at` seconds after the call began. */
function at(seconds: number, name: string, headers: Extra = {}) {
  const micro = String((start + seconds * 1_000) * 1_000);
  return event({ 'Event-Name': name, 'Event-Date-Timestamp': micro, 'Core-UUID': 'core', ...headers });
}

const caller: Extra = {
  'Unique-ID': 'c',
  'Caller-Unique-ID': 'c',
  'Call-Direction': 'inbound',
  'Channel-Name': 'sofia/external/74951230001@192.0.2.1',
  'Caller-Caller-ID-Number': '+74951230001',
  'Caller-Context': 'public',
  'Caller-Channel-Created-Time': String(start * 1_000),
};

const arrives = at(0, 'CHANNEL_CREATE', { ...caller, variable_sip_req_user: '74951234567' });

function rings(seconds: number, user: string, extra: Extra = {}) {
  return at(seconds, 'CHANNEL_CREATE', {
    'Unique-ID': `leg ${user}`,
    'Call-Direction': 'outbound',
    'Channel-Name': `sofia/internal/${user}@192.0.2.2`,
    'Channel-Call-UUID': 'c',
    'Other-Leg-Unique-ID': 'c',
    variable_dialed_user: user,
    ...extra,
  });
}

function phoneEnds(seconds: number, user: string, cause: string) {
  return at(seconds, 'CHANNEL_HANGUP_COMPLETE', {
    'Unique-ID': `leg ${user}`,
    'Call-Direction': 'outbound',
    'Hangup-Cause': cause,
    variable_bridge_epoch: '0',
  });
}

function talks(seconds: number, user: string) {
  return at(seconds, 'CHANNEL_BRIDGE', { ...caller, 'Bridge-A-Unique-ID': 'c', 'Bridge-B-Unique-ID': `leg ${user}` });
}

function parts(seconds: number, user: string) {
  return at(seconds, 'CHANNEL_UNBRIDGE', { ...caller, 'Bridge-A-Unique-ID': 'c', 'Bridge-B-Unique-ID': `leg ${user}` });
}

function ends(seconds: number, cause: string, extra: Extra = {}) {
  return at(seconds, 'CHANNEL_HANGUP_COMPLETE', {
    ...caller,
    'Hangup-Cause': cause,
    'Caller-Channel-Hangup-Time': String((start + seconds * 1_000) * 1_000),
    variable_bridge_epoch: '0',
    ...extra,
  });
}

const client = { variable_sip_hangup_disposition: 'recv_bye' };
const bridge = (data: string, disposition: string): Extra => ({
  variable_last_app: 'bridge',
  variable_last_arg: data,
  variable_originate_disposition: disposition,
});

describe('a ring group', () => {
  const both = [arrives, rings(1, '1001'), rings(1, '1002'), phoneEnds(6, '1001', 'ORIGINATOR_CANCEL'), phoneEnds(6, '1002', 'USER_BUSY')]; // prettier-ignore
  const end = ends(6, 'ORIGINATOR_CANCEL', bridge('user/1001@office,user/1002@office', 'ORIGINATOR_CANCEL'));

  it('of employees.json has its name, and its people theirs', () => {
    expect(callIn([...both, end], { employees })).toMatchObject({
      place: 'group',
      group: 'sales',
      waited: 5,
      endedBy: 'client',
      tried: [
        ['anna', 'ringing'],
        ['boris', 'busy'],
      ],
      lastPhase: ['anna', 'boris'],
    });
  });

  it('that nobody has named has none', () => {
    const call = callIn([...both, end]);
    expect(call).toMatchObject({ place: 'group', lastPhase: ['1001', '1002'] });
    expect(call.group ?? call.extension).toBeUndefined();
  });

  it('of FreeSWITCH has its name there, even with one phone', () => {
    const call = callIn([arrives, rings(1, '1001'), ends(6, 'NO_ANSWER', bridge('group/shop@office', 'NO_ANSWER'))]);
    expect(call).toMatchObject({ place: 'group', group: 'shop', endedBy: 'timeout', waited: 5 });
  });

  it('in which one phone is not registered is the whole group', () => {
    const events = [arrives, rings(1, '1001'), phoneEnds(6, '1001', 'NO_ANSWER')];
    const call = callIn([...events, ends(6, 'NO_ANSWER', bridge('user/1001@a,user/1002@a', 'NO_ANSWER'))], {
      employees,
    });
    expect(call).toMatchObject({ group: 'sales', tried: [['anna', 'no-answer'], ['boris', 'unregistered']] }); // prettier-ignore
  });

  it('rung one after the other is no group with a name', () => {
    const events = [arrives, rings(1, '1001'), phoneEnds(4, '1001', 'NO_ANSWER'), rings(4, '1002'), phoneEnds(7, '1002', 'NO_ANSWER')]; // prettier-ignore
    const call = callIn([...events, ends(7, 'NO_ANSWER', bridge('user/1001@a|user/1002@a', 'NO_ANSWER'))], {
      employees,
    });
    expect(call).toMatchObject({ place: 'group', waited: 6, endedBy: 'timeout' });
    expect(call).not.toHaveProperty('group');
  });
});

describe('an extension', () => {
  it('after another one was tried is the last one', () => {
    const events = [arrives, rings(1, '1001'), phoneEnds(5, '1001', 'NO_ANSWER'), rings(5, '1002'), phoneEnds(8, '1002', 'CALL_REJECTED')]; // prettier-ignore
    const end = ends(8, 'CALL_REJECTED', bridge('user/1002@a', 'CALL_REJECTED'));
    const expected = { place: 'extension', extension: '1002', waited: 3, endedBy: 'rejected', lastPhase: ['1002'] };
    expect(callIn([...events, end])).toMatchObject(expected);
    const [first, second, third, ...rest] = events;
    expect(callIn([first!, second!, rest[0]!, third!, ...rest.slice(1), end])).toMatchObject(expected);
  });

  it('keeps how its ringing ended when the dialplan plays something afterwards', () => {
    const events = [arrives, rings(1, '1001'), phoneEnds(5, '1001', 'NO_ANSWER')];
    const played = { ...client, variable_last_app: 'playback', variable_originate_disposition: 'NO_ANSWER' };
    expect(callIn([...events, ends(20, 'NORMAL_CLEARING', played)])).toMatchObject({
      place: 'extension',
      extension: '1001',
      endedBy: 'timeout',
      waited: 4,
    });
  });

  it('that is not registered, and the dialplan goes on', () => {
    const played = { ...client, variable_last_app: 'playback', variable_originate_disposition: 'USER_NOT_REGISTERED', variable_dialed_user: '1004' }; // prettier-ignore
    expect(callIn([arrives, ends(9, 'NORMAL_CLEARING', played)])).toMatchObject({
      place: 'extension',
      extension: '1004',
      endedBy: 'unregistered',
      tried: [['1004', 'unregistered']],
      lastPhase: ['1004'],
    });
  });

  it('before a queue is not where he was lost', () => {
    const queue = recordedEvents('a_abandon_wait8');
    const [created, ...rest] = queue;
    const ring = rings(0, '1001', {
      'Channel-Call-UUID': created!.header('Unique-ID')!,
      'Core-UUID': created!.coreUuid,
    });
    expect(callIn([created!, ring, ...rest])).toMatchObject({ place: 'queue', queue: 'sales@default' });
  });
});

describe('a voicemail', () => {
  const app = { ...client, variable_last_app: 'voicemail', variable_last_arg: 'default office 1001' };

  it.each([
    ['without', {}, false],
    ['with', { variable_voicemail_message_len: '00:00:07' }, true],
    ['with', { variable_voicemail_message_len: '7' }, true],
    ['without', { variable_voicemail_message_len: '0' }, false],
  ])('%s a message (%j)', (_, left, messageLeft) => {
    const call = callIn([arrives, rings(1, '1001'), phoneEnds(5, '1001', 'NO_ANSWER'), ends(9, 'NORMAL_CLEARING', { ...app, ...left })]); // prettier-ignore
    expect(call).toMatchObject({ place: 'voicemail', extension: '1001', messageLeft, waited: 4, endedBy: 'client' });
  });

  it('whose owner has no phone is still his', () => {
    expect(callIn([arrives, ends(9, 'NORMAL_CLEARING', app)])).toMatchObject({ place: 'voicemail', extension: '1001' });
  });
});

describe('a menu', () => {
  const menu = { variable_last_app: 'ivr', variable_last_arg: 'main' };

  it('is entered after the queue before it', () => {
    const queue = recordedEvents('d_max_wait').map((each) =>
      each.name === 'CHANNEL_HANGUP_COMPLETE' ? altered(each, menu) : each,
    );
    const call = callIn(queue);
    expect(call).toMatchObject({ place: 'ivr', menu: 'main' });
    expect(call.waited).toBeLessThan(10);
  });

  it('is entered when the call is answered', () => {
    const answered = { 'Caller-Channel-Answered-Time': String((start + 4_000) * 1_000) };
    const end = ends(9, 'NORMAL_CLEARING', { ...client, ...menu, ...answered });
    expect(callIn([arrives, end])).toMatchObject({ place: 'ivr', menu: 'main', waited: 5, endedBy: 'client' });
  });

  it('that gave up ended by its timeout', () => {
    const end = ends(9, 'NORMAL_CLEARING', { variable_last_app: 'hangup', variable_ivr_menu_status: 'timeout' });
    expect(callIn([arrives, end])).toMatchObject({ place: 'ivr', endedBy: 'timeout' });
  });
});

describe('a transfer', () => {
  const answered = [arrives, rings(1, '1001'), talks(2, '1001')];
  const passedOn = [...answered, parts(5, '1001'), phoneEnds(5, '1001', 'NORMAL_CLEARING')];

  it.each([
    ['NO_ANSWER', 'timeout', 'no-answer'],
    ['USER_BUSY', 'busy', 'busy'],
    ['CALL_REJECTED', 'rejected', 'rejected'],
  ])('to somebody who ends it with %s', (cause, endedBy, result) => {
    const call = callIn([...passedOn, rings(5, '1002'), phoneEnds(9, '1002', cause), ends(9, cause, bridge('user/1002@a', cause))]); // prettier-ignore
    expect(call).toMatchObject({
      place: 'transfer',
      transferredBy: '1001',
      extension: '1002',
      waited: 4,
      endedBy,
      tried: [['1002', result]],
      lastPhase: ['1002'],
    });
  });

  it('to a phone that is not registered', () => {
    const end = ends(5, 'USER_NOT_REGISTERED', bridge('user/1004@a', 'USER_NOT_REGISTERED'));
    const expected = { place: 'transfer', extension: '1004', endedBy: 'unregistered', transferredBy: 'anna' };
    expect(callIn([...passedOn, end], { employees })).toMatchObject(expected);
  });

  it('into a voicemail keeps whether he left a message', () => {
    const end = ends(9, 'NORMAL_CLEARING', { ...client, variable_last_app: 'voicemail', variable_last_arg: 'default office 1002' }); // prettier-ignore
    const expected = { place: 'transfer', extension: '1002', messageLeft: false, waited: 4 };
    expect(callIn([...passedOn, end])).toMatchObject(expected);
  });

  it('back into a queue keeps the queue', () => {
    const joined = at(5, 'CUSTOM', {
      ...caller,
      'Event-Subclass': 'callcenter::info',
      'CC-Action': 'member-queue-start',
      'CC-Queue': 'support@default',
      'CC-Member-UUID': 'm',
      'CC-Member-Session-UUID': 'c',
    });
    const call = callIn([
      ...passedOn,
      joined,
      ends(12, 'NORMAL_CLEARING', { ...client, variable_last_app: 'callcenter' }),
    ]);
    expect(call).toMatchObject({ place: 'transfer', queue: 'support@default', transferredBy: '1001', waited: 7, endedBy: 'client' }); // prettier-ignore
  });

  it('is over when the next one talks with him, though the end of the former talk comes late', () => {
    const gone = at(9, 'CHANNEL_HANGUP', { ...caller, 'Hangup-Cause': 'NORMAL_CLEARING' });
    const events = [...answered, rings(4, '1002'), talks(5, '1002'), parts(5, '1001'), gone];
    expect(callsIn(events)).toMatchObject([{ outcome: 'answered', employee: '1002', endedAt: start + 9_000 }]);
  });

  it('that the next one takes is no loss', () => {
    const events = [...passedOn, rings(5, '1002'), talks(7, '1002'), parts(9, '1002')];
    const end = ends(9, 'NORMAL_CLEARING', { ...client, variable_bridge_epoch: '1' });
    expect(callIn([...events, end])).toMatchObject({ outcome: 'answered', employee: '1002' });
  });
});

describe('a client whom his employee holds', () => {
  const answered = [arrives, rings(1, '1001'), talks(2, '1001')];
  const hold = (seconds: number, name = 'CHANNEL_HOLD') => at(seconds, name, { 'Unique-ID': 'leg 1001', 'Other-Leg-Unique-ID': 'c' }); // prettier-ignore
  const hangsUp = (seconds: number) => at(seconds, 'CHANNEL_HANGUP', { ...caller, 'Hangup-Cause': 'NORMAL_CLEARING' });
  const consults = rings(3, '1002', { 'Other-Leg-Unique-ID': 'leg 1001' });
  const complete = (seconds: number) => ends(seconds, 'NORMAL_CLEARING', { ...client, variable_bridge_epoch: '1' });
  const lost = { outcome: 'lost', place: 'transfer', transferredBy: '1001', endedBy: 'client' };

  it('is lost when he hangs up meanwhile', () => {
    expect(callIn([...answered, hold(3), complete(9)])).toMatchObject({ ...lost, waited: 6, lastPhase: ['1001'] });
    expect(callIn([...answered, hold(3), hangsUp(9), hold(9.02, 'CHANNEL_UNHOLD'), complete(9)])).toMatchObject(lost);
  });

  it('is not when he talked again', () => {
    const events = [...answered, hold(3), hold(6, 'CHANNEL_UNHOLD')];
    expect(callIn([...events, complete(9)])).toMatchObject({ outcome: 'answered' });
    expect(callIn([...answered, hold(6, 'CHANNEL_UNHOLD'), hold(3), complete(9)])).toMatchObject({
      outcome: 'answered',
    });
  });

  it('is lost when he hangs up while the employee rings somebody (att_xfer): at the hangup, not a minute later', () => {
    const seen = callsIn([...answered, consults, hangsUp(9)]);
    expect(seen).toMatchObject([
      { ...lost, waited: 6, lastPhase: ['1001', '1002'], tried: [], endedAt: start + 9_000 },
    ]);
    const whole = [...answered, consults, hangsUp(9), phoneEnds(60, '1002', 'NO_ANSWER'), complete(60)];
    expect(callsIn(whole)).toEqual(seen);
    expect(callsIn([...whole, at(130, 'HEARTBEAT'), complete(60)])).toEqual(seen);
  });

  it('is not when that one has not answered and they talk again', () => {
    const back = phoneEnds(6, '1002', 'NO_ANSWER');
    expect(callIn([...answered, consults, back, hangsUp(9)])).toMatchObject({ outcome: 'answered', employee: '1001' });
  });

  it('by the phones of another call is not held', () => {
    const other = at(3, 'CHANNEL_HOLD', { 'Unique-ID': 'leg 1009', 'Other-Leg-Unique-ID': 'c' });
    expect(callIn([...answered, other, complete(9)])).toMatchObject({ outcome: 'answered' });
  });
});

describe('CHANNEL_HANGUP_COMPLETE', () => {
  const gone = at(6, 'CHANNEL_HANGUP', {
    ...caller,
    'Hangup-Cause': 'ORIGINATOR_CANCEL',
    variable_current_application: 'bridge',
  });

  it('that does not come in time is not waited for', () => {
    const call = callIn([arrives, rings(1, '1001'), gone, at(26, 'HEARTBEAT')]);
    expect(call).toMatchObject({ place: 'extension', extension: '1001', waited: 5, endedBy: 'client', endedAt: start + 6_000 }); // prettier-ignore
  });

  it('decides when it comes at once', () => {
    const call = callIn([arrives, rings(1, '1001'), gone, ends(6, 'ORIGINATOR_CANCEL', bridge('user/1001@a', 'ORIGINATOR_CANCEL'))]); // prettier-ignore
    expect(call).toMatchObject({ place: 'extension', endedBy: 'client', waited: 5 });
  });
});

describe('mod_fifo', () => {
  const fifo = (seconds: number, action: string, extra: Extra = {}) =>
    at(seconds, 'CUSTOM', { ...caller, 'Event-Subclass': 'fifo::info', 'FIFO-Name': 'hotline', 'FIFO-Action': action, ...extra }); // prettier-ignore
  const end = ends(9, 'NORMAL_CLEARING', { ...client, variable_last_app: 'fifo' });

  it.each([
    ['abort', { 'Hangup-Cause': 'NORMAL_CLEARING' }, { endedBy: 'client' }],
    ['timeout', {}, { endedBy: 'timeout' }],
    ['abort', { 'Answer-State': 'answered', variable_fifo_caller_exit_key: '5' }, { endedBy: 'key', key: '5' }],
    ['abort', { 'Answer-State': 'answered', variable_fifo_caller_exit_key: '1' }, { outcome: 'requested', key: '1' }],
  ] as [string, Extra, object][])('%s %j: %j', (action, extra, expected) => {
    const call = callIn([arrives, fifo(1, 'push'), fifo(6, action, extra), end]);
    expect(call).toMatchObject({ place: 'queue', queue: 'fifo:hotline', waited: 5, ...expected });
  });

  it('from which a transfer took him is not where he was lost', () => {
    const call = callIn([arrives, fifo(1, 'push'), fifo(6, 'abort', { 'Answer-State': 'answered' }), ends(9, 'NO_ROUTE_DESTINATION')]); // prettier-ignore
    expect(call).toMatchObject({ place: 'dialplan', endedBy: 'no-route' });
  });
});

it('an attended transfer leads to whom the employee had called', () => {
  expect(callIn(recordedEvents('k9_attended'), { employees })).toMatchObject({
    outcome: 'answered',
    employee: 'boris',
  });
});

it('an agent whom employees.json does not name is who has the phone of his contact', () => {
  const byPhone = new Employees([{ id: 'vera', extension: '1001', numbers: [], agents: [], groups: [] }]);
  expect(callIn(recordedEvents('c_abandon_ringing'), { employees: byPhone })).toMatchObject({
    tried: [['vera', 'ringing']],
    lastPhase: ['vera'],
  });
});
