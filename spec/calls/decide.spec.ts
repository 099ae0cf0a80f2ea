import { describe, expect, it } from '@jest/globals';
import { decide, decideCutOff, type DecisionSettings } from '../../lib/calls/decide.js';
import type { CallLife, DirectRing, QueueVisit } from '../../lib/calls/life.js';
import { ringResult } from '../../lib/calls/ring.js';

const start = Date.UTC(2026, 10, 20, 9);
const visit: QueueVisit = { kind: 'queue', queue: 'sales@default', member: 'm', joinedAt: start + 2_000 };
const ring: DirectRing = { kind: 'ring', startedAt: start + 1_000, extensions: ['1001'] };

function life(changes: Partial<CallLife> = {}): CallLife {
  return {
    uuid: 'u',
    number: '+74951230001',
    dialled: '74951234567',
    startedAt: start,
    lastSeenAt: start,
    phases: [],
    rings: new Map(),
    legs: new Map(),
    talkedWith: [],
    bridged: false,
    ...changes,
  };
}

function decided(seen: CallLife, headers: Record<string, string>, settings: Partial<DecisionSettings> = {}) {
  return decide(seen, { header: (name) => headers[name] }, start + 10_000, { requestKeys: ['1'], ...settings });
}

describe('an answered call', () => {
  const seen = life({ phases: [visit], talkedWith: ['leg'], legs: new Map([['leg', { uuid: 'leg', user: '1001' }]]) });

  it('is one whose leg was bridged in its last stage', () => {
    expect(decided(seen, { variable_bridge_epoch: '1795170251' })).toMatchObject({
      outcome: 'answered',
      employee: '1001',
      number: '+74951230001',
      e164: '+74951230001',
    });
  });

  it.each([{}, { variable_bridge_epoch: '0' }, { variable_bridge_epoch: '' }, { variable_cc_cause: 'answered' }])(
    'is none with %j',
    (headers) => expect(decided(seen, headers).outcome).toBe('lost'),
  );
});

describe('a conversation shorter than calls.minTalk', () => {
  const legs = new Map(['1001', '1002'].map((user) => [`leg of ${user}`, { uuid: `leg of ${user}`, user }]));
  const bridged = { variable_bridge_epoch: '1', variable_bridge_uepoch: String((start + 7_000) * 1_000) };

  it.each([
    [0, 'answered'],
    [3_000, 'answered'],
    [3_001, 'lost'],
  ])('of %p ms: one of 3 s is %s', (minTalkMs, outcome) => {
    const seen = life({ phases: [visit], talkedWith: ['leg of 1001'], legs });
    const call = decided(seen, bridged, { minTalkMs });
    expect(call.outcome).toBe(outcome);
    if (outcome === 'lost') expect(call).toMatchObject({ place: 'queue', queue: 'sales@default' });
  });

  it('after another one leaves the client lost in the transfer', () => {
    const seen = life({
      phases: [visit],
      talkedWith: ['leg of 1001', 'leg of 1002'],
      legs,
      unbridgedAt: start + 6_000,
    });
    const call = decided(seen, bridged, { minTalkMs: 4_000 });
    expect(call).toMatchObject({ outcome: 'lost', place: 'transfer', transferredBy: '1001' });
  });

  it('is no matter when FreeSWITCH was cut off: it had gone on', () => {
    const seen = life({ talkedWith: ['leg of 1001'], legs, bridged: true });
    expect(decideCutOff(seen, { requestKeys: [], minTalkMs: 60_000 })).toMatchObject({ outcome: 'answered' });
  });
});

it('the channel variables that the admin lists are kept with the call', () => {
  const headers = { variable_crm_id: '7', variable_other: 'x' };
  expect(decided(life(), headers, { variables: ['crm_id', 'missing'] }).variables).toEqual({ crm_id: '7' });
  expect(decided(life(), headers)).not.toHaveProperty('variables');
});

