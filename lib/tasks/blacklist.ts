import type { Clock } from '../time/clock.js';
import type { Refusal } from './admin.js';
import { blacklistPattern } from './blacklist-pattern.js';
import type { BlacklistEntry } from './blacklist-store.js';
import { close } from './life-cycle.js';
import type { TaskStore } from './store.js';
import type { Task } from './task.js';

/** An entry as an admin asks for it. */
export type WantedEntry = Pick<BlacklistEntry, 'pattern' | 'reason' | 'expiresAt'>;

export interface Blacklisted {
  entries: BlacklistEntry[];
  /** Open tasks that were closed by it. */
  closed: Task[];
}

export interface BlacklistHooks {
  /** A client who is being called just now was blacklisted: true when the attempt is being hung up, so that the task can be closed. */
  calling(task: Task): boolean;
}

/** More open tasks than a small office can have. */
const allTasks = 100_000;

/** The blacklist, over the daemon's socket or, while it is down, on the database itself. */
export class Blacklist {
  constructor(
    private readonly store: TaskStore,
    private readonly clock: Clock,
    private readonly country: string | undefined,
    private readonly hooks: BlacklistHooks = { calling: () => false },
  ) {}

  list(): BlacklistEntry[] {
    return this.store.blacklistEntries(this.clock.now());
  }

  /** All or none of them. Their open tasks are closed; one in which employee and client are talking goes on. */
  add(wanted: readonly WantedEntry[]): Blacklisted | Refusal {
    const addedAt = this.clock.now();
    const entries: BlacklistEntry[] = [];
    for (const { pattern: written, reason, expiresAt } of wanted) {
      const { pattern, problem } = { pattern: undefined, ...blacklistPattern(written, this.country) };
      if (pattern === undefined) return { refused: problem ?? '' };
      entries.push({ pattern, addedAt, ...(reason && { reason }), ...(expiresAt !== undefined && { expiresAt }) });
    }
    this.store.blacklist(entries);
    return { entries, closed: this.closeTasks() };
  }

  remove(written: string): { pattern: string } | Refusal {
    const { pattern, problem } = { pattern: undefined, ...blacklistPattern(written, this.country) };
    if (pattern === undefined) return { refused: problem ?? '' };
    return this.store.unblacklist(pattern)
      ? { pattern }
      : { refused: `${pattern} is not on the blacklist; "callbackd blacklist list" shows what is` };
  }

  private closeTasks(): Task[] {
    const now = this.clock.now();
    const open = this.store.tasks({ states: ['waiting', 'calling'], limit: allTasks });
    return open.flatMap((task) => {
      if (this.store.blacklistEntryOf([task.client], now) === undefined) return [];
      if (task.state === 'calling' && !this.hooks.calling(task)) return [];
      const closed = close(task, 'cancelled', 'blacklisted', now);
      this.store.saveTask(closed);
      return [closed];
    });
  }
}
