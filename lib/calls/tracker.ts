import type { EslEvent } from '../esl/event.js';
import type { EndedCall } from './call.js';
import type { Cdr } from './cdr.js';
import { isClientLeg, isLoopback, microseconds, newLife, type ClientSettings } from './client-leg.js';
import { decide, decideCutOff, isBridged, tried, type DecisionSettings, type FinalLeg } from './decide.js';
import { takeFifoEvent } from './fifo-visit.js';
import { legAtHangup, takeBridge, takeUnbridge } from './bridge.js';
import { given } from './given.js';
import type { CallLife, DirectRing, EmployeeLeg } from './life.js';
import { PassersBy } from './passers-by.js';
import { takeQueueEvent } from './queue-visit.js';
import { recallFromCdr, recallFromLeg } from './recall.js';
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

/** CHANNEL_HANGUP_COMPLETE follows CHANNEL_HANGUP at once, or a minute late: when it is not waited for any more, ms. */
const completeTime = 5_000;

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
    return [...this.open.values()];
  }

  /** How much is remembered, for a look at the memory. */
  get sizes(): Readonly<Record<'open' | 'ended' | 'legs' | 'hanging' | 'others', number>> {
    const { open, ended, callOfLeg, hanging, others } = this;
    return { open: open.size, ended: ended.size, legs: callOfLeg.size, hanging: hanging.size, others: others.size };
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
    const life = this.open.get(cdr.uuid) ?? lifeFromCdr(cdr, this.settings);
    if (life === undefined || this.ended.has(cdr.uuid)) return false;
    this.finish(life, cdr, microseconds(cdr.header('Caller-Channel-Hangup-Time')) ?? life.lastSeenAt);
    return true;
  }

  /** Forgets calls whose end was missed; returns what was known of them. */
  drop(isGone: (life: CallLife) => boolean): CallLife[] {
    const gone = this.current.filter(isGone);
    for (const life of gone) this.forget(life);
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
      this.close(life);
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
    if (!isClientLeg(event, this.settings)) {
      if (!isLoopback(event)) this.others.add(uuid, event.header('Caller-Caller-ID-Number'));
      return undefined;
    }
    const life = newLife(event, uuid, event.at);
    this.open.set(uuid, life);
    return life;
  }

  /** An employee's phone: offered by the queue, rung by a bridge of the dialplan, or consulted by another employee. */
  private phoneRings(event: EslEvent, uuid: string): void {
    if (isLoopback(event)) return;
    const member = event.header('variable_cc_member_session_uuid');
    const other = event.header('Other-Leg-Unique-ID') ?? '';
    const life = this.open.get(member ?? event.header('Channel-Call-UUID') ?? '') ?? this.callWith(other);
    const user = event.header('variable_dialed_user') ?? event.header('Caller-Destination-Number');
    if (life === undefined) return this.others.add(uuid, user);
    life.lastSeenAt = event.at;
    const consulted = member === undefined && life.peer === other && life.bridged;
    this.join(life, {
      uuid,
      ringingAt: event.at,
      ...given({ user, agent: event.header('variable_cc_agent'), consultedBy: consulted ? other : undefined }),
    });
    if (member !== undefined || user === undefined || consulted) return;
    life.rings.set(user, 'ringing');
    const ring = currentRing(life, event.at);
    if (!ring.extensions.includes(user)) ring.extensions.push(user);
  }

  private join(life: CallLife, leg: EmployeeLeg): void {
    this.callOfLeg.set(leg.uuid, life.uuid);
    life.legs.set(leg.uuid, { ...leg, ...life.legs.get(leg.uuid) });
  }

  /** The call that an employee's leg belongs to. */
  private callWith(leg: string | undefined): CallLife | undefined {
    return this.open.get(this.callOfLeg.get(leg ?? '') ?? '');
  }

  private bridged(event: EslEvent): void {
    for (const [mine, other] of bridgeEnds(event)) {
      const life = this.open.get(mine);
      if (life === undefined) continue;
      life.lastSeenAt = event.at;
      this.join(life, { uuid: other, ...given({ user: this.others.who(other) }) });
      takeBridge(life, other, event);
    }
  }

  private unbridged(event: EslEvent): void {
    for (const [mine, other] of bridgeEnds(event)) {
      const life = this.open.get(mine);
      if (life === undefined) continue;
      life.lastSeenAt = event.at;
      takeUnbridge(life, other, event);
    }
  }

  private held(event: EslEvent, uuid: string | undefined): void {
    const life = this.callWith(uuid) ?? this.open.get(event.header('Other-Leg-Unique-ID') ?? '');
    if (uuid === undefined || life === undefined) return this.see(uuid, event);
    life.lastSeenAt = event.at;
    (life.holds ??= []).push({ leg: uuid, at: event.at, held: event.name === 'CHANNEL_HOLD' });
  }

  /**
   * The leg is over. A client who was bridged then is decided here: his CHANNEL_HANGUP_COMPLETE waits for his peer, for
   * as long as that one consults somebody. All others wait for it, as it says more.
   */
  private hangsUp(event: EslEvent, uuid: string | undefined): void {
    const life = this.open.get(uuid ?? '');
    if (life === undefined) return void this.legEnds(uuid, event.at);
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
      const life = this.open.get(uuid);
      if (life !== undefined) this.endEarly(life, event);
    }
  }

  private hungUp(event: EslEvent, uuid: string | undefined): void {
    if (uuid === undefined) return;
    const life = this.open.get(uuid) ?? this.beginLate(event, uuid);
    this.others.delete(uuid);
    if (life === undefined) return this.phoneDone(event, uuid);
    this.finish(life, event, endOf(life, event));
  }

  private finish(life: CallLife, final: FinalLeg, endedAt: number): void {
    this.close(life);
    recallFromLeg(life, final);
    const call = decide(life, final, endedAt, this.settings);
    this.keep(life, call);
    this.listener.ended(call);
  }

  private legEnds(uuid: string | undefined, at: number): CallLife | undefined {
    const call = this.callOfLeg.get(uuid ?? '') ?? '';
    const life = this.open.get(call) ?? this.ended.get(call)?.life;
    const leg = life?.legs.get(uuid ?? '');
    if (leg !== undefined) leg.endedAt ??= at;
    return life;
  }

  /** Direct rings get their result from the phone's own hangup; those of a queue from bridge-agent-fail. */
  private phoneDone(event: EslEvent, uuid: string): void {
    const life = this.legEnds(uuid, microseconds(event.header('Caller-Channel-Hangup-Time')) ?? event.at);
    const leg = life?.legs.get(uuid);
    if (life === undefined || leg?.user === undefined) return;
    if (event.header('variable_cc_member_session_uuid') !== undefined || leg.consultedBy !== undefined) return;
    if (!life.rings.has(leg.user) || isBridged(event)) return;
    life.rings.set(leg.user, ringResult(event.header('Hangup-Cause')));
    this.complete(life, this.ended.get(life.uuid)?.call);
  }

  /** The link came up in the middle of a call: its hangup alone still tells what it was. */
  private beginLate(event: EslEvent, uuid: string): CallLife | undefined {
    const known = this.ended.has(uuid) || this.others.has(uuid) || this.callOfLeg.has(uuid);
    return event.header('Call-Direction') !== 'inbound' || known ? undefined : this.begin(event, uuid);
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

  private fifoEvent(event: EslEvent, uuid: string | undefined): void {
    const life = this.open.get(uuid ?? '') ?? this.ended.get(uuid ?? '')?.life;
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

  private keep(life: CallLife, call: EndedCall): void {
    this.ended.set(life.uuid, { life, call });
    for (const [uuid, past] of this.ended) {
      if (past.call.endedAt >= call.endedAt - completionTime) break; // in order of their ends
      this.ended.delete(uuid);
      for (const leg of past.life.legs.keys()) this.callOfLeg.delete(leg);
    }
  }

  private close(life: CallLife): void {
    this.open.delete(life.uuid);
    this.hanging.delete(life.uuid);
  }

  private forget(life: CallLife): void {
    this.close(life);
    for (const leg of life.legs.keys()) this.callOfLeg.delete(leg);
  }

  private see(uuid: string | undefined, event: EslEvent): void {
    const life = this.open.get(uuid ?? '');
    if (life !== undefined) life.lastSeenAt = event.at;
  }
}

/** A call that was never seen live. */
function lifeFromCdr(cdr: Cdr, settings: TrackerSettings): CallLife | undefined {
  if (!isClientLeg(cdr, settings)) return undefined;
  const life = newLife(cdr, cdr.uuid, microseconds(cdr.header('Caller-Channel-Created-Time')) ?? 0);
  // sip_req_user is that of the end, which a transfer may have changed; the first stage has what he dialled.
  const dialled = cdr.header('Caller-Destination-Number');
  if (dialled !== undefined) life.dialled = dialled;
  recallFromCdr(life, cdr);
  return life;
}

/** The leg's own time of its hangup is the exact one, but it is wrong when the leg waited for its peer. */
function endOf({ hungUpAt }: CallLife, complete: EslEvent): number {
  const own = microseconds(complete.header('Caller-Channel-Hangup-Time')) ?? complete.at;
  return hungUpAt === undefined || Math.abs(own - hungUpAt) < 1_000 ? own : hungUpAt;
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

/** The ring that is going on; one after a queue, after a talk, or after all phones of the last one have ended, is new. */
function currentRing(life: CallLife, at: number): DirectRing {
  const last = life.phases.at(-1);
  const talked = life.phasesAtTalk?.at(-1) === life.phases.length;
  if (last?.kind === 'ring' && !talked && isRinging(life, last)) return last;
  const ring: DirectRing = { kind: 'ring', startedAt: at, extensions: [] };
  life.phases.push(ring);
  return ring;
}

function isRinging(life: CallLife, ring: DirectRing): boolean {
  return [...life.legs.values()].some(
    ({ user = '', ringingAt = 0, endedAt }) =>
      endedAt === undefined && ringingAt >= ring.startedAt && ring.extensions.includes(user),
  );
}
