import type { Agent } from './agent.js';
import { epoch, type Headers } from './event.js';
import type { Leg } from './leg.js';
import type { Member } from './member.js';

/** When what happened in one offer of a member to an agent; 0: not yet. */
export interface OfferTimes {
  readonly calledAt: number;
  readonly answeredAt: number;
}

/** The headers of the callcenter::info events of one offer. */
export class OfferEvents {
  constructor(
    private readonly agent: Agent,
    private readonly member: Member,
  ) {}

  offering(): Headers {
    return {
      'CC-Queue': this.member.queue,
      'CC-Action': 'agent-offering',
      'CC-Agent': this.agent.name,
      'CC-Agent-Type': 'callback',
      'CC-Agent-System': 'single_box',
      ...this.member.headers(),
    };
  }

  failed(cause: string, { calledAt }: OfferTimes, now: number): Headers {
    return {
      'CC-Queue': this.member.queue,
      'CC-Action': 'bridge-agent-fail',
      'CC-Hangup-Cause': cause,
      'CC-Agent': this.agent.name,
      'CC-Agent-System': 'single_box',
      'CC-Agent-Called-Time': epoch(calledAt),
      'CC-Agent-Aborted-Time': epoch(now),
      ...this.member.headers(),
      'CC-Member-Joined-Time': epoch(this.member.joinedAt),
    };
  }

  answered(leg: Leg, times: OfferTimes): Headers {
    return {
      ...this.talk('bridge-agent-start', leg, times),
      'CC-Member-Joined-Time': epoch(this.member.joinedAt),
      ...this.member.headers(),
    };
  }

  agentEnded(leg: Leg, times: OfferTimes, now: number): Headers {
    return {
      ...this.talk('bridge-agent-end', leg, times),
      'CC-Hangup-Cause': 'SUCCESS',
      ...(leg.bridgedAt === 0 ? {} : { 'CC-Agent-Bridged': 'true' }),
      'CC-Member-Joined-Time': epoch(this.member.joinedAt),
      'CC-Bridge-Terminated-Time': epoch(now),
      ...this.member.headers(),
    };
  }

  memberEnded(leg: Leg, times: OfferTimes, now: number): Headers {
    return {
      ...this.talk('member-queue-end', leg, times),
      'CC-Hangup-Cause': 'SUCCESS',
      'CC-Cause': 'Terminated',
      'CC-Member-Leaving-Time': epoch(now),
      'CC-Member-Joined-Time': epoch(this.member.joinedAt),
      ...this.member.headers(),
    };
  }

  /** Variables of the agent's leg. */
  legVariables(): Headers {
    return {
      cc_queue: this.member.queue,
      cc_queue_joined_epoch: epoch(this.member.joinedAt),
      cc_member_uuid: this.member.uuid,
      cc_member_session_uuid: this.member.session,
      cc_agent: this.agent.name,
      cc_agent_type: 'callback',
      cc_side: 'agent',
    };
  }

  private talk(action: string, leg: Leg, { calledAt, answeredAt }: OfferTimes): Headers {
    return {
      'CC-Queue': this.member.queue,
      'CC-Action': action,
      'CC-Agent': this.agent.name,
      'CC-Agent-System': 'single_box',
      'CC-Agent-UUID': leg.uuid,
      'CC-Agent-Called-Time': epoch(calledAt),
      'CC-Agent-Answered-Time': epoch(answeredAt),
    };
  }
}
