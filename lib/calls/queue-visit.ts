import type { EslEvent } from '../esl/event.js';
import type { CallLife, LeaveReason, QueueVisit } from './life.js';
import { ringResult } from './ring.js';

/** Takes a callcenter::info event of mod_callcenter into the life of the call whose leg is the member. */
export function takeQueueEvent(life: CallLife, event: EslEvent): void {
  const action = event.header('CC-Action') ?? '';
  switch (action) {
    case 'member-queue-start':
      return joined(life, event);
    case 'agent-offering':
      return offered(life, event);
    case 'bridge-agent-start':
      return agentAnswered(life, event);
    case 'bridge-agent-fail':
      return void life.rings.set(event.header('CC-Agent') ?? '', ringResult(event.header('CC-Hangup-Cause')));
    case 'member-queue-end':
      return left(life, event);
  }
}

function joined(life: CallLife, event: EslEvent): void {
  const joinedAt = seconds(event.header('variable_cc_queue_joined_epoch')) ?? Math.floor(event.at / 1_000) * 1_000;
  const visit = life.phases.find((phase): phase is QueueVisit => isVisit(phase, event) && phase.startUnseen === true);
  if (visit === undefined) return void (newVisit(life, event).joinedAt = joinedAt);
  visit.joinedAt = joinedAt;
  delete visit.startUnseen;
}

function offered(life: CallLife, event: EslEvent): void {
  const agent = event.header('CC-Agent') ?? '';
  life.rings.set(agent, 'ringing');
  const visit = openVisit(life, event) ?? knownVisit(life, event) ?? missedVisit(life, event);
  if (visit.offered?.includes(agent) !== true) visit.offered = [...(visit.offered ?? []), agent];
}

/** CC-Agent-UUID is the agent's leg: who it is that the client will be bridged with, if he is. */
function agentAnswered(life: CallLife, event: EslEvent): void {
  const uuid = event.header('CC-Agent-UUID');
  const agent = event.header('CC-Agent');
  if (uuid === undefined || agent === undefined) return;
  life.legs.set(uuid, { ...life.legs.get(uuid), uuid, agent });
  if (life.talkedWith.includes(uuid)) life.rings.delete(agent);
}

/** When a call is re-queued the new visit's start comes before the old one's end: visits are told apart by member and queue. */
function left(life: CallLife, event: EslEvent): void {
  const visit = openVisit(life, event) ?? missedVisit(life, event);
  const leftAt = seconds(event.header('CC-Member-Leaving-Time'));
  const joinedAt = seconds(event.header('CC-Member-Joined-Time'));
  const reason = event.header('CC-Cause') === 'Terminated' ? 'answered' : event.header('CC-Cancel-Reason');
  if (leftAt !== undefined) visit.leftAt = leftAt;
  if (joinedAt !== undefined) visit.joinedAt = joinedAt;
  if (reason !== undefined) visit.reason = reason as LeaveReason;
  const key = event.header('variable_cc_exit_key');
  if (reason === 'EXIT_WITH_KEY' && key !== undefined) visit.key = key;
  // BREAK_OUT with a leg that lives on: a transfer took him out of the queue, he is not lost yet.
  if (
    reason === 'BREAK_OUT' &&
    event.header('Answer-State') === 'answered' &&
    event.header('Hangup-Cause') === undefined
  )
    visit.transferredOut = true;
}

function isVisit(phase: CallLife['phases'][number], event: EslEvent): phase is QueueVisit {
  return (
    phase.kind === 'queue' &&
    phase.member === event.header('CC-Member-UUID') &&
    phase.queue === event.header('CC-Queue')
  );
}

function openVisit(life: CallLife, event: EslEvent): QueueVisit | undefined {
  return life.phases.find((phase): phase is QueueVisit => isVisit(phase, event) && phase.reason === undefined);
}

/** One that has ended already: mod_callcenter's news of a phone can be late. */
function knownVisit(life: CallLife, event: EslEvent): QueueVisit | undefined {
  return life.phases.findLast((phase): phase is QueueVisit => isVisit(phase, event));
}

/** The start was missed (the link came up while he waited), or another event overtook it. */
function missedVisit(life: CallLife, event: EslEvent): QueueVisit {
  const visit = newVisit(life, event);
  visit.startUnseen = true;
  return visit;
}

function newVisit(life: CallLife, event: EslEvent): QueueVisit {
  const visit: QueueVisit = {
    kind: 'queue',
    queue: event.header('CC-Queue') ?? '',
    member: event.header('CC-Member-UUID') ?? '',
    joinedAt: event.at,
  };
  life.phases.push(visit);
  return visit;
}

/** A call of which only the end was seen: the leg's own variables tell the queue. */
export function recallVisit(life: CallLife, final: Pick<EslEvent, 'header'>): void {
  const queue = final.header('variable_cc_queue');
  if (queue === undefined || final.header('variable_cc_side') !== 'member') return;
  life.phases.push({
    kind: 'queue',
    queue,
    member: final.header('variable_cc_member_uuid') ?? '',
    joinedAt: seconds(final.header('variable_cc_queue_joined_epoch')) ?? life.startedAt,
  });
}

/** Epoch seconds as ms. */
function seconds(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || !(value > 0) ? undefined : value * 1_000;
}
