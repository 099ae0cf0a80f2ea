import type { Core } from './core.js';
import type { Leg } from './leg.js';
import type { DialledLeg } from './originate-string.js';
import type { PhoneToRing, Phones } from './phones.js';

export interface RaceEnd {
  /** He has answered and, where a key is asked for, has pressed it. */
  readonly won: (leg: Leg) => void;
  /** Nobody has. */
  readonly lost: (why: Lost) => void;
  /** A phone that callcenter_track is run for begins to ring. */
  readonly tracked: (agent: string, leg: Leg) => void;
}

export interface Lost {
  readonly cause: string;
  /** None of the phones could be rung at all. */
  readonly noLeg: boolean;
  /** Nothing that stands behind a `|` is tried any more. */
  readonly final: boolean;
}

interface Runner {
  readonly dialled: DialledLeg;
  phone: PhoneToRing | undefined;
  state: 'waits' | 'rings' | 'over';
  /** Ms from the beginning of the race. */
  beginsAt: number;
  endsAt: number;
  /** What comes next for it. */
  timer?: ReturnType<Core['schedule']['after']>;
}

/** How long somebody who is asked for a key takes to press it, unless his script says otherwise. */
const usualAcceptMs = 1000;
/** FreeSWITCH notices what became of its phones that much later. */
const noticeMs = 20;

const seconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text) * 1000;

/**
 * The phones that an originate rings together: each starts after its leg_delay_start, or at once when none rings any more; the first who
 * answers wins, the others end with LOSE_RACE, also those that had not begun to ring (they have no CHANNEL_CREATE). Measured on
 * FreeSWITCH 1.11.
 */
export class PhoneRace {
  private readonly runners: Runner[];
  private readonly beganAt: number;
  private firstCause = '';
  private decided = false;
  private readonly limit: ReturnType<Core['schedule']['after']>;

  constructor(
    private readonly core: Core,
    private readonly phones: Phones,
    private readonly variables: Readonly<Record<string, string>>,
    legs: readonly DialledLeg[],
    private readonly end: RaceEnd,
  ) {
    this.beganAt = core.schedule.now();
    this.runners = legs.map((dialled) => {
      const beginsAt = seconds(dialled.variables['leg_delay_start']) ?? 0;
      const ring = seconds({ ...variables, ...dialled.variables }['leg_timeout']) ?? Infinity;
      return { dialled, phone: undefined, state: 'waits', beginsAt, endsAt: beginsAt + ring };
    });
    const limitMs = seconds(variables['originate_timeout']) ?? 60_000;
    this.limit = core.schedule.after(limitMs, () => this.giveUp('NO_ANSWER'));
  }

  begin(): void {
    for (const runner of this.runners) {
      runner.phone = this.prepare(runner);
      if (runner.phone === undefined) runner.state = 'over';
      else this.watch(runner, runner.phone.leg);
    }
    for (const runner of this.runners) if (runner.beginsAt > 0) this.ringLater(runner);
    for (const runner of this.runners) if (runner.beginsAt === 0) this.ring(runner);
    this.lookAgain();
  }

  private get elapsed(): number {
    return this.core.schedule.since(this.beganAt);
  }

  private prepare(runner: Runner): PhoneToRing | undefined {
    const { dialled } = runner;
    const [kind, first = ''] = dialled.endpoint.split('/');
    const outside = kind === 'sofia';
    const variables = { ...this.variables, ...dialled.variables };
    const uuid = variables['origination_uuid'];
    if (uuid !== undefined && this.core.legs.has(uuid)) {
      this.failedAs('DESTINATION_OUT_OF_ORDER');
      return undefined;
    }
    return this.phones.prepare({
      extension: outside ? dialled.endpoint.slice(dialled.endpoint.lastIndexOf('/') + 1) : (first.split('@')[0] ?? ''),
      outside,
      ...(uuid === undefined ? {} : { uuid }),
      callerNumber: variables['origination_caller_id_number'] ?? '',
      callerName: variables['origination_caller_id_name'] ?? '',
      variables,
      created: (leg) => this.track(variables, leg),
      answered: (leg) => this.answered(runner, leg),
      failed: (cause, leg) => {
        if (leg === undefined) this.failedAs(cause);
      },
    });
  }

  /** The dialplan's extension `track`, or callcenter_track itself. */
  private track(variables: Record<string, string>, leg: Leg): void {
    const run = variables['execute_on_originate'] ?? variables['execute_on_ring'] ?? '';
    const agent =
      run === 'execute_extension track XML callbackd'
        ? variables['callbackd_agent']
        : /^callcenter_track (\S+)$/.exec(run)?.[1];
    if (agent !== undefined) this.end.tracked(agent, leg);
  }

