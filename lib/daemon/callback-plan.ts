import type { CallbackPlan } from '../callback/originate.js';
import type { Configuration } from '../config/configuration.js';
import type { CallbackAction } from '../rules/rule.js';
import type { Task } from '../tasks/task.js';

/** What FreeSWITCH shows when there is no number to show. */
const noCallerId = '0000000000';

/** What is to be dialled for a task, but for the UUIDs; undefined when `outbound.route` is not set. */
export function callbackPlan(
  task: Task,
  callback: CallbackAction,
  { outbound, employees }: Configuration,
): Omit<CallbackPlan, 'attempt' | 'employeeLeg' | 'clientLeg'> | undefined {
  if (outbound.route === undefined) return undefined;
  return {
    target: callback.to,
    client: task.client,
    route: outbound.route,
    callerId: outbound.callerId ?? dialledNumber(task) ?? noCallerId,
    prompt: callback.promptFile,
    keptPlace: task.waited,
    clientRing: seconds(outbound.ringTimeoutMs),
    employeeRing: seconds(employees.ringTimeoutMs),
    queueWait: seconds(employees.queueWaitMs),
  };
}

/** The number that the client had dialled comes from outside: shown only when it is a plain number. */
function dialledNumber(task: Task): string | undefined {
  return task.dialled !== undefined && /^\+?[0-9]{3,15}$/.test(task.dialled) ? task.dialled : undefined;
}

function seconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1_000));
}
