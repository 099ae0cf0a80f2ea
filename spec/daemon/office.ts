import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../lib/config/package-root.js';
import { DaemonProcess, type LogLine } from '../../lib/demo/daemon-process.js';
import { SimulatedFreeswitch, type SimulationOptions } from '../../lib/simulator/simulated-freeswitch.js';
import { openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import { systemClock } from '../../lib/time/clock.js';

const password = 'only-in-specs';
const executable = packageFile('dist', 'bin', 'callbackd.js');

export interface OfficeOptions {
  simulation?: Partial<SimulationOptions>;
  configuration?: Record<string, unknown>;
  /** By file name. */
  rules?: Record<string, unknown>;
  /** No CDRs: what FreeSWITCH does when mod_json_cdr is not loaded. */
  withoutCdrs?: boolean;
}

export const quickRule = {
  name: 'Sales',
  lostAt: 'queue:sales@default',
  callback: {
    to: { queue: 'office@default' },
    after: { every: '100ms', times: 5 },
    successAfter: '100ms',
    maxConcurrent: 5,
  },
};

/** Specs call one client more often, and more clients, than an office should. */
export const uncapped = {
  perClient: { hour: 100_000, day: 1_000_000 },
  overall: { hour: 100_000, day: 1_000_000, concurrent: 1_000 },
};

/** A small office: a simulated FreeSWITCH, the admin's files, and the real daemon as a process that can be killed. */
export class Office {
  readonly folder = mkdtempSync(join(tmpdir(), 'callbackd-office-'));
  readonly configFile = join(this.folder, 'callbackd.json');
  readonly socket = join(this.folder, 'callbackd.sock');
  readonly database = join(this.folder, 'callbackd.db');
  readonly freeswitch: SimulatedFreeswitch;
  readonly log: LogLine[] = [];
  daemon: DaemonProcess | undefined;

  constructor(private readonly options: OfficeOptions = {}) {
    const cdrDir = join(this.folder, 'json_cdr');
    mkdirSync(cdrDir);
    this.freeswitch = new SimulatedFreeswitch({
      clock: systemClock,
      speed: 10,
      password,
      ...(options.withoutCdrs === true ? {} : { cdrDir }),
      // Nobody serves sales, so that whoever waits there is lost; the callbacks go through the other queue.
      queues: [{ name: 'sales@default' }, { name: 'office@default' }],
      agents: ['1001@default', '1002@default'].map((name) => ({ name, queues: ['office@default'], wrapUpMs: 500 })),
      ...options.simulation,
    });
  }

  /** FreeSWITCH and the admin's files; returns the port of the event socket. */
  async open(): Promise<number> {
    const { port } = await this.freeswitch.start();
    this.write(port);
    return port;
  }

  write(port: number, password = 'callbackd.json'): void {
    const { configuration, rules, withoutCdrs } = this.options;
    mkdirSync(join(this.folder, 'rules'), { recursive: true });
    for (const [name, rule] of Object.entries(rules ?? { '10-sales.json': quickRule }))
      writeFileSync(join(this.folder, 'rules', name), JSON.stringify(rule));
    const settings = {
      esl: { port },
      country: 'RU',
      outbound: { route: 'sofia/gateway/trunk/{number}', pace: '0s', ...uncapped },
      limits: { snooze: ['1s'], settle: '1s' },
      ...(withoutCdrs === true ? {} : { backfill: { dir: 'json_cdr' } }),
      ...configuration,
    };
    writeFileSync(join(this.folder, password), JSON.stringify(settings));
  }

  /** Starts the daemon; resolves when its link is up. */
  async run(): Promise<DaemonProcess> {
    const daemon = this.spawn();
    await daemon.until('the link is up', ({ msg }) => msg === 'link to FreeSWITCH is up');
    return daemon;
  }

  spawn(eslPassword = password): DaemonProcess {
    this.daemon = new DaemonProcess(executable, this.configFile, eslPassword, (line) => this.log.push(line));
    return this.daemon;
  }

  /** Starts a dry run, also beside the daemon; resolves when its link is up. Whoever starts it stops it. */
  async runDry(log: LogLine[] = []): Promise<DaemonProcess> {
    const dry = new DaemonProcess(executable, this.configFile, password, (line) => log.push(line), ['--dry-run']);
    await dry.until('the link of the dry run is up', ({ msg }) => msg === 'link to FreeSWITCH is up');
    return dry;
  }

  /** A client waits in the queue and hangs up; resolves when the daemon has taken it. */
  async lose(number: string, waitMs = 300, queue = 'sales@default'): Promise<LogLine> {
    const call = this.freeswitch.clientCalls({
      number,
      dialled: '74951234567',
      queue,
      hangUpAfterMs: waitMs * 10,
    });
    return this.daemon!.until(`${number} is lost`, (line) => line.msg === 'client call lost' && line.call === call);
  }

  /** The end of the task's n-th attempt. */
  async attemptEnds(task: unknown, count = 1): Promise<LogLine> {
    let seen = 0;
    const ids = new Set<unknown>();
    return this.daemon!.until(`attempt ${count} of task ${String(task)} ends`, (line) => {
      if (line.msg !== 'attempt ended' || line.task !== task || ids.has(line.attempt)) return false;
      ids.add(line.attempt);
      seen = ids.size;
      return seen === count;
    });
  }

  /** What is on disk. */
  read<T>(look: (store: SqliteStore) => T): T {
    const store = new SqliteStore(openDatabase(this.database), this.database);
    try {
      return look(store);
    } finally {
      store.close();
    }
  }

  async close(): Promise<void> {
    await this.daemon?.stop();
    await this.freeswitch.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
