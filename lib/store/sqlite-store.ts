import type { Database } from 'better-sqlite3';
import type { EndedCall } from '../calls/call.js';
import type { BlacklistEntry } from '../tasks/blacklist-store.js';
import type {
  CallDecision,
  CallFilter,
  CallRecord,
  JournalEntry,
  Removed,
  UnansweredClient,
} from '../tasks/journal-store.js';
import type { AttemptEnd, TaskFilter, TaskStore } from '../tasks/store.js';
import type { Attempt, Task, TaskState } from '../tasks/task.js';
import type { Instant } from '../time/clock.js';
import { AttemptTable } from './attempt-table.js';
import { BlacklistTable } from './blacklist-table.js';
import { CallTable } from './call-table.js';
import { ClientTable } from './client-table.js';
import { asStorageProblem, StorageProblem } from './problem.js';
import { TaskTable } from './task-table.js';

/** The store on SQLite. Write transactions are IMMEDIATE: a deferred one that reads first fails when another writes. */
export class SqliteStore implements TaskStore {
  private readonly callTable: CallTable;
  private readonly taskTable: TaskTable;
  private readonly attemptTable: AttemptTable;
  private readonly clients: ClientTable;
  private readonly blacklistTable: BlacklistTable;
  private readonly facts;

  constructor(
    private readonly database: Database,
    private readonly file: string,
  ) {
    this.callTable = this.guard(() => new CallTable(database));
    this.taskTable = this.guard(() => new TaskTable(database));
    this.attemptTable = this.guard(() => new AttemptTable(database));
    this.clients = this.guard(() => new ClientTable(database));
    this.blacklistTable = this.guard(() => new BlacklistTable(database));
    this.facts = {
      put: database.prepare<[string, string]>(
        'INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      ),
      get: database.prepare<[string], { value: string }>('SELECT value FROM facts WHERE key = ?'),
    };
  }

  takeCall(
    call: EndedCall,
    decision: CallDecision,
    client: string | undefined,
    change: (open: Task | undefined) => Omit<Task, 'id'> | Task | undefined,
  ): { task: Task | undefined } | undefined {
    return this.write(() => {
      const inserted = this.callTable.insert(call, decision, client);
      if (inserted === undefined) return undefined;
      this.noteCall(inserted.caller, call, decision);
      const open = client === undefined ? undefined : this.taskTable.openOf(client);
      const changed = change(open);
      if (changed === undefined) return { task: undefined };
      const task = this.keep('id' in changed ? changed : this.taskTable.insert(changed));
      this.callTable.join(call.call, task.id);
      return { task };
    });
  }

  completeCall(call: EndedCall): void {
    this.write(() => this.callTable.complete(call));
  }

  knowsCall(uuid: string): boolean {
    return this.guard(() => this.callTable.knows(uuid));
  }

  callOf(uuid: string): CallRecord | undefined {
    return this.guard(() => this.callTable.byUuid(uuid));
  }

  countLosses(client: string, since: Instant): number {
    return this.guard(() => this.callTable.countLosses(client, since));
  }

  task(id: number): Task | undefined {
    return this.guard(() => this.taskTable.byId(id));
  }

  openTaskOf(client: string): Task | undefined {
    return this.guard(() => this.taskTable.openOf(client));
  }

  tasks(filter: TaskFilter): Task[] {
    return this.guard(() => this.taskTable.filtered(filter));
  }

  latestTaskOf(client: string): Task | undefined {
    return this.guard(() => this.taskTable.latestOf(client));
  }

  countTasks(): Record<TaskState, number> {
    return this.guard(() => this.taskTable.count());
  }

  due(now: Instant, fullRules: readonly string[], limit: number, passedOver?: readonly number[]): Task[] {
    return this.guard(() => this.taskTable.due(now, fullRules, limit, passedOver));
  }

  nextDue(fullRules: readonly string[], passedOver?: readonly number[]): Instant | undefined {
    return this.guard(() => this.taskTable.nextDue(fullRules, passedOver));
  }

  noteWaits(waits: ReadonlyMap<number, string | undefined>): void {
    this.write(() => this.taskTable.noteWaits(waits));
  }

  nextExpiry(): Instant | undefined {
    return this.guard(() => this.taskTable.nextExpiry());
  }

  expired(now: Instant): Task[] {
    return this.guard(() => this.taskTable.expired(now));
  }

  openTasksByRule(): ReadonlyMap<string, number> {
    return this.guard(() => this.taskTable.openByRule());
  }

  lastMatch(rule: string): Instant | undefined {
    return this.guard(() => this.callTable.lastMatch(rule));
  }

  orderRules(order: readonly { rule: string; order: number }[]): void {
    this.write(() => this.taskTable.orderRules(order));
  }

  saveTask(task: Task): void {
    this.write(() => this.keep(task));
  }

  claim(task: number, attempt: Omit<Attempt, 'id' | 'number' | 'task'>): Attempt | undefined {
    return this.write(() => {
      const waiting = this.taskTable.byId(task);
      if (waiting?.state !== 'waiting') return undefined;
      delete waiting.waitsFor;
      this.taskTable.update({ ...waiting, state: 'calling' });
      return this.attemptTable.insert({ ...attempt, task });
    });
  }

  endAttempt(attempt: number, end: AttemptEnd, next: (task: Task) => Task): boolean {
    return this.write(() => {
      const ended = this.attemptTable.end(attempt, end);
      if (ended === undefined) return false;
      const task = this.taskTable.byId(ended.task);
      if (task !== undefined) this.keep(next(task));
      return true;
    });
  }

  countOpenAttempts(): number {
    return this.guard(() => this.attemptTable.countOpen());
  }

  openAttempts(): Attempt[] {
    return this.guard(() => this.attemptTable.open());
  }

  dialledAt(nth: number, client?: string): Instant | undefined {
    return this.guard(() => this.attemptTable.dialledAt(nth, client));
  }

  attempts(task: number): Attempt[] {
    return this.guard(() => this.attemptTable.ofTask(task));
  }

  lastAttempts(limit: number): (Attempt & { client: string })[] {
    return this.guard(() => this.attemptTable.last(limit));
  }

  calls(filter: CallFilter): JournalEntry[] {
    return this.guard(() => this.callTable.filtered(filter));
  }

  callById(id: number): JournalEntry | undefined {
    return this.guard(() => this.callTable.byId(id));
  }

  unanswered({ now, since = 0, limit = 1_000 }: { now: Instant; since?: Instant; limit?: number }): UnansweredClient[] {
    return this.guard(() =>
      this.clients.unanswered(now, since, limit).flatMap(({ client, talkedAt }): UnansweredClient[] => {
        const call = this.callTable.latestLoss(client);
        if (call === undefined) return [];
        const losses = this.callTable.countLossesAfter(client, talkedAt);
        return [{ client, call, losses, ...(talkedAt > 0 && { talkedAt }) }];
      }),
    );
  }

  countUnanswered(now: Instant): number {
    return this.guard(() => this.clients.countUnanswered(now));
  }

  noteTalk(client: string, at: Instant): void {
    this.write(() => this.clients.talked(client, at));
  }

  lastTalk(client: string): Instant | undefined {
    return this.guard(() => this.clients.talkedAt(client));
  }

  forget(clients: readonly string[], now: Instant): Removed | undefined {
    const removed = this.remove(clients, now);
    // The write-ahead log holds what was there before: it is emptied too.
    this.guard(() => this.database.pragma('wal_checkpoint(TRUNCATE)'));
    return removed;
  }

  prune(before: Instant, limit: number): Removed {
    return this.write(() => {
      const tasks = this.taskTable.old(before, limit);
      const attempts = tasks.reduce((sum, id) => sum + this.removeTask(id), 0);
      const calls = this.callTable.prune(before, limit);
      this.clients.prune(before);
      this.blacklistTable.prune(before);
      return { calls, tasks: tasks.length, attempts };
    });
  }

  blacklist(entries: readonly BlacklistEntry[]): void {
    this.write(() => {
      for (const entry of entries) this.blacklistTable.put(entry);
    });
  }

  unblacklist(pattern: string): boolean {
    return this.write(() => this.blacklistTable.remove(pattern));
  }

  blacklistEntries(now: Instant): BlacklistEntry[] {
    return this.guard(() => this.blacklistTable.all(now));
  }

  blacklistEntryOf(numbers: readonly string[], now: Instant): BlacklistEntry | undefined {
    return this.guard(() => this.blacklistTable.of(numbers, now));
  }

  remember(key: string, value: string): void {
    this.write(() => this.facts.put.run(key, value));
  }

  recall(key: string): string | undefined {
    return this.guard(() => this.facts.get.get(key)?.value);
  }

  /** False when not even a read works. A database that is only locked for a while does. */
  answers(): boolean {
    try {
      this.recall('seenUntil');
      return true;
    } catch (error) {
      return error instanceof StorageProblem && error.kind === 'locked';
    }
  }

  close(): void {
    this.database.close();
  }

  /** Keeps a task as it is now; one that was reached tells when somebody talked with its client. */
  private keep(task: Task): Task {
    this.taskTable.update(task);
    if (task.state === 'reached') this.clients.talked(task.client, talkOf(task));
    return task;
  }

  private noteCall(caller: string | null, call: EndedCall, decision: CallDecision): void {
    if (caller === null) return;
    if (call.outcome === 'answered') this.clients.talked(caller, call.endedAt);
    else if (decision.blacklisted === undefined) this.clients.lost(caller, call.endedAt);
  }

  private remove(clients: readonly string[], now: Instant): Removed | undefined {
    return this.write(() => {
      const tasks = clients.flatMap((client) => this.taskTable.idsOf(client));
      const inFlight = new Set(this.attemptTable.open().map(({ task }) => task));
      if (tasks.some(({ id }) => inFlight.has(id))) return undefined;
      const attempts = tasks.reduce((sum, { id }) => sum + this.removeTask(id), 0);
      const calls = clients.reduce((sum, client) => sum + this.callTable.forget(client, now), 0);
      for (const client of clients) this.clients.forget(client);
      return { calls, tasks: tasks.length, attempts };
    });
  }

  /** Returns how many attempts it had. */
  private removeTask(id: number): number {
    this.callTable.leave(id);
    const attempts = this.attemptTable.delete(id);
    this.taskTable.delete(id);
    return attempts;
  }

  private write<T>(work: () => T): T {
    return this.guard(() => this.database.transaction(work).immediate());
  }

  /** Errors of SQLite come out as StorageProblem. */
  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStorageProblem(error, this.file);
    }
  }
}

/** A callback ended with the conversation; otherwise a conversation was seen at or after the latest loss, perhaps long before the task was closed. */
function talkOf({ reason, closedAt, lostAt }: Task): Instant {
  return reason === 'reached by callback' && closedAt !== undefined ? closedAt : lostAt;
}
