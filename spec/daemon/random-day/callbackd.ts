import { pino } from 'pino';
import { CallTracker } from '../../../lib/calls/tracker.js';
import type { Configuration } from '../../../lib/config/configuration.js';
import { Durable } from '../../../lib/daemon/durable.js';
import { Running } from '../../../lib/daemon/running.js';
import type { SimulatedFreeswitch } from '../../../lib/simulator/simulated-freeswitch.js';
import type { SqliteStore } from '../../../lib/store/sqlite-store.js';
import type { RuleAdmin } from '../../../lib/tasks/rule-admin.js';
import type { HandClock } from './hand-clock.js';
import { NearLink, type Deliveries } from './near-link.js';

/** What of Running decides; the rest of its start would open a socket and look at files every 0.3 s of the day. */
interface Insides {
  resumeAttempts(): void;
  readonly worker: { start(): void };
  readonly rules: RuleAdmin;
  handlers(): Record<string, (request: Record<string, unknown>) => unknown>;
}

/** One life of the daemon, from a start to a kill, without its socket, its look at files, its CDRs and its housekeeping. */
export class Callbackd {
  readonly link: NearLink;
  readonly running: Running;
  private readonly die: () => void;

  constructor(
    configuration: Configuration,
    store: SqliteStore,
    freeswitch: SimulatedFreeswitch,
    hand: HandClock,
    deliveries: Deliveries,
    originate: (command: string) => void,
    problem: (line: string) => void,
  ) {
    const { clock, die } = hand.mortal();
    this.die = die;
    const log = pino({ level: 'error' }, { write: problem });
    this.link = new NearLink(freeswitch, deliveries, originate);
    const employees = (): Running['keeper']['employees'] => this.running.keeper.employees;
    const tracker = new CallTracker(
      {
        ...configuration.calls,
        requestKeys: configuration.requests.keys,
        country: configuration.country,
        get employees() {
          return employees();
        },
      },
      { ended: (call) => this.running.intake.take(call), completed: (call) => this.running.intake.complete(call) },
    );
    this.running = new Running(
      { version: '', configuration, warnings: [], eslPassword: '', dryRun: false, clock, log },
      { startedAt: clock.now(), durable: new Durable(clock, log), tracker, link: this.link },
      store,
    );
  }

  start(): void {
    this.reload();
    this.insides.resumeAttempts();
    this.link.start();
    this.insides.worker.start();
  }

  /** kill -9: nothing more is done or heard; what was on disk stays. */
  kill(): void {
    this.link.cut();
    this.die();
  }

  /** The admin's files are read. */
  reload(): void {
    this.insides.rules.reloadFiles();
  }

  /** A request of the CLI. */
  ask(name: string, request: Record<string, unknown> = {}): unknown {
    return this.insides.handlers()[name]?.(request);
  }

  private get insides(): Insides {
    return this.running as unknown as Insides;
  }
}
