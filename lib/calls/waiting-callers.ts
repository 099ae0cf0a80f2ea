import type { EslEvent } from '../esl/event.js';
import type { CallLife } from './life.js';

/** How many clients wait in a queue now. */
export function callersIn(queue: string, calls: readonly CallLife[]): number {
  return calls.filter((life) => {
    const last = life.phases.at(-1);
    return last?.kind === 'queue' && last.queue === queue && last.reason === undefined && !life.bridged;
  }).length;
}

/** True for an event by which a client waits no longer: he has left the queue, or talks with an employee. */
export function endsWaiting(event: EslEvent): boolean {
  if (event.name === 'CUSTOM') return event.header('CC-Action') === 'member-queue-end';
  return event.name === 'CHANNEL_BRIDGE' || event.name === 'CHANNEL_ANSWER';
}
