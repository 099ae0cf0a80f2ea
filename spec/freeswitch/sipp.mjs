/** Phones by sipp: a registered employee's phone, the trunk with the clients' phones behind it, and a client who calls in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, programs } from './freeswitch.mjs';
import { Handset } from './handset.mjs';
import { TONE } from './tones.mjs';

/**
 * How a phone takes a call. Default: rings, and answers at once.
 * @typedef {object} Behaviour
 * @property {number} [ringMs] rings so long before it answers or refuses (0)
 * @property {number} [refuse] final SIP status instead of an answer: 486 busy, 603 rejected, 404 unknown, 503 …
 * @property {boolean} [never] rings until the other side gives up
 * @property {number} [hangUpAfterMs] hangs up so long after answering; otherwise waits for the other side
 * @property {{afterMs: number, to: string}} [transfer] blind transfer (REFER) so long after answering
 * @property {{afterMs: number, ms: number}} [hold] puts the other side on hold so long after answering, for so long
 * @property {boolean} [earlyMedia] 183 with SDP instead of 180
 */

const headers = `[last_Via:]
[last_From:]
[last_To:];tag=[pid]rig[call_number]
[last_Call-ID:]`;
const contact = (user) => `Contact: <sip:${user}@[local_ip]:[local_port];transport=[transport]>`;
const sdp = (port, direction = 'sendrecv') => `Content-Type: application/sdp
Content-Length: [len]

v=0
o=rig 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio ${port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=ptime:20
a=${direction}`;
const send = (text, attributes = '') => `<send ${attributes}><![CDATA[

${text}

]]></send>`;
const reply = (line, rest = 'Content-Length: 0', attributes = '') =>
  send(`SIP/2.0 ${line}\n${headers}\n[last_CSeq:]\n${rest}`, attributes);
const inDialog = (method, rest = '', body = 'Content-Length: 0', attributes = 'retrans="500"') =>
  send(
    `${method} [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$to];tag=[pid]rig[call_number]
To:[$from]
Call-ID: [call_id]
CSeq: [cseq] ${method}
Max-Forwards: 70
${contact('rig')}
${rest}${body}`,
    attributes,
  );
const keep = (header, variable, pattern = '.*') =>
  `<ereg regexp="${pattern}" search_in="hdr" header="${header}" assign_to="${variable}"/>`;

/** The steps from the ringing on; `key` makes the labels unique within one scenario. */
function taking(key, port, behaviour) {
  const { ringMs = 0, refuse, never, hangUpAfterMs, transfer, hold, earlyMedia } = behaviour;
  const steps = [
    `<label id="call_${key}"/>`,
    earlyMedia
      ? reply('183 Session Progress', `${contact('rig')}\n${sdp(port)}`)
      : reply('180 Ringing', `${contact('rig')}\nContent-Length: 0`),
  ];
  if (never) steps.push(`<recv request="CANCEL" next="cancelled"/>`);
  else if (ringMs > 0) {
    steps.push(`<recv request="CANCEL" timeout="${ringMs}" ontimeout="take_${key}" next="cancelled"/>`);
  }
  steps.push(`<label id="take_${key}"/>`);
  if (refuse !== undefined) {
    steps.push(
      reply(`${refuse} Refused`, 'Content-Length: 0', 'retrans="500"').replaceAll('[last_CSeq:]', 'CSeq:[$cseq]'),
    );
    steps.push(`<recv request="ACK" next="end"/>`);
    return steps.join('\n');
  }
  steps.push(
    reply('200 OK', `${contact('rig')}\n${sdp(port)}`, 'retrans="500"').replaceAll('[last_CSeq:]', 'CSeq:[$cseq]'),
    `<recv request="ACK"/>`,
  );
  if (transfer) {
    steps.push(
      `<recv request="BYE" timeout="${transfer.afterMs}" ontimeout="refer_${key}" next="bye"/>`,
      `<label id="refer_${key}"/>`,
      inDialog('REFER', `Refer-To: <sip:${transfer.to}@127.0.0.1>\nReferred-By: <sip:rig@127.0.0.1>\n`),
      `<recv response="202"/>`,
      `<label id="notified_${key}"/>`,
      `<recv request="NOTIFY" optional="true" next="notify_${key}"/>`,
      `<recv request="BYE" next="bye"/>`,
      `<label id="notify_${key}"/>`,
      reply('200 OK', 'Content-Length: 0', `next="notified_${key}"`),
    );
  }
  if (hold) {
    for (const [name, ms, direction] of [
      ['hold', hold.afterMs, 'sendonly'],
      ['unhold', hold.ms, 'sendrecv'],
    ]) {
      steps.push(
        `<recv request="BYE" timeout="${ms}" ontimeout="${name}_${key}" next="bye"/>`,
        `<label id="${name}_${key}"/>`,
        inDialog('INVITE', '', sdp(port, direction)),
        `<recv response="100" optional="true"/>`,
        `<recv response="200"/>`,
        inDialog('ACK', '', 'Content-Length: 0', ''),
      );
    }
  }
  const limit = hangUpAfterMs === undefined ? '' : `timeout="${hangUpAfterMs}" ontimeout="leave"`;
  steps.push(`<recv request="BYE" ${limit} next="bye"/>`);
  return steps.join('\n');
}

