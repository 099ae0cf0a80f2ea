import type { DialledClient } from '../simulator/record.js';
import type { TaskDetail } from '../tasks/admin.js';
import type { Outcome } from '../tasks/outcome.js';

/** Outcomes that say that the client's phone was dialled. */
const dialledOutcomes = new Set<Outcome>([
  'reached', 'too-short', 'client-busy', 'client-no-answer', 'client-rejected', 'client-unreachable', 'client-invalid', 'employee-left',
]); // prettier-ignore

/** Talk times may differ by this much, ms: FreeSWITCH's clock moves in steps of 20 ms. */
const tolerance = 1_000;

/**
 * Compares what the simulated FreeSWITCH really dialled with what callbackd's database believes: every dialled leg is
 * an attempt, every attempt that says so was dialled, once, for as long as it says. Returns the differences.
 */
export function differences(dialled: readonly DialledClient[], tasks: readonly TaskDetail[]): string[] {
  const attempts = tasks.flatMap(({ task, attempts: all }) =>
    all.map((attempt) => ({ ...attempt, client: task.client })),
  );
  const found: string[] = [];
  for (const leg of dialled) {
    const known = attempts.filter((attempt) => attempt.clientLeg === leg.uuid);
    if (known.length !== 1)
      found.push(`${leg.number} was dialled (${leg.uuid}), the database has ${known.length} attempts of it`);
    for (const attempt of known) {
      if (attempt.client !== `+${leg.number}`)
        found.push(`attempt ${attempt.id} is for ${attempt.client}, dialled was ${leg.number}`);
      if (attempt.talkMs !== undefined && Math.abs(attempt.talkMs - leg.talkMs) > tolerance)
        found.push(`attempt ${attempt.id}: the database says ${attempt.talkMs} ms of talk, it was ${leg.talkMs} ms`);
    }
  }
  for (const attempt of attempts) {
    const times = dialled.filter(({ uuid }) => uuid === attempt.clientLeg).length;
    if (times > 1) found.push(`attempt ${attempt.id} was dialled ${times} times`);
    if (attempt.outcome !== undefined && dialledOutcomes.has(attempt.outcome) && times === 0)
      found.push(`attempt ${attempt.id} says ${attempt.outcome}, but nobody was dialled`);
  }
  return found;
}
