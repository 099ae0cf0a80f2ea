import type { Agent } from './agent.js';
import { bridge } from './bridge.js';
import type { Core } from './core.js';
import { epoch } from './event.js';
import type { Leg } from './leg.js';
import type { Member } from './member.js';
import { OfferEvents } from './offer-events.js';
import type { Phones } from './phones.js';

/** From the agent's answer to CHANNEL_BRIDGE: first and second half of the race window [u2]. */
const halfRaceMs = 20;
/** mod_callcenter notices the end of a talk that much later [b]. */
const noticeEndMs = 40;
/** An agent's leg whose member went in the race stays up that long [u2]. */
const lonelyAgentMs = 3060;

/** What an offer needs of the queue that made it. */
export interface OfferingQueue {
  agentState(agent: Agent, state: Agent['state']): void;
  count(queue: string): void;
  lookForAgents(): void;
  timeOut(member: Member): void;
  remove(member: Member): void;
}

/** One offer of one agent to one member: his phone rings, and what comes of it. */
export class AgentOffer {
  private readonly events: OfferEvents;
  private times = { calledAt: 0, answeredAt: 0 };

  constructor(
    private readonly core: Core,
    private readonly center: OfferingQueue,
    private readonly phones: Phones,
    private readonly agent: Agent,
    private readonly member: Member,
  ) {
    this.events = new OfferEvents(agent, member);
  }

  begin(): void {
    const { agent, member } = this;
    this.times = { calledAt: this.core.now(), answeredAt: 0 };
    agent.lastOfferedAt = this.times.calledAt;
    member.state = 'Trying';
    member.servingAgent = agent.name;
    this.center.agentState(agent, 'Receiving');
    this.core.fireQueue(this.events.offering());
    this.phones.ring({
      extension: agent.extension,
      callerNumber: member.number,
      callerName: member.name,
      timeoutMs: agent.legTimeoutMs,
      onBehalfOf: member.session,
      variables: {
        ...member.request.exported,
        ...this.events.legVariables(),
        cc_member_pre_answer_uuid: member.uuid,
      },
      created: (leg) => (member.ringing = leg),
      answered: (leg) => this.answered(leg),
      // A cancelled ring is noticed after the member's own end [c].
      failed: (cause) =>
        cause === 'ORIGINATOR_CANCEL'
          ? void this.core.schedule.after(20, () => this.failed(cause))
          : this.failed(cause),
    });
  }

  private failed(cause: string): void {
    const { agent, center } = this;
    this.core.fireQueue(this.events.failed(cause, this.times, this.core.now()));
    if (cause === 'NO_ANSWER') agent.noAnswerCount += 1;
    this.agentWaits(agent.delayAfter(cause));
    if (this.memberWaitsAgain()) center.lookForAgents();
  }

  private answered(leg: Leg): void {
    const { agent, member, center } = this;
    this.times.answeredAt = this.core.now();
    leg.set(this.events.legVariables());
    delete leg.variables['cc_member_pre_answer_uuid'];
    agent.uuid = leg.uuid;
    member.ringing = undefined;
    member.race = 'early';
    member.leg.calleeNumber = agent.extension;
    this.core.fireQueue(this.events.answered(leg, this.times), leg);
    leg.other = { uuid: member.session, type: 'originator' };
    member.leg.other = { uuid: leg.uuid, type: 'originatee' };
    leg.whenOver(() => this.agentEndedUnbridged(leg));
    member.leg.whenOver(() => this.memberEndedUnbridged(leg));
    if (member.hangsUpIn === 'early') member.leg.hangUp('NORMAL_CLEARING', 'farEnd');
    this.core.schedule.after(halfRaceMs, () => {
      if (member.state !== 'Trying' || leg.over) return;
      member.race = 'late';
      center.count(member.queue);
      member.leg.set({ cc_agent_uuid: leg.uuid, cc_cause: 'answered' });
      if (member.hangsUpIn === 'late') member.leg.hangUp('NORMAL_CLEARING', 'farEnd');
    });
    this.core.schedule.after(2 * halfRaceMs, () => {
      if (leg.over || member.leg.over) return;
      if (member.state === 'Trying') this.connect(leg);
      else leg.hangUp('ORIGINATOR_CANCEL', 'us');
    });
  }

  /** The agent changed his mind, or sat alone after the race. */
  private agentEndedUnbridged(leg: Leg): void {
    if (leg.bridgedAt !== 0) return;
    this.core.fireQueue(this.events.agentEnded(leg, this.times, this.core.now()), leg);
    this.agentWaits(this.agent.wrapUpMs);
    if (this.memberWaitsAgain()) this.center.lookForAgents();
  }

  /** The race [u2]: nobody told the agent's leg. */
  private memberEndedUnbridged(leg: Leg): void {
    if (this.member.race === 'none' || leg.over) return;
    leg.state = this.member.race === 'early' ? 'CS_RESET' : 'CS_SOFT_EXECUTE';
    this.core.schedule.after(lonelyAgentMs, () => leg.hangUp('ORIGINATOR_CANCEL', 'us'));
  }

  private connect(leg: Leg): void {
    const { agent, member, center } = this;
    const now = this.core.now();
    member.race = 'none';
    member.state = 'Answered';
    agent.lastBridgeStart = now;
    agent.callsAnswered += 1;
    member.leg.state = 'CS_SOFT_EXECUTE';
    bridge(this.core, member.leg, leg, {
      firstReportsFirst: false,
      secondEnded: () => member.request.talkEnded(),
    });
    member.leg.set({ cc_agent_bridged: 'true', cc_agent: agent.name, cc_queue_answered_epoch: epoch(now) });
    leg.set({ cc_agent_bridged: 'true' });
    center.agentState(agent, 'In a queue call');
    member.request.bridged(agent.extension, leg);
    leg.whenOver(() => this.core.schedule.after(noticeEndMs, () => this.talkIsOver(leg)));
  }

  private talkIsOver(leg: Leg): void {
    const { agent, member, center } = this;
    const now = this.core.now();
    this.core.fireQueue(this.events.agentEnded(leg, this.times, now), leg);
    member.leg.set({ cc_queue_terminated_epoch: epoch(now) });
    this.core.fireQueue(this.events.memberEnded(leg, this.times, now), member.leg);
    agent.lastBridgeEnd = now;
    center.remove(member);
    this.agentWaits(agent.wrapUpMs);
  }

  /** Waits, and is offered nothing for so long. */
  private agentWaits(pauseMs: number): void {
    this.agent.uuid = '';
    this.agent.readyAt = this.core.now() + this.core.schedule.scaled(pauseMs);
    this.center.agentState(this.agent, 'Waiting');
    this.center.lookForAgents();
  }

  /** False when he is gone meanwhile, or goes now because his time was up. */
  private memberWaitsAgain(): boolean {
    const { member } = this;
    if (member.state !== 'Trying') return false;
    member.state = 'Waiting';
    member.servingAgent = '';
    member.ringing = undefined;
    member.race = 'none';
    if (member.timedOut) this.center.timeOut(member);
    return !member.timedOut;
  }
}
