import type { Cdr } from '../calls/cdr.js';
import { isAnonymous, toE164 } from '../calls/phone-number.js';
import type { CallTracker } from '../calls/tracker.js';
import type { EslEvent } from '../esl/event.js';
import type { Clock, Timer } from '../time/clock.js';
import type { ChannelRow } from './freeswitch.js';
import { clientOfOutward, endOf, originatorOf, talkMsOf, type Talk } from './talk.js';

export interface TalksParts {
  tracker: CallTracker;
  country: string | undefined;
  clock: Clock;
  /** One of our own callback legs. */
  isOurs: (uuid: string) => boolean;
  /** So long must that client talk before his task is done, ms; undefined when he has no open task. */
  successAfterMs: (client: string) => number | undefined;
  talked: (talk: Talk) => void;
}

/** A leg that calls a client on behalf of an employee, or that lived already when the link came up. */
interface Line {
  client: string;
  outward: boolean;
}

/**
 * Who of the clients is on the line, and who talks with an employee: on calls of their own, which the tracker follows,
 * and on calls that employees make to them.
 */
export class Talks {
  private readonly lines = new Map<string, Line>();
  /** Conversations that will have lasted long enough. */
  private readonly timers = new Map<string, Timer>();
  /** The leg that ended last, and how long it talked, ms. */
  private last: { uuid: string; ms: number } | undefined;

  constructor(private readonly parts: TalksParts) {}

  /** To be called before the tracker takes the event: it forgets the call at its end. */
  before(event: EslEvent): void {
    if (event.name === 'CHANNEL_HANGUP_COMPLETE') this.note(event, event.at);
  }

  /** To be called after the tracker has taken the event. */
  after(event: EslEvent): void {
    const uuid = event.header('Unique-ID') ?? '';
    switch (event.name) {
      case 'CHANNEL_CREATE':
        return this.created(event, uuid);
      case 'CHANNEL_BRIDGE':
        return this.bridged(event);
      case 'CHANNEL_UNBRIDGE':
        return ends(event).forEach((end) => this.cancel(end));
      case 'CHANNEL_HANGUP_COMPLETE':
        return this.hungUp(event, uuid);
    }
  }

  /** The CDR of a client's call, before the tracker takes it. */
  note(leg: Pick<Cdr, 'header'>, otherwise: number): void {
    this.last = { uuid: leg.header('Unique-ID') ?? '', ms: talkMsOf(leg, endOf(leg, otherwise)) };
  }

  /** How long the client talked in a call that has just ended, ms; undefined when nobody knows. */
  talkMs(call: string): number | undefined {
    return this.last?.uuid === call ? this.last.ms : undefined;
  }

  /** The CDR of an employee's call to a client. */
  takeOutward(cdr: Cdr): void {
    const client = clientOfOutward(cdr, this.parts.country);
    if (client !== undefined) this.ended(cdr, cdr.uuid, client, 0);
  }

  /** The channels that live when the link comes up: nothing else is known of them until they end. */
  adopt(rows: readonly ChannelRow[]): void {
    this.lines.clear();
    for (const row of rows) {
      if (row.name.startsWith('loopback/') || this.parts.isOurs(row.uuid)) continue;
      const outward = row.direction === 'outbound';
      const client = this.e164(outward ? row.dest : (row.initial_cid_num ?? row.cid_num));
      if (client !== undefined) this.lines.set(row.uuid, { client, outward });
    }
  }

  /** Forgets lines of which the end was missed. */
  keepOnly(channels: ReadonlySet<string>): void {
    for (const uuid of this.lines.keys()) if (!channels.has(uuid)) this.lines.delete(uuid);
  }

  get hasLines(): boolean {
    return this.lines.size > 0;
  }

  isOnTheLine(client: string): boolean {
    for (const line of this.lines.values()) if (line.client === client) return true;
    return this.parts.tracker.current.some(({ number }) => this.e164(number) === client);
  }

  stop(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  private created(event: EslEvent, uuid: string): void {
    if (this.parts.isOurs(uuid)) return;
    const client = clientOfOutward(event, this.parts.country);
    if (client === undefined || this.isClientsCall(originatorOf(event))) return;
    this.lines.set(uuid, { client, outward: true });
  }

  private bridged(event: EslEvent): void {
    for (const uuid of ends(event)) {
      const line = this.lines.get(uuid);
      const life = this.parts.tracker.current.find((each) => each.uuid === uuid);
      const client = line?.client ?? this.e164(life?.number);
      const ms = client === undefined ? undefined : this.parts.successAfterMs(client);
      if (client === undefined || ms === undefined) continue;
      const how = line?.outward === true ? 'employee called out' : 'client called in';
      this.cancel(uuid);
      const timer = this.parts.clock.after(ms, () => {
        this.timers.delete(uuid);
        this.parts.talked({ call: uuid, client, how, until: this.parts.clock.now(), ms });
      });
      this.timers.set(uuid, timer);
    }
  }

  private hungUp(event: EslEvent, uuid: string): void {
    this.cancel(uuid);
    const line = this.lines.get(uuid);
    this.lines.delete(uuid);
    if (this.parts.isOurs(uuid)) return;
    const client = line === undefined ? clientOfOutward(event, this.parts.country) : line.client;
    if (client === undefined || line?.outward === false) return; // his own call: the tracker tells what it was
    if (line === undefined && this.isClientsCall(originatorOf(event))) return;
    this.ended(event, uuid, client, event.at);
  }

  private ended(leg: Pick<Cdr, 'header'>, call: string, client: string, otherwise: number): void {
    const until = endOf(leg, otherwise);
    const ms = talkMsOf(leg, until);
    if (ms > 0) this.parts.talked({ call, client, how: 'employee called out', until, ms });
  }

  /** A client's call that is put through to a number outside: no employee calls there. */
  private isClientsCall(uuid: string | undefined): boolean {
    if (uuid === undefined) return false;
    return this.lines.get(uuid)?.outward === false || this.parts.tracker.current.some((life) => life.uuid === uuid);
  }

  private cancel(uuid: string): void {
    this.timers.get(uuid)?.cancel();
    this.timers.delete(uuid);
  }

  private e164(number: string | undefined): string | undefined {
    return isAnonymous(number) ? undefined : toE164(number, this.parts.country);
  }
}

function ends(event: EslEvent): string[] {
  const a = event.header('Bridge-A-Unique-ID') ?? event.header('Unique-ID');
  const b = event.header('Bridge-B-Unique-ID') ?? event.header('Other-Leg-Unique-ID');
  return [a, b].filter((uuid): uuid is string => uuid !== undefined);
}
