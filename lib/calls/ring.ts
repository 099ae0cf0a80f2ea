import type { RingResult } from './call.js';

/**
 * What CC-Hangup-Cause of mod_callcenter's bridge-agent-fail says about the employee's phone.
 * ORIGINATOR_CANCEL: the client left while it rang. SUCCESS there means nothing.
 */
const results: Record<string, RingResult> = {
  NO_ANSWER: 'no-answer',
  USER_BUSY: 'busy',
  CALL_REJECTED: 'rejected',
  USER_NOT_REGISTERED: 'unregistered',
  ORIGINATOR_CANCEL: 'ringing',
  LOSE_RACE: 'lost-race',
};

export function ringResult(cause: string | undefined): RingResult {
  return results[cause ?? ''] ?? 'failed';
}
