import type { Outcome } from '../tasks/outcome.js';
import type { AttemptFacts } from './attempt-life.js';

/** The one table from FreeSWITCH's hangup causes of the client's leg to outcomes. Anything else: client-unreachable. */
const clientCauses: Record<string, Outcome> = {
  USER_BUSY: 'client-busy',
  NO_ANSWER: 'client-no-answer',
  NO_USER_RESPONSE: 'client-no-answer',
  ALLOTTED_TIMEOUT: 'client-no-answer',
  CALL_REJECTED: 'client-rejected',
  UNALLOCATED_NUMBER: 'client-invalid',
  INVALID_NUMBER_FORMAT: 'client-invalid',
  NUMBER_CHANGED: 'client-invalid',
  /** The employee hung up while it rang. */
  ORIGINATOR_CANCEL: 'employee-left',
  NORMAL_CLEARING: 'employee-left',
  /** Temporary: the trunk is dead, answers 503, or has no free line. */
  NORMAL_TEMPORARY_FAILURE: 'gateway-failed',
  NETWORK_OUT_OF_ORDER: 'gateway-failed',
  RECOVERY_ON_TIMER_EXPIRE: 'gateway-failed',
  NORMAL_CIRCUIT_CONGESTION: 'gateway-failed',
  SWITCH_CONGESTION: 'gateway-failed',
  REQUESTED_CHAN_UNAVAIL: 'gateway-failed',
  SERVICE_UNAVAILABLE: 'gateway-failed',
  GATEWAY_DOWN: 'gateway-failed',
};

/** …of the employee's leg, or of the originate itself, when the client was never dialled. */
const employeeCauses: Record<string, Outcome> = {
  USER_BUSY: 'employee-busy',
  NO_ANSWER: 'employee-no-answer',
  NO_USER_RESPONSE: 'employee-no-answer',
  ALLOTTED_TIMEOUT: 'employee-no-answer',
  ORIGINATOR_CANCEL: 'employee-no-answer',
  NORMAL_CLEARING: 'employee-no-answer',
  CALL_REJECTED: 'employee-rejected',
  USER_NOT_REGISTERED: 'employee-unregistered',
  SUBSCRIBER_ABSENT: 'employee-unregistered',
  UNALLOCATED_NUMBER: 'employee-unregistered',
  GATEWAY_DOWN: 'gateway-failed',
  INVALID_GATEWAY: 'gateway-failed',
  NETWORK_OUT_OF_ORDER: 'gateway-failed',
};

/** Causes of the employee's leg that tell of the client's gateway, though he had answered. */
const gatewayCauses = new Set([
  'GATEWAY_DOWN',
  'INVALID_GATEWAY',
  'INVALID_PROFILE',
  'NETWORK_OUT_OF_ORDER',
  'CHAN_NOT_IMPLEMENTED',
]);

export interface Judgement {
  outcome: Outcome;
  /** The hangup cause that it was judged by. */
  cause: string;
  talkMs?: number;
}

/**
 * The outcome of an attempt that is over (`isOver`).
 * @param successAfterMs talk that counts as reached, ms.
 */
export function judge(facts: AttemptFacts, successAfterMs: number): Judgement {
  const { clientEnd } = facts;
  if (clientEnd === undefined) return judgeEmployee(facts);
  if (!clientEnd.answered)
    return { outcome: clientCauses[clientEnd.cause] ?? 'client-unreachable', cause: clientEnd.cause };
  const outcome = clientEnd.talkMs >= successAfterMs ? 'reached' : 'too-short';
  return { outcome, cause: clientEnd.cause, talkMs: clientEnd.talkMs };
}

function judgeEmployee(facts: AttemptFacts): Judgement {
  const { employeeEnd } = facts;
  // Without a usable gateway there is no client leg: our own leg's bridge tells, whatever it hung up with.
  const gateway = [employeeEnd?.disposition, employeeEnd?.cause].find((each) => gatewayCauses.has(each ?? ''));
  if (gateway !== undefined) return { outcome: 'gateway-failed', cause: gateway };
  const cause = employeeEnd?.cause ?? jobCause(facts.job);
  // He answered and hung up during the prompt: nobody was dialled.
  if (facts.employeeAnswered) return { outcome: 'employee-rejected', cause };
  const rang = employeeEnd !== undefined || facts.otherEnds !== undefined;
  if (!rang && employeeCauses[cause] === undefined) return { outcome: 'not-dialled', cause };
  return { outcome: employeeCauses[cause] ?? 'employee-no-answer', cause };
}

/** "-ERR USER_BUSY\n" -> USER_BUSY. */
function jobCause(job: string | undefined): string {
  return job?.replace(/^-ERR\s*/, '').trim() || 'unknown';
}
