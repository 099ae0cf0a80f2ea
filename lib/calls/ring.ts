import type { RingResult } from './call.js';
import type { CallLife, DirectRing } from './life.js';

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

/** The ring that is going on; one after a queue, after a talk, or after all phones of the last one have ended, is new. */
export function currentRing(life: CallLife, at: number): DirectRing {
  const last = life.phases.at(-1);
  const talked = life.phasesAtTalk?.at(-1) === life.phases.length;
  if (last?.kind === 'ring' && !talked && isRinging(life, last)) return last;
  const ring: DirectRing = { kind: 'ring', startedAt: at, extensions: [] };
  life.phases.push(ring);
  return ring;
}

function isRinging(life: CallLife, ring: DirectRing): boolean {
  return [...life.legs.values()].some(
    ({ user = '', ringingAt = 0, endedAt }) =>
      endedAt === undefined && ringingAt >= ring.startedAt && ring.extensions.includes(user),
  );
}
