import { displayText, routeTo } from '../callback/dial-string.js';
import type { CallbackPlan, Reachable } from '../callback/originate.js';
import { isSpoken, playback, type SpokenCall } from '../callback/prompt.js';
import type { ClientCall } from '../calls/call.js';
import { toE164 } from '../calls/phone-number.js';
import type { Configuration } from '../config/configuration.js';
import { comparable } from '../rules/facts.js';
import type { CallbackAction } from '../rules/rule.js';
import type { CallRecord } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import type { Instant } from '../time/clock.js';

/** All of a plan but the id of the attempt and the UUIDs of its legs. */
export type Draft = Omit<CallbackPlan, 'attempt' | 'employeeLegs' | 'clientLeg'>;

/** A task and the record of its latest loss, which the journal may not have any more. */
export interface TaskFacts {
  task: Task;
  record: CallRecord | undefined;
}

/** What FreeSWITCH shows when there is no number to show. */
const noCallerId = '0000000000';

/** The latest loss; of one that is forgotten, what the task has of it. */
export function lossOf({ task, record }: TaskFacts): ClientCall {
  if (record !== undefined) return record.call;
  const { call, queue, dialled, waited } = task;
  return { call, outcome: 'lost', waited, ...(queue !== undefined && { queue }), ...(dialled !== undefined && { dialled }) }; // prettier-ignore
}

/**
 * What is to be dialled for a task; undefined when there is no route to the client.
 * @throws UnsafeValue when a setting could break the originate
 */
export function callbackPlan(
  facts: TaskFacts,
  callback: CallbackAction,
  whom: Reachable,
  configuration: Configuration,
  now: Instant,
): Draft | undefined {
  const { outbound, employees, labels, country } = configuration;
  const { client, name } = facts.task;
  const { dialled } = lossOf(facts);
  const template = routeFor(dialled, configuration);
  if (template === undefined) return undefined;
  const sounds = `${configuration.sounds.dir}/${configuration.sounds.language}`;
  const prompt = playback(callback.prompt, spoken(facts, country), { sounds, labels });
  const { tts } = configuration.sounds;
  return {
    whom,
    client,
    route: routeTo(template, client),
    // A number that is none of the outside (an internal service) is dialled as it is written.
    employeeRoute: (number) => routeTo(outbound.route ?? template, toE164(number, country) ?? number),
    callerId: callback.callerId ?? outbound.callerId ?? plainNumber(dialled) ?? noCallerId,
    display: displayText(`${employees.displayPrefix} ${name ?? client.replace('+', '')}`) ?? client.replace('+', ''),
    prompt,
    sounds,
    ...(tts !== undefined && isSpoken(prompt) && { speech: tts }),
    ...(callback.accept !== undefined && { accept: { key: callback.accept.key, seconds: seconds(callback.accept.withinMs) } }), // prettier-ignore
    afterwards: callback.afterwards,
    keptPlace: keptPlace(facts, callback, now),
    clientRing: seconds(outbound.ringTimeoutMs),
    employeeRing: seconds(employees.ringTimeoutMs),
    queueWait: seconds(employees.queueWaitMs),
  };
}

/** By the number that the client had dialled, else the usual one. */
function routeFor(dialled: string | undefined, { outbound, country }: Configuration): string | undefined {
  const compared = comparable(dialled, country);
  return (compared === undefined ? undefined : outbound.routes[compared]) ?? outbound.route;
}

function spoken(facts: TaskFacts, country: string | undefined): SpokenCall {
  const { dialled, queue, waited = 0 } = lossOf(facts);
  const compared = comparable(dialled, country);
  return {
    ...(compared !== undefined && { dialled: compared }),
    ...(queue !== undefined && { queue }),
    waited,
    timesLost: facts.record?.decision.history?.timesLostToday ?? 1,
    number: facts.task.client,
  };
}

/** Base score in the queue: who asked to be called keeps his place since he joined, who gave up has the time that he had waited. */
function keptPlace({ task, record }: TaskFacts, { priority }: CallbackAction, now: Instant): number {
  if (priority === 'callersFirst') return 0;
  if (record?.call.outcome !== 'requested') return task.waited;
  const joinedAt = record.call.enteredAt ?? task.lostAt - task.waited * 1_000;
  return Math.max(0, Math.round((now - joinedAt) / 1_000));
}

/** The number that the client had dialled comes from outside: shown only when it is a plain number. */
function plainNumber(dialled: string | undefined): string | undefined {
  return dialled !== undefined && /^\+?[0-9]{3,15}$/.test(dialled) ? dialled : undefined;
}

function seconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1_000));
}
