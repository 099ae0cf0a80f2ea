import type { EslEvent } from '../esl/event.js';
import type { EndedCall } from './call.js';
import type { Cdr } from './cdr.js';
import { isClientLeg, isLoopback, microseconds, newLife, type ClientSettings } from './client-leg.js';
import { decide, decideCutOff, type DecisionSettings, type FinalLeg } from './decide.js';
import type { CallLife, DirectRing } from './life.js';
import { recallVisit, takeQueueEvent } from './queue-visit.js';
import { ringResult } from './ring.js';

export type TrackerSettings = DecisionSettings & ClientSettings;

export interface TrackerListener {
  /** A client's call is over. */
  ended(call: EndedCall): void;
  /** A later event completed the `tried` of a call that had ended. */
  completed?(call: EndedCall): void;
}

/** How long after a call's end mod_callcenter's last events of it are awaited, ms of FreeSWITCH's clock. */
const completionTime = 60_000;

/**
 * Follows the calls of clients from events, and decides each one when its leg is over.
 * Channels are keyed by the Unique-ID header; our own callback legs, loopback legs and internal calls are left out.
 */
export class CallTracker {
  private readonly open = new Map<string, CallLife>();
  /** Calls that ended lately: mod_callcenter's last events of them may still come. */
  private readonly ended = new Map<string, { life: CallLife; call: EndedCall }>();
  /** Whose call an employee's leg belongs to. */
  private readonly callOfLeg = new Map<string, string>();
  private coreUuid = '';

  constructor(
    private readonly settings: TrackerSettings,
    private readonly listener: TrackerListener,
  ) {}

  /** Clients whose calls go on now. */
  get current(): readonly CallLife[] {
    return [...this.open.values()];
  }

  take(event: EslEvent): void {
    this.coreIs(event.coreUuid);
    const uuid = event.header('Unique-ID');
    switch (event.name) {
      case 'CHANNEL_CREATE':
        return this.created(event, uuid);
      case 'CHANNEL_BRIDGE':
        return this.bridged(event);
      case 'CHANNEL_UNBRIDGE':
        return this.unbridged(event);
      case 'CHANNEL_HANGUP_COMPLETE':
        return this.hungUp(event, uuid);
      case 'CUSTOM':
        if (event.subclass === 'callcenter::info') this.queueEvent(event);
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
    const life = this.open.get(cdr.uuid) ?? lifeFromCdr(cdr, this.settings);
    if (life === undefined || this.ended.has(cdr.uuid)) return false;
    this.open.delete(cdr.uuid);
    if (life.phases.length === 0) recallVisit(life, cdr);
    this.finish(life, cdr, microseconds(cdr.header('Caller-Channel-Hangup-Time')) ?? life.lastSeenAt);
    return true;
  }

  /** Forgets calls whose end was missed; returns what was known of them. */
  drop(isGone: (life: CallLife) => boolean): CallLife[] {
    const gone = this.current.filter(isGone);
    for (const life of gone) this.open.delete(life.uuid);
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
      this.open.delete(life.uuid);
      const call = decideCutOff(life, this.settings);
      this.keep(life, call);
      this.listener.ended(call);
    }
  }

  private created(event: EslEvent, uuid: string | undefined): void {
    if (uuid === undefined) return;
    if (event.header('Call-Direction') === 'outbound') this.phoneRings(event, uuid);
    else this.begin(event, uuid);
  }

  private begin(event: EslEvent, uuid: string): CallLife | undefined {
    if (!isClientLeg(event, this.settings)) return undefined;
    const life = newLife(event, uuid, event.at);
    this.open.set(uuid, life);
    return life;
  }

  /** An employee's phone: offered by the queue, or rung by a bridge of the dialplan. */
  private phoneRings(event: EslEvent, uuid: string): void {
    const member = event.header('variable_cc_member_session_uuid');
    const life = this.open.get(member ?? event.header('Channel-Call-UUID') ?? '');
    const user = event.header('variable_dialed_user') ?? event.header('Caller-Destination-Number');
    if (life === undefined || isLoopback(event)) return;
    life.lastSeenAt = event.at;
    this.callOfLeg.set(uuid, life.uuid);
    life.legs.set(uuid, { uuid, ...(user !== undefined && { user }), ...life.legs.get(uuid) });
    if (member !== undefined || user === undefined) return;
    life.rings.set(user, 'ringing');
    const ring = currentRing(life, event.at);
    if (!ring.extensions.includes(user)) ring.extensions.push(user);
  }

  private bridged(event: EslEvent): void {
    for (const [mine, other] of bridgeEnds(event)) {
      const life = this.open.get(mine);
      if (life === undefined) continue;
      life.lastSeenAt = event.at;
      life.bridged = true;
      life.talkedWith.push(other);
      const leg = life.legs.get(other);
      for (const name of [leg?.agent, leg?.user]) if (name !== undefined) life.rings.delete(name);
    }
  }