/** A phone that is called. `ways`: what to do by the called number; `''` is the rest. */
function calledScenario(ways) {
  const numbered = ways.filter(({ number }) => number !== '');
  const names = numbered.map((_, index) => `is${index}`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="called">
<recv request="INVITE" rrs="true"><action>
${keep('From:', 'from')}${keep('To:', 'to')}${keep('CSeq:', 'cseq')}${keep('Contact:', 'contact', 'sip:[^&gt;]*')}
${numbered.map(({ number }, index) => `<ereg regexp="^INVITE sip:\\+?${number}@" search_in="msg" assign_to="${names[index]}"/>`).join('\n')}
</action></recv>
${reply('100 Trying')}
${numbered.map((_, index) => `<nop next="call_${index}" test="${names[index]}"/>`).join('\n')}
${ways
  .map(({ number }, index) => ({ number, index }))
  .filter(({ number }) => number === '')
  .map(({ index }) => `<nop next="call_${index}"/>`)
  .join('\n')}
${reply('404 Unknown', 'Content-Length: 0')}
<recv request="ACK" next="end"/>
${ways.map(({ port, behaviour }, index) => taking(index, port, behaviour)).join('\n')}
<label id="leave"/>
${inDialog('BYE')}
<recv request="BYE" optional="true" next="bye"/>
<recv response="200" next="end"/>
<label id="cancelled"/>
${reply('200 OK')}
${reply('487 Request Terminated', 'Content-Length: 0', 'retrans="500"').replaceAll('[last_CSeq:]', 'CSeq:[$cseq]')}
<recv request="ACK" next="end"/>
<label id="bye"/>
${reply('200 OK')}
<label id="end"/>
<nop/>
<Reference variables="from,to,cseq,contact"/>
</scenario>`;
}

function registerScenario(extension, port, expires) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="register">
${send(
  `REGISTER sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${extension}@127.0.0.1>;tag=[pid]reg
To: <sip:${extension}@127.0.0.1>
Call-ID: [call_id]
CSeq: 1 REGISTER
Max-Forwards: 70
Contact: <sip:${extension}@127.0.0.1:${port}>
Expires: ${expires}
Content-Length: 0`,
  'retrans="500"',
)}
<recv response="200"/>
</scenario>`;
}

function callingScenario({ number, name, dialled, port, hangUpAfterMs, cancelAfterMs }) {
  const request = (method, cseq, to, rest) => `${method} sip:${dialled}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: ${name === undefined ? '' : `"${name}" `}<sip:${number}@[local_ip]:[local_port]>;tag=[pid]rig[call_number]
To: <sip:${dialled}@[remote_ip]:[remote_port]>${to}
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Max-Forwards: 70
${contact(number)}
${rest}`;
  const cancel = cancelAfterMs === undefined ? '' : `timeout="${cancelAfterMs}" ontimeout="cancel"`;
  const hangUp = hangUpAfterMs === undefined ? '' : `timeout="${hangUpAfterMs}" ontimeout="leave"`;
  const refused = [403, 404, 408, 480, 486, 487, 488, 500, 502, 503, 603];
  return `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="calling">
${send(request('INVITE', 1, '', sdp(port)), 'retrans="500"')}
<recv response="100" optional="true" ${cancel}/>
<recv response="180" optional="true" ${cancel}/>
<recv response="183" optional="true" ${cancel}/>
${refused.map((status) => `<recv response="${status}" optional="true" next="refused"/>`).join('\n')}
<recv response="200" rrs="true" ${cancel}/>
${send(request('ACK', 1, '[peer_tag_param]', 'Content-Length: 0'))}
<recv request="BYE" ${hangUp} next="bye"/>
<label id="leave"/>
${send(request('BYE', 2, '[peer_tag_param]', 'Content-Length: 0'), 'retrans="500"')}
<recv request="BYE" optional="true" next="bye"/>
<recv response="200" next="end"/>
<label id="cancel"/>
${send(
  `CANCEL sip:${dialled}@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
From: ${name === undefined ? '' : `"${name}" `}<sip:${number}@[local_ip]:[local_port]>;tag=[pid]rig[call_number]
To: <sip:${dialled}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 CANCEL
Max-Forwards: 70
Content-Length: 0`,
)}
<recv response="200"/>
<recv response="487" next="refused"/>
<label id="bye"/>
${reply('200 OK', 'Content-Length: 0', 'next="end"').replaceAll(';tag=[pid]rig[call_number]', '')}
<label id="refused"/>
${send(request('ACK', 1, '[peer_tag_param]', 'Content-Length: 0').replace(/^Via:.*$/m, '[last_Via:]'))}
<label id="end"/>
<nop/>
</scenario>`;
}

/** Runs one sipp. `wait()` resolves with its exit code, `messages()` is every SIP message with time stamps. */
async function run(dir, name, scenario, args) {
  const folder = mkdtempSync(path.join(dir, `sipp-${name}-`));
  const file = path.join(folder, 'scenario.xml');
  const log = path.join(folder, 'messages.log');
  writeFileSync(file, scenario);
  const child = spawn(
    programs().sipp,
    [
      ...args,
      '-sf',
      file,
      '-i',
      '127.0.0.1',
      '-mi',
      '127.0.0.1',
      '-ci',
      '127.0.0.1',
      '-nostdin',
      '-nd',
      '-default_behaviors',
      'all',
      '-trace_msg',
      '-message_file',
      log,
      '-trace_err',
      '-error_file',
      path.join(folder, 'errors.log'),
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TERM: 'xterm' } },
  );
  const orphan = () => child.kill('SIGKILL');
  process.once('exit', orphan);
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += text));
  const exited = once(child, 'exit').then(([code]) => {
    process.off('exit', orphan);
    return code;
  });
  await once(child, 'spawn');
  return {
    folder,
    wait: () => exited,
    complaints: () => complaints,
    messages: () => (existsSync(log) ? readFileSync(log, 'latin1') : ''),
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** sipp as a server is there as soon as its UDP port is taken. */
async function listening(sipp, port) {
  const { default: dgram } = await import('node:dgram');
  for (let tries = 0; tries < 200; tries++) {
    const probe = dgram.createSocket('udp4');
    const taken = await new Promise((resolve) => {
      probe.once('error', () => resolve(true));
      probe.bind(port, '127.0.0.1', () => resolve(false));
    });
    probe.close();
    if (taken) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`sipp does not listen on ${port}: ${sipp.complaints()}`);
}

/** @typedef {import('./freeswitch.mjs').Freeswitch} Freeswitch */

/**
 * An employee's phone, registered with FreeSWITCH. Plays 880 Hz.
 * @param {Freeswitch} freeswitch
 * @param {{extension: string, behaviour?: Behaviour, registers?: boolean}} phone registers: false for 1009, whose address
 *   FreeSWITCH's directory has
 */
export async function sippPhone(freeswitch, { extension, behaviour = {}, registers = true }) {
  const port = registers ? await freePort() : freeswitch.ports.fixed;
  const handset = new Handset(TONE.employee);
  const sound = await handset.open();
  const register = async (expires) => {
    const target = `127.0.0.1:${freeswitch.ports.internal}`;
    const sipp = await run(freeswitch.dir, `reg${extension}`, registerScenario(extension, port, expires), [
      target,
      '-m',
      '1',
      '-recv_timeout',
      '3000',
      '-p',
      String(await freePort()),
    ]);
    const code = await sipp.wait();
    if (code !== 0 && expires > 0) throw new Error(`${extension} could not register: ${sipp.complaints()}`);
  };
  const serve = async (next) => {
    const sipp = await run(
      freeswitch.dir,
      `phone${extension}`,
      calledScenario([{ number: '', port: sound, behaviour: next }]),
      ['-p', String(port)],
    );
    await listening(sipp, port);
    return sipp;
  };
  let sipp = await serve(behaviour);
  if (registers) await register(3600);
  return {
    extension,
    /** heard(since), tones(since): what the employee heard. */
    heard: (since) => handset.heard(since),
    tones: (since) => handset.tones(since),
    press: (key) => handset.press(key),
    messages: () => sipp.messages(),
    /** Takes calls in another way from now on; a call in progress is dropped without a BYE. */
    async behave(next) {
      await sipp.stop();
      sipp = await serve(next);
    },
    /** Unregisters, stops. `{dead: true}` leaves the registration: a phone without power. */
    async stop({ dead = false } = {}) {
      if (registers && !dead) await register(0);
      await sipp.stop();
      handset.close();
    },
  };
}

/**
 * What is behind `sofia/gateway/trunk/NUMBER`: the clients' phones. Each plays 440 Hz. Unlisted numbers are answered 404.
 * @param {Freeswitch} freeswitch
 * @param {Record<string, Behaviour>} clients behaviour by number, digits
 */
export async function sippTrunk(freeswitch, clients) {
  const handsets = new Map();
  const ways = [];
  for (const [number, behaviour] of Object.entries(clients)) {
    const handset = new Handset(TONE.client);
    handsets.set(number, handset);
    ways.push({ number, behaviour, port: await handset.open() });
  }
  const sipp = await run(freeswitch.dir, 'trunk', calledScenario(ways), ['-p', String(freeswitch.ports.trunk)]);
  await listening(sipp, freeswitch.ports.trunk);
  return {
    heard: (number, since) => handsets.get(number)?.heard(since) ?? [],
    tones: (number, since) => handsets.get(number)?.tones(since) ?? [],
    press: (number, key) => handsets.get(number).press(key),
    messages: () => sipp.messages(),
    /** How many times the number's phone was called. */
    calls: (number) =>
      [...sipp.messages().matchAll(new RegExp(`message received[^\\n]*\\n\\nINVITE sip:\\+?${number}@`, 'g'))].length,
    async stop() {
      await sipp.stop();
      for (const handset of handsets.values()) handset.close();
    },
  };
}

/**
 * A client (or, with `from: 'internal'`, an employee) calls in. Plays 440 Hz.
 * @param {Freeswitch} freeswitch
 * @param {object} call
 * @param {string} call.number the caller's number
 * @param {string} call.dialled e.g. 74951234567, the queue sales@default
 * @param {number} [call.hangUpAfterMs] after being answered (a queue answers at once)
 * @param {number} [call.cancelAfterMs] gives up so long after the last ringing, if not answered
 * @param {string} [call.name] the caller's name
 * @param {'external'|'internal'} [call.from]
 */
export async function sippClientCall(freeswitch, { from = 'external', ...call }) {
  const handset = new Handset(from === 'external' ? TONE.client : TONE.employee);
  const port = await handset.open();
  const sipp = await run(freeswitch.dir, 'client', callingScenario({ ...call, port }), [
    `127.0.0.1:${freeswitch.ports[from]}`,
    '-m',
    '1',
    '-p',
    String(await freePort()),
  ]);
  return {
    heard: (since) => handset.heard(since),
    tones: (since) => handset.tones(since),
    messages: () => sipp.messages(),
    /** Resolves when the call is over. */
    ended: () => sipp.wait(),
    async stop() {
      await sipp.stop();
      handset.close();
    },
  };
}
