/**
 * Records what FreeSWITCH sends when several phones, a number or an extension of the admin's own dialplan are rung first:
 * node spec/freeswitch/record-phones.mjs [FOLDER [NAME …]]
 * FOLDER (spec/fixtures/several-phones) gets NAME.esl, the bytes received under `event json EVENTS`.
 */
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Esl, sippPhone, sippTrunk, skipped, startFreeswitch } from './rig.mjs';

const [folder = fileURLToPath(new URL('../fixtures/several-phones', import.meta.url)), ...names] =
  process.argv.slice(2);
const client = '74951230001';
const never = { never: true };
const quick = { ringMs: 500 };
const busy = { refuse: 486, ringMs: 100 };
const rejects = { refuse: 603, ringMs: 600 };
const gone = undefined;
const stop = 'MANAGER_REQUEST';

/** `step`, `ring`, `confirm` and `limit` in seconds; `inTurn`: joined by `|`; `press`: which phone gets the key after so many ms. */
const scenes = {
  'second-answers': { phones: { 1001: never, 1002: quick }, step: 1 },
  'first-answers-before-step': { phones: { 1001: quick, 1002: quick }, step: 3 },
  'all-ring-out': { phones: { 1001: never, 1002: never }, step: 1 },
  'originate-timeout': { phones: { 1001: never, 1002: never }, step: 1, limit: 3 },
  'busy-then-no-answer': { phones: { 1001: busy, 1002: never }, step: 1 },
  'no-answer-then-rejects': { phones: { 1001: never, 1002: rejects }, step: 1 },
  'first-is-killed': { phones: { 1001: never, 1002: never }, step: 1, killAfterMs: 500 },
  'second-is-not-registered': { phones: { 1001: never, 1002: gone }, step: 1 },
  'first-is-not-registered': { phones: { 1002: gone, 1001: quick }, step: 1 },
  'none-is-registered': { phones: { 1001: gone, 1002: gone }, step: 1 },
  'in-turn-second-answers': { phones: { 1001: never, 1002: quick }, inTurn: true, ring: 2 },
  'in-turn-first-rejects': { phones: { 1001: rejects, 1002: quick }, inTurn: true, ring: 2 },
  'in-turn-all-ring-out': { phones: { 1001: never, 1002: never }, inTurn: true, ring: 2 },
  'in-turn-first-is-killed': { phones: { 1001: never, 1002: quick }, inTurn: true, ring: 4, killAfterMs: 500 },
  'in-turn-stopped': { phones: { 1001: never, 1002: quick }, inTurn: true, ring: 4, killAfterMs: 500, killCause: stop },
  'in-turn-first-is-not-registered': { phones: { 1002: gone, 1001: quick }, inTurn: true },
  'in-turn-second-is-not-registered': { phones: { 1001: rejects, 1002: gone }, inTurn: true },
  'in-turn-none-is-registered': { phones: { 1001: gone, 1002: gone }, inTurn: true },
  'in-turn-second-presses-the-key': {
    phones: { 1001: quick, 1002: quick },
    inTurn: true,
    ring: 2,
    accept: true,
    confirm: 3,
    press: [1, 7000],
  },
  'key-pressed-late': { phones: { 1001: { ringMs: 1700 } }, accept: true, ring: 2, confirm: 4, press: [0, 4500] },
  'number-answers': { phones: { '+74951230077': quick } },
  'number-is-busy': { phones: { '+74951230078': busy } },
  'phone-then-number': { phones: { 1001: never, '+74951230077': quick }, step: 1 },
  'key-pressed': { phones: { 1001: quick }, accept: true, press: [0, 2500] },
  'key-not-pressed': { phones: { 1001: quick }, accept: true },
  'second-presses-the-key': { phones: { 1001: quick, 1002: quick }, accept: true, press: [1, 2500] },
  'key-afterwards': { phones: { 1001: quick }, client: busy, afterwards: true, press: [0, 5000, '2'] },
  'no-key-afterwards': { phones: { 1001: quick }, client: busy, afterwards: true },
  'own-dialplan-reached': { phones: { 1002: quick }, extension: '1002' },
  'own-dialplan-busy': { phones: { 1002: busy }, extension: '1002' },
  'own-dialplan-rings-out': { phones: { 1002: never }, extension: '1002', limit: 5 },
  'own-dialplan-not-registered': { phones: { 1002: gone }, extension: '1002' },
  'own-dialplan-without-the-extension': { phones: {}, extension: '77' },
};

