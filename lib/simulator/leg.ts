import type { Headers, HeaderValue } from './event.js';
import type { PhoneReaction } from './people.js';
import { farEndVariables, finalVariables } from './leg-variables.js';

/** Numbers of the channel states, as in Channel-State-Number. */
const stateNumber = {
  CS_INIT: 2,
  CS_EXECUTE: 4,
  CS_EXCHANGE_MEDIA: 5,
  CS_PARK: 6,
  CS_CONSUME_MEDIA: 7,
  CS_SOFT_EXECUTE: 3,
  CS_RESET: 9,
  CS_HANGUP: 10,
  CS_REPORTING: 11,
};
export type ChannelState = keyof typeof stateNumber;

/** What a leg is from its first moment on. */
export interface LegProfile {
  readonly uuid: string;
  readonly direction: 'inbound' | 'outbound';
  readonly name: string;
  readonly presenceId?: string;
  readonly callerNumber: string;
  readonly callerName: string;
  /** Caller-Orig-Caller-ID-Number when it differs: a dialled leg keeps the one of the leg that dials. */
  readonly originalNumber?: string;
  readonly destination: string;
  readonly context: string;
  readonly source: 'mod_sofia' | 'mod_loopback' | 'src/switch_ivr_originate.c';
  /** An originated leg has one: the number that was called. */
  readonly calleeNumber?: string;
  /** UUID of the leg that dialled this one: absent for calls from outside, agent legs of a queue and what the event socket originates. */
  readonly originator?: string;
  readonly variables?: Headers;
}

type AnsweringEmployee = Extract<PhoneReaction, { answersAfterMs: number }>;

/** What the core does for a leg. */
export interface LegHost {
  now(): number;
  fire(name: string, leg: Leg, headers?: Headers): void;
  /** CHANNEL_CALLSTATE: what the leg was before. */
  callState(leg: Leg, former: string): void;
  /** The leg is over: forget it, write its CDR. */
  over(leg: Leg): void;
}

/** Who ended a leg: the person or network at its far end, or FreeSWITCH itself. */
export type EndedBy = 'farEnd' | 'us';

/** One channel of FreeSWITCH: its state, its variables, and the events of its life. */
export class Leg {
  readonly variables: Headers;
  readonly createdAt: number;
  state: ChannelState = 'CS_INIT';
  callState = 'DOWN';
  answerState: 'ringing' | 'answered' | 'hangup' = 'ringing';
  progressAt = 0;
  answeredAt = 0;
  bridgedAt = 0;
  hungUpAt = 0;
  cause = '';
  endedBy: EndedBy = 'us';
  destination: string;
  context: string;
  calleeNumber: string | undefined;
  /** Changes when the dialplan takes over an originated leg: then its far end is the caller. */
  caller: { number: string; name: string };
  callUuid: string;
  /** The leg it is or was bridged with, or that dialled it. */
  other: { uuid: string; type: 'originator' | 'originatee' } | undefined;
  applications: { name: string; data: string; at: number }[] = [];
  /** Who answered it, and what he does next. */
  owner: AnsweringEmployee | undefined;
  /** FreeSWITCH has told of it; a phone that waits for its turn is not there yet. */
  created = false;
  private reported = false;
  private readonly endings: (() => void)[] = [];
  private readonly consequences: (() => void)[] = [];

  constructor(
    readonly profile: LegProfile,
    private readonly host: LegHost,
  ) {
    this.createdAt = host.now();
    this.destination = profile.destination;
    this.context = profile.context;
    this.calleeNumber = profile.calleeNumber;
    this.caller = { number: profile.callerNumber, name: profile.callerName };
    this.callUuid = profile.originator ?? profile.uuid;
    if (profile.originator !== undefined) this.other = { uuid: profile.originator, type: 'originator' };
    this.variables = {
      direction: profile.direction,
      uuid: profile.uuid,
      channel_name: profile.name,
      ...(profile.presenceId === undefined ? {} : { presence_id: profile.presenceId }),
      ...(profile.originator === undefined
        ? {}
        : {
            originator: profile.originator,
            originating_leg_uuid: profile.originator,
            signal_bond: profile.originator,
          }),
      ...profile.variables,
      call_uuid: this.callUuid,
    };
  }

