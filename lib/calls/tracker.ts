import type { EslEvent } from '../esl/event.js';
import type { EndedCall } from './call.js';
import type { Cdr } from './cdr.js';
import { isClientLeg, isLoopback, microseconds, newLife, type ClientSettings } from './client-leg.js';
import { decide, decideCutOff, isBridged, tried, type DecisionSettings, type FinalLeg } from './decide.js';
import { takeFifoEvent } from './fifo-visit.js';
import { bridgeEnds, legAtHangup, takeBridge, takeUnbridge } from './bridge.js';
import { given } from './given.js';
import { KnownCalls } from './known-calls.js';
import type { CallLife } from './life.js';
import { PassersBy } from './passers-by.js';
import { takeQueueEvent } from './queue-visit.js';
import { lifeFromCdr, recallFromLeg } from './recall.js';
import { currentRing, ringResult } from './ring.js';

export type TrackerSettings = DecisionSettings & ClientSettings;

export interface TrackerListener {
  /** A client's call is over. */
  ended(call: EndedCall): void;
  /** A later event completed the `tried` of a call that had ended. */
  completed?(call: EndedCall): void;
}

/** CHANNEL_HANGUP_COMPLETE follows CHANNEL_HANGUP at once, or a minute late: when it is not waited for any more, ms. */
const completeTime = 5_000;

/**
 * Follows the calls of clients from events, and decides each one when its leg is over.
 * Channels are keyed by the Unique-ID header; our own callback legs, loopback legs and internal calls are left out.
 */
export class CallTracker {
  private readonly calls = new KnownCalls();
  /** Calls whose CHANNEL_HANGUP came, and not yet their CHANNEL_HANGUP_COMPLETE. */
  private readonly hanging = new Map<string, EslEvent>();
  private readonly others = new PassersBy();
  private coreUuid = '';

  constructor(
    private readonly settings: TrackerSettings,
    private readonly listener: TrackerListener,
  ) {}

  /** Clients whose calls go on now. */
  get current(): readonly CallLife[] {
    return this.calls.current;
  }

  /** How much is remembered, for a look at the memory. */
  get sizes(): Readonly<Record<'open' | 'ended' | 'legs' | 'hanging' | 'others', number>> {
    return { ...this.calls.sizes, hanging: this.hanging.size, others: this.others.size };
  }

  take(event: EslEvent): void {
    this.coreIs(event.coreUuid);
    if (this.hanging.size > 0) this.endOverdue(event.at);
    const uuid = event.header('Unique-ID');
    switch (event.name) {
      case 'CHANNEL_CREATE':
        return this.created(event, uuid);
      case 'CHANNEL_BRIDGE':
        return this.bridged(event);
      case 'CHANNEL_UNBRIDGE':
        return this.unbridged(event);
      case 'CHANNEL_HOLD':
      case 'CHANNEL_UNHOLD':
        return this.held(event, uuid);
      case 'CHANNEL_HANGUP':
        return this.hangsUp(event, uuid);
      case 'CHANNEL_HANGUP_COMPLETE':
        return this.hungUp(event, uuid);
      case 'CUSTOM':
        if (event.subclass === 'callcenter::info') this.queueEvent(event);
        if (event.subclass === 'fifo::info') this.fifoEvent(event, uuid);
        return;
      default:
        this.see(uuid, event);
    }
  }

  /**
   * A call's CDR, for an end that was missed live: what was seen of the call and what its CDR says go together.
   * Returns false when the leg is no client's.
   */
  takeCdr(cdr: Cdr): boolean {
    const life = this.calls.open(cdr.uuid) ?? lifeFromCdr(cdr, this.settings);
    if (life === undefined || this.calls.ended(cdr.uuid) !== undefined) return false;
    this.finish(life, cdr, microseconds(cdr.header('Caller-Channel-Hangup-Time')) ?? life.lastSeenAt);
    return true;
  }

  /** Forgets calls whose end was missed; returns what was known of them. */
  drop(isGone: (life: CallLife) => boolean): CallLife[] {
    const gone = this.current.filter(isGone);
    for (const life of gone) {
      this.calls.forget(life);
      this.hanging.delete(life.uuid);
    }
    return gone;
  }

