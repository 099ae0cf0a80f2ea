import { describe, expect, it } from '@jest/globals';
import type { EndedCall } from '../../lib/calls/call.js';
import { CallTracker } from '../../lib/calls/tracker.js';
import type { EslEvent } from '../../lib/esl/event.js';
import {
  altered,
  callIn,
  callsIn,
  event,
  isCallersHangup,
  isQueueAction,
  recordedEvents,
  settings,
} from './recordings.js';

const waiting = recordedEvents('a_abandon_wait8').filter((each) => !isCallersHangup(each) && !isEnd(each));
const talking = before('b_answered_caller_bye', 'CHANNEL_UNBRIDGE');

describe('when FreeSWITCH is gone (another Core-UUID)', () => {
  const restarted = event({ 'Event-Name': 'HEARTBEAT', 'Core-UUID': 'another' });

  it('a client who waited is lost by the shutdown, at the last event seen of him', () => {
    const call = callIn([...waiting, restarted]);
    expect(call).toMatchObject({ outcome: 'lost', place: 'queue', queue: 'sales@default', endedBy: 'shutdown' });
    expect(call.endedAt).toBe(Math.max(...waiting.filter(ofCaller).map(({ at }) => at)));
  });

  it('a client who talked was answered', () => {
    expect(callIn([...talking, restarted])).toMatchObject({ outcome: 'answered', employee: '1001@default' });
  });

  it('a client who had talked, and was left alone, is lost', () => {
    const left = before('b_answered_caller_bye', 'CHANNEL_HANGUP_COMPLETE', true);
    expect(callIn([...left, restarted])).toMatchObject({ outcome: 'lost', place: 'transfer', endedBy: 'shutdown' });
  });

  it('nothing ends while it stays the same, or is not said', () => {
    const same = event({ 'Event-Name': 'HEARTBEAT', 'Core-UUID': waiting[0]?.coreUuid ?? '' });
    expect(callsIn([...waiting, same, event({ 'Event-Name': 'HEARTBEAT' })])).toEqual([]);
  });

  it('late events of the former one end nothing twice', () => {
    expect(callsIn([...waiting, restarted, ...recordedEvents('a_abandon_wait8').filter(isCallersHangup)])).toHaveLength(
      1,
    );
  });
});

describe('a key', () => {
  const events = recordedEvents('f_exit_key');

  it('that asks for a callback makes it a request', () => {
    expect(callIn(events)).toMatchObject({ outcome: 'requested', key: '1', endedBy: 'key', place: 'queue' });
  });

  it('that does not is only how he left the queue', () => {
    expect(callIn(events, { requestKeys: ['2'] })).toMatchObject({ outcome: 'lost', key: '1', endedBy: 'key' });
  });

  it.each(['1', '2'])('lets the call go on: with keys %s it is answered when an employee talks to him', (key) => {
    const talk = { variable_bridge_epoch: '1795170251' };
    const answered = events.map((each) => (isCallersHangup(each) ? altered(each, talk) : each));
    expect(callIn(answered, { requestKeys: [key] })).toMatchObject({ outcome: 'answered' });
  });

  it('that is no request key, and he waits in another queue: lost there', () => {
    const hangup = events.findIndex(isCallersHangup);
    const again = events
      .filter((each) => isQueueAction(each, 'member-queue-start'))
      .map((each) => altered(each, { 'CC-Queue': 'other@default', 'CC-Member-UUID': 'm2' }));
    const call = callIn([...events.slice(0, hangup), ...again, ...events.slice(hangup)], { requestKeys: ['2'] });
    expect(call).toMatchObject({ outcome: 'lost', place: 'queue', queue: 'other@default' });
  });
});

describe('no call of a client', () => {
  const all = recordedEvents('a_abandon_wait8');

  it.each<[string, EslEvent[]]>([
    ['our own callback leg', all.map((each) => altered(each, { variable_callbackd_attempt: '7' }))],
    ['an internal number', all.map((each) => altered(each, { 'Caller-Caller-ID-Number': '1003' }))],
    ['a loopback leg', all.map((each) => altered(each, { 'Channel-Name': 'loopback/7495-b' }))],
    ['an outbound leg', all.map((each) => altered(each, { 'Call-Direction': 'outbound' }))],
    [
      'a leg without Caller- headers (max_sessions)',
      [
        event({
          'Event-Name': 'CHANNEL_HANGUP_COMPLETE',
          'Unique-ID': 'u',
          'Call-Direction': 'inbound',
          'Hangup-Cause': 'WRONG_CALL_STATE',
        }),
      ],
    ],
    ['a hangup without Unique-ID', [event({ 'Event-Name': 'CHANNEL_HANGUP_COMPLETE', 'Call-Direction': 'inbound' })]],
    ['queue events of an unknown member', all.filter((each) => each.subclass !== '' && !isJoin(each))],
  ])('%s', (_, events) => {
    expect(callsIn(events)).toEqual([]);
  });

  it('comes in a context that is not named in calls.contexts', () => {
    expect(callsIn(all, { contexts: ['public'] })).toHaveLength(1);
    expect(callsIn(all, { contexts: ['default', 'internal'] })).toEqual([]);
    expect(callsIn(all.map((each) => altered(each, { 'Caller-Context': undefined })), { contexts: ['public'] })).toEqual([]); // prettier-ignore
  });

  it('is what calls.internal says', () => {
    expect(callsIn(all, { internal: /^7916/ })).toEqual([]);
  });
});

