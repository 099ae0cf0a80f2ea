/** What every store must do, whatever it is made of. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndedCall } from '../../lib/calls/call.js';
import type { CallDecision, TaskStore } from '../../lib/tasks/store.js';
import { isOpen, type Attempt, type Task } from '../../lib/tasks/task.js';
import { hour, minute, noon, task as made, without } from '../tasks/made.js';

export interface Engine {
  store: TaskStore;
  /** The same data, opened again after the store was closed. */
  reopen(): TaskStore;
}

export const callback: CallDecision = {
  action: 'callback',
  rule: 'all',
  reasons: [{ rule: 'all', matched: true, reason: 'matches' }],
};

export function lostCall(changes: Partial<EndedCall> = {}): EndedCall {
  return {
    call: 'leg-1', outcome: 'lost', place: 'queue', queue: 'sales@default', waited: 12, endedBy: 'client', number: '+74951230001',
    e164: '+74951230001', tried: [['1001@default', 'ringing']], startedAt: noon - minute, endedAt: noon, ...changes,
  }; // prettier-ignore
}

export function newTask(changes: Partial<Task> = {}): Omit<Task, 'id'> {
  return without(made(changes), 'id');
}

let legs = 0;

export function newAttempt(changes: Partial<Attempt> = {}): Omit<Attempt, 'id' | 'number' | 'task'> {
  legs += 1;
  return {
    startedAt: noon,
    employeeLeg: `employee-${legs}`,
    clientLeg: `client-${legs}`,
    job: `job-${legs}`,
    coreUuid: 'core',
    target: 'queue:sales@default',
    ...changes,
  };
}

/** Makes the task of a lost call of `client`. */
export function taskOf(store: TaskStore, client: string, changes: Partial<Task> = {}): Task {
  const call = lostCall({ call: `leg of ${client} ${legs++}`, e164: client });
  const taken = store.takeCall(call, callback, client, () => newTask({ client, call: call.call, ...changes }));
  if (taken?.task === undefined) throw new Error(`no task for ${client}`);
  return taken.task;
}

