import { eventsRead, subclassesRead } from '../calls/events-read.js';
import { CallTracker } from '../calls/tracker.js';
import type { Employees } from '../config/employees.js';
import { EslLink } from '../esl/esl-link.js';
import { usualLinkOptions } from '../esl/settings.js';
import { lockForWriting, openDatabase, type WriterLock } from '../store/database.js';
import { SqliteStore } from '../store/sqlite-store.js';
import { Durable } from './durable.js';
import { Running, type DaemonParts, type Outside } from './running.js';
import type { Health } from './service-manager.js';

/**
 * The composition root. Start: the right to write, the database, the rules, the socket of the CLI, the link. Everything
 * else follows from what FreeSWITCH says. Stopping hangs up nothing: attempts in flight go on, and are settled by looking
 * at the next start.
 */
export class Daemon {
  private readonly durable: Durable;
  private readonly tracker: CallTracker;
  private readonly link: EslLink;
  private readonly startedAt: number;
  private lock: WriterLock | undefined;
  private running: Running | undefined;

  constructor(private readonly parts: DaemonParts) {
    const { clock, configuration, log } = parts;
    this.startedAt = clock.now();
    this.durable = new Durable(clock, log);
    const employees = (): Employees | undefined => this.running?.keeper.employees;
    this.tracker = new CallTracker(
      {
        ...configuration.calls,
        requestKeys: configuration.requests.keys,
        country: configuration.country,
        // employees.json may be edited while calls go on.
        get employees() {
          return employees();
        },
      },
      { ended: (call) => this.running?.intake.take(call), completed: (call) => this.running?.intake.complete(call) },
    );
    this.link = new EslLink({
      ...usualLinkOptions,
      ...configuration.esl,
      password: parts.eslPassword,
      clock,
      events: eventsRead,
      subclasses: subclassesRead,
    });
  }

  /** @throws StorageProblem when the database can't be used, or another daemon has it. */
  async start(): Promise<void> {
    if (this.running !== undefined) return;
    const { database } = this.parts.configuration;
    this.lock = lockForWriting(database);
    try {
      this.running = new Running(this.parts, this.outside, new SqliteStore(openDatabase(database), database));
      await this.running.start();
    } catch (error) {
      await this.running?.stop();
      this.lock.release();
      this.running = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    const { running } = this;
    if (running === undefined) return;
    await running.stop();
    this.lock?.release();
    this.running = undefined;
  }

  private get outside(): Outside {
    const { startedAt, durable, tracker, link } = this;
    return { startedAt, durable, tracker, link };
  }

  /** For the service manager. */
  get health(): Health {
    const { running, link, durable } = this;
    const problem = running?.linkProblem;
    const without = problem === undefined ? 'no link to FreeSWITCH yet' : `no link to FreeSWITCH: ${problem}`;
    const status = durable.problem?.message ?? (link.state === 'up' ? 'link to FreeSWITCH is up' : without);
    return { status, databaseWorks: running?.store.answers() ?? false };
  }
}
