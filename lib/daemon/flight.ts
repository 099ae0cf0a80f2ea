import { nothingYet, type AttemptFacts } from '../callback/attempt-life.js';
import type { Attempt } from '../tasks/task.js';
import type { EslEvent } from '../esl/event.js';

/** An attempt that goes on, and what has been seen of it. */
export interface Flight {
  attempt: Attempt;
  client: string;
  rule: string;
  /** Talk that counts as reached, ms. */
  successAfterMs: number;
  facts: AttemptFacts;
  /** Its task was cancelled by an admin: the legs are being hung up. */
  cancelled: boolean;
  /** When it was first found that neither leg lives any more and no CDR tells of them; ms. */
  missingSince?: number;
}

/** The attempts in flight, found by the events of their legs. */
export class Flights {
  private readonly byAttempt = new Map<number, Flight>();
  private readonly byUuid = new Map<string, Flight>();

  get all(): readonly Flight[] {
    return [...this.byAttempt.values()];
  }

  get size(): number {
    return this.byAttempt.size;
  }

  add(flight: Omit<Flight, 'facts' | 'cancelled'> & Partial<Flight>): Flight {
    const added: Flight = { facts: nothingYet, cancelled: false, ...flight };
    const { attempt } = added;
    this.byAttempt.set(attempt.id, added);
    for (const uuid of [attempt.employeeLeg, attempt.clientLeg, attempt.job]) this.byUuid.set(uuid, added);
    return added;
  }

  remove(flight: Flight): void {
    this.byAttempt.delete(flight.attempt.id);
    for (const [uuid, other] of this.byUuid) if (other === flight) this.byUuid.delete(uuid);
  }

  get(uuid: string): Flight | undefined {
    return this.byUuid.get(uuid);
  }

  ofTask(task: number): Flight | undefined {
    return this.all.find(({ attempt }) => attempt.task === task);
  }

  calls(client: string): boolean {
    return this.all.some((flight) => flight.client === client);
  }

  countOf(rule: string): number {
    return this.all.filter((flight) => flight.rule === rule).length;
  }

  /**
   * Whose event this is: of one of our two legs, or of the queue's member and the agent's leg, which carry the
   * client leg's UUID in a variable. callcenter::info knows the member by its own leg only.
   */
  of(event: EslEvent): Flight | undefined {
    const uuid = event.header('Unique-ID');
    const own = uuid === undefined ? undefined : this.byUuid.get(uuid);
    if (own !== undefined) return own;
    const marked = this.byUuid.get(event.header('variable_callbackd_client_uuid') ?? '');
    const member = event.header('CC-Member-Session-UUID');
    if (marked !== undefined && member !== undefined) this.byUuid.set(member, marked);
    return marked ?? this.byUuid.get(member ?? '');
  }
}
