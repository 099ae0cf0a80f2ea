/**
 * How long from a client's hangup to the originate on the wire, and what the commands of the CLI take to start.
 * The real daemon as a process, against the simulated FreeSWITCH; the baseline is measured in the same run.
 *
 *   npm run bench
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { SimulatedFreeswitch } from '../../dist/lib/simulator/simulated-freeswitch.js';
import { systemClock } from '../../dist/lib/time/clock.js';

const EXECUTABLE = path.resolve(import.meta.dirname, '../../dist/bin/callbackd.js');
const CALLS = 500;
const PER_SECOND = 50;
const password = 'bench-only';

const dir = mkdtempSync(path.join(tmpdir(), 'callbackd-bench-'));
const freeswitch = new SimulatedFreeswitch({
  clock: systemClock,
  password,
  queues: [{ name: 'sales@default' }, { name: 'office@default' }],
  agents: [],
});
const { port } = await freeswitch.start();
const config = path.join(dir, 'callbackd.json');
mkdirSync(path.join(dir, 'rules'));
// 100 callbacks of a rule at a time is the most that a rule may ask for: a rule for each dialled number.
const RULES = CALLS / 100;
const dialled = (index) => `7495123450${index % RULES}`;
for (let index = 0; index < RULES; index++)
  writeFileSync(
    path.join(dir, 'rules', `1${index}-sales${index}.json`),
    JSON.stringify({
      name: 'Sales',
      lostAt: `dialled:+${dialled(index)}`,
      callback: { to: { queue: 'office@default' }, after: ['0s'], maxConcurrent: 100 },
    }),
  );
writeFileSync(
  config,
  JSON.stringify({
    esl: { port },
    country: 'RU',
    outbound: {
      route: 'sofia/gateway/trunk/{number}',
      pace: '0s',
      overall: { hour: 100_000, day: 100_000, concurrent: 1_000 },
    },
    limits: { maxConcurrent: 100 },
  }),
);

const daemon = spawn(process.execPath, [EXECUTABLE, 'run', '--config', config], {
  env: { ...process.env, CALLBACKD_ESL_PASSWORD: password },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const lines = createInterface({ input: daemon.stdout });
for await (const line of lines) if (JSON.parse(line).msg === 'link to FreeSWITCH is up') break;
daemon.stdout.resume();

const hungUp = new Map();
const latencies = [];
freeswitch.on('clientHangsUp', ({ number }) => hungUp.set(number, performance.now()));
freeswitch.on('joinsQueue', ({ queue, number }) => {
  if (queue === 'office@default') latencies.push(performance.now() - hungUp.get(number));
});
for (let call = 0; call < CALLS; call++) {
  const number = `7495123${String(call).padStart(4, '0')}`;
  freeswitch.clientCalls({ number, dialled: dialled(call), queue: 'sales@default', hangUpAfterMs: 500 });
  await pause(1000 / PER_SECOND);
}
while (latencies.length < CALLS) await pause(50);

const baseline = await roundTrips(CALLS);
report('hangup -> originate', latencies, baseline);
report('bare bgapi round trip (baseline)', baseline, baseline);

daemon.kill('SIGTERM');
await once(daemon, 'exit');
await freeswitch.stop();

const starts = (...args) => Array.from({ length: 7 }, () => timed(() => execFileSync(process.execPath, args)));
const node = starts('-e', '0');
report('callbackd --help', starts(EXECUTABLE, '--help'), node);
report('callbackd check', starts(EXECUTABLE, 'check', '--config', config), node);
report('callbackd tasks list', starts(EXECUTABLE, 'tasks', 'list', '--config', config), node);
report('node -e 0 (baseline)', node, node);
rmSync(dir, { recursive: true, force: true });

/** bgapi commands over a socket of our own, one after the other: until the reply. */
async function roundTrips(count) {
  const socket = createConnection(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'data');
  const ask = async (text) => {
    const reply = once(socket, 'data');
    socket.write(`${text}\n\n`);
    await reply;
  };
  await ask(`auth ${password}`);
  const times = [];
  for (let index = 0; index < count; index++) {
    const from = performance.now();
    await ask('bgapi status');
    times.push(performance.now() - from);
    await pause(1);
  }
  socket.destroy();
  return times;
}

function timed(run) {
  const from = performance.now();
  run();
  return performance.now() - from;
}

function report(name, times, base) {
  const at = (list, share) =>
    [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
  const show = (ms) => `${ms.toFixed(1)} ms`.padStart(9);
  const ratio = (at(times, 0.5) / at(base, 0.5)).toFixed(1);
  console.log(
    `${name.padEnd(34)} median ${show(at(times, 0.5))}  p99 ${show(at(times, 0.99))}  ${ratio} times the baseline`,
  );
}
