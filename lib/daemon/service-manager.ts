import { execFile } from 'node:child_process';
import type { Logger } from 'pino';
import type { Clock, Timer } from '../time/clock.js';

/** How the daemon is, for the service manager. */
export interface Health {
  /** One line, shown by `systemctl status callbackd`. */
  status: string;
  /** False when the database can't even be read. */
  databaseWorks: boolean;
}

/** How often the status line is looked at, ms; it is sent when it has changed. */
const statusInterval = 5_000;

/** How long `systemd-notify` may take, ms. */
const patience = 5_000;

/**
 * Tells systemd how the daemon is (sd_notify): READY, STATUS, STOPPING, and WATCHDOG while it works. Node has no unix
 * datagram sockets, so the program `systemd-notify` says it; the unit needs NotifyAccess=all for that. Without
 * NOTIFY_SOCKET, that is without systemd, nothing happens; a failure is logged once and changes nothing else.
 */
export class ServiceManager {
  private readonly timers = new Map<'status' | 'watchdog', Timer>();
  private told = '';
  private failed = false;
  private stopped = true;

  constructor(
    private readonly parts: {
      environment: Readonly<Record<string, string | undefined>>;
      clock: Clock;
      log: Logger;
      health: () => Health;
    },
  ) {}

  /** The daemon runs. */
  async ready(): Promise<void> {
    if ((this.parts.environment.NOTIFY_SOCKET ?? '') === '') return;
    this.stopped = false;
    this.told = this.parts.health().status;
    await this.say('READY=1', `STATUS=${this.told}`);
    this.watchStatus();
    const interval = watchdogInterval(this.parts.environment);
    if (interval !== undefined) this.feedWatchdog(interval / 2);
  }

  async stopping(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    for (const timer of this.timers.values()) timer.cancel();
    await this.say('STOPPING=1', 'STATUS=stopping');
  }

  /** A blocked event loop doesn't get here; an unreadable database isn't helped by going on: systemd starts us anew. */
  private feedWatchdog(ms: number): void {
    if (this.stopped) return;
    if (this.parts.health().databaseWorks) void this.say('WATCHDOG=1');
    this.timers.set(
      'watchdog',
      this.parts.clock.after(ms, () => this.feedWatchdog(ms)),
    );
  }

  private watchStatus(): void {
    if (this.stopped) return;
    const { status } = this.parts.health();
    if (status !== this.told) void this.say(`STATUS=${status}`);
    this.told = status;
    this.timers.set(
      'status',
      this.parts.clock.after(statusInterval, () => this.watchStatus()),
    );
  }

  private say(...words: string[]): Promise<void> {
    return new Promise((resolve) => {
      // A line break would begin another assignment.
      const lines = words.map((word) => word.replace(/[\u0000-\u001f]/g, ' '));
      execFile('systemd-notify', lines, { timeout: patience, env: { ...this.parts.environment } }, (error) => {
        if (error !== null && !this.failed) {
          this.failed = true;
          this.parts.log.warn(
            `systemd-notify does not work, so systemd is not told how callbackd is: ${error.message}`,
          );
        }
        resolve();
      });
    });
  }
}

/** WatchdogSec= of the unit in ms; undefined when there is none, or it is meant for another process. */
export function watchdogInterval(
  { WATCHDOG_USEC: usec, WATCHDOG_PID: pid }: Readonly<Record<string, string | undefined>>,
  own = process.pid,
): number | undefined {
  if (pid !== undefined && Number(pid) !== own) return undefined;
  const ms = Number(usec) / 1_000;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
