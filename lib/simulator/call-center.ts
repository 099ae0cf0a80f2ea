import type { Agent } from './agent.js';
import { AgentOffer } from './agent-offer.js';
import type { Core } from './core.js';
import { epoch } from './event.js';
import type { Leg } from './leg.js';
import { Member, type CancelReason, type JoinRequest } from './member.js';
import type { Phones } from './phones.js';

export interface QueueOptions {
  /** e.g. `sales@default` */
  readonly name: string;
  /** max-wait-time; absent: for ever. */
  readonly maxWaitMs?: number;
  /** max-wait-time-with-no-agent: the member goes when no agent is logged in that long. */
  readonly noAgentTimeoutMs?: number;
  /** cc_exit_keys */
  readonly exitKeys?: string;
}

/** How soon mod_callcenter sees that somebody waits or is free. */
const pollMs = 40;
/** Abandoned members stay in the list that long (discard-abandoned-after). */
const discardAbandonedAfterMs = 60_000;

/** mod_callcenter: members wait by score, free agents are offered to them one after the other. */
export class CallCenter {
  private members: Member[] = [];
  private looksForAgents = false;

  constructor(
    private readonly core: Core,
    private readonly phones: Phones,
    readonly queues: readonly QueueOptions[],
    readonly agents: readonly Agent[],
  ) {}

  queue(name: string): QueueOptions | undefined {
    return this.queues.find((queue) => queue.name === name);
  }

  membersOf(queue: string): Member[] {
    const now = this.core.now();
    this.members = this.members.filter(
      (member) => member.state !== 'Abandoned' || now - member.left < discardAbandonedAfterMs,
    );
    return this.members.filter((member) => member.queue === queue);
  }

  /** FreeSWITCH was killed: mod_callcenter's database still has those who waited, as Abandoned with abandoned_epoch 0. */
  crash(): void {
    for (const member of this.members) {
      if (member.state !== 'Abandoned') member.left = this.core.now();
      member.state = 'Abandoned';
    }
    this.looksForAgents = false;
    for (const agent of this.agents) agent.reset();
  }

  join(request: JoinRequest): Member | undefined {
    const queue = this.queue(request.queue);
    const { leg } = request;
    leg.run('callcenter', request.queue);
    if (queue === undefined) {
      request.left('NONE');
      return undefined;
    }
    const member = new Member(request, this.core.now());
    this.members.push(member);
    leg.set({
      cc_side: 'member',
      cc_member_uuid: member.uuid,
      cc_queue_joined_epoch: epoch(member.joinedAt),
      cc_queue: queue.name,
    });
    this.core.fireQueue({ 'CC-Queue': queue.name, 'CC-Action': 'member-queue-start', ...member.headers() }, leg);
    this.count(queue.name);
    leg.whenOver(() => this.memberHungUp(member));
    const { maxWaitMs, noAgentTimeoutMs } = queue;
    if (maxWaitMs !== undefined) this.core.schedule.after(maxWaitMs, () => this.timeOut(member));
    if (noAgentTimeoutMs !== undefined)
      this.core.schedule.after(noAgentTimeoutMs, () => {
        if (member.state === 'Waiting' && !this.someoneLoggedIn(queue.name)) this.leave(member, 'NO_AGENT_TIMEOUT');
      });
    this.lookForAgents();
    return member;
  }

  /** The member whose leg this is, while he waits or talks. */
  memberWith(uuid: string): Member | undefined {
    return this.members.find((member) => member.session === uuid && member.state !== 'Abandoned');
  }

  /** callcenter_track: as long as the leg lives its agent is offered nothing. */
  track(name: string, leg: Leg): void {
    const agent = this.agents.find((known) => known.name === name);
    if (agent === undefined) return;
    this.core.fireQueue({ 'CC-Agent': name, 'CC-Action': 'agent-status-get', 'CC-Agent-Status': agent.status });
    agent.externalCalls += 1;
    leg.whenOver(() => {
      agent.externalCalls -= 1;
      this.lookForAgents();
    });
  }

  pressKey(uuid: string, digit: string): void {
    const member = this.memberWith(uuid);
    if (member === undefined || member.state === 'Answered') return;
    if (this.queue(member.queue)?.exitKeys?.includes(digit) !== true) return;
    member.leg.set({ cc_exit_key: digit });
    this.leave(member, 'EXIT_WITH_KEY');
  }

