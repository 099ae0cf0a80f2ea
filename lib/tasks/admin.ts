import type { Clock, Instant } from '../time/clock.js';
import { close, reopen } from './life-cycle.js';
import type { CallRecord, TaskFilter, TaskStore } from './store.js';
import { isOpen, type Attempt, type Plan, type Task } from './task.js';

/** A task with all that is known of it. */
export interface TaskDetail {
  task: Task;
  attempts: Attempt[];
  /** The latest lost call, with the decision and its reasons. */
  loss?: CallRecord;
}

/** An admin's wish that can't be done; the text is for him. */
export interface Refusal {
  refused: string;
}

/** What has to happen at once beside the database: nothing when the daemon is down. */
export interface AdminHooks {
  /** A task was cancelled: an attempt of it that goes on is hung up. */
  cancelled(task: Task): void;
  /** Something may be due now. */
  changed(): void;
}

/** What an admin can do with tasks, over the daemon's socket or, while it is down, on the database itself. */
export class TaskAdmin {
  constructor(
    private readonly store: TaskStore,
    private readonly clock: Clock,
    private readonly planOf: (rule: string) => Plan | undefined,
    private readonly hooks: AdminHooks = { cancelled: () => undefined, changed: () => undefined },
  ) {}

  list(filter: TaskFilter): Task[] {
    return this.store.tasks(filter);
  }

  show(id: number): TaskDetail | Refusal {
    const task = this.store.task(id);
    if (task === undefined) return unknown(id);
    const loss = this.store.callOf(task.call);
    return { task, attempts: this.store.attempts(id), ...(loss !== undefined && { loss }) };
  }

  cancel(id: number): Task | Refusal {
    const task = this.store.task(id);
    if (task === undefined) return unknown(id);
    if (!isOpen(task)) return { refused: `task ${id} is closed already: ${task.state}, ${task.reason ?? ''}` };
    const cancelled = close(task, 'cancelled', 'cancelled by admin', this.now());
    this.store.saveTask(cancelled);
    this.hooks.cancelled(cancelled);
    this.hooks.changed();
    return cancelled;
  }

  retry(id: number): Task | Refusal {
    const task = this.store.task(id);
    if (task === undefined) return unknown(id);
    if (task.state === 'calling') return { refused: `task ${id} is being called right now` };
    const other = this.store.openTaskOf(task.client);
    if (other !== undefined && other.id !== id)
      return { refused: `the client of task ${id} has an open task already: ${other.id}` };
    const listed = this.store.blacklistEntryOf([task.client], this.now());
    if (listed !== undefined) return { refused: `the client of task ${id} is on the blacklist: ${listed.pattern}` };
    const plan = this.planOf(task.rule);
    if (plan === undefined) return { refused: `the rule of task ${id}, "${task.rule}", does not exist any more` };
    const again = reopen(task, plan, this.now());
    this.store.saveTask(again);
    this.hooks.changed();
    return again;
  }

  private now(): Instant {
    return this.clock.now();
  }
}

function unknown(id: number): Refusal {
  return { refused: `there is no task ${id}; "callbackd tasks list --all" shows those that there are` };
}
