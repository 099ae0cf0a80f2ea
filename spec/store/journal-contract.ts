/** What every store must do with the journal and the blacklist, whatever it is made of. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndedCall } from '../../lib/calls/call.js';
import type { CallDecision, CallFilter } from '../../lib/tasks/journal-store.js';
import type { TaskStore } from '../../lib/tasks/store.js';
import type { Task } from '../../lib/tasks/task.js';
import { hour, minute, noon } from '../tasks/made.js';
import { lostCall, newAttempt, newTask, taskOf, type Engine } from './contract.js';

const nothing: CallDecision = { action: 'none', reasons: [] };
const [anna, boris, clara] = ['+74951230001', '+74951230002', '+74951230003'];

export function journalContract(name: string, open: () => Engine): void {
  describe(name, () => {
    let engine: Engine;
    let store: TaskStore;
    let calls = 0;

    beforeEach(() => {
      engine = open();
      ({ store } = engine);
    });
    afterEach(() => store.close());

    const reopened = (): TaskStore => {
      store.close();
      return (store = engine.reopen());
    };
    const take = (changes: Partial<EndedCall> = {}, decision = nothing, client = changes.e164 ?? anna): string => {
      const call = lostCall({ call: `leg ${(calls += 1)}`, e164: client, number: client, ...changes });
      store.takeCall(call, decision, client, () => undefined);
      return call.call;
    };
    const answered = (e164: string, endedAt: number): string => take({ e164, endedAt, outcome: 'answered' });
    const legs = (filter: CallFilter): string[] => store.calls(filter).map(({ call }) => call.call);
    const unanswered = (now = noon): string[] => store.unanswered({ now }).map(({ client }) => client);

    describe('the journal', () => {
      it('has every call, the newest first, with a short number', () => {
        const [first, second, third] = [take({ endedAt: noon - 1 }), take({ endedAt: noon + 1 }), take()];
        expect(legs({})).toEqual([second, third, first]);
        expect(reopened().calls({ limit: 1 })).toEqual([
          { id: expect.any(Number), call: expect.objectContaining({ call: second }), decision: nothing, caller: anna, task: undefined }, // prettier-ignore
        ]);
        for (const entry of store.calls({})) expect(store.callById(entry.id)).toEqual(entry);
        expect(store.callById(999)).toBeUndefined();
      });

      it('knows the caller also when nobody may call him back, and not when he withheld his number', () => {
        const abroad = lostCall({ call: 'abroad', e164: '+380441230001', number: '380441230001' });
        const odd: EndedCall = { ...lostCall({ call: 'odd', number: '12' }), e164: undefined as unknown as string };
        const withheld: EndedCall = { ...odd, call: 'withheld', number: 'anonymous', anonymous: true };
        for (const call of [abroad, odd, withheld]) store.takeCall(call, nothing, undefined, () => undefined);
        const callers = store.calls({}).map(({ call, caller }) => [call.call, caller]);
        expect(Object.fromEntries(callers)).toEqual({ abroad: '+380441230001', odd: '12', withheld: undefined });
      });

      it('is filtered by outcome, time, caller and place', () => {
        const early = take({ endedAt: noon - hour });
        const talk = answered(boris, noon + 1);
        const asked = take({ endedAt: noon + 2, outcome: 'requested', queue: 'support@default' });
        const direct: EndedCall = { ...lostCall({ call: 'direct', place: 'extension', extension: '1001', endedAt: noon + 3 }), queue: undefined as unknown as string }; // prettier-ignore
        store.takeCall(direct, nothing, anna, () => undefined);
        const cases: [CallFilter, string[]][] = [
          [{ outcomes: ['lost'] }, ['direct', early]],
          [{ outcomes: ['lost', 'requested'] }, ['direct', asked, early]],
          [{ outcomes: [] }, []],
          [{ since: noon + 1 }, ['direct', asked, talk]],
          [{ caller: boris }, [talk]],
          [{ caller: anna, outcomes: ['requested'], since: noon }, [asked]],
          [{ caller: 'nobody' }, []],
          [{ place: 'queue' }, [asked, talk, early]],
          [{ place: 'queue:support@default' }, [asked]],
          [{ place: 'extension:1001' }, ['direct']],
          [{ place: 'extension:1002' }, []],
          [{ limit: 2 }, ['direct', asked]],
        ];
        for (const [filter, expected] of cases) expect([filter, legs(filter)]).toEqual([filter, expected]);
      });
    });

    describe('unanswered', () => {
      it('are clients who were lost and whom nobody has talked to since, the newest loss first', () => {
        take({ e164: anna, endedAt: noon });
        take({ e164: boris, endedAt: noon + 1 });
        const last = take({ e164: anna, endedAt: noon + 2, outcome: 'requested' });
        answered(clara, noon);
        expect(unanswered()).toEqual([anna, boris]);
        expect(store.unanswered({ now: noon, limit: 1 })).toEqual([
          { client: anna, losses: 2, call: expect.objectContaining({ call: expect.objectContaining({ call: last }) }) },
        ]);
        expect(store.unanswered({ now: noon, since: noon + 2 }).map(({ client }) => client)).toEqual([anna]);
        expect([store.countUnanswered(noon), reopened().countUnanswered(noon)]).toEqual([2, 2]);
      });

      it('are those lost again after a conversation; losses before it don’t count', () => {
        take({ endedAt: noon });
        answered(anna, noon + 1);
        expect([unanswered(), store.lastTalk(anna)]).toEqual([[], noon + 1]);
        take({ endedAt: noon + 2 });
        expect(store.unanswered({ now: noon })).toMatchObject([{ client: anna, losses: 1, talkedAt: noon + 1 }]);
      });

      it('are the same in whatever order the calls come out', () => {
        answered(anna, noon + 2);
        take({ e164: anna, endedAt: noon });
        take({ e164: boris, endedAt: noon + 2 });
        answered(boris, noon);
        expect(unanswered()).toEqual([boris]);
      });

      it('are not those who were reached by a callback, or talked to in another way', () => {
        const task = taskOf(store, anna);
        expect(unanswered()).toEqual([anna]);
        const attempt = store.claim(task.id, newAttempt())!;
        const end = { endedAt: noon + 5, outcome: 'reached' } as const;
        store.endAttempt(attempt.id, end, (one) => ({ ...one, state: 'reached', reason: 'reached by callback', closedAt: noon + 5 })); // prettier-ignore
        expect([unanswered(), store.lastTalk(anna)]).toEqual([[], noon + 5]);
        take({ e164: boris });
        store.noteTalk(boris, noon + 9);
        store.noteTalk(boris, noon + 7);
        expect([unanswered(), store.lastTalk(boris), store.lastTalk(clara)]).toEqual([[], noon + 9, undefined]);
      });

      it('are those lost after the conversation that closed a task, however late it was closed', () => {
        const task = taskOf(store, anna);
        store.saveTask({ ...task, state: 'reached', reason: 'client called in', closedAt: noon + hour });
        expect(unanswered()).toEqual([]);
        take({ endedAt: noon + minute });
        expect(unanswered()).toEqual([anna]);
      });

      it('are not those whose tasks were closed without a conversation, nor blacklisted callers', () => {
        const task = taskOf(store, anna);
        store.saveTask({ ...task, state: 'gave-up', reason: 'attempts used up', closedAt: noon + hour });
        take({ e164: boris }, { ...nothing, blacklisted: boris });
        take({ e164: clara, endedAt: noon - 1 });
        store.blacklist([{ pattern: '*0003', addedAt: noon, expiresAt: noon + 5 }]);
        expect([unanswered(), store.countUnanswered(noon)]).toEqual([[anna], 1]);
        expect([unanswered(noon + 5), store.countUnanswered(noon + 5)]).toEqual([[anna, clara], 2]);
      });
    });

    it('losses of a blacklisted caller are not counted', () => {
      take();
      take({}, { ...nothing, blacklisted: anna });
      expect([store.countLosses(anna, 0), store.calls({ caller: anna }).length]).toEqual([1, 2]);
    });

    describe('forgetting a client', () => {
      it('removes calls, tasks and attempts, and leaves the others alone', () => {
        const task = taskOf(store, anna);
        const attempt = store.claim(task.id, newAttempt())!;
        store.endAttempt(attempt.id, { endedAt: noon, outcome: 'client-busy' }, (one) => ({ ...one, state: 'waiting' })); // prettier-ignore
        const second = take({ e164: anna });
        const other = taskOf(store, boris);
        store.claim(other.id, newAttempt());
        expect(store.forget([anna, '84951230001'], noon)).toEqual({ calls: 2, tasks: 1, attempts: 1 });
        expect([legs({ caller: anna }), store.task(task.id), store.attempts(task.id), store.latestTaskOf(anna), store.lastTalk(anna)]).toEqual([[], undefined, [], undefined, undefined]); // prettier-ignore
        expect([unanswered(), store.tasks({}).map(({ id }) => id), store.openAttempts()]).toEqual([[boris], [other.id], [expect.anything()]]); // prettier-ignore
        expect([store.callOf(second), reopened().knowsCall(second)]).toEqual([undefined, true]);
        expect(store.takeCall(lostCall({ call: second }), nothing, anna, () => newTask())).toBeUndefined();
        expect(store.forget([anna, '84951230001'], noon)).toEqual({ calls: 0, tasks: 0, attempts: 0 });
      });

      it('is not done while he is being called, though his task was cancelled', () => {
        const task = taskOf(store, anna);
        store.claim(task.id, newAttempt());
        store.saveTask({ ...task, state: 'cancelled', reason: 'cancelled by admin', closedAt: noon });
        expect(store.forget([anna, '84951230001'], noon)).toBeUndefined();
        expect([legs({}).length, store.attempts(task.id).length]).toEqual([1, 1]);
      });
    });

    describe('pruning', () => {
      const closed = (client: string, closedAt: number, changes: Partial<Task> = {}): Task => {
        const task = { ...taskOf(store, client, changes), state: 'gave-up', reason: 'number invalid', closedAt } as const; // prettier-ignore
        store.saveTask(task);
        return task;
      };

      it('removes old calls and closed tasks, never an open task and its calls', () => {
        const old = closed(anna, noon + 1);
        const young = closed(boris, noon + hour);
        const endless = taskOf(store, clara);
        take({ e164: boris, endedAt: noon + hour });
        expect(store.prune(noon + minute, 100)).toEqual({ calls: 2, tasks: 1, attempts: 0 });
        expect([old, young, endless].map(({ id }) => store.task(id)?.id)).toEqual([undefined, young.id, endless.id]);
        expect(store.calls({}).map(({ caller }) => caller)).toEqual([boris, clara]);
        expect(unanswered()).toEqual([boris, clara]);
        expect(store.prune(noon + minute, 100)).toEqual({ calls: 0, tasks: 0, attempts: 0 });
      });

      it('removes at most so many at a time, attempts with their task', () => {
        const task = taskOf(store, anna);
        const attempt = store.claim(task.id, newAttempt())!;
        store.endAttempt(attempt.id, { endedAt: noon, outcome: 'client-invalid' }, (one) => ({ ...one, state: 'gave-up', reason: 'number invalid', closedAt: noon })); // prettier-ignore
        closed(boris, noon);
        expect(store.prune(noon + 1, 1)).toEqual({ calls: 1, tasks: 1, attempts: 1 });
        expect(store.prune(noon + 1, 1)).toEqual({ calls: 1, tasks: 1, attempts: 0 });
        expect([store.prune(noon + 1, 1), store.attempts(task.id)]).toEqual([{ calls: 0, tasks: 0, attempts: 0 }, []]);
      });
    });

    describe('the blacklist', () => {
      const entry = (pattern: string, changes = {}) => ({ pattern, addedAt: noon, ...changes });

      it('keeps entries until they are removed, replaced or over', () => {
        store.blacklist([entry(boris), entry(anna, { reason: 'robot', expiresAt: noon + 5 })]);
        expect(reopened().blacklistEntries(noon)).toEqual([entry(anna, { reason: 'robot', expiresAt: noon + 5 }), entry(boris)]); // prettier-ignore
        expect(store.blacklistEntries(noon + 5)).toEqual([entry(boris)]);
        store.blacklist([entry(anna)]);
        expect(store.blacklistEntries(noon + 5)).toEqual([entry(anna), entry(boris)]);
        expect([store.unblacklist(anna), store.unblacklist(anna)]).toEqual([true, false]);
        expect(store.blacklistEntries(noon)).toEqual([entry(boris)]);
      });

      it('takes whole numbers before patterns, in any of the spellings', () => {
        store.blacklist([entry('+7495*'), entry('*0002*'), entry(anna)]);
        const found = (...numbers: string[]) => store.blacklistEntryOf(numbers, noon)?.pattern;
        expect(found(anna)).toBe(anna);
        expect(found(clara)).toBe('+7495*');
        expect(found('+15550100', '88000002')).toBe('*0002*');
        expect([found('+15550100'), found()]).toEqual([undefined, undefined]);
      });

      it('doesn’t take a caller by an entry that is over', () => {
        store.blacklist([entry('*', { expiresAt: noon }), entry(anna, { expiresAt: noon })]);
        expect([store.blacklistEntryOf([anna], noon - 1)?.pattern, store.blacklistEntryOf([anna], noon)]).toEqual([anna, undefined]); // prettier-ignore
      });
    });

    it('the latest task of a client is the last that was made', () => {
      const first = taskOf(store, anna);
      store.saveTask({ ...first, state: 'expired', reason: 'expired', closedAt: noon });
      expect(store.latestTaskOf(anna)?.id).toBe(first.id);
      const second = taskOf(store, anna);
      expect([store.latestTaskOf(anna)?.id, store.latestTaskOf(boris)]).toEqual([second.id, undefined]);
    });
  });
}
