import type { EndedCall } from '../../lib/calls/call.js';
import type { AttemptEnd, CallDecision, CallRecord, TaskFilter, TaskStore } from '../../lib/tasks/store.js';
import { isOpen, type Attempt, type Task, type TaskState } from '../../lib/tasks/task.js';

/** All that a store keeps. */
export class Shelf {
  calls = new Map<string, CallRecord & { client: string | undefined }>();
  tasks = new Map<number, Task>();
  attempts: Attempt[] = [];
  facts = new Map<string, string>();
}

/** A store for specs that need no file: kept to the same contract as the real one, by the same suite. */
export class MemoryStore implements TaskStore {
  constructor(private readonly shelf = new Shelf()) {}

  takeCall(
    call: EndedCall,
    decision: CallDecision,
    client: string | undefined,
    change: (open: Task | undefined) => Omit<Task, 'id'> | Task | undefined,
  ): { task: Task | undefined } | undefined {
    if (this.knowsCall(call.call)) return undefined;
    const changed = change(client === undefined ? undefined : this.openTaskOf(client));
    const task = changed && this.put({ id: this.shelf.tasks.size + 1, ...changed });
    this.shelf.calls.set(call.call, { call: structuredClone(call), decision, client, task: task?.id });
    return { task };
  }

  completeCall(call: EndedCall): void {
    const known = this.shelf.calls.get(call.call);
    if (known !== undefined) known.call = structuredClone(call);
  }

  knowsCall(uuid: string): boolean {
    return this.shelf.calls.has(uuid);
  }

  callOf(uuid: string): CallRecord | undefined {
    const known = this.shelf.calls.get(uuid);
    return known && structuredClone({ call: known.call, decision: known.decision, task: known.task });
  }

  countLosses(client: string, since: number): number {
    return [...this.shelf.calls.values()].filter(
      ({ call, client: whose }) => whose === client && call.endedAt >= since && call.outcome !== 'answered',
    ).length;
  }

  task(id: number): Task | undefined {
    return structuredClone(this.shelf.tasks.get(id));
  }

  openTaskOf(client: string): Task | undefined {
    return this.all().find((task) => task.client === client && isOpen(task));
  }

  tasks({ states, since = 0, limit = 1_000 }: TaskFilter): Task[] {
    return this.all()
      .filter(({ state, createdAt }) => createdAt >= since && (states?.includes(state) ?? true))
      .slice(-limit);
  }

  countTasks(): Record<TaskState, number> {
    const count = { waiting: 0, calling: 0, reached: 0, 'gave-up': 0, expired: 0, cancelled: 0 };
    for (const { state } of this.all()) count[state] += 1;
    return count;
  }

  due(now: number, fullRules: readonly string[], limit: number): Task[] {
    return this.waiting()
      .filter(({ dueAt, rule }) => dueAt <= now && !fullRules.includes(rule))
      .sort(
        (a, b) => a.order - b.order || Number(b.requested) - Number(a.requested) || a.lostAt - b.lostAt || a.id - b.id,
      )
      .slice(0, limit);
  }

  nextDue(fullRules: readonly string[]): number | undefined {
    const times = this.waiting().flatMap(({ rule, dueAt, expiresAt }) => [
      fullRules.includes(rule) ? Infinity : dueAt,
      expiresAt ?? Infinity,
    ]);
    const next = Math.min(...times);
    return next === Infinity ? undefined : next;
  }

  expired(now: number): Task[] {
    return this.waiting().filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now);
  }

  orderRules(order: readonly { rule: string; order: number }[]): void {
    const places = new Map(order.map((one) => [one.rule, one.order]));
    for (const task of this.all())
      if (isOpen(task)) this.shelf.tasks.set(task.id, { ...task, order: places.get(task.rule) ?? task.order });
  }

  saveTask(task: Task): void {
    if (this.shelf.tasks.has(task.id)) this.put(task);
  }

  claim(task: number, attempt: Omit<Attempt, 'id' | 'number' | 'task'>): Attempt | undefined {
    const waiting = this.task(task);
    if (waiting?.state !== 'waiting') return undefined;
    this.put({ ...waiting, state: 'calling' });
    const number = this.attempts(task).length + 1;
    const claimed = { ...attempt, id: this.shelf.attempts.length + 1, number, task };
    this.shelf.attempts.push(claimed);
    return structuredClone(claimed);
  }

  endAttempt(attempt: number, end: AttemptEnd, next: (task: Task) => Task): boolean {
    const found = this.shelf.attempts.find(({ id }) => id === attempt);
    if (found === undefined || found.endedAt !== undefined) return false;
    const task = this.task(found.task);
    if (task !== undefined) this.put(next(task));
    Object.assign(found, Object.fromEntries(Object.entries(end).filter(([, value]) => value !== undefined)));
    return true;
  }

  openAttempts(): Attempt[] {
    return structuredClone(this.shelf.attempts.filter(({ endedAt }) => endedAt === undefined));
  }

  attempts(task: number): Attempt[] {
    return structuredClone(this.shelf.attempts.filter((attempt) => attempt.task === task));
  }

  lastAttempts(limit: number): (Attempt & { client: string })[] {
    const over = this.shelf.attempts.filter(({ endedAt }) => endedAt !== undefined).reverse();
    return over.slice(0, limit).map((attempt) => ({ ...attempt, client: this.task(attempt.task)?.client ?? '' }));
  }

  remember(key: string, value: string): void {
    this.shelf.facts.set(key, value);
  }

  recall(key: string): string | undefined {
    return this.shelf.facts.get(key);
  }

  close(): void {
    // Nothing is open.
  }

  private all(): Task[] {
    return structuredClone([...this.shelf.tasks.values()]);
  }

  private waiting(): Task[] {
    return this.all().filter(({ state }) => state === 'waiting');
  }

  private put(task: Task): Task {
    const other = this.openTaskOf(task.client);
    if (isOpen(task) && other !== undefined && other.id !== task.id) throw new Error('a second open task of a client');
    this.shelf.tasks.set(task.id, structuredClone(task));
    return task;
  }
}
