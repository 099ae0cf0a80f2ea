import { describe, expect, it } from '@jest/globals';
import { callIn, callsIn, isCallersHangup, isQueueAction, recordedEvents } from './recordings.js';

/** mod_callcenter's member-queue-end comes before the end of the leg, after it, or (in a race) never. */
const recordings = [
  'a_abandon_wait8',
  'b_answered_caller_bye',
  'c_abandon_ringing',
  'c3_abandon_second_agent',
  'd_max_wait',
  'd2_max_wait_ringing',
  'e_no_agents',
  'f_exit_key',
  'f4_other_key',
  'f5_uuid_kill',
  'w_logout_ringing',
];

describe.each(recordings)('the end of the queue in %s', (name) => {
  const events = recordedEvents(name);
  const inTime = callIn(events);
  const others = events.filter((event) => !isQueueAction(event, 'member-queue-end'));
  const ends = events.filter((event) => isQueueAction(event, 'member-queue-end'));

  it('is there', () => {
    expect(ends).toHaveLength(1);
  });

  it.each([
    ['comes late', [...others, ...ends]],
    ['never comes', others],
  ])('%s: the decision is the same', (_, changed) => {
    const { waited, enteredAt, tried, ...decision } = callIn(changed);
    expect(decision).toEqual(without(inTime));
    expect([waited, enteredAt].map((each) => each === undefined)).toEqual([
      inTime.waited === undefined,
      inTime.enteredAt === undefined,
    ]);
    expect(Math.abs((waited ?? 0) - (inTime.waited ?? 0))).toBeLessThanOrEqual(1);
    expect(tried).toEqual(inTime.tried);
  });
});

function without({ waited: _waited, enteredAt: _enteredAt, tried: _tried, ...rest }: ReturnType<typeof callIn>) {
  return rest;
}

describe('a call that ended', () => {
  it('is decided once, however often its hangup is seen', () => {
    const events = recordedEvents('a_abandon_wait8');
    expect(callsIn([...events, ...events.filter(isCallersHangup)])).toHaveLength(1);
  });

  it.each(recordings)('is known by its hangup alone, when the link came up in the middle of it (%s)', (name) => {
    const events = recordedEvents(name);
    const whole = callIn(events);
    const late = callIn(events.filter(isCallersHangup));
    const known = ['outcome', 'place', 'queue', 'endedBy', 'key', 'number', 'name', 'dialled'] as const;
    for (const field of known) expect([field, late[field]]).toEqual([field, whole[field]]);
    expect(Math.abs((late.waited ?? 0) - (whole.waited ?? 0))).toBeLessThanOrEqual(1);
  });
});
