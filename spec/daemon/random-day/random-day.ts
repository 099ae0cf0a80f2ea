import { loadConfiguration, type Configuration } from '../../../lib/config/configuration.js';
import type { ClientReaction, PhoneReaction } from '../../../lib/simulator/people.js';
import { SimulatedFreeswitch } from '../../../lib/simulator/simulated-freeswitch.js';
import { openDatabase } from '../../../lib/store/database.js';
import { SqliteStore } from '../../../lib/store/sqlite-store.js';
import type { Task } from '../../../lib/tasks/task.js';
import type { Instant } from '../../../lib/time/clock.js';
import { AdminFiles, extensions, mobile } from './admin-files.js';
import { Callbackd } from './callbackd.js';
import { Dice } from './dice.js';
import { HandClock } from './hand-clock.js';
import { Judge } from './judge.js';
import type { Deliveries } from './near-link.js';
import { Truth } from './truth.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const clients = Array.from({ length: 9 }, (_, index) => `7495123000${index}`);
const queues = ['sales@default', 'support@default'];

/** One random day in an office: calls, people who come and go, failures, and an admin who edits. */
export class RandomDay {
  readonly judge: Judge;
  /** What happened, for the one who looks for a fault. */
  readonly story: string[] = [];
  private readonly dice: Dice;
  private readonly clock: HandClock;
  private readonly deliveries: Deliveries = [];
  private readonly freeswitch: SimulatedFreeswitch;
  private readonly configuration: Configuration;
  private readonly store: SqliteStore;
  private readonly files: AdminFiles;
  private readonly truth: Truth;
  private callbackd: Callbackd;
  private alive = true;
  private switchedOn = true;
  private linkedSince: Instant | undefined;
  private gatewayWorks = true;
  private day = true;

  constructor(
    seed: number,
    folder: string,
    private readonly told: boolean = false,
  ) {
    this.dice = new Dice(seed);
    this.clock = new HandClock(Date.UTC(2026, this.dice.from(0, 11), this.dice.from(1, 28), 0, 0, 0));
    this.files = new AdminFiles(folder, this.dice);
    const { configuration, problems } = loadConfiguration(this.files.configuration);
    if (configuration === undefined) throw new Error(JSON.stringify(problems));
    this.configuration = configuration;
    this.store = new SqliteStore(openDatabase(':memory:'), ':memory:');
    this.freeswitch = new SimulatedFreeswitch({
      clock: this.clock,
      queues: [{ name: 'sales@default', maxWaitMs: 90_000 }, { name: 'support@default' }],
      agents: extensions.map((extension) => ({ name: `${extension}@default`, queues: ['support@default'] })),
    });
    this.freeswitch.extension('600', { rings: '1002', timeoutMs: 20_000 });
    this.freeswitch.phone(mobile);
    this.truth = new Truth(() => this.linkedSince);
    this.judge = new Judge({
      freeswitch: this.freeswitch,
      store: this.store,
      configuration,
      truth: this.truth,
      now: () => this.clock.now(),
      book: () => this.callbackd.running.book,
      isSwitchedOn: () => this.switchedOn,
      linkedSince: () => this.linkedSince,
    });
    this.freeswitch.inside.subscribe((event) => {
      this.judge.take(event);
      this.truth.take(event, this.clock.now());
    });
    if (told) this.freeswitch.on('all', ({ text }) => this.tell(text));
    this.callbackd = this.newCallbackd();
  }

  get dialled(): number {
    return this.freeswitch.record.dialled.length;
  }

  get tasks(): Task[] {
    return this.store.tasks({ limit: 100_000 });
  }

