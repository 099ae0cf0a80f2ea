import { randomUUID } from 'node:crypto';
import { whyNotDialled, type DiallingPolicy } from '../calls/dialling-policy.js';
import { comparable } from '../rules/facts.js';
import type { Clock, Instant } from '../time/clock.js';
import { addedByHand, type WantedTask } from './add-by-hand.js';
import { whyForbidden } from './forbidden.js';
import { close, reopen } from './life-cycle.js';
import type { CallRecord, TaskFilter, TaskStore } from './store.js';
import { isOpen, type Attempt, type Plan, type Task } from './task.js';

/** A task with all that is known of it. */
export interface TaskDetail {
  task: Task;
  attempts: Attempt[];
  /** The latest lost call, with the decision and its reasons. */
  loss?: CallRecord;
  /** How many attempts its rule allows; absent when the rule is gone. */
  attemptsAllowed?: number;
  /** Which rule of the policy forbids to dial its number now. */
  refusal?: string;
}

/** An admin's wish that can't be done; the text is for him. */
export interface Refusal {
  refused: string;
}

/** Tasks of one answer: a long history is asked for page by page. */
const page = 500;

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
    private readonly policy: DiallingPolicy,
    private readonly hooks: AdminHooks = { cancelled: () => undefined, changed: () => undefined },
  ) {}

  list(filter: TaskFilter): Task[] {
    return this.store.tasks(filter);
  }

  show(id: number): TaskDetail | Refusal {
    const task = this.store.task(id);
    if (task === undefined) return unknown(id);
    return this.detail(task);
  }

  /** The first tasks with a greater number than `after`, with all that is known of them; none: that was all. */
  page(filter: TaskFilter & { after: number }): TaskDetail[] {
    return this.store.tasks({ ...filter, limit: page }).map((task) => this.detail(task));
  }

  /** A task that no call has made. */
  add(wanted: WantedTask): Task | Refusal {
    const client = comparable(wanted.number.replace(/[\s().-]/g, ''), this.policy.country) ?? '';
    const refused = this.whyNotAdded(client, wanted);
    if (refused !== undefined) return { refused };
    const plan = this.planOf(wanted.rule);
    if (plan === undefined) return { refused: `there is no rule "${wanted.rule}" that calls anybody back` };
    const [former] = this.store.calls({ caller: client, limit: 1 });
    const added = addedByHand({ ...wanted, client, call: randomUUID(), former: former?.call }, plan, this.now());
    if (added === undefined) return { refused: neverOpens(wanted.rule) };
    const task = this.store.takeCall(added.call, added.decision, client, () => added.task)?.task;
    if (task === undefined) return { refused: 'it could not be kept' };
    this.hooks.changed();
    return task;
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

  /** @param atOnce without the first pause of its rule */
  retry(id: number, atOnce: boolean): Task | Refusal {
    const task = this.store.task(id);
    if (task === undefined) return unknown(id);
    const refused = this.whyNotRetried(task);
    if (refused !== undefined) return { refused };
    const plan = this.planOf(task.rule);
    if (plan === undefined) return { refused: `the rule of task ${id}, "${task.rule}", does not exist any more` };
    const notAllowed = whyNotDialled(task.client, this.policy);
    if (notAllowed !== undefined) return { refused: `the client of task ${id} may not be dialled: ${notAllowed}` };
    if (plan.opening(this.now()) === undefined) return { refused: neverOpens(task.rule) };
    const again = reopen(task, plan, this.now(), atOnce);
    this.store.saveTask(again);
    this.hooks.changed();
    return again;
  }

  private whyNotAdded(client: string, { number, at }: WantedTask): string | undefined {
    if (!client.startsWith('+'))
      return `"${number}" is no number that can be called${this.policy.country === undefined ? ' (without "country" it needs its + and country code)' : ''}`;
    const notAllowed = whyNotDialled(client, this.policy);
    if (notAllowed !== undefined) return notAllowed;
    const listed = this.store.blacklistEntryOf([client], this.now());
    if (listed !== undefined) return `${client} is on the blacklist: ${listed.pattern}`;
    const open = this.store.openTaskOf(client);
    if (open !== undefined) return `${client} has an open task already: ${open.id}`;
    return at !== undefined && at < this.now() ? 'the time of the call lies in the past' : undefined;
  }

  private whyNotRetried({ id, state, client }: Task): string | undefined {
    if (state === 'calling') return `task ${id} is being called right now`;
    const other = this.store.openTaskOf(client);
    if (other !== undefined && other.id !== id) return `the client of task ${id} has an open task already: ${other.id}`;
    const listed = this.store.blacklistEntryOf([client], this.now());
    return listed && `the client of task ${id} is on the blacklist: ${listed.pattern}`;
  }

  private detail(task: Task): TaskDetail {
    const loss = this.store.callOf(task.call);
    const attemptsAllowed = this.planOf(task.rule)?.afterMs.length;
    return {
      task,
      attempts: this.store.attempts(task.id),
      ...(loss !== undefined && { loss }),
      ...(attemptsAllowed !== undefined && { attemptsAllowed }),
      ...whyForbidden(task, this.policy),
    };
  }

  private now(): Instant {
    return this.clock.now();
  }
}

function neverOpens(rule: string): string {
  return `the schedule of rule "${rule}" never opens any more`;
}

function unknown(id: number): Refusal {
  return { refused: `there is no task ${id}; "callbackd tasks list --all" shows those that there are` };
}
