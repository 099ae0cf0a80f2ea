import { employeeLegs, nothingYet, type AttemptFacts } from '../callback/attempt-life.js';
import type { Attempt } from '../tasks/task.js';
import type { EslEvent } from '../esl/event.js';
import type { Instant } from '../time/clock.js';

/** An attempt that goes on, and what has been seen of it. */
export interface Flight {
  attempt: Attempt;
  client: string;
  rule: string;
  /** Talk that counts as reached, ms. */
  successAfterMs: number;
  /** The employee may press a key when the client was not reached. */
  afterwards: boolean;
  /** So many of several phones may ring together. */
  atOnce?: number;
  facts: AttemptFacts;
  /** When the first was seen of the client's leg. */
  dialledAt?: Instant;
  /** Its task was cancelled by an admin: the legs are being hung up. */
  cancelled: boolean;
  /** Events of its legs may have been missed: whether the client has answered must be asked. */
  eventsMissed?: boolean;
  /** It is to be hung up, unless employee and client turn out to talk. */
  toStop?: boolean;
  /** The queue's member: the far end of the loopback. */
  member?: string;
  /** When it was first found that neither leg lives any more and no CDR tells of them; ms. */
  missingSince?: number;
}

/** The attempts in flight, found by the events of their legs. */
export class Flights {
  private readonly byTask = new Map<number, Flight>();
  private readonly byUuid = new Map<string, Flight>();
  private readonly byClient = new Map<string, Flight>();
  private readonly perRule = new Map<string, number>();

  get all(): readonly Flight[] {
    return [...this.byTask.values()];
  }

  get size(): number {
    return this.byTask.size;
  }

  /** Rules that have attempts going on, and how many. */
  get rules(): ReadonlyMap<string, number> {
    return this.perRule;
  }

  add(flight: Omit<Flight, 'facts' | 'cancelled' | 'afterwards'> & Partial<Flight>): Flight {
    const added: Flight = { facts: nothingYet, cancelled: false, afterwards: false, ...flight };
    const { attempt, client, rule } = added;
    this.byTask.set(attempt.task, added);
    this.byClient.set(client, added);
    this.perRule.set(rule, this.countOf(rule) + 1);
    for (const uuid of uuidsOf(attempt)) this.byUuid.set(uuid, added);
    return added;
  }

  remove(flight: Flight): void {
    const { attempt, client, rule } = flight;
    if (this.byTask.get(attempt.task) === flight) this.byTask.delete(attempt.task);
    if (this.byClient.get(client) === flight) this.byClient.delete(client);
    if (this.countOf(rule) > 1) this.perRule.set(rule, this.countOf(rule) - 1);
    else this.perRule.delete(rule);
    for (const uuid of [...uuidsOf(attempt), flight.member ?? '']) this.byUuid.delete(uuid);
  }

  get(uuid: string): Flight | undefined {
    return this.byUuid.get(uuid);
  }

  ofTask(task: number): Flight | undefined {
    return this.byTask.get(task);
  }

  calls(client: string): boolean {
    return this.byClient.has(client);
  }

  countOf(rule: string): number {
    return this.perRule.get(rule) ?? 0;
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
    if (marked !== undefined && member !== undefined) {
      marked.member = member;
      this.byUuid.set(member, marked);
    }
    return marked ?? this.byUuid.get(member ?? '');
  }
}

function uuidsOf(attempt: Attempt): string[] {
  return [...employeeLegs(attempt), attempt.clientLeg, attempt.job];
}
