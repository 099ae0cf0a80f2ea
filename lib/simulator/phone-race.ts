import type { Core } from './core.js';
import type { Leg } from './leg.js';
import type { DialledLeg, Originate } from './originate-string.js';
import type { PhoneToRing, Phones } from './phones.js';

export interface RaceEnd {
  /** He has answered and, where a key is asked for, has pressed it. */
  readonly won: (leg: Leg) => void;
  /** Nobody has. */
  readonly lost: (cause: string) => void;
  /** A phone that callcenter_track is run for begins to ring. */
  readonly tracked: (agent: string, leg: Leg) => void;
}

interface Runner {
  readonly dialled: DialledLeg;
  readonly delayMs: number;
  phone: PhoneToRing | undefined;
  state: 'waits' | 'rings' | 'over';
}

/** How long somebody who is asked for a key takes to press it, unless his script says otherwise. */
const usualAcceptMs = 1000;
/** FreeSWITCH notices what became of its phones that much later. */
const noticeMs = 20;

const seconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text) * 1000;

/**
 * The phones of one originate: each starts after its leg_delay_start, or at once when none rings any more; the first who answers wins,
 * the others end with LOSE_RACE, also those that had not begun to ring (they have no CHANNEL_CREATE). Measured on FreeSWITCH 1.11.
 */
export class PhoneRace {
  private readonly runners: Runner[];
  private firstCause = '';
  private decided = false;
  private readonly limit: ReturnType<Core['schedule']['after']>;

  constructor(
    private readonly core: Core,
    private readonly phones: Phones,
    private readonly originate: Originate,
    private readonly end: RaceEnd,
  ) {
    this.runners = originate.legs.map((dialled) => ({
      dialled,
      delayMs: seconds(dialled.variables['leg_delay_start']) ?? 0,
      phone: undefined,
      state: 'waits',
    }));
    const limitMs = seconds(originate.variables['originate_timeout']) ?? 60_000;
    this.limit = core.schedule.after(limitMs, () => this.giveUp());
  }

  begin(): void {
    for (const runner of this.runners) {
      runner.phone = this.prepare(runner);
      if (runner.phone === undefined) runner.state = 'over';
      else this.watch(runner, runner.phone.leg);
    }
    for (const runner of this.runners)
      if (runner.state === 'waits' && runner.delayMs > 0)
        this.core.schedule.after(runner.delayMs, () => this.ring(runner));
    for (const runner of this.runners) if (runner.delayMs === 0) this.ring(runner);
    this.lookAgain();
  }

  private prepare(runner: Runner): PhoneToRing | undefined {
    const { dialled } = runner;
    const [kind, first = ''] = dialled.endpoint.split('/');
    const outside = kind === 'sofia';
    const variables = { ...this.originate.variables, ...dialled.variables };
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
      this.lookAgain();
    });
  }

  private ring(runner: Runner): void {
    if (this.decided || runner.state !== 'waits' || runner.phone === undefined) return;
    const { leg } = runner.phone;
    runner.state = 'rings';
    const ringMs = seconds({ ...this.originate.variables, ...runner.dialled.variables }['leg_timeout']);
    // It runs on after the answer, until the key is pressed.
    if (ringMs !== undefined)
      this.core.schedule.after(ringMs, () => {
        if (!this.decided) leg.hangUp('ALLOTTED_TIMEOUT', 'us');
      });
    runner.phone.ring();
  }

  private answered(runner: Runner, leg: Leg): void {
    const key = this.originate.variables['group_confirm_key'];
    if (key === undefined) return void this.core.schedule.after(noticeMs, () => this.win(runner, leg));
    const acceptMs = leg.owner?.acceptsAfterMs ?? usualAcceptMs;
    this.core.tell('asked', `${leg.destination} is asked to press ${key}`, {
      extension: leg.destination,
      uuid: leg.uuid,
    });
    if (acceptMs !== 'never') this.core.schedule.after(acceptMs, () => this.win(runner, leg));
  }

  private win(winner: Runner, leg: Leg): void {
    if (this.decided) return;
    if (leg.over) return;
    this.decided = true;
    this.limit.cancel();
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
      const next = Math.min(...this.runners.filter(({ state }) => state === 'waits').map(({ delayMs }) => delayMs));
      if (next === Infinity) return this.lose(this.causeOfFirst());
      for (const runner of this.runners) if (runner.delayMs === next) this.ring(runner);
    });
  }

  private giveUp(): void {
    if (this.decided) return;
    this.lose('NO_ANSWER');
    for (const { phone } of [...this.runners].reverse()) phone?.leg.hangUp('NO_ANSWER', 'us');
  }

  private lose(cause: string): void {
    this.decided = true;
    this.limit.cancel();
    this.end.lost(cause);
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
