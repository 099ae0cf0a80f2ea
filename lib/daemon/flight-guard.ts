import type { RuleBook } from '../tasks/rule-book.js';
import type { TaskStore } from '../tasks/store.js';
import type { Clock, Timer } from '../time/clock.js';
import { isOpen, nextClosing } from '../time/schedule.js';
import type { Durable } from './durable.js';
import type { Flight, Flights } from './flight.js';
import type { Follower } from './follower.js';

export interface FlightGuardParts {
  store: TaskStore;
  flights: Flights;
  follower: Pick<Follower, 'stopFor'>;
  book: () => RuleBook;
  isSwitchedOn: () => boolean;
  clock: Clock;
  durable: Durable;
}

/**
 * Stops attempts in flight when their rule's dialling schedule closes or the master switch is turned off, unless employee
 * and client talk. The task waits on; nothing is used up.
 */
export class FlightGuard {
  private timer: Timer | undefined;

  constructor(private readonly parts: FlightGuardParts) {}

  /** An attempt was begun, or rules or switch have changed: stops what may not go on, and waits for the next closing. */
  look(): void {
    const { flights, clock, durable } = this.parts;
    this.stop();
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const flight of flights.all) {
      const closing = durable.try('look for a task', () => this.closingOf(flight, now))?.value;
      if (closing !== undefined && closing > now) next = Math.min(next, closing);
    }
    if (next !== Number.POSITIVE_INFINITY) this.timer = clock.after(next - now, () => this.look());
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** When it has to stop; undefined when never, or when it was stopped. */
  private closingOf(flight: Flight, now: number): number | undefined {
    const { store, follower, isSwitchedOn } = this.parts;
    const task = store.task(flight.attempt.task);
    if (task?.state !== 'calling') return undefined;
    const schedule = this.scheduleOf(flight.rule, task.queue); // the rule it was begun by
    if (isSwitchedOn() && (schedule === undefined || isOpen(schedule, now)))
      return schedule && nextClosing(schedule, now);
    follower.stopFor(task);
    return undefined;
  }

  private scheduleOf(rule: string, queue?: string): Parameters<typeof isOpen>[0] | undefined {
    const book = this.parts.book();
    const during = book.callbackOf(rule, queue)?.during;
    return during === undefined ? undefined : book.context.schedules.get(during);
  }
}
