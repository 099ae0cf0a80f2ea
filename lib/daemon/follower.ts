import type { Logger } from 'pino';
import { employeeLegs, isOver, takeEvent, takeJob, tooMany, type AttemptFacts } from '../callback/attempt-life.js';
import { judge, type Judgement } from '../callback/outcome.js';
import { stopCause, timeIsUp } from '../callback/ringing.js';
import type { CdrFolder } from '../calls/cdr-folder.js';
import type { EslEvent } from '../esl/event.js';
import type { Link } from '../esl/link.js';
import type { Outcome } from '../tasks/outcome.js';
import type { Task } from '../tasks/task.js';
import type { Timer } from '../time/clock.js';
import { blacklistedBy } from './afterwards.js';
import type { Durable } from './durable.js';
import type { Flight, Flights } from './flight.js';
import { LegLook } from './leg-look.js';
import { Settling, type SettlingParts } from './settling.js';

export interface FollowerParts extends SettlingParts {
  link: Pick<Link, 'api'>;
  flights: Flights;
  cdrs: CdrFolder;
  durable: Durable;
  log: Logger;
  coreUuid: () => string;
  /** The link is up, and it is known which FreeSWITCH this is. */
  ready: () => boolean;
  /** How long an attempt without legs and without CDRs is looked for before it is judged, ms (`limits.settle`). */
  settleMs: number;
  /** An attempt was settled: a place is free, and the gateway has shown how it is. */
  settled: (flight: Flight, outcome: Outcome) => void;
}

/** Attempts in flight are looked at this often even when no event comes, ms: an event may have been lost. */
const routineLook = 60_000;

/**
 * Follows attempts to their end: by the events of their legs, and after an interruption (callbackd killed, link lost,
 * FreeSWITCH restarted) by looking: a leg alive is followed; a CDR is taken; never by dialling again.
 */
export class Follower {
  private looks = new Map<number, Timer>();

  private readonly legs: LegLook;
  private readonly settling: Settling;

  constructor(private readonly parts: FollowerParts) {
    this.legs = new LegLook(parts);
    this.settling = new Settling(parts);
  }

  event(event: EslEvent): void {
    const flight = this.parts.flights.of(event);
    if (flight === undefined) return this.lateKey(event);
    this.learn(flight, takeEvent(flight.facts, event, flight.attempt));
    if (event.name === 'CHANNEL_CREATE') this.keepTo(flight);
  }

  /**
   * After a refusal FreeSWITCH begins with later phones too early for the ends of those that ring; and one whose turn came
   * between the end of a phone and our stopping the attempt rings on.
   */
  private keepTo(flight: Flight): void {
    if (!this.isInFlight(flight)) return;
    if (flight.cancelled) return this.hangUp(flight);
    for (const leg of tooMany(flight.facts, flight.atOnce ?? Infinity)) this.kill(leg, timeIsUp);
  }

  /** What an employee pressed when his attempt had been settled already still keeps the client from being called again. */
  private lateKey(event: EslEvent): void {
    const { clock, durable, store, log } = this.parts;
    const client = event.header('variable_callbackd_client_number');
    if (event.name !== 'CHANNEL_HANGUP_COMPLETE' || client === undefined) return;
    const listed = blacklistedBy(event.header('variable_callbackd_key'), `+${client}`, clock.now());
    if (listed === undefined) return;
    durable
      .run('blacklist a client', () => store.blacklist([listed]))
      .then(() => log.info({ client: listed.pattern }, 'an employee has put a client on the blacklist'))
      .catch((error: unknown) => log.error({ err: error }, 'a client could not be put on the blacklist'));
  }

  /** The result of an originate: "+OK …" or "-ERR CAUSE". */
  job(jobUuid: string, result: string): void {
    const flight = this.parts.flights.get(jobUuid);
    if (flight === undefined) return;
    // In the queue "+OK" comes at once and means only "queued"; directly, that the employee has answered.
    this.learn(flight, takeJob(flight.facts, result, flight.attempt));
  }

  notDialled(flight: Flight, cause: string): void {
    this.end(flight, { outcome: 'not-dialled', cause });
  }

  /** Takes up the attempts that were open when callbackd was stopped or killed. */
  resume(flight: Flight): void {
    flight.eventsMissed = true;
    this.parts.log.info(
      { attempt: flight.attempt.id, task: flight.attempt.task },
      'an attempt was open: looking for its legs',
    );
  }

  /** The link is up: looks for every attempt in flight. */
  lookForAll(): void {
    for (const flight of this.parts.flights.all) {
      flight.eventsMissed = true;
      this.lookAfter(flight, 0);
    }
  }

  stop(): void {
    for (const timer of this.looks.values()) timer.cancel();
    this.looks.clear();
  }

