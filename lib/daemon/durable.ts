import type { Logger } from 'pino';
import { StorageProblem } from '../store/problem.js';
import type { Clock } from '../time/clock.js';

/** Pause between two tries of a write that failed, ms. */
const pause = 1_000;

/**
 * Writes that must not be lost. When the database is locked, full or read-only for a while, the write is tried again
 * until it succeeds; meanwhile nothing is dialled, because an attempt must be on disk first.
 */
export class Durable {
  /** The present problem with the database, shown by `status`. */
  problem: StorageProblem | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** Resolves when the write has succeeded. Other errors than the database's are thrown. */
  async run<T>(what: string, write: () => T): Promise<T> {
    for (;;) {
      const done = this.try(what, write);
      if (done !== undefined) return done.value;
      await new Promise<void>((resolve) => this.clock.after(pause, resolve));
    }
  }

  /** One try: undefined when the database could not take it. */
  try<T>(what: string, write: () => T): { value: T } | undefined {
    try {
      const value = write();
      if (this.problem !== undefined) this.log.info('the database works again');
      this.problem = undefined;
      return { value };
    } catch (error) {
      if (!(error instanceof StorageProblem) || error.kind === 'conflict') throw error;
      if (this.problem?.kind !== error.kind) this.log.error({ hint: error.hint }, `cannot ${what}: ${error.message}`);
      this.problem = error;
      return undefined;
    }
  }
}
