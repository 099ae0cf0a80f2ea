import { pino } from 'pino';
import { systemClock } from '../time/clock.js';
import { Daemon } from './daemon.js';
import type { DaemonParts } from './running.js';
import { ServiceManager } from './service-manager.js';

/** Runs the daemon until SIGTERM or SIGINT. Logs JSON lines to standard output; log levels by LOG_LEVEL. */
export async function runUntilSignal(parts: Omit<DaemonParts, 'clock' | 'log'>): Promise<void> {
  const log = pino({ level: process.env.LOG_LEVEL ?? 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const daemon = new Daemon({ ...parts, clock: systemClock, log });
  const service = new ServiceManager({
    environment: process.env,
    clock: systemClock,
    log,
    health: () => daemon.health,
  });
  await daemon.start();
  const told = service.ready();
  log.info(
    { version: parts.version },
    parts.dryRun ? 'callbackd runs dry: it decides and tells, and dials nobody' : 'callbackd runs',
  );
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name));
  });
  log.info({ signal }, 'stopping; calls that are going on are not hung up');
  await told;
  await Promise.all([service.stopping(), daemon.stop()]);
}
