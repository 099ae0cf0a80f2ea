import type { EndedCall } from './call.js';
import type { CallLife, EmployeeLeg } from './life.js';

/** A call that ended lately: mod_callcenter's last events of it may still come. */
export interface PastCall {
  life: CallLife;
  call: EndedCall;
}

/** How long after a call's end those events are awaited, ms of FreeSWITCH's clock. */
const completionTime = 60_000;

/** The calls of clients that go on and that ended lately, found by the client's leg or by an employee's. */
export class KnownCalls {
  private readonly going = new Map<string, CallLife>();
  private readonly past = new Map<string, PastCall>();
  /** Whose call an employee's leg belongs to. */
  private readonly callOfLeg = new Map<string, string>();

  get current(): readonly CallLife[] {
    return [...this.going.values()];
  }

  get sizes(): Readonly<Record<'open' | 'ended' | 'legs', number>> {
    return { open: this.going.size, ended: this.past.size, legs: this.callOfLeg.size };
  }

  begin(life: CallLife): void {
    this.going.set(life.uuid, life);
  }

  /** The call of this client's leg, while it goes on. */
  open(client: string | undefined): CallLife | undefined {
    return this.going.get(client ?? '');
  }

  /** The call of this client's leg, when it ended lately. */
  ended(client: string | undefined): PastCall | undefined {
    return this.past.get(client ?? '');
  }

  /** The call that goes on and has this employee's leg. */
  withLeg(leg: string | undefined): CallLife | undefined {
    return this.open(this.callOfLeg.get(leg ?? ''));
  }

  /** Whether it is the leg of an employee in a call, or of a client whose call ended lately. */
  knows(leg: string): boolean {
    return this.past.has(leg) || this.callOfLeg.has(leg);
  }

  /** Adds an employee's leg to a call, or to what is known of it. */
  join(life: CallLife, leg: EmployeeLeg): void {
    this.callOfLeg.set(leg.uuid, life.uuid);
    life.legs.set(leg.uuid, { ...leg, ...life.legs.get(leg.uuid) });
  }

  /** An employee's leg is over; returns the call that it belongs to, which may have ended lately. */
  legEnds(leg: string | undefined, at: number): CallLife | undefined {
    const client = this.callOfLeg.get(leg ?? '');
    const life = this.open(client) ?? this.ended(client)?.life;
    const known = life?.legs.get(leg ?? '');
    if (known !== undefined) known.endedAt ??= at;
    return life;
  }

  /** The call is over; what ended long before it is forgotten. */
  end(life: CallLife, call: EndedCall): void {
    this.going.delete(life.uuid);
    this.past.set(life.uuid, { life, call });
    for (const [uuid, { life, call: former }] of this.past) {
      if (former.endedAt >= call.endedAt - completionTime) break; // in order of their ends
      this.past.delete(uuid);
      this.forgetLegs(life);
    }
  }

  /** The call goes on no more, and nobody knows how it ended. */
  forget(life: CallLife): void {
    this.going.delete(life.uuid);
    this.forgetLegs(life);
  }

  private forgetLegs(life: CallLife): void {
    for (const leg of life.legs.keys()) this.callOfLeg.delete(leg);
  }
}
