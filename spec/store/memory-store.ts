import type { EndedCall } from '../../lib/calls/call.js';
import { matchesPattern } from '../../lib/calls/number-pattern.js';
import type { BlacklistEntry } from '../../lib/tasks/blacklist-store.js';
import type { CallFilter, JournalEntry, Removed, UnansweredClient } from '../../lib/tasks/journal-store.js';
import type { AttemptEnd, CallDecision, CallRecord, TaskFilter, TaskStore } from '../../lib/tasks/store.js';
import { isOpen, type Attempt, type Task, type TaskState } from '../../lib/tasks/task.js';

/** All that a store keeps. */
export class Shelf {
  calls = new Map<string, JournalEntry & { client: string | undefined }>();
  tasks = new Map<number, Task>();
  attempts: Attempt[] = [];
  facts = new Map<string, string>();
  talks: { client: string; at: number }[] = [];
  blacklist = new Map<string, BlacklistEntry>();
  forgotten = new Set<string>();
  lastCall = 0;
  lastTask = 0;
  lastAttempt = 0;
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
    const task = changed && this.put({ id: ++this.shelf.lastTask, ...changed });
    const received = call.anonymous === true || call.number === '' ? undefined : call.number;
    const caller = client ?? call.e164 ?? received;
    const id = ++this.shelf.lastCall;
    const entry = { id, call: structuredClone(call), decision, client, task: task?.id };
    this.shelf.calls.set(call.call, { ...entry, ...(caller !== undefined && { caller }) });
    return { task };
  }

  completeCall(call: EndedCall): void {
    const known = this.shelf.calls.get(call.call);
    if (known !== undefined) known.call = structuredClone(call);
  }

  knowsCall(uuid: string): boolean {
    return this.shelf.calls.has(uuid) || this.shelf.forgotten.has(uuid);
  }

  callOf(uuid: string): CallRecord | undefined {
    const known = this.shelf.calls.get(uuid);
    return known && structuredClone({ call: known.call, decision: known.decision, task: known.task });
  }

  countLosses(client: string, since: number): number {
    return [...this.shelf.calls.values()].filter(
      ({ call, decision, client: whose }) =>
        whose === client && call.endedAt >= since && call.outcome !== 'answered' && decision.blacklisted === undefined,
    ).length;
  }

  task(id: number): Task | undefined {
    return structuredClone(this.shelf.tasks.get(id));
  }

  openTaskOf(client: string): Task | undefined {
    return this.all().find((task) => task.client === client && isOpen(task));
  }

  tasks({ states, since = 0, limit = 1_000, after }: TaskFilter): Task[] {
    const found = this.all().filter(({ state, createdAt }) => createdAt >= since && (states?.includes(state) ?? true));
    return after === undefined ? found.slice(-limit) : found.filter(({ id }) => id > after).slice(0, limit);
  }

  latestTaskOf(client: string): Task | undefined {
    return this.all().filter((task) => task.client === client).at(-1); // prettier-ignore
  }

  countTasks(): Record<TaskState, number> {
    const count = { waiting: 0, calling: 0, reached: 0, 'gave-up': 0, expired: 0, cancelled: 0 };
    for (const { state } of this.all()) count[state] += 1;
    return count;
  }

  due(now: number, fullRules: readonly string[], limit: number, passedOver: readonly number[] = []): Task[] {
    return this.waiting()
      .filter(({ id, dueAt, rule }) => dueAt <= now && !fullRules.includes(rule) && !passedOver.includes(id))
      .sort(
        (a, b) => a.order - b.order || Number(b.requested) - Number(a.requested) || a.lostAt - b.lostAt || a.id - b.id,
      )
      .slice(0, limit);
  }

  nextDue(fullRules: readonly string[], passedOver: readonly number[] = []): number | undefined {
    const times = this.waiting().flatMap(({ id, rule, dueAt, expiresAt }) => [
      fullRules.includes(rule) || passedOver.includes(id) ? Infinity : dueAt,
      expiresAt ?? Infinity,
    ]);
    const next = Math.min(...times);
    return next === Infinity ? undefined : next;
  }

  noteWaits(waits: ReadonlyMap<number, string | undefined>): void {
    for (const [id, waitsFor] of waits) {
      const task = this.task(id);
      if (task?.state !== 'waiting') continue;
      delete task.waitsFor;
      this.put({ ...task, ...(waitsFor !== undefined && { waitsFor }) });
    }
  }

  nextExpiry(): number | undefined {
    const times = this.waiting().flatMap(({ expiresAt }) => expiresAt ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  expired(now: number): Task[] {
    return this.waiting().filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now);
  }

  openTasksByRule(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { rule } of this.all().filter(isOpen)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    return counts;
  }

  lastMatch(rule: string): number | undefined {
    const ends = [...this.shelf.calls.values()].filter(({ decision }) => decision.rule === rule);
    return ends.length === 0 ? undefined : Math.max(...ends.map(({ call }) => call.endedAt));
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
    delete waiting.waitsFor;
    this.put({ ...waiting, state: 'calling' });
    const number = this.attempts(task).length + 1;
    const claimed = { ...attempt, id: ++this.shelf.lastAttempt, number, task };
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

  dialledAt(nth: number, client?: string): number | undefined {
    const counted = this.shelf.attempts.filter(
      ({ task }) => client === undefined || this.task(task)?.client === client,
    );
    const times = counted.flatMap(({ dialledAt }) => dialledAt ?? []);
    return times.sort((a, b) => b - a)[nth - 1];
  }

  countOpenAttempts(): number {
    return this.openAttempts().length;
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

  calls({ outcomes, since = 0, caller, place, limit = 1_000 }: CallFilter): JournalEntry[] {
    return this.entries()
      .filter(({ call }) => call.endedAt >= since && (outcomes?.includes(call.outcome) ?? true))
      .filter((entry) => (caller ?? entry.caller) === entry.caller)
      .filter(({ call }) => place === undefined || place === call.place || place === located(call))
      .sort((a, b) => b.call.endedAt - a.call.endedAt || b.id - a.id)
      .slice(0, limit);
  }

  callById(id: number): JournalEntry | undefined {
    return this.entries().find((entry) => entry.id === id);
  }

  unanswered({ now, since = 0, limit = 1_000 }: { now: number; since?: number; limit?: number }): UnansweredClient[] {
    const losses = this.calls({ outcomes: ['lost', 'requested'], limit: Infinity }).filter(
      ({ decision }) => decision.blacklisted === undefined,
    );
    const seen = new Map<string, UnansweredClient>();
    for (const call of losses) {
      const client = call.caller;
      if (client === undefined || this.blacklistEntryOf([client], now) !== undefined) continue;
      const talkedAt = this.lastTalk(client);
      if (call.call.endedAt <= (talkedAt ?? 0)) continue;
      const former = seen.get(client);
      if (former !== undefined) former.losses += 1;
      else seen.set(client, { client, call, losses: 1, ...(talkedAt !== undefined && { talkedAt }) });
    }
    return [...seen.values()].filter(({ call }) => call.call.endedAt >= since).slice(0, limit);
  }

  countUnanswered(now: number): number {
    return this.unanswered({ now, limit: Infinity }).length;
  }

  noteTalk(client: string, at: number): void {
    this.shelf.talks.push({ client, at });
  }

  lastTalk(client: string): number | undefined {
    const talks = this.shelf.talks.filter((talk) => talk.client === client).map(({ at }) => at);
    const answered = this.calls({ outcomes: ['answered'], caller: client, limit: 1 }).map(({ call }) => call.endedAt);
    const last = Math.max(0, ...talks, ...answered);
    return last === 0 ? undefined : last;
  }

  forget(clients: readonly string[]): Removed | undefined {
    const tasks = this.all().filter((task) => clients.includes(task.client));
    const inFlight = new Set(this.openAttempts().map(({ task }) => task));
    if (tasks.some(({ id }) => inFlight.has(id))) return undefined;
    const calls = this.entries().filter(({ caller }) => clients.includes(caller ?? ''));
    for (const { call } of calls) this.shelf.forgotten.add(call.call);
    this.shelf.talks = this.shelf.talks.filter((talk) => !clients.includes(talk.client));
    return this.remove(calls, tasks);
  }

  prune(before: number, limit: number): Removed {
    const open = new Set(this.all().filter(isOpen).map(({ id }) => id)); // prettier-ignore
    const calls = this.entries().filter(({ call, task }) => call.endedAt < before && !open.has(task ?? 0));
    const tasks = this.all().filter(({ closedAt }) => closedAt !== undefined && closedAt < before);
    return this.remove(calls.slice(0, limit), tasks.slice(0, limit));
  }

  blacklist(entries: readonly BlacklistEntry[]): void {
    for (const entry of entries) this.shelf.blacklist.set(entry.pattern, structuredClone(entry));
  }

  unblacklist(pattern: string): boolean {
    return this.shelf.blacklist.delete(pattern);
  }

  blacklistEntries(now: number): BlacklistEntry[] {
    return [...this.shelf.blacklist.values()]
      .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
      .sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
  }

  blacklistEntryOf(numbers: readonly string[], now: number): BlacklistEntry | undefined {
    const live = this.blacklistEntries(now);
    return (
      live.find(({ pattern }) => numbers.includes(pattern)) ??
      live.find(({ pattern }) => numbers.some((number) => matchesPattern(number, pattern)))
    );
  }

  close(): void {
    // Nothing is open.
  }

  private entries(): JournalEntry[] {
    return [...this.shelf.calls.values()].map(({ client: _, ...entry }) => structuredClone(entry));
  }

  private remove(calls: readonly JournalEntry[], tasks: readonly Task[]): Removed {
    const gone = new Set(tasks.map(({ id }) => id));
    const kept = this.shelf.attempts.filter(({ task }) => !gone.has(task));
    const removed = { calls: calls.length, tasks: tasks.length, attempts: this.shelf.attempts.length - kept.length };
    this.shelf.attempts = kept;
    for (const { call } of calls) this.shelf.calls.delete(call.call);
    for (const id of gone) this.shelf.tasks.delete(id);
    for (const entry of this.shelf.calls.values()) if (gone.has(entry.task ?? 0)) entry.task = undefined;
    return removed;
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
    if (task.state === 'reached')
      this.noteTalk(task.client, task.reason === 'reached by callback' ? (task.closedAt ?? 0) : task.lostAt);
    return task;
  }
}

function located({ place, queue, extension, group, menu }: EndedCall): string {
  const names: Partial<Record<string, string | undefined>> = { queue, extension, group, ivr: menu };
  return `${place}:${names[place ?? ''] ?? ''}`;
}
