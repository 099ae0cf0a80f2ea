import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from '../../lib/demo/daemon-process.js';
import type { Attempt, Task } from '../../lib/tasks/task.js';
import { Office, quickRule, type OfficeOptions } from './office.js';

/** Anna and Boris, who are the group sales. */
export const employees = {
  anna: { extension: '1001', agents: ['1001@default'], groups: ['sales'] },
  boris: { extension: '1002', agents: ['1002@default'], groups: ['sales'] },
};

/** A rule that calls back at once, but for what the spec says. */
export function ruleTo(to: unknown, callback: Record<string, unknown> = {}): Record<string, unknown> {
  return { '10-sales.json': { ...quickRule, callback: { ...quickRule.callback, to, ...callback } } };
}

/** An office whose employees have names and groups. A task that waits for a phone is looked at for nothing once an hour. */
export class SalesOffice extends Office {
  constructor({ configuration, ...options }: OfficeOptions = {}) {
    super({ ...options, configuration: { limits: { snooze: ['1h'], settle: '1s' }, ...configuration } });
    writeFileSync(join(this.folder, 'employees.json'), JSON.stringify(employees));
  }

  /** The task waits; resolves to what for. */
  async waits(task: unknown): Promise<unknown> {
    const line = await this.daemon!.until(
      `task ${String(task)} waits`,
      (one: LogLine) => one.msg === 'a due task waits' && one.task === task,
    );
    return line.waitsFor;
  }

  task(id: unknown): Task {
    return this.read((store) => store.task(Number(id)))!;
  }

  attempts(id: unknown): Attempt[] {
    return this.read((store) => store.attempts(Number(id)));
  }

  /** The extensions that each originate rings. */
  get rung(): string[][] {
    return this.freeswitch.record.originates.map((text) => [...text.matchAll(/user\/(\w+)/g)].map(([, user]) => user!));
  }
}
