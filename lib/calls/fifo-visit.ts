import type { EslEvent } from '../esl/event.js';
import type { CallLife, QueueVisit } from './life.js';

/**
 * Takes a fifo::info event of mod_fifo into the life of the call whose leg is the caller. FIFO-Action: `push` when he
 * comes, `abort` or `timeout` when he goes without having been taken.
 */
export function takeFifoEvent(life: CallLife, event: EslEvent): void {
  const queue = `fifo:${event.header('FIFO-Name') ?? ''}`;
  const action = event.header('FIFO-Action');
  if (action === 'push') life.phases.push({ kind: 'queue', queue, member: life.uuid, joinedAt: event.at });
  if (action === 'abort' || action === 'timeout') left(visitOf(life, queue, event.at), event, action);
}

function visitOf(life: CallLife, queue: string, at: number): QueueVisit {
  const open = life.phases.findLast(
    (phase): phase is QueueVisit => phase.kind === 'queue' && phase.queue === queue && phase.leftAt === undefined,
  );
  if (open !== undefined) return open;
  const missed: QueueVisit = { kind: 'queue', queue, member: life.uuid, joinedAt: at };
  life.phases.push(missed);
  return missed;
}

function left(visit: QueueVisit, event: EslEvent, action: 'abort' | 'timeout'): void {
  const key = event.header('variable_fifo_caller_exit_key');
  visit.leftAt = event.at;
  if (action === 'timeout') visit.reason = 'TIMEOUT';
  else if (key !== undefined) Object.assign(visit, { reason: 'EXIT_WITH_KEY', key });
  else {
    visit.reason = 'BREAK_OUT';
    if (event.header('Answer-State') === 'answered' && event.header('Hangup-Cause') === undefined)
      visit.transferredOut = true;
  }
}
