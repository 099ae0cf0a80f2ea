import type { Database } from 'better-sqlite3';
import type { EndedCall } from '../calls/call.js';
import type { AttemptEnd, CallDecision, CallRecord, TaskFilter, TaskStore } from '../tasks/store.js';
import type { Attempt, Task, TaskState } from '../tasks/task.js';
import type { Instant } from '../time/clock.js';
import { AttemptTable } from './attempt-table.js';
import { CallTable } from './call-table.js';
import { asStorageProblem } from './problem.js';
import { TaskTable } from './task-table.js';

/** The store on SQLite. Write transactions are IMMEDIATE: a deferred one that reads first fails when another writes. */
export class SqliteStore implements TaskStore {
  private readonly calls: CallTable;
  private readonly taskTable: TaskTable;
  private readonly attemptTable: AttemptTable;
  private readonly facts;

  constructor(
    private readonly database: Database,
    private readonly file: string,
  ) {
    this.calls = this.guard(() => new CallTable(database));
    this.taskTable = this.guard(() => new TaskTable(database));
    this.attemptTable = this.guard(() => new AttemptTable(database));
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
      if (!this.calls.insert(call, decision, client)) return undefined;
      const open = client === undefined ? undefined : this.taskTable.openOf(client);
      const changed = change(open);
      if (changed === undefined) return { task: undefined };
      const task = 'id' in changed ? this.updated(changed) : this.taskTable.insert(changed);
      this.calls.join(call.call, task.id);
      return { task };
    });
  }

  completeCall(call: EndedCall): void {
    this.write(() => this.calls.complete(call));
  }

  knowsCall(uuid: string): boolean {
    return this.callOf(uuid) !== undefined;
  }

  callOf(uuid: string): CallRecord | undefined {
    return this.guard(() => this.calls.byUuid(uuid));
  }

  countLosses(client: string, since: Instant): number {
    return this.guard(() => this.calls.countLosses(client, since));
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

  countTasks(): Record<TaskState, number> {
    return this.guard(() => this.taskTable.count());
  }

  due(now: Instant, fullRules: readonly string[], limit: number): Task[] {
    return this.guard(() => this.taskTable.due(now, fullRules, limit));
  }

  nextDue(fullRules: readonly string[]): Instant | undefined {
    return this.guard(() => this.taskTable.nextDue(fullRules));
  }

  expired(now: Instant): Task[] {
    return this.guard(() => this.taskTable.expired(now));
  }

  orderRules(order: readonly { rule: string; order: number }[]): void {
    this.write(() => this.taskTable.orderRules(order));
  }

  saveTask(task: Task): void {
    this.write(() => this.taskTable.update(task));
  }

  claim(task: number, attempt: Omit<Attempt, 'id' | 'number' | 'task'>): Attempt | undefined {
    return this.write(() => {
      const waiting = this.taskTable.byId(task);
      if (waiting?.state !== 'waiting') return undefined;
      this.taskTable.update({ ...waiting, state: 'calling' });
      return this.attemptTable.insert({ ...attempt, task });
    });
  }

  endAttempt(attempt: number, end: AttemptEnd, next: (task: Task) => Task): boolean {
    return this.write(() => {
      const ended = this.attemptTable.end(attempt, end);
      if (ended === undefined) return false;
      const task = this.taskTable.byId(ended.task);
      if (task !== undefined) this.taskTable.update(next(task));
      return true;
    });
  }

  openAttempts(): Attempt[] {
    return this.guard(() => this.attemptTable.open());
  }

  attempts(task: number): Attempt[] {
    return this.guard(() => this.attemptTable.ofTask(task));
  }

  lastAttempts(limit: number): (Attempt & { client: string })[] {
    return this.guard(() => this.attemptTable.last(limit));
  }

  remember(key: string, value: string): void {
    this.write(() => this.facts.put.run(key, value));
  }

  recall(key: string): string | undefined {
    return this.guard(() => this.facts.get.get(key)?.value);
  }

  close(): void {
    this.database.close();
  }

  private updated(task: Task): Task {
    this.taskTable.update(task);
    return task;
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
