/** Runs one callback by a raw originate, without callbackd, and gathers all that FreeSWITCH said about it. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Esl } from './esl.mjs';
import { sippPhone, sippTrunk } from './sipp.mjs';

/** The two originates of docs/callback-flow.md. */
export function originate({
  kind,
  A,
  C,
  attempt,
  number,
  route,
  ring,
  prompt,
  queue,
  employee,
  parkTimeout,
  originateTimeout,
}) {
  const variables = [
    `origination_uuid=${A}`,
    `callbackd_attempt=${attempt}`,
    `callbackd_client_uuid=${C}`,
    `callbackd_client_number=${number}`,
    `callbackd_route=${route}`,
    `callbackd_caller_id=74951234567`,
    `callbackd_ring=${ring}`,
    `callbackd_prompt=${prompt}`,
    ...(kind === 'queue' ? [`callbackd_queue=${queue}`, 'callbackd_score=60'] : []),
    `origination_caller_id_number=${number}`,
    'origination_caller_id_name=callback',
  ].join(',');
  return kind === 'queue'
    ? `originate {${variables},park_timeout=${parkTimeout}:NORMAL_CLEARING,loopback_bowout=false,loopback_bowout_on_execute=false}loopback/queue/callbackd &park`
    : `originate {${variables},originate_timeout=${originateTimeout}}user/${employee} client XML callbackd`;
}

/** The agents who are logged in: all others of 1001-1003 are logged out. */
export async function agents(esl, extensions) {
  for (const extension of ['1001', '1002', '1003']) {
    const status = extensions.includes(extension) ? 'Available' : 'Logged Out';
    await esl.api(`callcenter_config agent set status ${extension}@default '${status}'`);
    await esl.api(`callcenter_config agent set state ${extension}@default Waiting`);
  }
}

let attempt = 1000;

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} says one sentence
 * @property {'queue'|'extension'} kind
 * @property {Record<string, import('./sipp.mjs').Behaviour>} [phones] registered phones; in the queue those are its agents
 * @property {string} [queue] (sales@default)
 * @property {string[]} [agents] who is logged in to the queue (all of phones)
 * @property {string} [employee] whom the extension flow calls (1001)
 * @property {Record<string, import('./sipp.mjs').Behaviour>} [clients] undefined: nobody is at the gateway's address
 * @property {string} [number] the client (74951230001)
 * @property {string} [route]
 * @property {number} [ring] seconds the client's phone rings (4)
 * @property {number} [parkTimeout] seconds (30)
 * @property {number} [originateTimeout] seconds (4)
 * @property {boolean} [alone] the connection that sent the originate is closed at once
 * @property {(flow: object) => Promise<void>} [during]
 * @property {object} expect see check() in rig.test.mjs
 */

/**
 * @param {import('./freeswitch.mjs').Freeswitch} freeswitch
 * @param {Scenario} scenario
 */
export async function runFlow(freeswitch, scenario) {
  const { kind, clients, number = '74951230001' } = scenario;
  const esl = await Esl.connect({ port: freeswitch.ports.esl, password: freeswitch.password });
  const trunk = clients && (await sippTrunk(freeswitch, clients));
  const phones = {};
  try {
    for (const [extension, behaviour] of Object.entries(scenario.phones ?? {})) {
      phones[extension] = await sippPhone(freeswitch, { extension, behaviour });
    }
    await agents(freeswitch.esl, kind === 'queue' ? (scenario.agents ?? Object.keys(phones)) : []);
    const flow = { freeswitch, esl, trunk, phones, number, A: randomUUID(), C: randomUUID(), attempt: attempt++ };
    return await follow(flow, scenario);
  } finally {
    for (const phone of Object.values(phones)) await phone.stop();
    await trunk?.stop();
    esl.close();
  }
}

async function follow(flow, scenario) {
  const { freeswitch, esl, trunk, phones, number, A } = flow;
  const text = originate({
    ...flow,
    kind: scenario.kind,
    route: scenario.route ?? `sofia/gateway/trunk/${number}`,
    ring: scenario.ring ?? 4,
    prompt: freeswitch.prompt,
    queue: scenario.queue ?? 'sales@default',
    employee: scenario.employee ?? '1001',
    parkTimeout: scenario.parkTimeout ?? 30,
    originateTimeout: scenario.originateTimeout ?? 4,
  });
  const since = Date.now();
  if (scenario.alone) await sendAndLeave(freeswitch, text);
  const jobUuid = scenario.alone ? undefined : await esl.bgapi(text);
  await scenario.during?.(flow);
  const job = jobUuid && (await esl.job(jobUuid));
  if (job === undefined || job.startsWith('+OK')) await esl.hangup(A, 40000);
  const legs = await over(esl);
  return {
    ...flow,
    text,
    job,
    since,
    /** By UUID: the CHANNEL_HANGUP_COMPLETE. */
    legs,
    /** By UUID: the JSON CDR. */
    cdrs: await records(freeswitch.cdrDir, Object.keys(legs)),
    /** By extension, and `client`: the tones heard. */
    heard: {
      client: trunk?.tones(number, since) ?? [],
      ...Object.fromEntries(Object.entries(phones).map(([extension, phone]) => [extension, phone.tones(since)])),
    },
    /** How often the client's phone was called. */
    calls: trunk?.calls(number) ?? 0,
    events: esl.events,
    bytes: Buffer.concat(esl.bytes),
  };
}

async function sendAndLeave(freeswitch, text) {
  const sender = await Esl.connect({ port: freeswitch.ports.esl, password: freeswitch.password, events: '' });
  await sender.bgapi(text);
  sender.close();
}

/** Waits until every channel that was created is over. @returns by UUID, the CHANNEL_HANGUP_COMPLETE */
async function over(esl) {
  const legs = {};
  for (const { 'Event-Name': name, 'Unique-ID': uuid } of esl.events) {
    if (name === 'CHANNEL_CREATE') legs[uuid] = await esl.hangup(uuid, 40000);
  }
  return legs;
}

/** The JSON CDRs of the legs, waited for (they are written just after the event). */
async function records(dir, uuids) {
  const cdrs = {};
  for (const uuid of uuids) {
    const file = path.join(dir, `${uuid}.cdr.json`);
    for (let tries = 0; tries < 100 && cdrs[uuid] === undefined; tries++) {
      try {
        if (existsSync(file)) cdrs[uuid] = JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        // half written: once more
      }
      if (cdrs[uuid] === undefined) await delay(50);
    }
  }
  return cdrs;
}
