import type { Judgement } from '../callback/outcome.js';
import { countedOutcome, settle, takeForward } from '../tasks/life-cycle.js';
import type { Outcome } from '../tasks/outcome.js';
import type { RuleBook } from '../tasks/rule-book.js';
import type { AttemptEnd, TaskStore } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import type { Clock } from '../time/clock.js';
import { afterwards, blacklistedBy } from './afterwards.js';
import type { Flight } from './flight.js';

export interface SettlingParts {
  store: TaskStore;
  clock: Clock;
  book: () => RuleBook;
}

/** Writes down how an attempt ended and what becomes of its task. */
export class Settling {
  constructor(private readonly parts: SettlingParts) {}

  /** In one transaction: the attempt's end, the blacklist, and the task's next state. */
  settle(flight: Flight, { outcome: judged, cause, talkMs }: Judgement): AttemptEnd {
    const { store, clock } = this.parts;
    const { attempt, facts } = flight;
    const outcome = this.outcomeOf(flight, judged);
    const endedAt = Math.min(clock.now(), facts.clientEnd?.endedAt ?? facts.employeeEnd?.endedAt ?? clock.now());
    const dialledAt = dialledBy(flight, judged, endedAt);
    const end = { endedAt, outcome, cause, employee: facts.employee, talkMs, dialledAt };
    store.endAttempt(attempt.id, end, (task) => this.next(task, outcome, endedAt, flight));
    return end;
  }

  private outcomeOf(flight: Flight, judged: Outcome): Outcome {
    if (flight.cancelled && asIfHungUp.has(judged)) return 'cancelled';
    const task = this.parts.store.task(flight.attempt.task);
    return task === undefined ? judged : countedOutcome(task, judged, flight.facts.clientDialled);
  }

  private next(task: Task, outcome: Outcome, endedAt: number, { attempt, facts }: Flight): Task {
    const plan = this.parts.book().planOf(task.rule);
    const settled = settle(task, outcome, endedAt, plan, facts.clientDialled);
    const { key } = facts.employeeEnd ?? {};
    const listed = blacklistedBy(key, task.client, endedAt);
    if (listed !== undefined) this.parts.store.blacklist([listed]);
    const next = afterwards(settled, key, endedAt);
    return plan === undefined ? next : takeForward(next, attempt.startedAt, plan);
  }
}

/** When the client was dialled, or may have been at the latest: limits count that. */
function dialledBy({ facts, dialledAt, eventsMissed }: Flight, judged: Outcome, endedAt: number): number | undefined {
  if (facts.clientDialled) return dialledAt ?? endedAt;
  const mayHaveBeen = judged === 'unknown' || (judged === 'cancelled' && eventsMissed === true);
  return mayHaveBeen ? endedAt : undefined;
}

/**
 * What our own hanging up of the legs looks like. Any other outcome came before it and is the truth: a client who was
 * busy has been dialled, and a number that is invalid stays so.
 */
const asIfHungUp = new Set<Outcome>([
  'employee-left',
  'employee-no-answer',
  'employee-rejected',
  'not-dialled',
  'too-short',
  'unknown',
]);
