import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askDaemon } from '../../lib/cli/control-client.js';
import type { LogLine } from '../../lib/demo/daemon-process.js';
import type { Status } from '../../lib/tasks/status.js';
import type { Attempt, Task } from '../../lib/tasks/task.js';
import { Office, quickRule, type OfficeOptions } from './office.js';

/** A rule that calls back from the queue, at once and often, but for what the spec says. */
export function rule(callback: Record<string, unknown> = {}, others: Record<string, unknown> = {}): object {
  return { ...quickRule, ...others, callback: { ...quickRule.callback, ...callback } };
}

/** Nobody is called back within the spec. */
export const late = { after: ['1h'] };

/** A client of the office by a small number. */
export function clientNumber(count: number): string {
  return `7495123${String(count).padStart(4, '0')}`;
}

/** Schedules that are open, or closed, for hours before and after the spec. */
export const alwaysOpen = { timezone: 'UTC', weekly: { 'mon-sun': ['00:00-24:00'] } };
export const closedNow = (): object => ({ timezone: 'UTC', weekly: { 'mon-sun': [window(2, 3)] } });
export const openNow = (): object => ({ timezone: 'UTC', weekly: { 'mon-sun': [window(-2, 2)] } });

/** Open for an hour before and after that time, hours from now. */
export const windowAround = (hours: number): object => ({
  timezone: 'UTC',
  weekly: { 'mon-sun': [window(hours - 1, hours + 1)] },
});

/** So many hours from now to so many, as an admin writes it; it may go over midnight. */
function window(from: number, to: number): string {
  const clock = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  return `${clock(from)}-${clock(to)}`;
}

/** The rule of the clients by whom it is seen that something else did not happen until then. */
const markerRule = rule({}, { name: 'Marker', lostAt: 'queue:marker@default' });

export interface AdminOfficeOptions extends OfficeOptions {
  schedules?: Record<string, unknown>;
}

/** An office whose admin edits his files while the daemon runs. */
export class AdminOffice extends Office {
  readonly rulesDir = join(this.folder, 'rules');
  private markers = 9_000;

  constructor({ schedules, rules, simulation, configuration, ...options }: AdminOfficeOptions = {}) {
    const queues = ['sales', 'office', 'marker'].map((name) => ({ name: `${name}@default` }));
    super({
      ...options,
      rules: { '90-marker.json': markerRule, ...(rules ?? { '10-sales.json': rule() }) },
      simulation: { queues, ...simulation },
      configuration: { rules: { deleteGrace: '1h' }, ...configuration },
    });
    if (schedules !== undefined) this.schedules(schedules);
  }

  /** Writes a file of the rules folder: a rule, or any text. */
  rule(name: string, content: unknown): void {
    mkdirSync(this.rulesDir, { recursive: true });
    writeFileSync(join(this.rulesDir, name), typeof content === 'string' ? content : JSON.stringify(content));
  }

  remove(name: string): void {
    rmSync(join(this.rulesDir, name));
  }

  schedules(content: unknown): void {
    writeFileSync(join(this.folder, 'schedules.json'), typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** The first log line from now on that fits. */
  next(what: string, fits: (line: LogLine) => boolean): Promise<LogLine> {
    const old = new Set(this.log);
    return this.daemon!.until(what, (line) => !old.has(line) && fits(line));
  }

  /** Edits files; resolves when the daemon has noticed, to how long that took, ms. */
  async edit(edits: () => void): Promise<number> {
    const read = this.next('the rules are read again', ({ msg }) => msg === 'the rules were read again');
    read.catch(() => undefined); // awaited below, unless the edits fail
    edits();
    const at = Date.now();
    await read;
    return Date.now() - at;
  }

  /** @throws when no daemon listens. */
  async ask<T>(what: string, request: Record<string, unknown> = {}): Promise<T> {
    const answer = await askDaemon<T>(this.socket, { do: what, ...request });
    if (answer === undefined) throw new Error('no daemon listens');
    return answer.ok;
  }

  async problems(): Promise<string> {
    return (await this.ask<Status>('status')).problems.join('\n');
  }

  /** Another client is lost and called back to the end: whatever was to happen at once has happened by then. */
  async marker(): Promise<void> {
    const { task } = await this.lose(clientNumber(this.markers++), 100, 'marker@default');
    await this.attemptEnds(task);
  }

  task(id: unknown): Task {
    return this.read((store) => store.task(Number(id)))!;
  }

  attempts(id: unknown): Attempt[] {
    return this.read((store) => store.attempts(Number(id)));
  }

  /** How often the client's phone was rung. */
  dialled(number: string): number {
    return this.freeswitch.record.dialled.filter((leg) => leg.number === number).length;
  }
}

/** Does something in an office that is open and whose daemon runs; closes it afterwards. */
export async function inOffice(
  options: AdminOfficeOptions,
  work: (office: AdminOffice) => Promise<void>,
): Promise<void> {
  const office = new AdminOffice(options);
  try {
    await office.open();
    await office.run();
    await work(office);
  } finally {
    await office.close();
  }
}
