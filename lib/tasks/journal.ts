import type { DiallingPolicy } from '../calls/dialling-policy.js';
import { toE164 } from '../calls/phone-number.js';
import { comparable } from '../rules/facts.js';
import type { Clock, Instant } from '../time/clock.js';
import type { Refusal } from './admin.js';
import type { BlacklistEntry } from './blacklist-store.js';
import { blacklistPattern, spellings } from './blacklist-pattern.js';
import { whyForbidden } from './forbidden.js';
import type { CallFilter, JournalEntry, Removed, UnansweredClient } from './journal-store.js';
import type { TaskStore } from './store.js';
import type { Attempt, Task } from './task.js';

/** A call with all that is known of it and of its client. */
export interface CallStory {
  call: JournalEntry;
  /** The task that the loss made or joined, or that the conversation closed. */
  task?: Task;
  /** Of that task. */
  attempts: Attempt[];
  /** When an employee last talked with the client, in whatever way. */
  talkedAt?: Instant;
  /** The entry of the blacklist that the caller falls under now. */
  blacklisted?: BlacklistEntry;
  /** Which rule of the policy forbids to dial his number now. */
  refusal?: string;
}

export interface Forgotten extends Removed {
  client: string;
  /** He was on the blacklist himself and isn't any more. */
  unblacklisted: boolean;
}

/** Numbers in any spelling; the rest is as the store takes it. */
export type JournalFilter = Omit<CallFilter, 'caller'> & { number?: string };

/** The history of calls, over the daemon's socket or, while it is down, on the database itself. */
export class Journal {
  constructor(
    private readonly store: TaskStore,
    private readonly clock: Clock,
    private readonly policy: DiallingPolicy,
    /** Something was removed that may have been due. */
    private readonly changed: () => void = () => undefined,
  ) {}

  list({ number, ...filter }: JournalFilter): JournalEntry[] {
    return this.store.calls({ ...filter, ...(number !== undefined && { caller: this.clientOf(number) }) });
  }

  unanswered(filter: { since?: Instant; limit?: number }): UnansweredClient[] {
    return this.store.unanswered({ ...filter, now: this.clock.now() });
  }

  show(id: number): CallStory | Refusal {
    const call = this.store.callById(id);
    return call === undefined
      ? { refused: `there is no call ${id}; "callbackd calls list" shows those that there are` }
      : this.story(call);
  }

  /** Of a call by its id, or of the latest loss (else the latest call) of a client by his number. */
  why(idOrNumber: string): CallStory | Refusal {
    const byId = /^\d{1,9}$/.test(idOrNumber) ? this.store.callById(Number(idOrNumber)) : undefined;
    if (byId !== undefined) return this.story(byId);
    const caller = this.clientOf(idOrNumber);
    const [latest] = [
      ...this.store.calls({ caller, outcomes: ['lost', 'requested'], limit: 1 }),
      ...this.store.calls({ caller, limit: 1 }),
    ];
    return latest === undefined
      ? { refused: `the journal has no call ${idOrNumber}, and no call of a client with that number` }
      : this.story(latest);
  }

  /** Removes a client everywhere. @param fromBlacklist his own entry there too; patterns stay */
  forget(number: string, fromBlacklist: boolean): Forgotten | Refusal {
    const client = this.clientOf(number);
    const removed = this.store.forget(this.spelt(number), this.clock.now());
    if (removed === undefined)
      return { refused: `${client} is being called right now: cancel his task first, or wait until the call is over` };
    const entry = blacklistPattern(client, this.policy.country);
    const unblacklisted = fromBlacklist && entry.problem === undefined && this.store.unblacklist(entry.pattern);
    this.changed();
    return { client, ...removed, unblacklisted };
  }

  private story(call: JournalEntry): CallStory {
    const task = call.task === undefined ? undefined : this.store.task(call.task);
    const talkedAt = call.caller === undefined ? undefined : this.store.lastTalk(call.caller);
    const blacklisted = this.store.blacklistEntryOf(spellings(call.call), this.clock.now());
    return {
      call,
      attempts: task === undefined ? [] : this.store.attempts(task.id),
      ...(task !== undefined && { task }),
      ...(talkedAt !== undefined && { talkedAt }),
      ...(blacklisted !== undefined && { blacklisted }),
      ...whyForbidden(task, this.policy),
    };
  }

  private clientOf(number: string): string {
    const candidates = this.spelt(number);
    return candidates.find((caller) => this.store.calls({ caller, limit: 1 }).length > 0) ?? candidates[0] ?? number;
  }

  /** As callers' numbers are normalised; then as they may have been received: SIP trunks often leave out the plus. */
  private spelt(number: string): string[] {
    const bare = number.replace(/[\s().-]/g, '');
    const all = [toE164(bare, this.policy.country), bare, bare.replace('+', ''), comparable(bare, this.policy.country)];
    return [...new Set(all)].filter((each) => each !== undefined);
  }
}