  async live(): Promise<void> {
    const midnight = this.clock.now();
    this.birth();
    await this.settle();
    const deeds: [number, () => void][] = [
      [this.dice.from(10, 45), () => this.clientCalls()],
      [this.dice.chance(0.4) ? 1 : 0, () => this.rush()],
      [this.dice.from(0, 4), () => this.employeeCalls()],
      [this.dice.from(4, 25), () => this.someoneChanges()],
      [this.dice.from(0, 3), () => this.callbackdDies()],
      [this.dice.from(0, 2), () => this.linkBreaks()],
      [this.dice.chance(0.3) ? 1 : 0, () => this.freeswitchDies()],
      [this.dice.from(0, 2), () => this.gatewayFails()],
      [this.dice.from(0, 2), () => this.switchedOff()],
      [this.dice.from(0, 4), () => this.rulesEdited()],
      [this.dice.from(0, 3), () => this.adminActs()],
    ];
    for (const [times, deed] of deeds)
      for (let count = 0; count < times; count += 1) this.clock.after(this.momentOfDay(), deed);
    await this.until(midnight + day);
    await this.windDown();
  }

  close(): void {
    this.callbackd.kill();
    this.store.close();
  }

  /** Most of it within three hours, so that limits are reached. */
  private momentOfDay(): number {
    return this.dice.chance(0.7) ? 8 * hour + this.dice.from(0, 3 * hour) : this.dice.from(0, day);
  }

  /** Everybody is there and answers, nothing fails any more: what is open must come to its end. */
  private async windDown(): Promise<void> {
    this.day = false;
    this.gatewayWorks = true;
    if (!this.alive) this.birth();
    await this.settle();
    if (this.callbackd.link.state !== 'up') this.linkUp();
    await this.settle();
    this.turn(true);
    for (const extension of extensions) {
      this.freeswitch.phoneComes(extension);
      this.freeswitch.phone(extension).always({ answersAfterMs: 2000, hangsUpAfterMs: 120_000 });
      this.freeswitch.setAgentStatus(`${extension}@default`, 'Available');
    }
    this.freeswitch.phone(mobile).always({ answersAfterMs: 2000, hangsUpAfterMs: 120_000 });
    for (const client of clients) this.freeswitch.client(client).always({ answersAfterMs: 3000, talksMs: 40_000 });
    for (let days = 0; days < 20; days += 1) {
      await this.until(this.clock.now() + 12 * hour);
      // Files that are gone are looked at when their grace is over.
      if (this.callbackd.running.keeper.nextDeletionAt !== undefined) this.callbackd.reload();
      await this.settle();
      if (this.tasks.every(({ state }) => state !== 'waiting' && state !== 'calling')) break;
    }
    await this.until(this.clock.now() + 10 * minute);
    this.judge.atTheEnd();
  }

  private async until(end: Instant): Promise<void> {
    await this.settle();
    while (this.clock.step(end)) await this.settle();
    await this.settle();
  }

  /** What was sent is read, in its order, and everybody has done what he does at once. */
  private async settle(): Promise<void> {
    do {
      for (let read = this.deliveries.shift(); read !== undefined; read = this.deliveries.shift()) read();
      await new Promise(setImmediate);
    } while (this.deliveries.length > 0);
  }

  private newCallbackd(): Callbackd {
    return new Callbackd(
      this.configuration,
      this.store,
      this.freeswitch,
      this.clock,
      this.deliveries,
      (command) => {
        this.tell(command);
        this.judge.originate(command);
        if (this.day && this.dice.chance(0.2)) this.meddle(command);
      },
      (line) => this.tell(line.trim()),
    );
  }

  private birth(): void {
    this.callbackd = this.newCallbackd();
    this.alive = true;
    this.callbackd.start();
    this.linkedSince = this.clock.now();
    this.tell('callbackd starts');
  }

  private callbackdDies(): void {
    if (!this.alive) return;
    this.tell('callbackd is killed');
    this.callbackd.kill();
    this.alive = false;
    this.linkedSince = undefined;
    this.clock.after(this.dice.pick([0, 500, 5000, 2 * minute, 20 * minute]), () => {
      if (!this.alive) this.birth();
    });
  }

  private linkBreaks(): void {
    if (!this.alive || this.callbackd.link.state !== 'up') return;
    this.tell('the link breaks');
    this.linkedSince = undefined;
    this.callbackd.link.break();
    const { link } = this.callbackd;
    this.clock.after(this.dice.pick([1000, 10_000, 5 * minute]), () => {
      if (this.alive && this.callbackd.link === link && link.state !== 'up') this.linkUp();
    });
  }