  /** An attempt has been sent: it is followed by events, and looked at when they stay away. */
  watch(flight: Flight): void {
    this.lookAfter(flight, routineLook);
  }

  /** Hangs up what goes on for a task that is to end. False when employee and client talk: that is not cut off. */
  stopFor(task: Task): boolean {
    const flight = this.parts.flights.ofTask(task.id);
    if (flight === undefined) return true;
    if (talks(flight)) return false;
    if (flight.eventsMissed === true) {
      flight.toStop = true;
      this.lookAfter(flight, 0);
    } else this.hangUp(flight);
    return true;
  }

  /** Hangs up the legs of a cancelled task. */
  hangUp(flight: Flight): void {
    flight.cancelled = true;
    this.kill(flight.attempt.clientLeg);
    for (const leg of lastToFirst(flight)) this.kill(leg, stopCause);
  }

  private kill(leg: string, cause = 'NORMAL_CLEARING'): void {
    this.parts.link
      .api(`uuid_kill ${leg} ${cause}`)
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'uuid_kill failed'));
  }

  private learn(flight: Flight, facts: AttemptFacts): void {
    if (facts === flight.facts) return;
    flight.facts = facts;
    if (facts.clientDialled) flight.dialledAt ??= this.parts.clock.now();
    const judged = judge(facts, flight.successAfterMs);
    // A number that is invalid closes the task whatever key the employee presses (`lateKey`): nothing to wait for.
    if (isOver(facts, flight.afterwards && judged.outcome !== 'client-invalid')) this.end(flight, judged);
  }

  private lookAfter(flight: Flight, ms: number): void {
    const { id } = flight.attempt;
    this.looks.get(id)?.cancel();
    this.looks.set(
      id,
      this.parts.clock.after(ms, () => {
        this.look(flight).catch((error: unknown) =>
          this.parts.log.error({ err: error, attempt: id }, 'could not look for an attempt'),
        );
      }),
    );
  }

  private async look(flight: Flight): Promise<void> {
    if (!this.isInFlight(flight)) return;
    const alive = await this.legs.alive(flight);
    if (alive === undefined || !this.isInFlight(flight)) return; // the link is gone again: looked at when it is back
    if (alive.includes(true)) {
      delete flight.missingSince;
      if (alive[0] === true) flight.facts = { ...flight.facts, clientDialled: true };
      await this.askForAnswer(flight);
      if (!this.isInFlight(flight)) return;
      const stops = flight.toStop === true && flight.eventsMissed !== true && !talks(flight);
      if (flight.cancelled || stops) this.hangUp(flight);
      return this.lookAfter(flight, routineLook);
    }
    const told = await this.legs.cdrs(flight);
    if (!this.isInFlight(flight)) return;
    this.learn(flight, told(flight.facts));
    if (!this.isInFlight(flight)) return;
    const { clock, settleMs } = this.parts;
    flight.missingSince ??= clock.now();
    const missing = clock.now() - flight.missingSince;
    if (missing >= settleMs) return this.end(flight, await this.legs.verdict(flight));
    this.lookAfter(flight, Math.min(settleMs - missing, Math.max(200, settleMs / 20)));
  }

  /** The client's answer may have come while nobody listened. Without the link it is asked again when that is back. */
  private async askForAnswer(flight: Flight): Promise<void> {
    if (flight.eventsMissed !== true) return;
    const answered = await this.legs.answered(flight);
    if (answered === undefined) return;
    flight.eventsMissed = false;
    if (answered) flight.facts = { ...flight.facts, clientDialled: true, clientAnswered: true };
  }

  private end(flight: Flight, judged: Judgement): void {
    const { flights, log, durable } = this.parts;
    if (!this.isInFlight(flight)) return;
    const { attempt } = flight;
    flights.remove(flight);
    this.looks.get(attempt.id)?.cancel();
    this.looks.delete(attempt.id);
    durable
      .run('settle an attempt', () => this.settling.settle(flight, judged))
      .then((end) => {
        log.info({ task: attempt.task, attempt: attempt.id, ...end }, 'attempt ended');
        this.parts.settled(flight, end.outcome);
      })
      .catch((error: unknown) => log.error({ err: error, attempt: attempt.id }, 'an attempt could not be settled'));
  }

  private isInFlight(flight: Flight): boolean {
    return this.parts.flights.get(flight.attempt.job) === flight;
  }
}

/** Employee and client talk, as far as is known. */
function talks({ facts }: Flight): boolean {
  return facts.clientAnswered && facts.clientEnd === undefined;
}

/** The phones last to first: without the first one FreeSWITCH would let the next ring at once. */
function lastToFirst({ attempt }: Flight): string[] {
  return employeeLegs(attempt).reverse();
}
