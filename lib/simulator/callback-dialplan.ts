import { bridge } from './bridge.js';
import type { CallCenter } from './call-center.js';
import type { Trunk } from './client-leg.js';
import type { Core } from './core.js';
import type { Leg } from './leg.js';

export interface DialplanTimes {
  /** How long the first part of the prompt is; default 1.2 s. Each further part takes a third of it. */
  readonly promptMs?: number;
  /** How long the employee hears that the client wasn't reached; default 3.2 s. */
  readonly toneMs?: number;
}

/** What its bridge is given, as in freeswitch-conf/dialplan/callbackd.xml. */
const dialString = (leg: Leg): string => {
  const [uuid, attempt, ring, callerId, route] = ['client_uuid', 'attempt', 'ring', 'caller_id', 'route'].map((name) =>
    leg.variable(`callbackd_${name}`),
  );
  return `[origination_uuid=${uuid},callbackd_attempt=${attempt},callbackd_leg=client,leg_timeout=${ring},origination_caller_id_number=${callerId},origination_caller_id_name=${callerId},absolute_codec_string=^^:PCMA:PCMU,force_transfer_context=default]${route}`;
};

/** How long each of two times is waited for a key. */
const noKeyMs = 5000;

/** The extensions `ending …` of the dialplan. */
const endingOf = (cause: string): string => {
  if (/^(USER_BUSY|CALL_REJECTED)$/.test(cause)) return 'client-busy';
  if (/^(NO_ANSWER|NO_USER_RESPONSE|ALLOTTED_TIMEOUT)$/.test(cause)) return 'client-no-answer';
  if (/^(UNALLOCATED_NUMBER|INVALID_NUMBER_FORMAT|NUMBER_CHANGED)$/.test(cause)) return 'client-invalid';
  return 'client-unreachable';
};

/** The dialplan's context `callbackd`: the extensions `queue` and `client` of docs/callback-flow.md. */
export class CallbackDialplan {
  constructor(
    private readonly core: Core,
    private readonly center: CallCenter,
    private readonly trunk: Trunk,
    private readonly times: DialplanTimes,
  ) {}

  /** `queue`, run by the member's end of the loopback: when an agent is bridged with it, the other end goes to `client`. */
  queue(member: Leg, other: Leg): void {
    const queue = member.variable('callbackd_queue');
    const attempt = member.variable('callbackd_attempt');
    member.set({ cc_base_score: member.variable('callbackd_score') });
    this.core.tell('joinsQueue', `the callback to ${member.variable('callbackd_client_number')} waits in ${queue}`, {
      number: member.variable('callbackd_client_number'),
      queue,
      uuid: member.uuid,
    });
    this.center.join({
      leg: member,
      queue,
      baseScore: Number(member.variable('callbackd_score')) || 0,
      ...(attempt === '' ? {} : { exported: { callbackd_attempt: attempt } }),
      bridged: (extension, phone) => this.client(other, extension, phone),
      left: () => this.hangUp(member),
      talkEnded: () => this.hangUp(member),
    });
  }

  /**
   * `client`, run by A when an employee is on the line: prompt, the client's leg, words when he isn't reached, hangup. `phone` is the
   * leg on which the employee really is.
   */
  client(leg: Leg, employee: string, phone: Leg): void {
    if (leg.over) return;
    const { schedule } = this.core;
    const number = leg.variable('callbackd_client_number');
    leg.destination = 'client';
    leg.context = 'callbackd';
    leg.state = 'CS_EXECUTE';
    leg.turnRound(employee);
    leg.set({ callbackd_disarmed: leg.isLoopback ? '+OK\n' : '-USAGE: <uuid> <var> [value]\n' });
    const dial = (): void => {
      if (leg.over) return;
      leg.run('bridge', dialString(leg));
      this.dial(leg, number, phone);
    };
    // Who had to press a key has heard the prompt before.
    if (leg.variable('callbackd_confirmed') === 'true') {
      leg.set({ callbackd_heard: 'true' });
      return dial();
    }
    const parts = leg.variable('callbackd_prompt').split('!').length;
    const promptMs = ((this.times.promptMs ?? 1200) * (parts + 2)) / 3;
    const asks = leg.variable('callbackd_accept') !== '';
    leg.run(asks ? 'play_and_get_digits' : 'playback', leg.variable('callbackd_prompt'));
    this.core.tell('promptPlays', `the employee hears the prompt: ${number} will be called now`, {
      number,
      uuid: leg.uuid,
    });
    schedule.after(promptMs, asks ? () => this.askToAccept(leg, phone, dial) : dial);
  }

