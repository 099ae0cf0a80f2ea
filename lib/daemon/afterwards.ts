import { close } from '../tasks/life-cycle.js';
import type { BlacklistEntry } from '../tasks/blacklist-store.js';
import type { Task } from '../tasks/task.js';
import type { Instant } from '../time/clock.js';

/** The keys of the employee when the client was not reached (docs/callback-flow.md). 1, or none: it is tried again later. */
const done = '2';
const neverAgain = '9';

/** The task of an attempt that has been settled, after the employee has pressed that key. */
export function afterwards(settled: Task, key: string | undefined, at: Instant): Task {
  if (key === done) return close(settled, 'cancelled', 'done by employee', at);
  if (key === neverAgain) return close(settled, 'cancelled', 'blacklisted', at);
  return settled;
}

/** The employee wants the client never to be called back again. */
export function blacklistedBy(key: string | undefined, client: string, at: Instant): BlacklistEntry | undefined {
  return key === neverAgain ? { pattern: client, reason: 'by an employee', addedAt: at } : undefined;
}
