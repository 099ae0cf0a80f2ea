/** The order in which FreeSWITCH's events arrive is not that of what happened: the decisions must not depend on it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import type { EndedCall } from '../../lib/calls/call.js';
import type { EslEvent } from '../../lib/esl/event.js';
import { callsIn, isHangup, isQueueAction, recordedEvents } from './recordings.js';

const names = readdirSync(new URL('../fixtures/calls/', import.meta.url))
  .filter((name) => name.endsWith('.json.esl'))
  .map((name) => name.replace('.json.esl', ''))
  .filter((name) => callsIn(recordedEvents(name)).length > 0);

/** In the recordings an event overtakes others of the same 20 ms, at most 3 numbers away. */
const farthest = 10;
const step = 20;

function sequence(each: EslEvent): number {
  return Number(each.header('Event-Sequence'));
}

/** Some events arrive after others that FreeSWITCH made a moment later. */
function overtaken(events: readonly EslEvent[], delayed: ReadonlySet<number>): EslEvent[] {
  const order = events.map((each, index) => {
    if (!delayed.has(index)) return index;
    const later = events.findLastIndex(
      (other, at) => at > index && other.at <= each.at + step && sequence(other) - sequence(each) <= farthest,
    );
    return later === -1 ? index : later + 0.5;
  });
  return events.map((each, index) => ({ each, at: order[index]! })).sort((a, b) => a.at - b.at).map(({ each }) => each); // prettier-ignore
}

/** mod_callcenter's own end of a conversation and its news of a phone come when they come. */
function isLate(each: EslEvent): boolean {
  const terminated = isQueueAction(each, 'member-queue-end') && each.header('CC-Cause') === 'Terminated';
  return terminated || isQueueAction(each, 'bridge-agent-fail') || isQueueAction(each, 'bridge-agent-end');
}

/** The late ones each come `delays` events later; those of one call keep their order. */
function postponed(events: readonly EslEvent[], delays: readonly number[]): EslEvent[] {
  let turn = 0;
  let least = 0;
  const order = events.map((each, index) => {
    if (!isLate(each)) return index;
    least = Math.max(least, index + (delays[turn++ % delays.length] ?? 0) + 0.5);
    return least;
  });
  return events.map((each, index) => ({ each, at: order[index]! })).sort((a, b) => a.at - b.at).map(({ each }) => each); // prettier-ignore
}

/** What was decided; calls that ended in the same moment may change places. */
function decisions(events: readonly EslEvent[]): Partial<EndedCall>[] {
  return callsIn(events)
    .map(({ tried, ...call }) => ({ ...call, tried: [...(tried ?? [])].sort() }))
    .sort((a, b) => a.call.localeCompare(b.call));
}

/** CHANNEL_HANGUP, as FreeSWITCH sends it before CHANNEL_HANGUP_COMPLETE: it does not say how the leg ended. */
function hangupOf(complete: EslEvent): EslEvent {
  const renamed: Record<string, string> = {
    variable_current_application: 'variable_last_app',
    variable_current_application_data: 'variable_last_arg',
  };
  const missing = ['variable_bridge_epoch', 'variable_bridge_uepoch', 'variable_last_app', 'variable_last_arg', 'variable_sip_hangup_disposition']; // prettier-ignore
  return {
    ...complete,
    name: 'CHANNEL_HANGUP',
    subclass: complete.subclass,
    at: complete.at,
    coreUuid: complete.coreUuid,
    body: '',
    header: (name) => (missing.includes(name) ? undefined : complete.header(renamed[name] ?? name)),
    headers: (name) => (missing.includes(name) ? [] : complete.headers(renamed[name] ?? name)),
  };
}

/** The same, but for the end, which the events of one leg tell in steps of 20 ms. */
function expectSame(found: Partial<EndedCall>[], expected: Partial<EndedCall>[]): void {
  const timeless = (calls: Partial<EndedCall>[]) => calls.map((call) => ({ ...call, endedAt: 0 }));
  expect(timeless(found)).toEqual(timeless(expected));
  for (const [index, { endedAt = 0 }] of found.entries())
    expect(Math.abs(endedAt - (expected[index]?.endedAt ?? 0))).toBeLessThanOrEqual(2 * step);
}

describe.each(names)('the decisions about %s', (name) => {
  const events = recordedEvents(name);
  const expected = decisions(events);

  it('are the same when events overtake one another, and mod_callcenter is late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(events.length - 1), { maxLength: Math.ceil(events.length * 0.1) }),
        fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
        (delayed, delays) => {
          expectSame(decisions(postponed(overtaken(events, new Set(delayed)), delays)), expected);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are the same with CHANNEL_HANGUP in front of each CHANNEL_HANGUP_COMPLETE', () => {
    const bare = events.filter((each) => each.name !== 'CHANNEL_HANGUP');
    const sent = bare.flatMap((each) => (isHangup(each) ? [hangupOf(each), each] : [each]));
    const recorded = bare.length < events.length; // then it was there already, at its own time
    expectSame(decisions(recorded ? events : sent), expected);
  });
});