describe('the caller', () => {
  const from = (number: string | undefined): EndedCall =>
    callIn(recordedEvents('a_abandon_wait8').map((each) => altered(each, { 'Caller-Caller-ID-Number': number })));

  it.each([undefined, '', '0', 'anonymous', 'Anonymous', 'unknown', 'Restricted', 'private', ' unavailable '])(
    'who withheld his number (%p) is anonymous, and lost nevertheless',
    (number) => {
      expect(from(number)).toMatchObject({ anonymous: true, outcome: 'lost' });
      expect(from(number)).not.toHaveProperty('e164');
    },
  );

  it('with a number is not', () => {
    expect(from('+79161234567')).toMatchObject({ number: '+79161234567', e164: '+79161234567' });
    expect(from('+79161234567')).not.toHaveProperty('anonymous');
  });

  it('dialled what he dialled first, whatever a transfer made of it', () => {
    const changed = recordedEvents('a_abandon_wait8').map((each) =>
      each.name === 'CHANNEL_CREATE'
        ? each
        : altered(each, { variable_sip_req_user: '1002', 'Caller-Destination-Number': '1002' }),
    );
    expect(callIn(changed).dialled).toBe('74951234567');
  });
});

describe('the clients of the moment', () => {
  function followed(events: readonly EslEvent[]) {
    const ended: EndedCall[] = [];
    const completed: EndedCall[] = [];
    const tracker = new CallTracker(settings, {
      ended: (call) => ended.push(structuredClone(call)),
      completed: (call) => completed.push(structuredClone(call)),
    });
    for (const each of events) tracker.take(each);
    return { tracker, ended, completed };
  }

  it('are known until their end', () => {
    expect(followed(waiting).tracker.current).toMatchObject([{ number: '79161234567', bridged: false }]);
    expect(followed(talking).tracker.current).toMatchObject([{ number: '79161234567', bridged: true }]);
    expect(followed(recordedEvents('a_abandon_wait8')).tracker.current).toEqual([]);
  });

  it('are dropped when their channels are gone and no end was seen', () => {
    const { tracker, ended } = followed(waiting);
    const [uuid] = tracker.current.map((life) => life.uuid);
    expect(tracker.drop(() => false)).toEqual([]);
    expect(tracker.drop((life) => life.uuid === uuid)).toMatchObject([{ uuid }]);
    expect([tracker.current, ended]).toEqual([[], []]);
  });

  it('get the results of rings that come after the end', () => {
    const events = recordedEvents('c_abandon_ringing');
    const rest = events.filter((each) => !isQueueAction(each, 'bridge-agent-fail'));
    const late = events
      .filter((each) => isQueueAction(each, 'bridge-agent-fail'))
      .map((each) => altered(each, { 'CC-Hangup-Cause': 'CALL_REJECTED' }));
    expect(late).toHaveLength(1);
    const { ended, completed } = followed([...rest, ...late, ...late]);
    expect(ended.map(({ tried }) => tried)).toEqual([[['1001@default', 'ringing']]]);
    expect(completed.map(({ tried }) => tried)).toEqual([[['1001@default', 'rejected']]]);
  });
});

function isEnd(each: EslEvent): boolean {
  return isQueueAction(each, 'member-queue-end');
}

function isJoin(each: EslEvent): boolean {
  return isQueueAction(each, 'member-queue-start');
}

function ofCaller(each: EslEvent): boolean {
  const caller = waiting[0]?.header('Unique-ID');
  return each.header('Unique-ID') === caller || each.header('CC-Member-Session-UUID') === caller;
}

/** The events of a recording before the first of that name. */
function before(name: string, eventName: string, ofCallersLeg = false): EslEvent[] {
  const events = recordedEvents(name);
  return events.slice(
    0,
    events.findIndex((each) => each.name === eventName && (!ofCallersLeg || isCallersHangup(each))),
  );
}
