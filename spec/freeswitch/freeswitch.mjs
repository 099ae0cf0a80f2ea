/** Starts and stops a FreeSWITCH of its own: temp directories, free ports, loopback only. */
import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { Esl } from './esl.mjs';
import { SOUND, TONE, wav } from './tones.mjs';

// Whoever ends a test by a signal must not leave FreeSWITCH and sipp behind: the children are ended on 'exit'.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PRODUCT = path.resolve(HERE, '../../freeswitch-conf');

function inPath(name) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return realpathSync(file);
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * The programs the rig needs.
 * @returns {{freeswitch: string, mods: string, sipp: string} | {missing: string}} `missing` says what is not there
 */
export function programs() {
  const configured = process.env.FREESWITCH_BIN;
  const freeswitch = configured ? existsSync(configured) && realpathSync(configured) : inPath('freeswitch');
  if (!freeswitch)
    return { missing: configured ? `no FreeSWITCH at FREESWITCH_BIN=${configured}` : 'no freeswitch in PATH' };
  const prefix = path.resolve(path.dirname(freeswitch), '..');
  const candidates = [process.env.FREESWITCH_MODS, `${prefix}/lib/freeswitch/mod`, `${prefix}/mod`].filter(Boolean);
  const mods = candidates.find((folder) => existsSync(path.join(folder, 'mod_callcenter.so')));
  if (!mods) return { missing: `no mod_callcenter.so in ${candidates.join(', ')} (set FREESWITCH_MODS)` };
  const sipp = inPath('sipp');
  return sipp ? { freeswitch, mods, sipp } : { missing: 'no sipp in PATH (Debian: sip-tester)' };
}

/** A port that nobody uses for TCP or UDP right now. */
export async function freePort() {
  for (;;) {
    const tcp = net.createServer().listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address();
    const udp = dgram.createSocket('udp4');
    const free = await new Promise((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, '127.0.0.1', () => resolve(true));
    });
    udp.close();
    tcp.close();
    await once(tcp, 'close');
    if (free) return port;
  }
}

/** @typedef {Awaited<ReturnType<typeof startFreeswitch>>} Freeswitch */

/**
 * Starts an isolated FreeSWITCH and waits until it takes calls.
 * @param {{agentRing?: number, callbackdConf?: string}} [options] agentRing: seconds an agent's phone rings (5);
 *   callbackdConf: the folder with dialplan/ and autoload_configs/ (the repository's freeswitch-conf)
 */
export async function startFreeswitch({ agentRing = 5, callbackdConf = PRODUCT } = {}) {
  const found = programs();
  if (found.missing) throw new Error(found.missing);
  const dir = mkdtempSync(path.join(tmpdir(), 'callbackd-fs-'));
  const folder = (name) => {
    mkdirSync(path.join(dir, name), { recursive: true });
    return path.join(dir, name);
  };
  cpSync(path.join(HERE, 'conf'), folder('conf'), { recursive: true });
  const prompt = path.join(folder('sounds'), 'prompt.wav');
  writeFileSync(prompt, wav(TONE.prompt, 1));
  mkdirSync(path.join(dir, 'sounds', 'en', 'digits'), { recursive: true });
  for (const [name, hz] of Object.entries(SOUND))
    writeFileSync(path.join(dir, 'sounds', 'en', `${name}.wav`), wav(hz, name.startsWith('digits/') ? 0.6 : 1));

  const rtpStart = 20000 + 2 * (randomBytes(2).readUInt16BE() % 5000);
  const ports = {
    esl: await freePort(),
    internal: await freePort(),
    external: await freePort(),
    trunk: await freePort(),
    /** Of the phone 1009, which never registers. */
    fixed: await freePort(),
  };
  const password = randomBytes(9).toString('hex');
  const spoken = path.join(dir, 'spoken.jsonl');
  const set = (name, value) => `<X-PRE-PROCESS cmd="set" data="${name}=${value}"/>`;
  writeFileSync(
    path.join(dir, 'conf', 'rig-vars.xml'),
    [
      '<include>',
      set('domain', '127.0.0.1'),
      set('local_ip_v4', '127.0.0.1'),
      set('callbackd_conf', callbackdConf),
      set('rig_esl_port', ports.esl),
      set('rig_esl_password', password),
      set('rig_internal_port', ports.internal),
      set('rig_external_port', ports.external),
      set('rig_trunk_port', ports.trunk),
      set('rig_fixed_port', ports.fixed),
      set('rig_rtp_start', rtpStart),
      set('rig_rtp_end', rtpStart + 2000),
      set('rig_agent_ring', agentRing),
      set('rig_speak', `${process.execPath} ${path.join(HERE, 'speak.mjs')} ${spoken}`),
      '</include>',
    ].join('\n'),
  );

  const folders = ['conf', 'log', 'db', 'run', 'cache', 'storage', 'recordings', 'scripts', 'sounds'].flatMap(
    (name) => [`-${name}`, folder(name)],
  );
  const args = ['-nc', '-nf', '-nonat', '-nocal', '-mod', found.mods, ...folders];
  let running = await launch(found.freeswitch, args, dir, ports.esl, password);
  return {
    dir,
    ports,
    password,
    /** A sound file: 1 kHz for one second. */
    prompt,
    /** The folder of callbackd's sounds: in `en` each file is a tone of its own (SOUND). */
    sounds: path.join(dir, 'sounds'),
    /** A line of JSON for each text that mod_tts_commandline was given: {voice, text}. */
    spoken,
    cdrDir: path.join(dir, 'log', 'json_cdr'),
    logFile: path.join(dir, 'log', 'freeswitch.log'),
    /** An event socket connection of the rig, subscribed to EVENTS. */
    get esl() {
      return running.esl;
    },
    /** Resolves when the process that runs now has ended. */
    get exited() {
      return running.exited;
    },
    /** Ends the process (SIGKILL: a crash) and starts it again: same ports and directories, another Core-UUID. */
    async restart({ signal = 'SIGTERM' } = {}) {
      await end(running, signal);
      running = await launch(found.freeswitch, args, dir, ports.esl, password);
    },
    /** Ends the process and, unless `keep`, removes its directories. */
    async stop({ signal = 'SIGTERM', keep = process.env.RIG_KEEP === '1' } = {}) {
      await end(running, signal);
      if (!keep) rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function launch(program, args, dir, port, password) {
  const child = spawn(program, args, { stdio: 'ignore', cwd: dir });
  const orphan = () => child.kill('SIGKILL');
  process.once('exit', orphan);
  const exited = once(child, 'exit').then(() => process.off('exit', orphan));
  try {
    return { child, exited, esl: await ready(child, port, password) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function end({ child, exited, esl }, signal) {
  esl.close();
  child.kill(signal);
  const hard = setTimeout(() => child.kill('SIGKILL'), 15000);
  await exited;
  clearTimeout(hard);
}

/** The event socket is the last module to load; after it only the SIP profiles are still coming up. */
async function ready(child, port, password) {
  const deadline = Date.now() + 60000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`FreeSWITCH ended with code ${child.exitCode} while starting`);
    if (Date.now() > deadline) throw new Error('FreeSWITCH was not ready within 60 s');
    const esl = await Esl.connect({ port, password }).catch(() => undefined);
    const profiles = esl && (await esl.api('sofia status').catch(() => ''));
    if (profiles?.match(/internal\s+profile.*RUNNING/) && profiles.match(/external\s+profile.*RUNNING/)) return esl;
    esl?.close();
    await delay(50);
  }
}
