import { bridge } from './bridge.js';
import type { CallCenter } from './call-center.js';
import type { Trunk } from './client-leg.js';
import type { Core } from './core.js';
import type { Leg } from './leg.js';

export interface DialplanTimes {
  /** How long the prompt is; default 1.2 s. */
  readonly promptMs?: number;
  /** How long the employee hears that the client wasn't reached; default 3 s. */
  readonly toneMs?: number;
}

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
    const hangUp = (): void => {
      member.run('hangup', '');
      member.hangUp('NORMAL_CLEARING', 'us');
    };
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
      bridged: () => this.client(other),
      left: hangUp,
      talkEnded: hangUp,
    });
  }

  /** `client`, run by A: prompt, the client's leg, a tone when he isn't reached, hangup. */
  client(leg: Leg): void {
    if (leg.over) return;
    const { schedule } = this.core;
    const number = leg.variable('callbackd_client_number');
    leg.destination = 'client';
    leg.context = 'callbackd';
    leg.state = 'CS_EXECUTE';
    leg.run('playback', leg.variable('callbackd_prompt'));
    this.core.tell('promptPlays', `the employee hears the prompt: ${number} will be called now`, {
      number,
      uuid: leg.uuid,
    });
    schedule.after(this.times.promptMs ?? 1200, () => {
      if (leg.over) return;
      leg.run(
        'bridge',
        `[origination_uuid=${leg.variable('callbackd_client_uuid')}]${leg.variable('callbackd_route')}`,
      );
      this.dial(leg, number);
    });
  }

  private dial(leg: Leg, number: string): void {
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
        bridge(this.core, leg, client, { firstReportsFirst: false, secondEnded: () => this.hangUp(leg) });
      },
      failed: () => {
        leg.run('playback', 'tone_stream://busy');
        this.core.schedule.after(this.times.toneMs ?? 3000, () => this.hangUp(leg));
      },
    });
  }

  private hangUp(leg: Leg): void {
    if (leg.over) return;
    leg.run('hangup', '');
    leg.hangUp('NORMAL_CLEARING', 'us');
  }
}