export function storeContract(name: string, open: () => Engine): void {
  describe(name, () => {
    let engine: Engine;
    let store: TaskStore;

    beforeEach(() => {
      engine = open();
      ({ store } = engine);
    });
    afterEach(() => store.close());

    const reopened = (): TaskStore => {
      store.close();
      return (store = engine.reopen());
    };
    const claimed = (task: Task, changes: Partial<Attempt> = {}): Attempt => {
      const attempt = store.claim(task.id, newAttempt(changes));
      if (attempt === undefined) throw new Error('not claimed');
      return attempt;
    };

    describe('a call', () => {
      it('is kept with its decision and its task', () => {
        const taken = store.takeCall(lostCall(), callback, '+74951230001', () => newTask());
        expect(taken?.task).toEqual({ id: expect.any(Number), ...newTask() });
        expect(store.callOf('leg-1')).toEqual({ call: lostCall(), decision: callback, task: taken?.task?.id });
        expect(reopened().callOf('leg-1')).toEqual({ call: lostCall(), decision: callback, task: taken?.task?.id });
      });

      it('counts once, however often it is taken', () => {
        store.takeCall(lostCall(), callback, '+74951230001', () => newTask());
        const again = store.takeCall(lostCall({ waited: 99 }), callback, '+74951230001', () => {
          throw new Error('asked again');
        });
        expect(again).toBeUndefined();
        expect(store.callOf('leg-1')?.call.waited).toBe(12);
        expect([store.tasks({}).length, store.countLosses('+74951230001', 0)]).toEqual([1, 1]);
      });

      it('may make no task, and may have no client', () => {
        const seen: (Task | undefined)[] = [];
        const change = (former: Task | undefined): undefined => void seen.push(former);
        expect(store.takeCall(lostCall(), { action: 'none', reasons: [], whyNot: 'x' }, undefined, change)).toEqual({
          task: undefined,
        });
        expect(store.callOf('leg-1')).toMatchObject({ decision: { whyNot: 'x' }, task: undefined });
        expect([seen, store.tasks({})]).toEqual([[undefined], []]);
      });

      it('gives its client’s open task to be changed', () => {
        const first = taskOf(store, '+74951230001');
        const taken = store.takeCall(lostCall({ call: 'leg-2' }), callback, '+74951230001', (former) => ({ ...former!, call: 'leg-2' })); // prettier-ignore
        expect(taken?.task).toEqual({ ...first, call: 'leg-2' });
        expect([store.task(first.id)?.call, store.callOf('leg-2')?.task]).toEqual(['leg-2', first.id]);
        expect(store.tasks({})).toHaveLength(1);
      });

      it('is not kept when making its task fails', () => {
        expect(() =>
          store.takeCall(lostCall(), callback, '+74951230001', () => {
            throw new Error('a bug');
          }),
        ).toThrow('a bug');
        expect([store.knowsCall('leg-1'), store.tasks({})]).toEqual([false, []]);
      });

      it('can be completed later', () => {
        store.takeCall(lostCall(), callback, '+74951230001', () => newTask());
        store.completeCall(lostCall({ tried: [['1001@default', 'no-answer']] }));
        store.completeCall(lostCall({ call: 'unknown' }));
        expect(store.callOf('leg-1')?.call.tried).toEqual([['1001@default', 'no-answer']]);
        expect([store.knowsCall('leg-1'), store.knowsCall('unknown'), store.callOf('unknown')]).toEqual([true, false, undefined]); // prettier-ignore
      });

      it('counts among the losses of its client since an instant, unless it was answered', () => {
        const take = (call: Partial<EndedCall>, client: string | undefined) =>
          store.takeCall(lostCall(call), callback, client, () => undefined);
        take({ call: '1', endedAt: noon - 1 }, 'a');
        take({ call: '2', endedAt: noon }, 'a');
        take({ call: '3', endedAt: noon + 1, outcome: 'requested' }, 'a');
        take({ call: '4', endedAt: noon + 1, outcome: 'answered' }, 'a');
        take({ call: '5', endedAt: noon + 1 }, 'b');
        take({ call: '6', endedAt: noon + 1 }, undefined);
        expect([0, noon, noon + 1, noon + 2].map((since) => store.countLosses('a', since))).toEqual([3, 2, 1, 0]);
      });
    });

    describe('a task', () => {
      it('keeps every field', () => {
        const full: Partial<Task> = { name: 'Анна "A"; DROP', dialled: '7495', queue: 'sales@default', requested: true, expiresAt: noon + 1 }; // prettier-ignore
        const kept = taskOf(store, '+74951230002', full);
        expect(reopened().task(kept.id)).toEqual(kept);
      });

      it('has no fields that are not known', () => {
        const bare = without(newTask({ client: 'a' }), 'expiresAt');
        const { task } = store.takeCall(lostCall(), callback, 'a', () => bare)!;
        expect(store.task(task!.id)).toStrictEqual({ ...bare, id: task!.id });
      });

      it('is the only open one of its client', () => {
        const first = taskOf(store, 'a');
        expect(() => taskOf(store, 'a')).toThrow();
        expect(store.tasks({})).toEqual([first]);
        expect(store.openTaskOf('a')).toEqual(first);
        expect(store.openTaskOf('b')).toBeUndefined();
      });

      it('may follow a closed one; the closed one then can’t be opened again', () => {
        const first = taskOf(store, 'a');
        store.saveTask({ ...first, state: 'expired', reason: 'expired', closedAt: noon });
        expect(store.openTaskOf('a')).toBeUndefined();
        const second = taskOf(store, 'a');
        expect(second.id).not.toBe(first.id);
        expect(() => store.saveTask(first)).toThrow();
        expect([store.task(first.id)?.state, store.openTaskOf('a')]).toEqual(['expired', second]);
      });

      it('is the only open one, in whatever order calls are taken and tasks are closed', () => {
        const clients = ['a', 'b', 'c'];
        for (let round = 0; round < 60; round += 1) {
          const client = clients[round % 3]!;
          const call = lostCall({ call: `race ${round}`, endedAt: noon + round });
          const change = (former: Task | undefined) => (former === undefined ? newTask({ client }) : { ...former, call: call.call }); // prettier-ignore
          store.takeCall(call, callback, client, change);
          const open = store.openTaskOf(client)!;
          if (round % 5 === 0)
            store.saveTask({ ...open, state: 'reached', reason: 'client called in', closedAt: noon });
        }
        for (const client of clients)
          expect(store.tasks({}).filter((task) => task.client === client && isOpen(task)).length).toBeLessThan(2);
      });

      it('saved without being known changes nothing', () => {
        store.saveTask(made({ id: 4_711 }));
        expect([store.task(4_711), store.tasks({})]).toEqual([undefined, []]);
      });
    });

    describe('an attempt', () => {
      it('is claimed once: the task is being called then', () => {
        const task = taskOf(store, 'a');
        const wanted = newAttempt();
        const attempt = store.claim(task.id, wanted);
        expect(attempt).toEqual({ ...wanted, id: expect.any(Number), number: 1, task: task.id });
        expect(store.claim(task.id, newAttempt())).toBeUndefined();
        expect([store.task(task.id)?.state, store.openAttempts()]).toEqual(['calling', [attempt]]);
      });

      it('is not claimed of a task that is closed or unknown', () => {
        const task = taskOf(store, 'a');
        store.saveTask({ ...task, state: 'cancelled', reason: 'cancelled by admin', closedAt: noon });
        expect([store.claim(task.id, newAttempt()), store.claim(999, newAttempt())]).toEqual([undefined, undefined]);
        expect(store.openAttempts()).toEqual([]);
      });

      it('ends once: the task becomes what it is told', () => {
        const task = taskOf(store, 'a');
        const attempt = claimed(task);
        const end = { endedAt: noon + 5, outcome: 'reached', cause: 'NORMAL_CLEARING', employee: '1001', talkMs: 7_000 } as const; // prettier-ignore
        const seen: Task[] = [];
        const closed = { ...task, state: 'reached', reason: 'reached by callback', closedAt: noon } as const;
        const next = (before: Task): Task => (seen.push(before), closed);
        expect([store.endAttempt(attempt.id, end, next), store.endAttempt(attempt.id, { ...end, outcome: 'unknown' }, next)]).toEqual([true, false]); // prettier-ignore
        expect(seen).toEqual([{ ...task, state: 'calling' }]);
        expect(reopened().attempts(task.id)).toEqual([{ ...attempt, ...end }]);
        expect([store.task(task.id), store.openAttempts()]).toEqual([closed, []]);
      });

      it('may end with little known of it', () => {
        const attempt = claimed(taskOf(store, 'a'));
        store.endAttempt(attempt.id, { endedAt: noon, outcome: 'unknown', cause: undefined }, (task) => ({ ...task, state: 'waiting' })); // prettier-ignore
        expect(store.attempts(attempt.task)).toStrictEqual([{ ...attempt, endedAt: noon, outcome: 'unknown' }]);
      });

      it('does not end when its task can’t be settled, nor when it is unknown', () => {
        const attempt = claimed(taskOf(store, 'a'));
        const bug = (): Task => {
          throw new Error('a bug');
        };
        expect(() => store.endAttempt(attempt.id, { endedAt: noon, outcome: 'reached' }, bug)).toThrow('a bug');
        expect(store.openAttempts()).toEqual([attempt]);
        expect(store.endAttempt(999, { endedAt: noon, outcome: 'reached' }, bug)).toBe(false);
      });

      it('has the next number, and a task has all of them in order', () => {
        const task = taskOf(store, 'a');
        for (let round = 0; round < 3; round += 1)
          store.endAttempt(claimed(task).id, { endedAt: noon + round, outcome: 'employee-busy' }, (one) => ({ ...one, state: 'waiting' })); // prettier-ignore
        expect(store.attempts(task.id).map(({ number }) => number)).toEqual([1, 2, 3]);
        expect(store.attempts(999)).toEqual([]);
      });

      it('that is over is among the last ones, newest first, with its client', () => {
        const [a, b] = [taskOf(store, 'a'), taskOf(store, 'b')];
        const wait = (task: Task): Task => ({ ...task, state: 'waiting' });
        store.endAttempt(claimed(a).id, { endedAt: noon, outcome: 'employee-busy' }, wait);
        store.endAttempt(claimed(b).id, { endedAt: noon, outcome: 'client-busy' }, wait);
        claimed(a);
        expect(store.lastAttempts(5).map(({ client, outcome }) => [client, outcome])).toEqual([['b', 'client-busy'], ['a', 'employee-busy']]); // prettier-ignore
        expect(store.lastAttempts(1).map(({ client }) => client)).toEqual(['b']);
      });

      it('tells when its client was dialled: of all attempts, or of those to one client', () => {
        const [a, b] = [taskOf(store, 'a'), taskOf(store, 'b')];
        const wait = (task: Task): Task => ({ ...task, state: 'waiting' });
        const end = (task: Task, dialledAt?: number): unknown =>
          store.endAttempt(claimed(task).id, { endedAt: noon + hour, outcome: 'client-busy', dialledAt }, wait);
        end(a, noon);
        end(b, noon + 2);
        end(b);
        end(a, noon + 1);
        claimed(a);
        expect([1, 2, 3, 4].map((nth) => store.dialledAt(nth))).toEqual([noon + 2, noon + 1, noon, undefined]);
        expect([1, 2, 3].map((nth) => store.dialledAt(nth, 'a'))).toEqual([noon + 1, noon, undefined]);
        expect([1, 2].map((nth) => reopened().dialledAt(nth, 'b'))).toEqual([noon + 2, undefined]);
        expect([store.dialledAt(1, 'nobody'), store.countOpenAttempts()]).toEqual([undefined, 1]);
        expect(store.attempts(a.id).map(({ dialledAt }) => dialledAt)).toEqual([noon, noon + 1, undefined]);
      });
    });

    describe('what is due', () => {
      it('leaves out tasks that wait for something else, but not their expiry', () => {
        const first = taskOf(store, 'first', { expiresAt: noon + 5 });
        const second = taskOf(store, 'second', { dueAt: noon + 2, expiresAt: noon + hour });
        const due = (passedOver: number[]): string[] =>
          store.due(noon + 3, [], 10, passedOver).map(({ client }) => client);
        expect([due([]), due([first.id]), due([first.id, second.id])]).toEqual([['first', 'second'], ['second'], []]);
        expect(store.nextDue([], [first.id])).toBe(noon + 2);
        expect([store.nextDue([], [first.id, second.id]), store.nextExpiry()]).toEqual([noon + 5, noon + 5]);
      });

      it('may tell what it waits for, until it is called', () => {
        const [one, other] = [taskOf(store, 'one'), taskOf(store, 'other')];
        store.noteWaits(new Map([[one.id, 'a phone'], [other.id, 'a cap'], [999, 'nothing']])); // prettier-ignore
        expect(reopened().task(one.id)).toEqual({ ...one, waitsFor: 'a phone' });
        store.noteWaits(new Map([[other.id, undefined]]));
        expect(store.task(other.id)).toEqual(other);
        claimed(one);
        store.noteWaits(new Map([[one.id, 'too late']]));
        expect(store.task(one.id)).toEqual({ ...one, state: 'calling' });
      });

      it('comes by rule order, then requests, then the oldest loss', () => {
        taskOf(store, 'second rule', { order: 1, lostAt: noon - hour });
        taskOf(store, 'young', { lostAt: noon });
        taskOf(store, 'old', { lostAt: noon - hour });
        taskOf(store, 'asked', { lostAt: noon, requested: true });
        taskOf(store, 'as old', { lostAt: noon - hour });
        const order = ['asked', 'old', 'as old', 'young', 'second rule'];
        expect(store.due(noon, [], 9).map(({ client }) => client)).toEqual(order);
        expect(store.due(noon, [], 2).map(({ client }) => client)).toEqual(order.slice(0, 2));
      });

      it('is waiting, its time has come, and its rule is not full', () => {
        taskOf(store, 'now');
        taskOf(store, 'later', { dueAt: noon + 1 });
        taskOf(store, 'full', { rule: 'busy' });
        taskOf(store, 'odd', { rule: `it's "odd"` });
        claimed(taskOf(store, 'calling'));
        store.saveTask({ ...taskOf(store, 'closed'), state: 'reached', reason: 'client called in', closedAt: noon });
        const due = (now: number, full: string[]) => store.due(now, full, 9).map(({ client }) => client);
        expect(due(noon, ['busy'])).toEqual(['now', 'odd']);
        expect(due(noon + 1, ['busy', `it's "odd"`])).toEqual(['now', 'later']);
        expect(due(noon - 1, [])).toEqual([]);
      });

      it('next is the earliest time of a waiting task, or of its expiry', () => {
        expect(store.nextDue([])).toBeUndefined();
        taskOf(store, 'a', { dueAt: noon + hour, rule: 'a', expiresAt: noon + 4 * hour });
        taskOf(store, 'b', { dueAt: noon + 2 * hour, rule: 'b', expiresAt: noon + 3 * hour });
        claimed(taskOf(store, 'c', { dueAt: noon, expiresAt: noon }));
        expect([[], ['a'], ['a', 'b'], ['x']].map((full) => store.nextDue(full))).toEqual(
          [1, 2, 3, 1].map((hours) => noon + hours * hour),
        );
      });

      it('next is nothing when all rules are full and nothing expires', () => {
        const endless = without(newTask({ client: 'a' }), 'expiresAt');
        store.takeCall(lostCall(), callback, 'a', () => endless);
        expect([store.nextDue(['all']), store.nextDue([])]).toEqual([undefined, noon]);
      });

      it('has expired when it waits and its time is over', () => {
        taskOf(store, 'over', { expiresAt: noon });
        taskOf(store, 'not yet', { expiresAt: noon + 1 });
        claimed(taskOf(store, 'calling', { expiresAt: noon }));
        expect(store.expired(noon).map(({ client }) => client)).toEqual(['over']);
      });

      it('follows the order of rules when that changes; closed tasks keep theirs', () => {
        taskOf(store, 'a', { rule: 'first', order: 0 });
        taskOf(store, 'b', { rule: 'second', order: 1 });
        claimed(taskOf(store, 'c', { rule: 'second', order: 1 }));
        const closed = taskOf(store, 'd', { rule: 'second', order: 1 });
        store.saveTask({ ...closed, state: 'expired', reason: 'expired', closedAt: noon });
        store.orderRules([{ rule: 'second', order: 0 }, { rule: 'first', order: 1 }]); // prettier-ignore
        expect(store.due(noon, [], 9).map(({ client }) => client)).toEqual(['b', 'a']);
        expect([store.openTaskOf('c')?.order, store.task(closed.id)?.order]).toEqual([0, 1]);
      });
    });

    describe('the list of tasks', () => {
      beforeEach(() => {
        taskOf(store, 'a', { createdAt: noon - hour });
        store.saveTask({ ...taskOf(store, 'b'), state: 'gave-up', reason: 'number invalid', closedAt: noon });
        claimed(taskOf(store, 'c', { createdAt: noon + hour }));
      });

      it.each([
        [{}, ['a', 'b', 'c']],
        [{ states: ['waiting', 'calling'] }, ['a', 'c']],
        [{ states: ['gave-up'] }, ['b']],
        [{ states: [] }, []],
        [{ since: noon }, ['b', 'c']],
        [{ since: noon + 1, states: ['calling'] }, ['c']],
        [{ limit: 2 }, ['b', 'c']],
        [{ after: 0, limit: 2 }, ['a', 'b']],
        [{ after: 1, limit: 2 }, ['b', 'c']],
        [{ after: 1, states: ['waiting', 'calling'] }, ['c']],
        [{ after: 0, states: ['gave-up'], since: noon }, ['b']],
        [{ after: 3 }, []],
      ] as const)('%j gives %j, oldest first', (filter, clients) => {
        expect(store.tasks(filter).map(({ client }) => client)).toEqual(clients);
      });

      it('is counted by state', () => {
        expect(store.countTasks()).toEqual({
          waiting: 1,
          calling: 1,
          reached: 0,
          'gave-up': 1,
          expired: 0,
          cancelled: 0,
        });
        expect(reopened().countTasks()).toMatchObject({ waiting: 1, calling: 1, 'gave-up': 1 });
      });
    });

    it('remembers small facts', () => {
      store.remember('seen', '1');
      store.remember('seen', '2');
      expect([store.recall('seen'), store.recall('other')]).toEqual(['2', undefined]);
      expect(reopened().recall('seen')).toBe('2');
    });
  });
}
