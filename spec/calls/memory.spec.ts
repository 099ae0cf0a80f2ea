/** The tracker forgets, also calls of which events went missing. */
import { expect, it } from '@jest/globals';
import { CallTracker } from '../../lib/calls/tracker.js';
import type { EslEvent } from '../../lib/esl/event.js';
import { settings } from './recordings.js';

/** Made without JSON: a hundred thousand of them are needed. */
function event(name: string, at: number, headers: Record<string, string>): EslEvent {
  const subclass = name === 'CUSTOM' ? 'callcenter::info' : '';
  const header = (key: string): string | undefined => headers[key];
  return { name, subclass, at, coreUuid: 'core', body: '', header, headers: (key) => [headers[key] ?? []].flat() };
}

/** A client waits in a queue, an agent's phone rings, a colleague is called; every third call loses some of its ends. */
function* lifeOf(call: number, at: number): Generator<EslEvent> {
  const id = `c${call}`;
  const own = {
    'Unique-ID': id,
    'Caller-Unique-ID': id,
    'Call-Direction': 'inbound',
    'Caller-Caller-ID-Number': '+74951230001',
  };
  const member = { 'CC-Member-Session-UUID': id, 'CC-Member-UUID': `m${call}`, 'CC-Queue': 'sales@default' };
  const phone = {
    'Unique-ID': `p${call}`,
    'Call-Direction': 'outbound',
    variable_cc_member_session_uuid: id,
    variable_dialed_user: '1001',
  };
  const colleague = {
    'Unique-ID': `i${call}`,
    'Caller-Unique-ID': 'i',
    'Call-Direction': 'inbound',
    'Caller-Caller-ID-Number': '1002',
  };
  const bridge = { 'Bridge-A-Unique-ID': id, 'Bridge-B-Unique-ID': `p${call}` };
  yield event('CHANNEL_CREATE', at, own);
  yield event('CUSTOM', at, { ...own, ...member, 'CC-Action': 'member-queue-start' });
  yield event('CUSTOM', at, { ...member, 'CC-Action': 'agent-offering', 'CC-Agent': '1001@default' });
  yield event('CHANNEL_CREATE', at, phone);
  yield event('CHANNEL_CREATE', at, colleague);
  if (call % 2 === 0) yield event('CHANNEL_BRIDGE', at + 1, bridge);
  if (call % 3 === 1) return; // nothing more was heard of it
  if (call % 3 === 2) yield event('CHANNEL_HANGUP', at + 2, { ...own, 'Hangup-Cause': 'NORMAL_CLEARING' });
  else {
    yield event('CHANNEL_HANGUP_COMPLETE', at + 2, { ...own, 'Hangup-Cause': 'NORMAL_CLEARING' });
    yield event('CHANNEL_HANGUP_COMPLETE', at + 3, phone);
    yield event('CHANNEL_HANGUP_COMPLETE', at + 3, colleague);
  }
}

it('what is remembered of 20,000 calls, a third of which never ends, does not grow', () => {
  let ended = 0;
  const tracker = new CallTracker(settings, { ended: () => (ended += 1) });
  const sizes: number[] = [];
  for (let call = 0; call < 20_000; call += 1) {
    const now = call * 100;
    for (const each of lifeOf(call, now)) tracker.take(each);
    // As lookout does: calls of which nothing was heard for long, and of which FreeSWITCH knows no channel.
    if (call % 1_000 === 999) {
      tracker.drop(({ lastSeenAt }) => lastSeenAt < now - 10_000);
      const { others, ...rest } = tracker.sizes;
      expect(others).toBeLessThanOrEqual(10_000);
      sizes.push(Object.values(rest).reduce((sum, size) => sum + size, 0));
    }
  }
  expect(ended).toBeGreaterThan(13_000);
  expect(sizes.at(-1)).toBeLessThanOrEqual(sizes[1]! * 1.05);
  expect(Math.max(...sizes)).toBeLessThan(2_500);
});

it('only the last call is left when all is over', () => {
  const tracker = new CallTracker(settings, { ended: () => undefined });
  for (const each of lifeOf(0, 0)) tracker.take(each);
  for (const each of lifeOf(300, 100_000)) tracker.take(each);
  tracker.drop(() => true);
  // The last call and its leg: mod_callcenter's late news of them may still come.
  expect(tracker.sizes).toEqual({ open: 0, ended: 1, legs: 1, hanging: 0, others: 0 });
});
