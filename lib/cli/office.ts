import { lockForWriting, openDatabase } from '../store/database.js';
import { StorageProblem } from '../store/problem.js';
import { SqliteStore } from '../store/sqlite-store.js';
import { TaskAdmin, type Refusal, type TaskDetail } from '../tasks/admin.js';
import type { TaskFilter } from '../tasks/store.js';
import type { Plan, Task } from '../tasks/task.js';
import { systemClock } from '../time/clock.js';
import { askDaemon } from './control-client.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import type { Ready } from './setup.js';

/** What the commands about tasks need, whether the daemon runs (over its socket) or not (on the database). */
export interface Office {
  list(filter: TaskFilter): Promise<Task[]>;
  show(id: number): Promise<TaskDetail>;
  cancel(id: number): Promise<Task>;
  retry(id: number): Promise<Task>;
}

/** While the daemon runs it is the only one who touches the tasks; otherwise the command does it itself, under the same lock. */
export function openOffice(ready: Ready, planOf: (rule: string) => Plan | undefined): Office {
  const { socket, database } = ready.configuration;
  const ask = async <T>(request: Record<string, unknown>, alone: (admin: TaskAdmin) => T): Promise<T> => {
    const answer = await askDaemon<T>(socket, request);
    return answer === undefined ? onDatabase(database, planOf, alone) : answer.ok;
  };
  return {
    list: (filter) => ask({ do: 'tasks.list', filter }, (admin) => admin.list(filter)),
    show: async (id) => accepted(await ask({ do: 'tasks.show', id }, (admin) => admin.show(id))),
    cancel: async (id) => accepted(await ask({ do: 'tasks.cancel', id }, (admin) => admin.cancel(id))),
    retry: async (id) => accepted(await ask({ do: 'tasks.retry', id }, (admin) => admin.retry(id))),
  };
}

function onDatabase<T>(file: string, planOf: (rule: string) => Plan | undefined, work: (admin: TaskAdmin) => T): T {
  const lock = lockForWriting(file);
  try {
    const store = new SqliteStore(openDatabase(file), file);
    try {
      return work(new TaskAdmin(store, systemClock, planOf));
    } finally {
      store.close();
    }
  } finally {
    lock.release();
  }
}

function accepted<T extends object>(answer: T | Refusal): T {
  if ('refused' in answer) throw new CommandFailure(exitCodes.problem, answer.refused);
  return answer;
}

/** What to tell of an error that ended a command, and with which exit code. */
export function asFailure(error: unknown): CommandFailure | undefined {
  if (error instanceof CommandFailure) return error;
  if (error instanceof StorageProblem) return new CommandFailure(exitCodes.database, error.message, error.hint);
  return undefined;
}
