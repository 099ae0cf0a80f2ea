/** Runs one callback by a raw originate, without callbackd, and gathers all that FreeSWITCH said about it. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Esl } from './esl.mjs';
import { sippPhone, sippTrunk } from './sipp.mjs';

/**
 * The originate that callbackd sends for the scenario, by its own code: what is tried here is what goes out.
 * @param {object} flow A (UUID of the first leg), C, number, attempt, sounds, prompt
 * @param {Partial<Scenario>} scenario
 */
export async function originate(flow, scenario) {
  const { originateCommand } = await import('../../dist/lib/callback/originate.js');
  const { kind = 'extension', number = flow.number, plan = {} } = scenario;
  const whom =
    plan.whom ??
    {
      queue: { kind, queue: scenario.queue ?? 'sales@default' },
      extension: only(scenario.employee ?? '1001'),
    }[kind];
  return originateCommand({
    attempt: flow.attempt,
    clientLeg: flow.C,
    whom,
    employeeLegs: flow.uuids.slice(0, whom.kind === 'phones' ? whom.phones.length : 1),
    client: `+${number}`,
    route: scenario.route ?? `sofia/gateway/trunk/${number}`,
    employeeRoute: (mobile) => `sofia/gateway/trunk/${mobile}`,
    callerId: '74951234567',
    display: 'callback',
    prompt: flow.freeswitch.prompt,
    sounds: `${flow.freeswitch.sounds}/en`,
    afterwards: false,
    keptPlace: 60,
    clientRing: scenario.ring ?? 4,
    employeeRing: scenario.originateTimeout ?? 4,
    queueWait: scenario.parkTimeout ?? 30,
    ...plan,
  });
}

/** One phone alone, as a plan has it. */
export function only(extension, agents = []) {
  return {
    kind: 'phones',
    phones: [{ name: extension, extension, agents }],
    label: `extension ${extension}`,
    stepMs: 0,
    atOnce: 1,
  };
}

/** The agents who are logged in: all others of 1001-1003 are logged out. */
export async function agents(esl, extensions) {
  for (const extension of ['1001', '1002', '1003']) {
    const status = extensions.includes(extension) ? 'Available' : 'Logged Out';
    await esl.api(`callcenter_config agent set status ${extension}@default '${status}'`);
    await esl.api(`callcenter_config agent set state ${extension}@default Waiting`);
  }
}

/** How many calls outside of the queue mod_callcenter counts for an agent: while it is above 0 he is offered nothing. */
export async function externalCalls(freeswitch, agent) {
  const [head, ...rows] = (await freeswitch.esl.api('callcenter_config agent list'))
    .split('\n')
    .map((row) => row.split('|'));
  return Number(rows.find(([name]) => name === agent)[head.indexOf('external_calls_count')]);
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
 * @property {object} [plan] further parts of callbackd's plan: whom, accept, afterwards, prompt …
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
    const uuids = Array.from({ length: 5 }, () => randomUUID());
    const [A] = uuids;
    const flow = { freeswitch, esl, trunk, phones, number, A, C: randomUUID(), uuids, attempt: attempt++ };
    return await follow(flow, scenario);
  } finally {
    for (const phone of Object.values(phones)) await phone.stop();
    await trunk?.stop();
    esl.close();
  }
}

async function follow(flow, scenario) {
  const { freeswitch, esl, trunk, phones, number, A } = flow;
  const text = await originate(flow, scenario);
  const since = Date.now();
  if (scenario.alone) await sendAndLeave(freeswitch, text);
  const jobUuid = scenario.alone ? undefined : await esl.bgapi(text);
  await scenario.during?.(flow);
  const job = jobUuid && (await esl.job(jobUuid));
  if (job === undefined || job.startsWith('+OK')) await esl.hangup(job?.slice(4) ?? A, 40000);
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
