import { describe, expect, it } from '@jest/globals';
import { CallTracker } from '../../lib/calls/tracker.js';
import { callersIn, endsWaiting } from '../../lib/calls/waiting-callers.js';
import { recordedEvents, settings } from './recordings.js';

describe('clients who wait in a queue', () => {
  it.each(['a_abandon_wait8', 'b_answered_caller_bye', 'd_max_wait', 'f_exit_key', 'f3_uuid_transfer_out'])(
    '%s: he waits, and an event tells that he does no more',
    (name) => {
      const tracker = new CallTracker(settings, { ended: () => undefined });
      let most = 0;
      const events = recordedEvents(name);
      const queue =
        events.find((event) => event.header('CC-Action') === 'member-queue-start')?.header('CC-Queue') ?? '';
      for (const event of events) {
        const before = callersIn(queue, tracker.current);
        tracker.take(event);
        const after = callersIn(queue, tracker.current);
        most = Math.max(most, after);
        // Whoever waits for an empty queue is told by these, or by the hangup, which always makes the daemon look.
        if (after < before) expect(endsWaiting(event) || event.name.startsWith('CHANNEL_HANGUP')).toBe(true);
      }
      expect([most, callersIn(queue, tracker.current)]).toEqual([1, 0]);
    },
  );

  it('one in another queue does not count', () => {
    const tracker = new CallTracker(settings, { ended: () => undefined });
    for (const event of recordedEvents('a_abandon_wait8')) {
      tracker.take(event);
      expect(callersIn('service@default', tracker.current)).toBe(0);
    }
  });
});
