import type { Instant } from '../time/clock.js';

/** One caller, or a pattern of callers, whose losses make no tasks. */
export interface BlacklistEntry {
  /** E.164, or a pattern in which `*` stands for any characters. */
  pattern: string;
  /** For people. */
  reason?: string;
  addedAt: Instant;
  /** From then on it counts no more; undefined: never. */
  expiresAt?: Instant;
}

/** Where the blacklist is kept. Each method that writes is one durable transaction. */
export interface BlacklistStore {
  /** Adds entries; one with the same pattern is replaced. */
  blacklist(entries: readonly BlacklistEntry[]): void;
  /** False when there was no such entry. */
  unblacklist(pattern: string): boolean;
  /** The entries that count now, by pattern. */
  blacklistEntries(now: Instant): BlacklistEntry[];
  /** The entry that one of these spellings of a caller's number falls under; a whole number comes before a pattern. */
  blacklistEntryOf(numbers: readonly string[], now: Instant): BlacklistEntry | undefined;
}