  /** The link came up to this FreeSWITCH: the calls of a former one are over. */
  coreIs(uuid: string): void {
    if (uuid === '' || uuid === this.coreUuid) return;
    if (this.coreUuid !== '') this.cutOff();
    this.coreUuid = uuid;
  }

  /** Ends every open call as cut off by the end of FreeSWITCH. */
  cutOff(): void {
    for (const life of this.current) {
      this.over(life, decideCutOff(life, this.settings));
    }
  }

  private created(event: EslEvent, uuid: string | undefined): void {
    if (uuid === undefined) return;
    if (event.header('Call-Direction') === 'outbound') this.phoneRings(event, uuid);
    else this.begin(event, uuid);
  }

  private begin(event: EslEvent, uuid: string): CallLife | undefined {
    if (!isClientLeg(event, this.settings)) {
      if (!isLoopback(event)) this.others.add(uuid, event.header('Caller-Caller-ID-Number'));
      return undefined;
    }
    const life = newLife(event, uuid, event.at);
    this.calls.begin(life);
    return life;
  }

  /** An employee's phone: offered by the queue, rung by a bridge of the dialplan, or consulted by another employee. */
  private phoneRings(event: EslEvent, uuid: string): void {
    if (isLoopback(event)) return;
    const member = event.header('variable_cc_member_session_uuid');
    const other = event.header('Other-Leg-Unique-ID') ?? '';
    const life = this.calls.open(member ?? event.header('Channel-Call-UUID')) ?? this.calls.withLeg(other);
    const user = event.header('variable_dialed_user') ?? event.header('Caller-Destination-Number');
    if (life === undefined) return this.others.add(uuid, user);
    life.lastSeenAt = event.at;
    const consulted = member === undefined && life.peer === other && life.bridged;
    this.calls.join(life, {
      uuid,
      ringingAt: event.at,
      ...given({ user, agent: event.header('variable_cc_agent'), consultedBy: consulted ? other : undefined }),
    });
    if (member !== undefined || user === undefined || consulted) return;
    life.rings.set(user, 'ringing');
    const ring = currentRing(life, event.at);
    if (!ring.extensions.includes(user)) ring.extensions.push(user);
  }

  private bridged(event: EslEvent): void {
    for (const [mine, other] of bridgeEnds(event)) {
      const life = this.calls.open(mine);
      if (life === undefined) continue;
      life.lastSeenAt = event.at;
      this.calls.join(life, { uuid: other, ...given({ user: this.others.who(other) }) });
      takeBridge(life, other, event);
    }
  }

  private unbridged(event: EslEvent): void {
    for (const [mine, other] of bridgeEnds(event)) {
      const life = this.calls.open(mine);
      if (life === undefined) continue;
      life.lastSeenAt = event.at;
      takeUnbridge(life, other, event);
    }
  }

  private held(event: EslEvent, uuid: string | undefined): void {
    const life = this.calls.withLeg(uuid) ?? this.calls.open(event.header('Other-Leg-Unique-ID'));
    if (uuid === undefined || life === undefined) return this.see(uuid, event);
    life.lastSeenAt = event.at;
    (life.holds ??= []).push({ leg: uuid, at: event.at, held: event.name === 'CHANNEL_HOLD' });
  }

  /**
   * The leg is over. A client who was bridged then is decided here: his CHANNEL_HANGUP_COMPLETE waits for his peer, for
   * as long as that one consults somebody. All others wait for it, as it says more.
   */
  private hangsUp(event: EslEvent, uuid: string | undefined): void {
    const life = this.calls.open(uuid);
    if (life === undefined) return void this.calls.legEnds(uuid, event.at);
    life.lastSeenAt = event.at;
    life.hungUpAt ??= event.at;
    if (life.bridged) this.endEarly(life, event);
    else this.hanging.set(life.uuid, event);
  }