  /** max-wait-time isn't looked at while a phone rings [d5]: the member goes when that ring is over. */
  timeOut(member: Member): void {
    member.timedOut = true;
    if (member.state === 'Waiting') this.leave(member, 'TIMEOUT');
  }

  /** Offers free agents a little later, as the thread of mod_callcenter that polls does. */
  lookForAgents(): void {
    if (this.looksForAgents) return;
    this.looksForAgents = true;
    this.core.schedule.after(pollMs, () => {
      this.looksForAgents = false;
      this.offer();
    });
  }

  count(queue: string): void {
    const waiting = this.members.filter(
      (member) => member.queue === queue && (member.state === 'Waiting' || member.state === 'Trying'),
    ).length;
    this.core.fireQueue({
      'CC-Queue': queue,
      'CC-Action': 'members-count',
      'CC-Count': String(waiting),
      'CC-Selection': 'Single-Queue',
    });
  }

  agentState(agent: Agent, state: Agent['state']): void {
    agent.state = state;
    this.core.fireQueue({ 'CC-Agent': agent.name, 'CC-Action': 'agent-state-change', 'CC-Agent-State': state });
  }

  /** member-queue-end with CC-Cause Cancel; the cc_ variables of it are set after the event [a]. */
  leave(member: Member, reason: CancelReason): void {
    const now = this.core.now();
    const wasRinging = member.ringing;
    member.state = 'Abandoned';
    member.abandonedAt = now;
    member.left = now;
    member.servingAgent = '';
    member.ringing = undefined;
    this.core.fireQueue(
      {
        'CC-Queue': member.queue,
        'CC-Action': 'member-queue-end',
        'CC-Member-Leaving-Time': epoch(now),
        'CC-Member-Joined-Time': epoch(member.joinedAt),
        'CC-Cause': 'Cancel',
        'CC-Cancel-Reason': reason,
        ...member.headers(),
      },
      member.leg,
    );
    this.count(member.queue);
    member.leg.set({ cc_queue_canceled_epoch: epoch(now), cc_cause: 'cancel', cc_cancel_reason: reason });
    this.core.tell('leavesQueue', `${member.number} leaves ${member.queue} (${reason})`, {
      number: member.number,
      uuid: member.session,
      queue: member.queue,
      cause: reason,
    });
    if (reason !== 'NONE')
      wasRinging?.hangUp(member.leg.cause === 'SYSTEM_SHUTDOWN' ? 'SYSTEM_SHUTDOWN' : 'ORIGINATOR_CANCEL', 'us');
    if (!member.leg.over) member.request.left(reason);
  }

  /** The talk is over: the member's visit ends as Terminated. */
  remove(member: Member): void {
    this.members = this.members.filter((other) => other !== member);
  }

  private memberHungUp(member: Member): void {
    if (member.state === 'Answered' || member.state === 'Abandoned') return;
    if (member.race === 'late') {
      // [u2] no member-queue-end at all, and cc_cause=answered, though nobody talked.
      this.remove(member);
      member.state = 'Abandoned';
      return;
    }
    this.leave(member, member.race === 'early' ? 'NONE' : 'BREAK_OUT');
  }

  private someoneLoggedIn(queue: string): boolean {
    return this.agents.some((agent) => agent.serves(queue) && agent.status !== 'Logged Out');
  }

  private offer(): void {
    const now = this.core.now();
    const waiting = this.members
      .filter((member) => member.state === 'Waiting')
      .sort((a, b) => b.score(now) - a.score(now) || a.joinedAt - b.joinedAt);
    for (const member of waiting) {
      const longestIdle = this.agents
        .filter((agent) => agent.isFree(now) && agent.serves(member.queue))
        .sort((a, b) => a.lastOfferedAt - b.lastOfferedAt || a.position - b.position)[0];
      if (longestIdle !== undefined) new AgentOffer(this.core, this, this.phones, longestIdle, member).begin();
    }
    if (this.members.some((member) => member.state === 'Waiting')) this.lookAgainWhenSomeoneIsReady(now);
  }

  /** After the wrap-up or the pause of the next agent who has one. */
  private lookAgainWhenSomeoneIsReady(now: number): void {
    const pauses = this.agents
      .filter((agent) => agent.state === 'Waiting' && agent.readyAt > now)
      .map((agent) => agent.readyAt - now);
    if (pauses.length > 0) this.core.schedule.exactly(Math.min(...pauses), () => this.lookForAgents());
  }
}