describe('a call lost in a queue', () => {
  it.each([
    [{ reason: 'BREAK_OUT' }, {}, { endedBy: 'client' }],
    [{ reason: 'BREAK_OUT' }, { variable_sip_hangup_disposition: 'recv_bye' }, { endedBy: 'client' }],
    [{ reason: 'BREAK_OUT' }, { variable_sip_hangup_disposition: 'send_bye' }, { endedBy: 'killed' }],
    [{ reason: 'BREAK_OUT' }, { 'Hangup-Cause': 'SYSTEM_SHUTDOWN' }, { endedBy: 'shutdown' }],
    [{ reason: 'NONE' }, {}, { endedBy: 'client' }],
    [{ reason: 'TIMEOUT' }, { variable_sip_hangup_disposition: 'send_bye' }, { endedBy: 'timeout' }],
    [{ reason: 'NO_AGENT_TIMEOUT' }, {}, { endedBy: 'no-agents' }],
    [{ reason: 'EXIT_WITH_KEY', key: '5' }, {}, { endedBy: 'key', key: '5', outcome: 'lost' }],
    [{ reason: 'EXIT_WITH_KEY', key: '1' }, {}, { endedBy: 'key', key: '1', outcome: 'requested' }],
    [{ reason: 'answered' }, {}, { endedBy: 'client' }],
  ] as [Partial<QueueVisit>, Record<string, string>, object][])('%j, %j: %j', (seen, headers, expected) => {
    const call = decided(life({ phases: [{ ...visit, ...seen, leftAt: start + 9_000 }] }), headers);
    expect(call).toMatchObject({ outcome: 'lost', place: 'queue', queue: 'sales@default', waited: 7, ...expected });
  });

  it('that never told its end is told by the variables of the leg', () => {
    const headers = {
      variable_cc_cause: 'cancel',
      variable_cc_cancel_reason: 'EXIT_WITH_KEY',
      variable_cc_exit_key: '1',
      variable_cc_queue_canceled_epoch: String(start / 1_000 + 6),
    };
    const call = decided(life({ phases: [visit] }), headers);
    expect(call).toMatchObject({ outcome: 'requested', key: '1', waited: 4, endedBy: 'key' });
  });

  it('is not one where he was taken out of it by a transfer', () => {
    const out = { ...visit, reason: 'BREAK_OUT', transferredOut: true, leftAt: start + 4_000 } as const;
    expect(decided(life({ phases: [out] }), {})).toMatchObject({ place: 'dialplan', waited: 6 });
  });

  it('keeps the request of an earlier queue, whatever came after it', () => {
    const asked = { ...visit, reason: 'EXIT_WITH_KEY', key: '1', leftAt: start + 4_000 } as const;
    expect(decided(life({ phases: [asked, { ...visit, queue: 'other' }] }), {})).toMatchObject({
      outcome: 'requested',
      queue: 'sales@default',
      waited: 2,
    });
  });

  it('never waited less than nothing', () => {
    expect(decided(life({ phases: [{ ...visit, leftAt: start }] }), {}).waited).toBe(0);
  });
});

describe('a call lost while phones rang', () => {
  it.each([
    [{ 'Hangup-Cause': 'ORIGINATOR_CANCEL' }, 'client'],
    [{ 'Hangup-Cause': 'NO_ANSWER' }, 'timeout'],
    [{ 'Hangup-Cause': 'NORMAL_CLEARING', variable_originate_disposition: 'USER_BUSY' }, 'busy'],
    [{ 'Hangup-Cause': 'CALL_REJECTED' }, 'rejected'],
    [{ 'Hangup-Cause': 'USER_NOT_REGISTERED' }, 'unregistered'],
    [{ 'Hangup-Cause': 'NORMAL_TEMPORARY_FAILURE' }, 'failed'],
    [{ 'Hangup-Cause': 'NO_ROUTE_DESTINATION' }, 'no-route'],
    [{ 'Hangup-Cause': 'SYSTEM_SHUTDOWN' }, 'shutdown'],
    [{ 'Hangup-Cause': 'NORMAL_CLEARING', variable_sip_hangup_disposition: 'recv_bye' }, 'client'],
    [{}, 'failed'],
  ])('%j: %s', (headers, endedBy) => {
    const call = decided(life({ phases: [ring] }), headers);
    expect(call).toMatchObject({ place: 'extension', extension: '1001', waited: 9, endedBy });
  });

  it('together is lost in a group', () => {
    const call = decided(life({ phases: [{ ...ring, extensions: ['1001', '1002'] }] }), {});
    expect(call.place).toBe('group');
    expect(call).not.toHaveProperty('extension');
  });
});

describe('a call lost elsewhere', () => {
  it.each([
    [{ variable_last_app: 'voicemail' }, { place: 'voicemail' }],
    [
      { variable_last_app: 'ivr', variable_last_arg: 'main' },
      { place: 'ivr', menu: 'main' },
    ],
    [{ variable_last_app: 'playback' }, { place: 'dialplan' }],
    [{}, { place: 'dialplan', waited: 10 }],
  ])('%j: %j', (headers, expected) => {
    expect(decided(life(), headers as Record<string, string>)).toMatchObject({ outcome: 'lost', ...expected });
  });

  it('after an employee had him is lost in a transfer', () => {
    const seen = life({
      phases: [visit],
      talkedWith: ['leg'],
      unbridgedAt: start + 7_000,
      legs: new Map([['leg', { uuid: 'leg', agent: '1001@default', user: '1001' }]]),
    });
    expect(decided(seen, {})).toMatchObject({ place: 'transfer', transferredBy: '1001@default', waited: 3 });
  });
});

describe("what an employee's phone did", () => {
  it.each([
    ['NO_ANSWER', 'no-answer'],
    ['USER_BUSY', 'busy'],
    ['CALL_REJECTED', 'rejected'],
    ['USER_NOT_REGISTERED', 'unregistered'],
    ['ORIGINATOR_CANCEL', 'ringing'],
    ['LOSE_RACE', 'lost-race'],
    ['NORMAL_TEMPORARY_FAILURE', 'failed'],
    ['SUCCESS', 'failed'],
    [undefined, 'failed'],
  ])('%p is %s', (cause, result) => {
    expect(ringResult(cause)).toBe(result);
  });
});
