import { employeeLegs, legEnd, takeClientEnd, takeEmployeeEnd, type AttemptFacts } from '../callback/attempt-life.js';
import { judge, type Judgement } from '../callback/outcome.js';
import type { CdrFolder } from '../calls/cdr-folder.js';
import type { Link } from '../esl/link.js';
import type { Clock } from '../time/clock.js';
import type { Flight } from './flight.js';

export interface LegLookParts {
  link: Pick<Link, 'api'>;
  cdrs: CdrFolder;
  clock: Clock;
  coreUuid: () => string;
  /** The link is up, and it is known which FreeSWITCH this is. */
  ready: () => boolean;
}

/** What became of an attempt whose events may have been missed: FreeSWITCH is asked, and the CDRs are read. Changes nothing. */
export class LegLook {
  constructor(private readonly parts: LegLookParts) {}

  /** Which of its legs live, the client's first; undefined when FreeSWITCH can't be asked. Legs of a former FreeSWITCH are dead. */
  async alive({ attempt }: Flight): Promise<readonly boolean[] | undefined> {
    const { link, coreUuid, ready } = this.parts;
    if (!ready()) return undefined;
    const legs = legsOf(attempt);
    if (attempt.coreUuid !== coreUuid()) return legs.map(() => false);
    const replies = await Promise.all(legs.map((leg) => link.api(`uuid_exists ${leg}`)));
    if (replies.some(({ kind }) => kind !== 'ok')) return undefined;
    return replies.map(({ text }) => text.trim() === 'true');
  }

  /** Whether the client has answered; undefined when FreeSWITCH can't be asked. */
  async answered({ attempt }: Flight): Promise<boolean | undefined> {
    const reply = await this.parts.link.api(`uuid_dump ${attempt.clientLeg} json`);
    if (reply.kind !== 'ok' && reply.kind !== 'error') return undefined;
    return /"Answer-State":\s*"answered"/.test(reply.text);
  }

  /** Returns what its CDRs add to the facts that are known then. */
  async cdrs({ attempt }: Flight): Promise<(facts: AttemptFacts) => AttemptFacts> {
    const [client, ...employees] = await Promise.all(legsOf(attempt).map((leg) => this.parts.cdrs.of(leg)));
    const now = this.parts.clock.now();
    return (known) => {
      let facts = known;
      for (const cdr of employees)
        if (cdr !== undefined) facts = takeEmployeeEnd(facts, legEnd(cdr, now), cdr.uuid, attempt);
      return client === undefined ? facts : takeClientEnd(facts, legEnd(client, now));
    };
  }

  /** Neither a leg nor a CDR: with the same FreeSWITCH and working CDRs it was never dialled; otherwise nobody knows. */
  async verdict({ facts, attempt, successAfterMs }: Flight): Promise<Judgement> {
    const { coreUuid, cdrs } = this.parts;
    // Only the key that the employee may have pressed afterwards is not known.
    if (facts.clientEnd !== undefined) return judge(facts, successAfterMs);
    const unanswered = !facts.clientDialled && !facts.employeeAnswered && facts.employeeEnd === undefined;
    // A leg that had dialled the client would have left its CDR.
    const told = unanswered && attempt.coreUuid === coreUuid() && (await cdrs.works());
    if (!told) return { outcome: 'unknown', cause: 'its legs are gone and no CDR tells of them' };
    // Some of the phones have had no leg at all: they were not registered.
    if (facts.otherEnds !== undefined) return judge(facts, successAfterMs);
    return { outcome: 'not-dialled', cause: 'no leg and no CDR of it' };
  }
}

/** UUIDs of all legs of an attempt, the client's first. */
export function legsOf(attempt: Flight['attempt']): string[] {
  return [attempt.clientLeg, ...employeeLegs(attempt)];
}
