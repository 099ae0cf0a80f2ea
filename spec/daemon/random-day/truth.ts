import type { SimulatedEvent } from '../../../lib/simulator/event.js';
import type { Instant } from '../../../lib/time/clock.js';

/** Since when nobody may call a client, and why; undefined: he may be called. */
export interface Done {
  at: Instant;
  why: string;
}

/** A conversation of that length means that nothing is left to be done, by every rule of the day. */
const longTalkMs = 25_000;

const first = (event: SimulatedEvent, header: string): string => {
  const value = event.headers[header] ?? '';
  return Array.isArray(value) ? (value[0] ?? '') : value;
};

/**
 * What happened to each client, from FreeSWITCH's own events and apart from callbackd: when he was lost, talked, was put on the
 * blacklist. What callbackd could not see, because it was dead or had no link, does not count against it.
 */
export class Truth {
  private readonly done = new Map<string, Done | undefined>();
  private readonly blacklisted = new Set<string>();
  /** Legs of clients that live: their own calls, and employees' calls to them. */
  private readonly lines = new Map<string, { client: string; inbound: boolean }>();

  /**
   * Clients by their digits.
   * @param linkedSince since when callbackd has seen everything without a gap; undefined: it sees nothing
   */
  constructor(private readonly linkedSince: () => Instant | undefined) {}

  calls(uuid: string, client: string): void {
    this.lines.set(uuid, { client, inbound: true });
  }

  isCalled(uuid: string, client: string): void {
    this.lines.set(uuid, { client, inbound: false });
  }

  onTheLine(client: string): boolean {
    return [...this.lines.values()].some((line) => line.client === client);
  }

  /** The admin wants him to be called, or FreeSWITCH was killed with his call in it. */
  mayBeCalled(client: string): void {
    if (!this.blacklisted.has(client)) this.done.set(client, undefined);
  }

  isDone(client: string, at: Instant, why: string): void {
    if (this.whyNot(client) === undefined) this.done.set(client, { at, why });
  }

  blacklist(client: string, at: Instant): void {
    this.isDone(client, at, 'blacklisted');
    this.blacklisted.add(client);
  }

  /** Nobody was ever lost: nobody is to be called. */
  whyNot(client: string): Done | undefined {
    return this.done.has(client) ? this.done.get(client) : { at: 0, why: 'never lost' };
  }

  /** FreeSWITCH was killed: whoever was on a call counts as lost or not, nobody can know. */
  crash(): void {
    for (const { client } of this.lines.values()) this.mayBeCalled(client);
    this.lines.clear();
  }

  take(event: SimulatedEvent, now: Instant): void {
    if (event.name !== 'CHANNEL_HANGUP_COMPLETE') return;
    const uuid = first(event, 'Unique-ID');
    const line = this.lines.get(uuid);
    if (line !== undefined) this.lines.delete(uuid);
    const bridgedAt = Number(first(event, 'variable_bridge_uepoch')) / 1000;
    const talked = bridgedAt > 0 && now - bridgedAt >= longTalkMs;
    if (line !== undefined) {
      if (talked && this.seenSince(bridgedAt)) this.isDone(line.client, now, 'talked');
      else if (line.inbound) this.mayBeCalled(line.client);
    } else if (first(event, 'variable_callbackd_leg') === 'client') this.callbackEnds(event, talked, bridgedAt, now);
    else this.key(event, now);
  }

  private callbackEnds(event: SimulatedEvent, talked: boolean, bridgedAt: Instant, now: Instant): void {
    const client = first(event, 'Caller-Destination-Number');
    if (talked && this.seenSince(bridgedAt)) this.isDone(client, now, 'reached');
    if (first(event, 'Hangup-Cause') === 'UNALLOCATED_NUMBER' && this.seenSince(now))
      this.isDone(client, now, 'invalid');
  }

  /** What the employee pressed afterwards. */
  private key(event: SimulatedEvent, now: Instant): void {
    const client = first(event, 'variable_callbackd_client_number');
    const key = first(event, 'variable_callbackd_key');
    if (!this.seenSince(now - 60_000) || first(event, 'variable_callbackd_afterwards') !== 'true') return;
    if (key === '2') this.isDone(client, now, 'done by employee');
    if (key === '9') this.blacklist(client, now);
  }

  private seenSince(at: Instant): boolean {
    const since = this.linkedSince();
    return since !== undefined && since <= at;
  }
}
