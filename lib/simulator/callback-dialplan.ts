import { bridge } from './bridge.js';
import type { CallCenter } from './call-center.js';
import type { Trunk } from './client-leg.js';
import type { Core } from './core.js';
import type { Leg } from './leg.js';

export interface DialplanTimes {
  /** How long the prompt is; default 1.2 s. */
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
      bridged: (extension) => this.client(other, extension),
      left: () => this.hangUp(member),
      talkEnded: () => this.hangUp(member),
    });
  }

  /** `client`, run by A when an employee is on the line: prompt, the client's leg, a tone when he isn't reached, hangup. */
  client(leg: Leg, employee: string): void {
    if (leg.over) return;
    const { schedule } = this.core;
    const number = leg.variable('callbackd_client_number');
    leg.destination = 'client';
    leg.context = 'callbackd';
    leg.state = 'CS_EXECUTE';
    leg.turnRound(employee);
    leg.set({ callbackd_disarmed: leg.isLoopback ? '+OK\n' : '-USAGE: <uuid> <var> [value]\n' });
    leg.run('playback', leg.variable('callbackd_prompt'));
    this.core.tell('promptPlays', `the employee hears the prompt: ${number} will be called now`, {
      number,
      uuid: leg.uuid,
    });
    schedule.after(this.times.promptMs ?? 1200, () => {
      if (leg.over) return;
      leg.run('bridge', dialString(leg));
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
        const member = this.core.legs.get(leg.variable('other_loopback_leg_uuid'));
        if (member !== undefined) member.calleeNumber = client.calleeNumber;
        bridge(this.core, leg, client, {
          firstReportsFirst: false,
          // hangup_after_bridge
          secondEnded: () => leg.hangUp('NORMAL_CLEARING', 'us'),
        });
      },
      failed: () => {
        leg.run('playback', 'tone_stream://%(400,400,425);loops=4');
        this.core.schedule.after(this.times.toneMs ?? 3200, () => this.hangUp(leg));
      },
    });
  }

  private hangUp(leg: Leg): void {
    if (leg.over) return;
    leg.run('hangup', 'NORMAL_CLEARING');
    leg.hangUp('NORMAL_CLEARING', 'us');
  }
}
