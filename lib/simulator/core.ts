import { randomUUID } from 'node:crypto';
import type { Headers } from './event.js';
import { EventSource } from './event-source.js';
import { Leg, type LegHost, type LegProfile } from './leg.js';
import { callStateHeaders, legHeaders } from './leg-headers.js';
import { writeCdr } from './cdr.js';
import type { Happening, HappeningKind, SimulationRecord } from './record.js';
import type { Schedule } from './schedule.js';

export interface CoreOptions {
  readonly coreUuid?: string;
  readonly cdrDir?: string;
  readonly lingersMs?: number;
}

/** What every call shares: time, events, the legs that live now, and the record of what happened. */
export class Core implements LegHost {
  readonly events: EventSource;
  readonly legs = new Map<string, Leg>();
  /** Legs that are over and still listed. */
  private readonly lingering = new Set<Leg>();
  readonly record: SimulationRecord = { dialled: [], rung: [], originates: [] };
  startedAt: number;
  private sessions = 0;
  private readonly listeners = new Set<(happening: Happening) => void>();

  constructor(
    readonly schedule: Schedule,
    private readonly options: CoreOptions,
  ) {
    this.events = new EventSource(schedule, options.coreUuid);
    this.startedAt = schedule.now();
  }

  get sessionsSinceStartup(): number {
    return this.sessions;
  }

  /** Where CDRs are written. */
  get cdrDir(): string | undefined {
    return this.options.cdrDir;
  }

  now(): number {
    return this.schedule.now();
  }

  fire(name: string, leg: Leg, headers: Headers = {}): void {
    this.events.fire(name, (into) => legHeaders(leg, Object.assign(into, headers)));
  }

  callState(leg: Leg, former: string): void {
    this.events.fire('CHANNEL_CALLSTATE', (into) => callStateHeaders(leg, former, into));
  }

  /** A callcenter::info event, with the channel data of a leg when mod_callcenter adds them. */
  fireQueue(headers: Headers, leg?: Leg): void {
    const add = (into: Headers): Headers => Object.assign(leg === undefined ? into : legHeaders(leg, into), headers);
    this.events.fire('CUSTOM', add, 'callcenter::info');
  }

  newLeg(profile: Omit<LegProfile, 'uuid'> & { uuid?: string }): Leg {
    const leg = new Leg({ ...profile, uuid: profile.uuid ?? randomUUID() }, this);
    leg.set({ session_id: String(++this.sessions) });
    this.legs.set(leg.uuid, leg);
    return leg;
  }

  over(leg: Leg): void {
    this.legs.delete(leg.uuid);
    const { lingersMs = 0 } = this.options;
    if (lingersMs > 0) {
      this.lingering.add(leg);
      this.schedule.exactly(lingersMs, () => this.lingering.delete(leg));
    }
    if (this.options.cdrDir !== undefined) writeCdr(this.options.cdrDir, this.events.coreUuid, leg);
  }

  /** What `show channels` lists. */
  get listed(): readonly Leg[] {
    return [...this.legs.values(), ...this.lingering].filter(({ created }) => created);
  }

  /** Phones that still ring first, then the calls, the newest first [n1]. */
  hangUpAll(cause: string): void {
    const rings = (leg: Leg): boolean => leg.profile.direction === 'outbound' && leg.answeredAt === 0;
    const newestFirst = [...this.legs.values()].reverse();
    const inbound = newestFirst.filter((leg) => leg.profile.direction === 'inbound');
    for (const leg of [...newestFirst.filter(rings), ...inbound, ...newestFirst]) leg.hangUp(cause, 'us');
  }

  /** As after a SIGKILL: nothing is left, nobody is told. */
  crash(coreUuid: string): void {
    this.schedule.clear();
    this.legs.clear();
    this.lingering.clear();
    this.sessions = 0;
    this.startedAt = this.now();
    this.events.begin(coreUuid);
  }

  tell(kind: HappeningKind, text: string, about: Omit<Happening, 'kind' | 'at' | 'text'> = {}): void {
    const happening = { kind, at: this.now(), text, ...about };
    for (const listener of this.listeners) listener(happening);
  }

  listen(listener: (happening: Happening) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