  get uuid(): string {
    return this.profile.uuid;
  }

  get over(): boolean {
    return this.hungUpAt !== 0;
  }

  variable(name: string): string {
    const value: HeaderValue = this.variables[name] ?? '';
    return Array.isArray(value) ? (value[0] ?? '') : value;
  }

  set(variables: Headers): void {
    Object.assign(this.variables, variables);
  }

  create(): void {
    this.created = true;
    this.host.fire('CHANNEL_CREATE', this);
    this.state = this.profile.direction === 'inbound' ? 'CS_EXECUTE' : 'CS_CONSUME_MEDIA';
    if (this.profile.direction === 'inbound') this.becomes('RINGING');
  }

  progress(): void {
    this.progressAt = this.host.now();
    if (this.profile.direction === 'outbound' && this.isSofia) this.set({ sip_from_user: this.profile.callerNumber });
    this.host.fire('CHANNEL_PROGRESS', this);
    this.becomes('RINGING');
  }

  answer(): void {
    if (this.answeredAt !== 0 || this.over) return;
    this.answeredAt = this.host.now();
    this.answerState = 'answered';
    if (this.profile.direction === 'inbound' && this.isSofia) {
      this.becomes('EARLY');
      this.set({ endpoint_disposition: 'EARLY MEDIA' });
    }
    this.host.fire('CHANNEL_ANSWER', this);
    this.set({ endpoint_disposition: 'ANSWER' });
    this.becomes('ACTIVE');
  }

  private becomes(callState: string): void {
    const former = this.callState;
    this.callState = callState;
    if (former !== callState) this.host.callState(this, former);
  }

  /** The dialplan takes over a leg that was originated: who was called is the caller now, and the other way round. */
  turnRound(farEnd: string | undefined): void {
    this.calleeNumber = this.profile.callerNumber;
    this.caller = { number: farEnd ?? '', name: 'Outbound Call' };
  }

  /** An application of the dialplan starts; last_app and last_arg are set when the leg ends. */
  run(name: string, data: string): void {
    this.applications.push({ name, data, at: this.host.now() });
    this.set({ current_application: name, ...(data === '' ? {} : { current_application_data: data }) });
  }

  whenOver(ending: () => void): void {
    this.endings.push(ending);
  }

  /** After its CHANNEL_HANGUP_COMPLETE: the other end of a loopback ends then [l8, l10]. */
  whenReported(consequence: () => void): void {
    this.consequences.push(consequence);
  }

  /** Ends the leg; those who wait for it act before its CHANNEL_HANGUP_COMPLETE, unless they report it earlier themselves. */
  hangUp(cause: string, endedBy: EndedBy): void {
    if (this.over) return;
    this.hungUpAt = this.host.now();
    this.cause = cause;
    this.endedBy = endedBy;
    this.answerState = 'hangup';
    this.host.fire('CHANNEL_HANGUP', this);
    if (this.isSofia && endedBy === 'farEnd') this.set(farEndVariables(this));
    for (const ending of this.endings) ending();
    this.report();
  }

  /** CHANNEL_HANGUP_COMPLETE, once. */
  report(): void {
    if (this.reported || !this.over) return;
    this.reported = true;
    this.state = 'CS_HANGUP';
    this.becomes('HANGUP');
    this.state = 'CS_REPORTING';
    this.set(finalVariables(this));
    this.host.fire('CHANNEL_HANGUP_COMPLETE', this, { 'Hangup-Cause': this.cause });
    this.host.over(this);
    for (const consequence of this.consequences) consequence();
  }

  get isLoopback(): boolean {
    return this.profile.source === 'mod_loopback';
  }

  get isSofia(): boolean {
    return !this.isLoopback;
  }
}

export const numberOf = (state: ChannelState): string => String(stateNumber[state]);
