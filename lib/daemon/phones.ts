import type { Logger } from 'pino';
import { PhoneStates, type PhoneNames } from '../calls/phone-states.js';
import { registrationOf, registrationRows } from '../calls/registration.js';
import type { Phone } from '../callback/whom.js';
import type { EslEvent } from '../esl/event.js';
import type { Link } from '../esl/link.js';
import type { Clock, Timer } from '../time/clock.js';
import type { Flights } from './flight.js';
import type { ChannelRow } from './freeswitch.js';

export interface PhonesParts {
  link: Link;
  flights: Flights;
  country: string | undefined;
  clock: Clock;
  log: Logger;
  /** FreeSWITCH was asked, and a phone may have become free. */
  freed: () => void;
}

/** Why a phone is not rung. */
export type PhoneUse = 'free' | 'busy' | 'unregistered' | 'in a callback';

/** A phone that is gone may have another one registered beside it: FreeSWITCH is asked, once for many, after this, ms. */
const askAfter = 500;

/** The employees' phones: which of them may be rung now. Follows FreeSWITCH's events; asks it only when the link comes up. */
export class Phones {
  private readonly states: PhoneStates;
  private asking: Timer | undefined;

  constructor(private readonly parts: PhonesParts) {
    this.states = new PhoneStates(parts.country);
  }

  /** True when a phone may have become free. */
  event(event: EslEvent): boolean {
    const freed = this.states.take(event);
    if (event.name === 'CUSTOM' && registrationOf(event)?.registered === false) this.askLater();
    return freed;
  }

  /** The link is up. Resolves when it is known who is registered, or that FreeSWITCH can't tell. */
  async up(rows: readonly ChannelRow[]): Promise<void> {
    this.states.adoptChannels(rows);
    await this.ask();
  }

  lost(): void {
    this.asking?.cancel();
    this.states.forget();
  }

  stop(): void {
    this.asking?.cancel();
  }

  /** Phones are on calls, as far as events have told. */
  get hasCalls(): boolean {
    return this.states.uuids.length > 0;
  }

  /**
   * FreeSWITCH is being asked which channels live, because the end of one may have been missed. What is returned takes the
   * answer; channels that came after the question are not in it.
   */
  compare(): (live: ReadonlySet<string>) => void {
    const known = this.states.uuids;
    return (live) => {
      const gone = known.filter((uuid) => !live.has(uuid));
      this.states.drop(gone);
      if (gone.length > 0) this.parts.freed();
    };
  }

  /** Those of them that may be rung, in their order. */
  free(phones: readonly Phone[]): Phone[] {
    return phones.filter((phone) => this.useOf(phone) === 'free');
  }

  useOf(phone: Phone): PhoneUse {
    const state = this.states.stateOf(phone satisfies PhoneNames);
    return state === 'free' && this.isRung(phone.name) ? 'in a callback' : state;
  }

  /** One of our callbacks rings it, or is going to. Once somebody has answered, the channels tell who is on a call. */
  private isRung(name: string): boolean {
    return this.parts.flights.all.some(
      ({ attempt: { phones = [] }, facts }) =>
        !facts.employeeAnswered && !facts.clientDialled && phones.some((phone) => phone.name === name),
    );
  }

  private askLater(): void {
    this.asking?.cancel();
    this.states.askRegistrations();
    this.asking = this.parts.clock.after(askAfter, () => {
      this.ask().catch((error: unknown) => this.parts.log.error({ err: error }, 'registrations could not be asked'));
    });
  }

  private async ask(): Promise<void> {
    this.states.askRegistrations();
    const reply = await this.parts.link.api('show registrations as json');
    if (reply.kind === 'not-sent' || reply.kind === 'unknown') return; // the link is down: asked when it is up again
    const rows = reply.kind === 'ok' ? registrationRows(reply.text) : undefined;
    if (rows === undefined) this.parts.log.info('who is registered is not known: every phone is tried');
    this.states.adoptRegistrations(rows);
    this.parts.freed();
  }
}