  private linkUp(): void {
    this.tell('the link is up');
    this.callbackd.link.start();
    this.linkedSince = this.clock.now();
  }

  private freeswitchDies(): void {
    this.linkBreaks();
    this.tell('FreeSWITCH is killed');
    this.truth.crash();
    void this.freeswitch.kill();
  }

  private clientCalls(number = this.dice.pick(clients)): void {
    const { dice } = this;
    if (this.truth.onTheLine(number) || this.isCalledBack(number)) return;
    const call = {
      number,
      dialled: dice.pick(['74951234567', '74951234568']),
      hangUpAfterMs: dice.from(2, 120) * 1000,
      talksMs: dice.pick([2000, minute, 5 * minute]),
    };
    const uuid = dice.chance(0.7)
      ? this.freeswitch.clientCalls({ ...call, queue: dice.pick(queues) })
      : this.freeswitch.directCall({ ...call, extension: dice.pick(extensions), timeoutMs: 15_000 });
    if (this.freeswitch.liveLegs.some((leg) => leg.uuid === uuid)) this.truth.calls(uuid, number);
    else this.truth.mayBeCalled(number);
    // Who was not lucky tries again soon.
    if (this.day && dice.chance(0.3)) this.clock.after(dice.from(5, 200) * 1000, () => this.clientCalls(number));
  }

  /** Many at once: more callbacks are due than may go on together. */
  private rush(): void {
    for (const number of clients) this.clock.after(this.dice.from(0, 20_000), () => this.clientCalls(number));
  }

  /** Something happens in the middle of a callback. */
  private meddle(command: string): void {
    const { dice } = this;
    const client = /callbackd_client_number=(\d+)/.exec(command)?.[1] ?? '';
    const deed = dice.pick([
      () => this.switchedOff(),
      () => this.clientCalls(client),
      () => this.employeeCalls(client),
      () => this.callbackdDies(),
      () => this.linkBreaks(),
      () => this.rulesEdited(),
      () => this.adminActs(client),
    ]);
    this.clock.after(dice.from(0, 15_000), deed);
  }

  private employeeCalls(number = this.dice.pick(clients)): void {
    const { dice } = this;
    if (this.truth.onTheLine(number) || this.isCalledBack(number)) return;
    const { client } = this.freeswitch.employeeCalls({
      extension: dice.pick(extensions),
      number,
      ...(dice.chance(0.7) && { answersAfterMs: 4000 }),
      talksMs: dice.pick([1000, 2 * minute]),
    });
    this.truth.isCalled(client, number);
  }

  /** His phone rings or talks by a callback. */
  private isCalledBack(number: string): boolean {
    return this.freeswitch.liveLegs.some(({ name }) => name === `sofia/external/${number}`);
  }

  private someoneChanges(): void {
    const { dice, freeswitch } = this;
    const extension = dice.pick(extensions);
    dice.pick([
      () => freeswitch.phoneComes(extension),
      () => freeswitch.phoneComes(extension),
      () => freeswitch.phoneGoes(extension, dice.pick(['unregister', 'expire'])),
      () => freeswitch.phone(dice.pick([extension, mobile])).always(this.phoneReaction()),
      () => freeswitch.phone(extension).always(this.phoneReaction()),
      () =>
        freeswitch.setAgentStatus(
          `${extension}@default`,
          dice.pick(['Available', 'Available', 'Logged Out', 'On Break']),
        ),
      () => this.clientChanges(dice.pick(clients)),
      () => this.clientChanges(dice.pick(clients)),
    ])();
  }

