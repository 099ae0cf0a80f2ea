import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Output } from '../cli/output.js';
import { packageFile } from '../config/package-root.js';
import { SimulatedFreeswitch } from '../simulator/simulated-freeswitch.js';
import type { TaskDetail } from '../tasks/admin.js';
import type { Task } from '../tasks/task.js';
import { systemClock } from '../time/clock.js';
import { differences } from './compare.js';
import { DaemonProcess } from './daemon-process.js';
import { writeOffice } from './office-files.js';
import { TimeLine } from './time-line.js';

const clients = { Anna: '74951230001', Boris: '74951230002', Clara: '74951230003', David: '74951230004' } as const;
const password = 'demo-only';
const salesNumber = '74951234567';
const supportNumber = '74951234568';

/** Plays the demo; returns the differences between what was dialled and what the database says (none, if all is well). */
export async function runDemo(output: Output): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'callbackd-demo-'));
  const cdrDir = join(folder, 'json_cdr');
  const freeswitch = simulate(cdrDir);
  const timeLine = new TimeLine(output, new Map(Object.entries(clients).map(([name, number]) => [number, name])));
  freeswitch.on('all', (happening) => timeLine.happening(happening));
  const { port } = await freeswitch.start();
  const configFile = writeOffice(folder, port, cdrDir);
  output.out(
    'This FreeSWITCH is simulated, and so are the people; callbackd, its rules, its database and its dialler are real.\n',
  );
  const daemon = new DaemonProcess(executable(), configFile, password, (line) => timeLine.log(line));
  try {
    await daemon.until('the link is up', ({ msg }) => msg === 'link to FreeSWITCH is up');
    await play(freeswitch, daemon, (task) => cli(configFile, 'tasks', 'cancel', String(task)));
    output.out(`\n$ callbackd tasks list --all\n${await cli(configFile, 'tasks', 'list', '--all')}`);
    return await judge(freeswitch, configFile, output);
  } finally {
    await daemon.stop();
    await freeswitch.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function simulate(cdrDir: string): SimulatedFreeswitch {
  const freeswitch = new SimulatedFreeswitch({
    clock: systemClock,
    password,
    cdrDir,
    queues: [{ name: 'sales@default' }, { name: 'support@default' }],
    agents: [{ name: '1001@default', status: 'On Break', wrapUpMs: 500 }],
    promptMs: 1_000,
    toneMs: 800,
  });
  freeswitch.phone('1001').always({ answersAfterMs: 700 });
  freeswitch.client(clients.Anna).always({ answersAfterMs: 1_000, talksMs: 2_400 });
  freeswitch.client(clients.Boris).next('busy').always({ answersAfterMs: 1_000, talksMs: 2_200 });
  return freeswitch;
}

/** The story: four clients wait while the only employee is away; then he comes back. */
async function play(
  freeswitch: SimulatedFreeswitch,
  daemon: DaemonProcess,
  cancel: (task: number) => Promise<string>,
): Promise<void> {
  const waits = (name: keyof typeof clients, queue: string, dialled: string, hangUpAfterMs: number): string =>
    freeswitch.clientCalls({ number: clients[name], name, dialled, queue, hangUpAfterMs });
  const lost = (call: string): ReturnType<DaemonProcess['until']> =>
    daemon.until('a call is lost', (line) => line.msg === 'client call lost' && line.call === call);
  const anna = waits('Anna', 'sales@default', salesNumber, 3_200);
  await pause(500);
  const boris = waits('Boris', 'sales@default', salesNumber, 3_000);
  await pause(500);
  const clara = waits('Clara', 'sales@default', salesNumber, 1_000);
  const david = waits('David', 'support@default', supportNumber, 1_500);
  const [davidsLoss] = await Promise.all([lost(david), lost(clara), lost(anna), lost(boris)]);
  await cancel(Number(davidsLoss.task));
  freeswitch.setAgentStatus('1001@default', 'Available');
  for (const call of [anna, boris]) {
    const { task } = await lost(call);
    await daemon.until(
      'a client is reached',
      (line) => line.msg === 'attempt ended' && line.task === task && line.outcome === 'reached',
    );
  }
}

async function judge(freeswitch: SimulatedFreeswitch, configFile: string, output: Output): Promise<string[]> {
  const tasks = JSON.parse(await cli(configFile, 'tasks', 'list', '--all', '--json')) as Task[];
  const details = await Promise.all(
    tasks.map(async ({ id }) => JSON.parse(await cli(configFile, 'tasks', 'show', String(id), '--json')) as TaskDetail),
  );
  const found = differences(freeswitch.record.dialled, details);
  if (tasks.length !== 3) found.push(`${tasks.length} tasks were made instead of 3`);
  const count = freeswitch.record.dialled.length;
  output.out(
    found.length === 0
      ? `\nThe simulated FreeSWITCH dialled clients ${count} times, and the database says the same.`
      : '\nThe database and the simulated FreeSWITCH disagree:',
  );
  return found;
}

/** The same executable as an admin would use. */
async function cli(configFile: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [executable(), ...args, '--config', configFile]);
  return stdout.trimEnd();
}

function executable(): string {
  return packageFile('dist', 'bin', 'callbackd.js');
}