  private unbridged(event: EslEvent): void {
    for (const [mine] of bridgeEnds(event)) {
      const life = this.open.get(mine);
      if (life === undefined) continue;
      life.lastSeenAt = event.at;
      life.bridged = false;
      life.unbridgedAt = event.at;
    }
  }

  private hungUp(event: EslEvent, uuid: string | undefined): void {
    if (uuid === undefined) return;
    const life = this.open.get(uuid) ?? this.beginLate(event, uuid);
    if (life === undefined) return this.phoneDone(event, uuid);
    this.open.delete(uuid);
    this.finish(life, event, microseconds(event.header('Caller-Channel-Hangup-Time')) ?? event.at);
  }

  private finish(life: CallLife, final: FinalLeg, endedAt: number): void {
    const call = decide(life, final, endedAt, this.settings);
    this.keep(life, call);
    this.listener.ended(call);
  }

  /** Direct rings get their result from the phone's own hangup; those of a queue from bridge-agent-fail. */
  private phoneDone(event: EslEvent, uuid: string): void {
    const call = this.callOfLeg.get(uuid);
    this.callOfLeg.delete(uuid);
    if (call === undefined || event.header('variable_cc_member_session_uuid') !== undefined) return;
    const past = this.ended.get(call);
    const life = past?.life ?? this.open.get(call);
    const user = life?.legs.get(uuid)?.user;
    if (life === undefined || user === undefined || !life.rings.has(user)) return;
    life.rings.set(user, ringResult(event.header('Hangup-Cause')));
    this.complete(life, past?.call);
  }

  /** The link came up in the middle of a call: its hangup alone still tells what it was. */
  private beginLate(event: EslEvent, uuid: string): CallLife | undefined {
    if (event.header('Call-Direction') !== 'inbound' || this.ended.has(uuid)) return undefined;
    const life = this.begin(event, uuid);
    if (life !== undefined) recallVisit(life, event);
    return life;
  }

  private queueEvent(event: EslEvent): void {
    const session = event.header('CC-Member-Session-UUID');
    if (session === undefined) return;
    const past = this.ended.get(session);
    const life = past?.life ?? this.open.get(session) ?? this.joinLate(event, session);
    if (life === undefined) return;
    life.lastSeenAt = event.at;
    takeQueueEvent(life, event);
    this.complete(life, past?.call);
  }

  private joinLate(event: EslEvent, session: string): CallLife | undefined {
    const own = event.header('Unique-ID') === session && event.header('Call-Direction') === 'inbound';
    return own && event.header('CC-Action') === 'member-queue-start' ? this.begin(event, session) : undefined;
  }

  private complete(life: CallLife, call: EndedCall | undefined): void {
    if (call === undefined) return;
    const before = JSON.stringify(call.tried);
    call.tried = [...life.rings];
    if (JSON.stringify(call.tried) !== before) this.listener.completed?.(call);
  }

  private keep(life: CallLife, call: EndedCall): void {
    this.ended.set(life.uuid, { life, call });
    for (const [uuid, past] of this.ended) {
      if (past.call.endedAt >= call.endedAt - completionTime) break; // in order of their ends
      this.ended.delete(uuid);
      for (const leg of past.life.legs.keys()) this.callOfLeg.delete(leg);
    }
  }

  private see(uuid: string | undefined, event: EslEvent): void {
    const life = this.open.get(uuid ?? '');
    if (life !== undefined) life.lastSeenAt = event.at;
  }
}

/** A call that was never seen live. */
function lifeFromCdr(cdr: Cdr, settings: TrackerSettings): CallLife | undefined {
  const startedAt = microseconds(cdr.header('Caller-Channel-Created-Time')) ?? 0;
  return isClientLeg(cdr, settings) ? newLife(cdr, cdr.uuid, startedAt) : undefined;
}

/** Both directions of a bridge: [one leg, the other]. */
function bridgeEnds(event: EslEvent): [string, string][] {
  const a = event.header('Bridge-A-Unique-ID') ?? event.header('Unique-ID') ?? '';
  const b = event.header('Bridge-B-Unique-ID') ?? event.header('Other-Leg-Unique-ID') ?? '';
  return [
    [a, b],
    [b, a],
  ];
}

/** The ring that is going on; a ring after a queue, or after a talk, is a new one. */
function currentRing(life: CallLife, at: number): DirectRing {
  const last = life.phases.at(-1);
  if (last?.kind === 'ring') return last;
  const ring: DirectRing = { kind: 'ring', startedAt: at, extensions: [] };
  life.phases.push(ring);
  return ring;
}