  private phoneReaction(): PhoneReaction {
    const { dice } = this;
    return dice.pick<PhoneReaction>([
      dice.pick(['rejects', 'busy', 'noAnswer', 'noAnswer', 'dead']),
      'noAnswer',
      { rejectsAfterMs: dice.from(1, 9) * 1000 },
      { answersAfterMs: 1000, acceptsAfterMs: dice.pick(['never', 3000]) },
      { answersAfterMs: 3000 },
      { answersAfterMs: dice.from(1, 15) * 1000, hangsUpAfterMs: dice.pick([1000, 6000, 10 * minute]) },
      { answersAfterMs: 2000, afterwards: dice.pick(['1', '2', '9']), hangsUpAfterMs: 10 * minute },
    ]);
  }

  private clientChanges(client: string): void {
    const { dice } = this;
    const reaction = dice.pick<ClientReaction>([
      'rejects',
      'busy',
      'noAnswer',
      'unallocated',
      { answersAfterMs: dice.from(1, 20) * 1000, talksMs: dice.pick([1000, 10_000, minute]) },
      { answersAfterMs: 3000, talksMs: 3 * minute },
    ]);
    if (this.gatewayWorks) this.freeswitch.client(client).always(reaction);
  }

  private gatewayFails(): void {
    const { dice } = this;
    this.tell('the gateway fails');
    this.gatewayWorks = false;
    const how = dice.pick(['gatewayDown', 'temporaryFailure', 'invalidGateway'] as const);
    for (const client of clients) this.freeswitch.client(client).always(how);
    this.clock.after(dice.pick([minute, 10 * minute, hour]), () => {
      this.gatewayWorks = true;
      for (const client of clients) this.clientChanges(client);
    });
  }

  private switchedOff(): void {
    if (!this.alive || !this.switchedOn) return;
    this.turn(false);
    this.clock.after(this.dice.pick([minute, hour, 5 * hour]), () => this.turn(true));
  }

  private turn(on: boolean): void {
    // The CLI would do it on the database.
    if (!this.alive) return void this.clock.after(minute, () => this.turn(on));
    this.tell(on ? 'switched on' : 'switched off');
    this.switchedOn = on;
    this.callbackd.ask('switch.turn', { on });
  }

  private rulesEdited(): void {
    this.files.edit();
    this.tell('the rules are edited');
    // Now, and when the grace of a missing file is over.
    for (const ms of [0, 1500, hour + 1500])
      this.clock.after(ms, () => {
        if (this.alive) this.callbackd.reload();
      });
  }

  private adminActs(client = this.dice.pick(clients)): void {
    if (!this.alive) return;
    const { dice } = this;
    const now = this.clock.now();
    const task = dice.pick(this.tasks.length === 0 ? [undefined] : this.tasks);
    dice.pick([
      () => {
        if (task === undefined) return;
        this.callbackd.ask('tasks.cancel', { id: task.id });
        const after = this.store.task(task.id);
        if (after?.reason === 'cancelled by admin' && this.store.openTaskOf(task.client) === undefined)
          this.truth.isDone(digits(task.client), now, 'cancelled');
      },
      () => {
        if (task === undefined) return;
        this.wants(digits(task.client), () =>
          this.callbackd.ask('tasks.retry', { id: task.id, atOnce: dice.chance(0.5) }),
        );
      },
      () => {
        this.callbackd.ask('blacklist.add', { entries: [{ pattern: `+${client}` }] });
        this.truth.blacklist(client, now);
      },
      () => {
        const rule = this.callbackd.running.book.rules[0]?.id;
        if (rule === undefined) return;
        this.wants(client, () => this.callbackd.ask('tasks.add', { wanted: { number: `+${client}`, rule } }));
      },
    ])();
  }

  /** The admin has him called back; it may begin while he asks. */
  private wants(client: string, ask: () => unknown): void {
    const before = this.truth.whyNot(client);
    this.truth.mayBeCalled(client);
    ask();
    if (before !== undefined && this.store.openTaskOf(`+${client}`) === undefined)
      this.truth.isDone(client, before.at, before.why);
  }

  private tell(what: string): void {
    if (this.told) this.story.push(`${new Date(this.clock.now()).toISOString()} ${what}`);
  }
}

const digits = (e164: string): string => e164.replace(/^\+/, '');
