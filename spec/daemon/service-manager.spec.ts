import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ServiceManager, watchdogInterval, type Health } from '../../lib/daemon/service-manager.js';
import { ManualClock } from '../../lib/time/clock.js';
import { Office } from './office.js';
import { ServiceSocket } from './service-socket.js';

let systemd: ServiceSocket;
let health: Health;
let warnings: string[];
let clock: ManualClock;

beforeEach(async () => {
  systemd = await new ServiceSocket().listen();
  health = { status: 'link to FreeSWITCH is up', databaseWorks: true };
  warnings = [];
  clock = new ManualClock(0);
});
afterEach(() => systemd.close());

function manager(environment: Record<string, string>): ServiceManager {
  const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(line) });
  return new ServiceManager({ environment, clock, log, health: () => health });
}

describe('the service manager', () => {
  it('hears that the daemon is ready, how its link is, and that it stops', async () => {
    const service = manager(systemd.environment());
    await service.ready();
    await systemd.until('STATUS=link to FreeSWITCH is up');
    health.status = 'no link to FreeSWITCH: it is\nstopped';
    clock.advance(5_000);
    await systemd.until('STATUS=no link');
    await service.stopping();
    await systemd.until('STOPPING=1');
    expect(systemd.heard).toEqual([
      'READY=1', 'STATUS=link to FreeSWITCH is up', 'STATUS=no link to FreeSWITCH: it is stopped', 'STOPPING=1', 'STATUS=stopping',
    ]); // prettier-ignore
    expect(warnings).toEqual([]);
  });

  it('is fed at half the interval, and not while the database cannot be read', async () => {
    const service = manager(systemd.environment(60_000));
    await service.ready();
    await systemd.until('WATCHDOG=1');
    clock.advance(30_000);
    await systemd.until('WATCHDOG=1', 2);
    health = { status: 'the database is damaged', databaseWorks: false };
    clock.advance(120_000);
    await systemd.until('STATUS=the database is damaged');
    health.databaseWorks = true;
    clock.advance(30_000);
    await systemd.until('WATCHDOG=1', 3);
    await service.stopping();
    await systemd.until('STOPPING=1');
    clock.advance(120_000);
    expect(systemd.heard.filter((each) => each === 'WATCHDOG=1')).toHaveLength(3);
  });

  it('is told nothing when there is none', async () => {
    const service = manager({ ...systemd.environment(60_000), NOTIFY_SOCKET: '' });
    await service.ready();
    clock.advance(120_000);
    await service.stopping();
    expect([systemd.heard, warnings]).toEqual([[], []]);
  });

  it('is not missed: without systemd-notify there is one warning, and all goes on', async () => {
    const service = manager({ ...systemd.environment(60_000), PATH: '/nonexistent' });
    await service.ready();
    clock.advance(60_000);
    await service.stopping();
    expect(warnings).toEqual([expect.stringContaining('systemd-notify does not work')]);
  });

  it('asks for the watchdog of this process only', () => {
    expect(watchdogInterval({ WATCHDOG_USEC: '60000000' }, 7)).toBe(60_000);
    expect(watchdogInterval({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '7' }, 7)).toBe(60_000);
    expect(watchdogInterval({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '8' }, 7)).toBeUndefined();
    for (const usec of [undefined, '', '0', 'soon'])
      expect(watchdogInterval({ WATCHDOG_USEC: usec }, 7)).toBeUndefined();
  });

  it('hears all of it from the real daemon', async () => {
    const office = new Office();
    const { PATH } = process.env;
    Object.assign(process.env, systemd.environment(600));
    try {
      await office.open();
      await office.run();
      await systemd.until('READY=1');
      await systemd.until('STATUS=link to FreeSWITCH is up');
      await systemd.until('WATCHDOG=1', 3);
      await office.daemon?.stop();
      await systemd.until('STOPPING=1');
    } finally {
      delete process.env.NOTIFY_SOCKET;
      delete process.env.WATCHDOG_USEC;
      process.env.PATH = PATH;
      await office.close();
    }
  });
});
