import { randomUUID } from 'node:crypto';
import { epoch, type Headers } from './event.js';
import type { Leg } from './leg.js';

/** Why mod_callcenter lets a member go without an agent (CC-Cancel-Reason). */
export type CancelReason = 'BREAK_OUT' | 'TIMEOUT' | 'NO_AGENT_TIMEOUT' | 'EXIT_WITH_KEY' | 'NONE';

export interface JoinRequest {
  readonly leg: Leg;
  readonly queue: string;
  /** Seconds added to what he waits (cc_base_score). */
  readonly baseScore?: number;
  /** Carried to the agent's leg (cc_export_vars). */
  readonly exported?: Headers;
  /** An agent is bridged with him: the agent's extension and his leg. */
  readonly bridged: (agent: string, phone: Leg) => void;
  /** The queue let him go and his leg lives: his dialplan goes on. */
  readonly left: (reason: CancelReason) => void;
  /** The talk is over and his leg lives: his dialplan goes on. */
  readonly talkEnded: () => void;
}

/** One visit of one leg to a queue. */
export class Member {
  readonly uuid: string = randomUUID();
  state: 'Waiting' | 'Trying' | 'Answered' | 'Abandoned' = 'Waiting';
  servingAgent = '';
  /** Between bridge-agent-start and CHANNEL_BRIDGE, about 60 ms: who hangs up then is lost though an agent answered. */
  race: 'none' | 'early' | 'late' = 'none';
  /** He hangs up in that half of the window. */
  hangsUpIn: 'none' | 'early' | 'late' = 'none';
  /** The agent's leg that rings for him, to be cancelled when he goes. */
  ringing: Leg | undefined;
  abandonedAt = 0;
  /** FreeSWITCH was killed while he waited: he stays in the list with abandoned_epoch 0. */
  left = 0;
  timedOut = false;
  readonly session: string;
  readonly number: string;
  readonly name: string;

  constructor(
    readonly request: JoinRequest,
    readonly joinedAt: number,
  ) {
    const { leg } = request;
    this.session = leg.uuid;
    this.number = leg.profile.callerNumber;
    this.name = leg.profile.callerName;
  }

  get leg(): Leg {
    return this.request.leg;
  }

  get queue(): string {
    return this.request.queue;
  }

  score(now: number): number {
    return (this.request.baseScore ?? 0) + Math.floor((now - this.joinedAt) / 1000);
  }

  /** The CC-Member- headers of his events. */
  headers(): Headers {
    return {
      'CC-Member-UUID': this.uuid,
      'CC-Member-Session-UUID': this.session,
      'CC-Member-CID-Name': this.name,
      'CC-Member-CID-Number': this.number,
    };
  }

  /** His row in `callcenter_config queue list members`. */
  row(now: number): Headers {
    return {
      queue: this.queue,
      instance_id: 'single_box',
      uuid: this.uuid,
      session_uuid: this.state === 'Abandoned' ? '' : this.session,
      cid_number: this.number,
      cid_name: this.name,
      system_epoch: epoch(this.joinedAt),
      joined_epoch: epoch(this.joinedAt),
      rejoined_epoch: '0',
      bridge_epoch: epoch(this.state === 'Answered' ? this.leg.bridgedAt : 0),
      abandoned_epoch: epoch(this.abandonedAt),
      base_score: String(this.request.baseScore ?? 0),
      skill_score: '0',
      serving_agent: this.servingAgent,
      serving_system: this.servingAgent === '' ? '' : 'single_box',
      state: this.state,
      score: String(this.score(now)),
    };
  }
}