  private endEarly(life: CallLife, event: EslEvent): void {
    this.others.add(life.uuid); // its late CHANNEL_HANGUP_COMPLETE is no new call
    this.finish(life, legAtHangup(life, event), life.hungUpAt ?? event.at);
  }

  private endOverdue(now: number): void {
    for (const [uuid, event] of this.hanging) {
      if (event.at > now - completeTime) return;
      this.hanging.delete(uuid);
      const life = this.calls.open(uuid);
      if (life !== undefined) this.endEarly(life, event);
    }
  }

  private hungUp(event: EslEvent, uuid: string | undefined): void {
    if (uuid === undefined) return;
    const life = this.calls.open(uuid) ?? this.beginLate(event, uuid);
    this.others.delete(uuid);
    if (life === undefined) return this.phoneDone(event, uuid);
    this.finish(life, event, endOf(life, event));
  }

  private finish(life: CallLife, final: FinalLeg, endedAt: number): void {
    recallFromLeg(life, final);
    this.over(life, decide(life, final, endedAt, this.settings));
  }

  private over(life: CallLife, call: EndedCall): void {
    this.hanging.delete(life.uuid);
    this.calls.end(life, call);
    this.listener.ended(call);
  }

  /** Direct rings get their result from the phone's own hangup; those of a queue from bridge-agent-fail. */
  private phoneDone(event: EslEvent, uuid: string): void {
    const life = this.calls.legEnds(uuid, microseconds(event.header('Caller-Channel-Hangup-Time')) ?? event.at);
    const leg = life?.legs.get(uuid);
    if (life === undefined || leg?.user === undefined) return;
    if (event.header('variable_cc_member_session_uuid') !== undefined || leg.consultedBy !== undefined) return;
    if (!life.rings.has(leg.user) || isBridged(event)) return;
    life.rings.set(leg.user, ringResult(event.header('Hangup-Cause')));
    this.complete(life, this.calls.ended(life.uuid)?.call);
  }

  /** The link came up in the middle of a call: its hangup alone still tells what it was. */
  private beginLate(event: EslEvent, uuid: string): CallLife | undefined {
    const known = this.calls.knows(uuid) || this.others.has(uuid);
    return event.header('Call-Direction') !== 'inbound' || known ? undefined : this.begin(event, uuid);
  }

  private queueEvent(event: EslEvent): void {
    const session = event.header('CC-Member-Session-UUID');
    if (session === undefined) return;
    const past = this.calls.ended(session);
    const life = past?.life ?? this.calls.open(session) ?? this.joinLate(event, session);
    if (life === undefined) return;
    life.lastSeenAt = event.at;
    takeQueueEvent(life, event);
    this.complete(life, past?.call);
  }

  private fifoEvent(event: EslEvent, uuid: string | undefined): void {
    const life = this.calls.open(uuid) ?? this.calls.ended(uuid)?.life;
    if (life === undefined) return;
    life.lastSeenAt = event.at;
    takeFifoEvent(life, event);
  }

  private joinLate(event: EslEvent, session: string): CallLife | undefined {
    const own = event.header('Unique-ID') === session && event.header('Call-Direction') === 'inbound';
    return own && event.header('CC-Action') === 'member-queue-start' ? this.begin(event, session) : undefined;
  }

  private complete(life: CallLife, call: EndedCall | undefined): void {
    if (call === undefined) return;
    const before = JSON.stringify(call.tried);
    call.tried = tried(life, this.settings.employees);
    if (JSON.stringify(call.tried) !== before) this.listener.completed?.(call);
  }

  private see(uuid: string | undefined, event: EslEvent): void {
    const life = this.calls.open(uuid);
    if (life !== undefined) life.lastSeenAt = event.at;
  }
}

/** The leg's own time of its hangup is the exact one, but it is wrong when the leg waited for its peer. */
function endOf({ hungUpAt }: CallLife, complete: EslEvent): number {
  const own = microseconds(complete.header('Caller-Channel-Hangup-Time')) ?? complete.at;
  return hungUpAt === undefined || Math.abs(own - hungUpAt) < 1_000 ? own : hungUpAt;
}
