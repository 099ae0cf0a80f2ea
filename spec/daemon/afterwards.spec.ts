import { describe, expect, it } from '@jest/globals';
import { afterwards, blacklistedBy } from '../../lib/daemon/afterwards.js';
import { close } from '../../lib/tasks/life-cycle.js';
import { noon, task } from '../tasks/made.js';

describe('the key that an employee pressed when the client was not reached', () => {
  it.each([undefined, '1', '5', '#'])('%s: the task goes on', (key) => {
    expect(afterwards(task(), key, noon)).toEqual(task());
    expect(blacklistedBy(key, '+74951230001', noon)).toBeUndefined();
  });

  it('2: done', () => {
    expect(afterwards(task(), '2', noon)).toMatchObject({
      state: 'cancelled',
      reason: 'done by employee',
      closedAt: noon,
    });
    expect(blacklistedBy('2', '+74951230001', noon)).toBeUndefined();
  });

  it('9: never call him again', () => {
    expect(afterwards(task(), '9', noon)).toMatchObject({ state: 'cancelled', reason: 'blacklisted', closedAt: noon });
    expect(blacklistedBy('9', '+74951230001', noon)).toEqual({
      pattern: '+74951230001',
      reason: 'by an employee',
      addedAt: noon,
    });
  });

  it('a task that is closed already stays as it is', () => {
    const closed = close(task(), 'gave-up', 'attempts used up', noon);
    expect(afterwards(closed, '2', noon)).toEqual(closed);
  });
});