  private watch(runner: Runner, leg: Leg): void {
    leg.whenOver(() => {
      runner.state = 'over';
      runner.timer?.cancel();
      // fail_on_single_reject is a part of the causes after which the whole originate ends.
      if (!this.decided && this.variables['fail_on_single_reject']?.includes(leg.cause) === true)
        return void this.core.schedule.after(noticeMs, () => this.giveUp(leg.cause));
      this.lookAgain();
    });
  }

  private ringLater(runner: Runner): void {
    runner.timer?.cancel();
    runner.timer = this.core.schedule.after(runner.beginsAt - this.elapsed, () => this.ring(runner));
  }

  private ring(runner: Runner): void {
    if (this.decided || runner.state !== 'waits' || runner.phone === undefined) return;
    runner.state = 'rings';
    this.endLater(runner, runner.phone.leg);
    runner.phone.ring();
  }

  private endLater(runner: Runner, leg: Leg): void {
    runner.timer?.cancel();
    if (runner.endsAt === Infinity) return;
    runner.timer = this.core.schedule.after(runner.endsAt - this.elapsed, () => {
      if (!this.decided) leg.hangUp('ALLOTTED_TIMEOUT', 'us');
    });
  }

  private answered(runner: Runner, leg: Leg): void {
    const key = this.variables['group_confirm_key'];
    if (key === undefined) return void this.core.schedule.after(noticeMs, () => this.win(runner, leg));
    const acceptMs = leg.owner?.acceptsAfterMs ?? usualAcceptMs;
    this.core.tell('asked', `${leg.destination} is asked to press ${key}`, {
      extension: leg.destination,
      uuid: leg.uuid,
    });
    // Without it leg_timeout runs on until the key is pressed.
    const confirmMs = seconds(this.variables['group_confirm_timeout']) ?? 0;
    if (confirmMs > 0) {
      runner.endsAt = this.elapsed + confirmMs;
      this.endLater(runner, leg);
    }
    if (acceptMs !== 'never') this.core.schedule.after(acceptMs, () => this.win(runner, leg));
  }

  private win(winner: Runner, leg: Leg): void {
    if (this.decided) return;
    if (leg.over) return;
    this.decide();
    this.end.won(leg);
    for (const { phone } of this.runners)
      if (phone !== undefined && phone !== winner.phone) phone.leg.hangUp('LOSE_RACE', 'us');
  }

  /** When none rings, those whose turn comes next are rung at once; when none is left, nobody has answered. */
  private lookAgain(): void {
    if (this.decided || this.runners.some(({ state }) => state === 'rings')) return;
    const waiting = this.runners.filter(({ state }) => state === 'waits');
    this.core.schedule.after(waiting.length === 0 && !this.anyLeg() ? 0 : noticeMs, () => {
      if (this.decided || this.runners.some(({ state }) => state === 'rings')) return;
      const next = this.runners.filter(({ state }) => state === 'waits');
      if (next.length === 0) return this.lose(this.causeOfFirst());
      this.bringForward(next);
    });
  }

  /** As FreeSWITCH does: the beginnings by the whole of the next one's delay, the ends only by what was left of it. */
  private bringForward(waiting: readonly Runner[]): void {
    const whole = Math.min(...waiting.map(({ beginsAt }) => beginsAt));
    const left = whole - this.elapsed;
    for (const runner of waiting) {
      runner.beginsAt -= whole;
      runner.endsAt -= left;
      if (runner.beginsAt > 0) this.ringLater(runner);
    }
    for (const runner of waiting) if (runner.beginsAt === 0) this.ring(runner);
  }

  private giveUp(cause: string): void {
    if (this.decided) return;
    this.lose(cause, true);
    for (const { phone } of [...this.runners].reverse()) phone?.leg.hangUp('NO_ANSWER', 'us');
  }

  private lose(cause: string, final = false): void {
    this.decide();
    this.end.lost({ cause, noLeg: !this.anyLeg(), final });
  }

  private decide(): void {
    this.decided = true;
    this.limit.cancel();
    for (const { timer } of this.runners) timer?.cancel();
  }

  private anyLeg(): boolean {
    return this.runners.some(({ phone }) => phone !== undefined);
  }

  /** That of the first phone in the string that has a leg, whatever the others say. */
  private causeOfFirst(): string {
    return this.runners.find(({ phone }) => phone !== undefined)?.phone?.leg.cause ?? this.firstCause;
  }

  private failedAs(cause: string): void {
    if (this.firstCause === '') this.firstCause = cause;
  }
}
