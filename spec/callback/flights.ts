/** Attempts recorded from a real FreeSWITCH, fed through the steps by which the daemon follows one. */
import { readFileSync } from 'node:fs';
import { isOver, takeEvent, takeJob, type AttemptFacts } from '../../lib/callback/attempt-life.js';
import { judge, type Judgement } from '../../lib/callback/outcome.js';
import type { EslEvent } from '../../lib/esl/event.js';
import { readEvents } from '../../lib/esl/recording.js';
import { Flights, type Flight } from '../../lib/daemon/flight.js';

/** What talk counts as reached in these recordings, ms. */
export const successAfterMs = 2_000;

export interface Recording {
  events: EslEvent[];
  employeeLeg: string;
  clientLeg: string;
  /** Undefined: through a queue. */
  extension?: string;
}

/** One of spec/fixtures/callback-flow: an originate of callbackd's own. */
export function recordedFlow(name: string): Recording {
  const events = readEvents(readFileSync(new URL(`../fixtures/callback-flow/${name}.esl`, import.meta.url)));
  const job = events.find((event) => event.name === 'BACKGROUND_JOB')?.header('Job-Command-Arg');
  const named = (header: string): string | undefined =>
    events.map((event) => event.header(`variable_${header}`)).find((value) => value !== undefined);
  const variable = (header: string): string =>
    named(header) ?? new RegExp(`[{,]${header}=([^,}]*)`).exec(job ?? '')?.[1] ?? 'unknown';
  const legs = { employeeLeg: variable('origination_uuid'), clientLeg: variable('callbackd_client_uuid') };
  return { events, ...legs, ...(name.startsWith('extension-') && { extension: '1001' }) };
}

/** One of spec/fixtures/calls: an originate by hand, in which both legs have UUIDs of its own. */
export function recordedByHand(name: string): Recording {
  const events = readEvents(readFileSync(new URL(`../fixtures/calls/${name}.json.esl`, import.meta.url)));
  const job = events.find((event) => event.name === 'BACKGROUND_JOB')?.header('Job-Command-Arg') ?? '';
  const [employeeLeg = '', clientLeg = ''] = [...job.matchAll(/origination_uuid=([0-9a-f-]+)/g)].map(
    ([, uuid]) => uuid,
  );
  return { events, employeeLeg, clientLeg, extension: '1001' };
}

export interface Followed {
  /** As the daemon judges: at the first event after which the attempt is over. */
  judged: Judgement | undefined;
  /** All that the events told, also those after that. */
  facts: AttemptFacts;
  /** The event after which it was over. */
  last: EslEvent | undefined;
  /** Places of the events that told something. */
  telling: number[];
}

/** Follows an attempt through events in this order. */
export function follow({ employeeLeg, clientLeg, extension }: Recording, events: readonly EslEvent[]): Followed {
  const flights = new Flights();
  const job = 'the job';
  const flight = flights.add({
    attempt: {
      id: 1, task: 1, number: 1, startedAt: 0, employeeLeg, clientLeg, job, coreUuid: 'core',
      ...(extension !== undefined && { phones: [{ leg: employeeLeg, name: extension }] }),
      target: extension === undefined ? 'queue:sales@default' : `extension:${extension}`,
    },
    client: '+74951230001',
    rule: 'all',
    successAfterMs,
  }); // prettier-ignore
  let judged: Judgement | undefined;
  let last: EslEvent | undefined;
  const telling: number[] = [];
  for (const [at, event] of events.entries()) {
    const before = flight.facts;
    flight.facts = learn(flights, flight, event);
    if (flight.facts !== before) telling.push(at);
    if (judged !== undefined || !isOver(flight.facts)) continue;
    judged = judge(flight.facts, successAfterMs);
    last = event;
  }
  return { judged, facts: flight.facts, last, telling };
}

function learn(flights: Flights, flight: Flight, event: EslEvent): AttemptFacts {
  if (event.name === 'BACKGROUND_JOB') return takeJob(flight.facts, event.body ?? '', flight.attempt);
  return flights.of(event) === flight ? takeEvent(flight.facts, event, flight.attempt) : flight.facts;
}
