import { checked, routeTo, variables } from './dial-string.js';

/** Whom to ring first. */
export type Target = { queue: string } | { extension: string };

/** Everything of one attempt that FreeSWITCH must know. docs/callback-flow.md says what the dialplan does with it. */
export interface CallbackPlan {
  /** Id of the task's attempt; only for people who look at FreeSWITCH's logs and CDRs. */
  attempt: number;
  employeeLeg: string;
  clientLeg: string;
  target: Target;
  /** E.164. */
  client: string;
  /** `outbound.route`. */
  route: string;
  /** Number that the client's phone shows. */
  callerId: string;
  /** Absolute path of the prompt's sound file. */
  prompt: string;
  /** Base score in the queue: seconds that the client had waited. */
  keptPlace: number;
  /** Seconds. */
  clientRing: number;
  /** Seconds. */
  employeeRing: number;
  /** Seconds that the callback waits in the queue for a free employee. */
  queueWait: number;
}

/**
 * The `originate …` for one attempt. Both legs get UUIDs of ours, so that they can be looked for after a crash.
 * @throws UnsafeValue when a value could break the command; nothing has been sent then.
 */
export function originateCommand(plan: CallbackPlan): string {
  return 'queue' in plan.target ? viaQueue(plan, plan.target.queue) : direct(plan, plan.target.extension);
}

/** As the tasks keep it: `queue:sales@default`, `extension:1001`. */
export function describeTarget(target: Target): string {
  return 'queue' in target ? `queue:${target.queue}` : `extension:${target.extension}`;
}

function viaQueue(plan: CallbackPlan, queue: string): string {
  const vars = variables([
    ...common(plan),
    ['callbackd_queue', checked('name', queue)],
    ['callbackd_score', checked('digits', Math.max(0, Math.round(plan.keptPlace)))],
    ...display(plan),
    ['park_timeout', `${checked('digits', plan.queueWait)}:NORMAL_CLEARING`],
    ['loopback_bowout', 'false'],
    ['loopback_bowout_on_execute', 'false'],
  ]);
  return `originate ${vars}loopback/queue/callbackd &park`;
}

function direct(plan: CallbackPlan, extension: string): string {
  const vars = variables([
    ...common(plan),
    ...display(plan),
    ['originate_timeout', checked('digits', plan.employeeRing)],
  ]);
  return `originate ${vars}user/${checked('name', extension)} client XML callbackd`;
}

function common(plan: CallbackPlan): [string, string][] {
  return [
    ['origination_uuid', checked('uuid', plan.employeeLeg)],
    ['callbackd_attempt', checked('digits', plan.attempt)],
    ['callbackd_client_uuid', checked('uuid', plan.clientLeg)],
    ['callbackd_client_number', checked('number', plan.client).replace(/^\+/, '')],
    ['callbackd_route', routeTo(plan.route, plan.client)],
    ['callbackd_caller_id', checked('number', plan.callerId)],
    ['callbackd_ring', checked('digits', plan.clientRing)],
    ['callbackd_prompt', checked('file', plan.prompt)],
  ];
}

function display(plan: CallbackPlan): [string, string][] {
  return [
    ['origination_caller_id_number', checked('number', plan.client)],
    ['origination_caller_id_name', 'callback'],
  ];
}
