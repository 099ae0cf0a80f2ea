import { whyNotDialled, type DiallingPolicy } from '../calls/dialling-policy.js';
import { isOpen, type Task } from './task.js';

/** Which rule of the policy forbids to dial the task's number now: of an open task, and of one that was closed for that. */
export function whyForbidden(task: Task | undefined, policy: DiallingPolicy): { refusal?: string } {
  if (task === undefined || (!isOpen(task) && task.reason !== 'number not allowed')) return {};
  const refusal = whyNotDialled(task.client, policy);
  return refusal === undefined ? {} : { refusal };
}
