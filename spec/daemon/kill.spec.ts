import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { HappeningKind } from '../../lib/simulator/record.js';
import type { Attempt, Task } from '../../lib/tasks/task.js';
import { Office, quickRule } from './office.js';

/** Offices that are killed side by side, and how often each: 200 kills in all. */
const offices = 8;
const killsEach = 25;
const clientsEach = 10;

/** Moments worth dying at: beside random times, right after one of these (and a few ms). */
const moments: HappeningKind[] = [
  'clientHangsUp', 'originate', 'joinsQueue', 'phoneRings', 'phoneAnswers', 'promptPlays', 'clientRings', 'clientAnswers', 'talk', 'callEnds',
]; // prettier-ignore

const rule = {
  ...quickRule,
  callback: { ...quickRule.callback, after: { every: '100ms', times: 30 }, expireAfter: '1h' },
};

describe('kill -9', () => {
  const open: Office[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((office) => office.close()));
  });

  it('at 200 random moments loses no task and dials nobody twice for one attempt', async () => {
    const lanes = Array.from({ length: offices }, (_, lane) => new Lane(lane));
    open.push(...lanes.map(({ office }) => office));
    await Promise.all(lanes.map((lane) => lane.run()));
    for (const lane of lanes) lane.judge();
    expect(lanes.reduce((sum, { kills }) => sum + kills, 0)).toBe(offices * killsEach);
  }, 240_000);
});

/** One office whose daemon is killed again and again while clients call. */
class Lane {
  readonly office: Office;
  kills = 0;
  private readonly clients: string[];
  private readonly stubborn: string;

  constructor(private readonly lane: number) {
    this.office = new Office({
      rules: { '10-sales.json': rule },
      configuration: { limits: { snooze: ['1s'], settle: '1s', attempts: 30 }, employees: { queueWait: '60s' } },
    });
    this.clients = Array.from(
      { length: clientsEach },
      (_, index) => `7495123${String(lane)}${String(index).padStart(3, '0')}`,
    );
    this.stubborn = this.clients[0]!;
  }

  async run(): Promise<void> {
    const { freeswitch } = this.office;
    freeswitch.client(this.stubborn).always('busy');
    for (const [index, number] of this.clients.slice(1).entries())
      freeswitch
        .client(number)
        .next(...(index % 3 === 0 ? (['busy', 'noAnswer'] as const) : []))
        .always({ answersAfterMs: 1_000, talksMs: 4_000 });
    freeswitch.phone('1002').next('noAnswer', 'rejects', 'busy', 'noAnswer');
    await this.office.open();
    await this.office.run();
    await Promise.all([this.call(), this.kill()]);
    await this.office.run();
    await this.allReached();
  }

  /** The clients call one after the other and hang up while they wait. */
  private async call(): Promise<void> {
    for (const number of this.clients) {
      this.office.freeswitch.clientCalls({
        number,
        dialled: '74951234567',
        queue: 'sales@default',
        hangUpAfterMs: 2_000,
      });
      await pause(Math.random() * 2_500);
    }
  }

  private async kill(): Promise<void> {
    while (this.kills < killsEach) {
      await (this.kills % 2 === 0 ? pause(Math.random() * 1_500) : this.happening());
      await this.office.daemon!.kill();
      this.kills += 1;
      if (this.kills < killsEach) this.office.spawn();
    }
  }

  /** A few ms after something happens; at the latest after a while. */
  private async happening(): Promise<void> {
    const kind = moments[Math.floor(Math.random() * moments.length)]!;
    await pause(Math.random() * 700);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, 1_500);
      const stop = this.office.freeswitch.on(kind, () => setTimeout(done, Math.random() * 20));
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  }

  /** Without further kills everybody who would answer is reached. */
  private async allReached(): Promise<void> {
    const wanted = new Set(this.clients.slice(1));
    for (const number of this.reached()) wanted.delete(number);
    if (wanted.size === 0) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`never reached: ${[...wanted].join(', ')}\n${this.story([...wanted])}`)),
        90_000,
      );
      const stop = this.office.freeswitch.on('callEnds', () => {
        for (const number of this.reached()) wanted.delete(number);
        if (wanted.size > 0) return;
        clearTimeout(timer);
        stop();
        resolve();
      });
    });
    await pause(200); // the last hangup is still on its way to the daemon
  }

  private reached(): string[] {
    return this.office.freeswitch.record.dialled.filter(({ talkMs }) => talkMs >= 100).map(({ number }) => number);
  }

  /** By the simulator's own record. */
  judge(): void {
    const { dialled } = this.office.freeswitch.record;
    const tasks = this.office.read((store) =>
      store.tasks({}).map((task) => ({ task, attempts: store.attempts(task.id) })),
    );
    const attempts = tasks.flatMap((each) => each.attempts);
    // Nobody is dialled twice for one attempt.
    const legs = dialled.map(({ uuid }) => uuid);
    expect(new Set(legs).size).toBe(legs.length);
    expect(new Set(dialled.map(({ attempt }) => attempt)).size).toBe(dialled.length);
    // Everyone who was dialled is an attempt on disk, and nobody is dialled again after he was reached.
    for (const { uuid } of dialled) expect(attempts.map(({ clientLeg }) => clientLeg)).toContain(uuid);
    for (const number of this.clients.slice(1)) {
      const talks = dialled.filter((leg) => leg.number === number && leg.talkMs >= 100);
      expect([number, talks.length, this.story([number])]).toEqual([number, 1, expect.anything()]);
      const after = dialled.filter((leg) => leg.number === number && leg.at > talks[0]!.at);
      expect([number, after.length]).toEqual([number, 0]);
    }
    // No task is lost.
    expect(tasks.map(({ task }) => task.client).sort()).toEqual(this.clients.map((number) => `+${number}`).sort());
    expect(attempts.filter(({ outcome }) => outcome === 'unknown').length).toBeLessThanOrEqual(this.kills);
    this.compare(tasks);
  }

  private compare(tasks: readonly { task: Task; attempts: Attempt[] }[]): void {
    for (const { task, attempts } of tasks) {
      if (task.client === `+${this.stubborn}`) continue;
      expect([this.lane, task.client, task.state, attempts.at(-1)?.outcome]).toEqual([
        this.lane,
        task.client,
        'reached',
        'reached',
      ]);
    }
  }

  private story(numbers: readonly string[]): string {
    return this.office.read((store) =>
      numbers
        .map((number) => {
          const task = store.tasks({}).find(({ client }) => client === `+${number}`);
          return JSON.stringify({ number, task, attempts: task && store.attempts(task.id) });
        })
        .join('\n'),
    );
  }
}