  /** Behind a loopback the dialplan asks for the key; who doesn't press it in time is hung up. */
  private askToAccept(leg: Leg, phone: Leg, dial: () => void): void {
    if (leg.over) return;
    const key = leg.variable('callbackd_accept');
    const withinMs = Number(leg.variable('callbackd_accept_ms')) || 5000;
    const pressesAfterMs = phone.owner?.acceptsAfterMs ?? 1000;
    this.core.tell('asked', `${phone.destination} is asked to press ${key}`, {
      extension: phone.destination,
      uuid: phone.uuid,
    });
    if (pressesAfterMs === 'never' || pressesAfterMs > withinMs)
      return void this.core.schedule.after(withinMs, () => this.hangUp(leg));
    this.core.schedule.after(pressesAfterMs, () => {
      leg.set({ callbackd_accepted: key });
      dial();
    });
  }

  private dial(leg: Leg, number: string, phone: Leg): void {
    this.trunk.dial({
      from: leg,
      uuid: leg.variable('callbackd_client_uuid'),
      number,
      route: leg.variable('callbackd_route'),
      callerId: leg.variable('callbackd_caller_id'),
      ringMs: (Number(leg.variable('callbackd_ring')) || 30) * 1000,
      answered: (client) => {
        this.core.tell('talk', `the employee talks to ${number}`, { number, uuid: client.uuid });
        client.whenOver(() =>
          this.core.tell('callEnds', `the call with ${number} is over`, {
            number,
            uuid: client.uuid,
            cause: client.cause,
          }),
        );
        const member = this.core.legs.get(leg.variable('other_loopback_leg_uuid'));
        if (member !== undefined) member.calleeNumber = client.calleeNumber;
        bridge(this.core, leg, client, {
          firstReportsFirst: false,
          // hangup_after_bridge
          secondEnded: () => leg.hangUp('NORMAL_CLEARING', 'us'),
        });
      },
      failed: (cause) => this.tellWhy(leg, cause, phone),
    });
  }

  /** The words why the client was not reached, and with callbackd_afterwards a key of the employee. */
  private tellWhy(leg: Leg, cause: string, phone: Leg): void {
    const { schedule } = this.core;
    const words = endingOf(cause);
    const file = `${leg.variable('callbackd_sounds')}/${words}.wav`;
    const asks = leg.variable('callbackd_afterwards') === 'true';
    this.core.tell('ending', `the employee hears: ${words}`, { uuid: leg.uuid, cause });
    leg.run(asks ? 'play_and_get_digits' : 'playback', file);
    schedule.after(this.times.toneMs ?? 3200, () => {
      if (!asks || leg.over) return this.hangUp(leg);
      const key = phone.owner?.afterwards;
      if (key === undefined || !/^[129]$/.test(key)) return void schedule.after(2 * noKeyMs, () => this.hangUp(leg));
      schedule.after(1000, () => {
        if (leg.over) return;
        leg.set({ callbackd_key: key });
        this.core.tell('keyPressed', `the employee presses ${key}`, { uuid: leg.uuid });
        leg.run('playback', `${leg.variable('callbackd_sounds')}/thanks.wav`);
        schedule.after(1000, () => this.hangUp(leg));
      });
    });
  }

  private hangUp(leg: Leg): void {
    if (leg.over) return;
    leg.run('hangup', 'NORMAL_CLEARING');
    leg.hangUp('NORMAL_CLEARING', 'us');
  }
}