function originate(scene, legs, prompt) {
  const { phones, extension, step = 0, ring = 4, limit = 12, accept, confirm, afterwards = false, inTurn } = scene;
  const common = [
    'callbackd_attempt=7',
    `callbackd_client_uuid=${randomUUID()}`,
    `callbackd_client_number=${client}`,
    `callbackd_route=sofia/gateway/trunk/${client}`,
    'callbackd_caller_id=74951234567',
    'callbackd_ring=4',
    `callbackd_prompt=${prompt}`,
    `callbackd_sounds=${path.dirname(prompt)}/en`,
    `callbackd_afterwards=${afterwards}`,
    'playback_delimiter=!',
    ...(accept ? ['group_confirm_key=1', 'group_confirm_file=silence_stream://1000'] : []),
    ...(accept ? ['callbackd_confirmed=true'] : []),
    ...(confirm === undefined ? [] : [`group_confirm_timeout=${confirm}`]),
    ...(inTurn ? [`fail_on_single_reject=${stop}`] : []),
    `origination_caller_id_number=${client}`,
    'origination_caller_id_name=callback',
    `originate_timeout=${limit}`,
  ];
  if (extension !== undefined) {
    const loopback =
      'loopback_bowout=false,loopback_bowout_on_execute=false,absolute_codec_string=^^:PCMA:PCMU,export_vars=absolute_codec_string';
    return `originate {origination_uuid=${legs[0]},${common.join(',')},${loopback}}loopback/${extension}/default client XML callbackd`;
  }
  const dialled = Object.keys(phones)
    .sort((a, b) => order(phones, a) - order(phones, b))
    .map((phone, index) => {
      const delayed = index > 0 && step > 0 ? `leg_delay_start=${index * step},` : '';
      const endpoint = phone.startsWith('+') ? `sofia/gateway/trunk/${phone.slice(1)}` : `user/${phone}`;
      return `[origination_uuid=${legs[index]},${delayed}leg_timeout=${ring}]${endpoint}`;
    });
  return `originate {${common.join(',')}}${dialled.join(inTurn ? '|' : ',')} client XML callbackd`;
}

/** Keys that are digits come first in an object: phones that are gone stand before those that are there when they are all extensions. */
const order = (phones, name) => (phones[name] === gone ? 0 : 1) + (name.startsWith('+') ? 2 : 0);

async function record(freeswitch, name, scene) {
  const trunk = await sippTrunk(freeswitch, {
    [client]: scene.client ?? { ringMs: 500, hangUpAfterMs: 1500 },
    74951230077: quick,
    74951230078: busy,
  });
  const phones = [];
  for (const [extension, behaviour] of Object.entries(scene.phones)) {
    if (behaviour !== gone && !extension.startsWith('+'))
      phones.push(await sippPhone(freeswitch, { extension, behaviour }));
  }
  const esl = await Esl.connect({ port: freeswitch.ports.esl, password: freeswitch.password });
  const legs = [randomUUID(), randomUUID()];
  const job = await esl.bgapi(originate(scene, legs, freeswitch.prompt));
  if (scene.killAfterMs !== undefined) {
    await delay(scene.killAfterMs);
    await freeswitch.esl.api(`uuid_kill ${legs[0]} ${scene.killCause ?? ''}`.trim());
  }
  if (scene.press !== undefined) {
    const [phone, ms, key = '1'] = scene.press;
    await delay(ms);
    await freeswitch.esl.api(`uuid_recv_dtmf ${legs[phone]} ${key}`);
  }
  const result = await esl.job(job, 60000);
  const of = (kind) => esl.events.filter((e) => e['Event-Name'] === kind).map((e) => e['Unique-ID']);
  const over = () => of('CHANNEL_CREATE').every((uuid) => of('CHANNEL_HANGUP_COMPLETE').includes(uuid));
  // A client's leg may still come: the prompt takes a second.
  for (let quiet = 0; quiet < 15; quiet = over() ? quiet + 1 : 0) await delay(100);
  writeFileSync(path.join(folder, `${name}.esl`), Buffer.concat(esl.bytes));
  console.log(`${name}: ${result}, ${esl.events.length} events`);
  esl.close();
  for (const phone of phones) await phone.stop();
  await trunk.stop();
}

if (!skipped()) {
  mkdirSync(folder, { recursive: true });
  const freeswitch = await startFreeswitch();
  const sounds = path.join(path.dirname(freeswitch.prompt), 'en');
  cpSync(fileURLToPath(new URL('../../sounds/en', import.meta.url)), sounds, { recursive: true });
  for (const [name, scene] of Object.entries(scenes)) {
    if (names.length === 0 || names.includes(name)) await record(freeswitch, name, scene);
  }
  await freeswitch.stop();
}
