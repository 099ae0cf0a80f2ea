import type { CallOutcome, EndedCall, Place } from '../calls/call.js';
import type { Instant } from '../time/clock.js';

/** What was known of the client when his loss was decided: rules are asked again with it. */
export interface ClientHistory {
  /** This loss included. */
  timesLostToday: number;
  /** This loss included. */
  timesLostThisWeek: number;
  lastReachedAt?: Instant;
  openTask: boolean;
}

/** What was decided about a call, and why. */
export interface CallDecision {
  /** `none`: answered, no rule matched, or nobody can be called back (`whyNot`). */
  action: 'callback' | 'ignore' | 'none';
  rule?: string | undefined;
  /** Each rule that was looked at, with one short reason. */
  reasons: readonly { rule: string; matched: boolean; reason: string }[];
  /** Why nobody can be called back, though the call was lost. */
  whyNot?: string | undefined;
  /** The pattern of the blacklist that the caller falls under: the loss counts nowhere. */
  blacklisted?: string | undefined;
  /** An admin added the task: there was no call. */
  byHand?: true;
  /** There when rules were asked. */
  history?: ClientHistory | undefined;
}

export interface CallRecord {
  call: EndedCall;
  decision: CallDecision;
  task?: number | undefined;
}

/** A call as the journal has it. */
export interface JournalEntry extends CallRecord {
  /** A short number, for people. */
  id: number;
  /** Who called: E.164 where the number can be normalised, else as received; undefined when it was withheld. */
  caller?: string | undefined;
}

export interface CallFilter {
  outcomes?: readonly CallOutcome[];
  /** Only calls that ended since. */
  since?: Instant;
  caller?: string;
  /** `queue`, or with its name `queue:sales@default`. */
  place?: Place | `${Place}:${string}`;
  limit?: number;
}

/** A client who was lost and whom nobody has talked to since. */
export interface UnansweredClient {
  client: string;
  /** The latest loss. */
  call: JournalEntry;
  /** Losses since somebody last talked to him, this one included. */
  losses: number;
  /** When somebody last talked to him; undefined: never, as far as the journal goes back. */
  talkedAt?: Instant;
}

/** How many rows went away. */
export interface Removed {
  calls: number;
  tasks: number;
  attempts: number;
}

/** The history of calls. Each method that writes is one durable transaction. */
export interface JournalStore {
  /** The latest calls that pass the filter, newest first. */
  calls(filter: CallFilter): JournalEntry[];
  callById(id: number): JournalEntry | undefined;
  /** Clients who were lost and whom nobody has talked to since, the newest loss first; without blacklisted ones. */
  unanswered(filter: { now: Instant; since?: Instant; limit?: number }): UnansweredClient[];
  countUnanswered(now: Instant): number;
  /** An employee talked with the client in another way than by his call or a task. */
  noteTalk(client: string, at: Instant): void;
  /** When an employee last talked with the client. */
  lastTalk(client: string): Instant | undefined;
  /**
   * Removes a client, by all spellings of his number, everywhere but in the blacklist; the UUIDs of his calls stay known
   * as seen, so that their CDRs don't bring them back. Undefined, and nothing is removed, while he is being called.
   */
  forget(clients: readonly string[], now: Instant): Removed | undefined;
  /**
   * Removes calls that ended and tasks that were closed before an instant, at most so many of each; never an open task
   * nor its calls. Nothing removed: there is nothing left to remove.
   */
  prune(before: Instant, limit: number): Removed;
}
