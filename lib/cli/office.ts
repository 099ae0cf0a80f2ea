import { diallingPolicy } from '../calls/dialling-policy.js';
import type { Configuration } from '../config/configuration.js';
import type { Problem } from '../config/problem.js';
import { StartupProblem } from '../config/startup-problem.js';
import { EditProblem } from '../rules/edit-problem.js';
import { officeNumbers } from '../rules/office-numbers.js';
import { lockForWriting, openDatabase } from '../store/database.js';
import { StorageProblem } from '../store/problem.js';
import { SqliteStore } from '../store/sqlite-store.js';
import type { WantedTask } from '../tasks/add-by-hand.js';
import { TaskAdmin, type Refusal, type TaskDetail } from '../tasks/admin.js';
import { Blacklist, type Blacklisted, type WantedEntry } from '../tasks/blacklist.js';
import type { BlacklistEntry } from '../tasks/blacklist-store.js';
import { DialledNumbers } from '../tasks/dialled-numbers.js';
import { Journal, type CallStory, type Forgotten, type JournalFilter } from '../tasks/journal.js';
import type { JournalEntry, UnansweredClient } from '../tasks/journal-store.js';
import { MasterSwitch, type SwitchState } from '../tasks/master-switch.js';
import { RuleAdmin, type DeletionPreview, type InForce, type RuleEntry } from '../tasks/rule-admin.js';
import { RuleKeeper } from '../tasks/rule-keeper.js';
import type { TaskFilter } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import { systemClock } from '../time/clock.js';
import { askDaemon } from './control-client.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import type { Ready } from './setup.js';

/** What the commands need, whether the daemon runs (over its socket) or not (on the database). */
export interface Office {
  list(filter: TaskFilter): Promise<Task[]>;
  show(id: number): Promise<TaskDetail>;
  cancel(id: number): Promise<Task>;
  /** @param atOnce without the first pause of its rule */
  retry(id: number, atOnce: boolean): Promise<Task>;
  add(wanted: WantedTask): Promise<Task>;
  /** The first tasks with a greater number than `after`, with all that is known of them; none: that was all. */
  page(filter: TaskFilter & { after: number }): Promise<TaskDetail[]>;

  calls(filter: JournalFilter): Promise<JournalEntry[]>;
  unanswered(filter: JournalFilter): Promise<UnansweredClient[]>;
  call(id: number): Promise<CallStory>;
  /** @param what a call's id or a client's number */
  why(what: string): Promise<CallStory>;
  forget(number: string, fromBlacklist: boolean): Promise<Forgotten>;

  blacklist(): Promise<BlacklistEntry[]>;
  addToBlacklist(entries: readonly WantedEntry[]): Promise<Blacklisted>;
  removeFromBlacklist(pattern: string): Promise<{ pattern: string }>;

  ruleEntries(): Promise<RuleEntries>;
  inForce(): Promise<InForce>;
  /** The files may have changed: they are read now. Returns the problems of all files. */
  reloadRules(): Promise<readonly Problem[]>;
  previewDeletion(id: string): Promise<DeletionPreview>;
  /** The file of a rule was removed on purpose. Returns the tasks that were cancelled. */
  ruleDeleted(id: string): Promise<Task[]>;
  turnSwitch(on: boolean): Promise<SwitchState>;
  switchState(): Promise<SwitchState>;
}

/** All rules in order, and how the master switch stands. */
export interface RuleEntries {
  entries: RuleEntry[];
  switch: SwitchState;
}

/** While the daemon runs it is the only one who touches the tasks; otherwise the command does it itself, under the same lock. */
export function openOffice(ready: Ready): Office {
  const { socket } = ready.configuration;
  const ask = async <T>(request: Record<string, unknown>, alone: (desk: Desk) => T): Promise<T> => {
    const answer = await askDaemon<T>(socket, request);
    return answer === undefined ? onDatabase(ready.configuration, alone) : answer.ok;
  };
  return {
    list: (filter) => ask({ do: 'tasks.list', filter }, ({ tasks }) => tasks.list(filter)),
    show: async (id) => accepted(await ask({ do: 'tasks.show', id }, ({ tasks }) => tasks.show(id))),
    cancel: async (id) => accepted(await ask({ do: 'tasks.cancel', id }, ({ tasks }) => tasks.cancel(id))),
    retry: async (id, atOnce) =>
      accepted(await ask({ do: 'tasks.retry', id, atOnce }, ({ tasks }) => tasks.retry(id, atOnce))),
    add: async (wanted) => accepted(await ask({ do: 'tasks.add', wanted }, ({ tasks }) => tasks.add(wanted))),
    page: (filter) => ask({ do: 'tasks.page', filter }, ({ tasks }) => tasks.page(filter)),

    calls: (filter) => ask({ do: 'calls.list', filter }, ({ journal }) => journal.list(filter)),
    unanswered: (filter) => ask({ do: 'calls.unanswered', filter }, ({ journal }) => journal.unanswered(filter)),
    call: async (id) => accepted(await ask({ do: 'calls.show', id }, ({ journal }) => journal.show(id))),
    why: async (what) => accepted(await ask({ do: 'calls.why', what }, ({ journal }) => journal.why(what))),
    forget: async (number, fromBlacklist) =>
      accepted(
        await ask({ do: 'calls.forget', number, fromBlacklist }, ({ journal }) =>
          journal.forget(number, fromBlacklist),
        ),
      ),

    blacklist: () => ask({ do: 'blacklist.list' }, ({ blacklist }) => blacklist.list()),
    addToBlacklist: async (entries) =>
      accepted(await ask({ do: 'blacklist.add', entries }, ({ blacklist }) => blacklist.add(entries))),
    removeFromBlacklist: async (pattern) =>
      accepted(await ask({ do: 'blacklist.remove', pattern }, ({ blacklist }) => blacklist.remove(pattern))),

    ruleEntries: () => ask({ do: 'rules.list' }, ({ rules }) => rules().list()),
    inForce: () => ask({ do: 'rules.inForce' }, ({ rules }) => rules().inForce()),
    reloadRules: () => ask({ do: 'rules.reload' }, ({ rules }) => rules().reload()),
    previewDeletion: (id) => ask({ do: 'rules.preview', id }, ({ rules }) => rules().preview(id)),
    ruleDeleted: async (id) => accepted(await ask({ do: 'rules.deleted', id }, ({ rules }) => rules().deleted(id))),
    turnSwitch: (on) => ask({ do: 'switch.turn', on }, ({ rules }) => rules().turn(on)),
    switchState: () => ask({ do: 'switch.state' }, ({ masterSwitch }) => masterSwitch.state),
  };
}

/** Who does the work when no daemon runs. */
interface Desk {
  tasks: TaskAdmin;
  journal: Journal;
  blacklist: Blacklist;
  masterSwitch: MasterSwitch;
  /** Reads the rule files, the first time that it is asked for. */
  rules: () => RuleAdmin;
}

function onDatabase<T>(configuration: Configuration, work: (desk: Desk) => T): T {
  const file = configuration.database;
  const lock = lockForWriting(file);
  try {
    const store = new SqliteStore(openDatabase(file), file);
    try {
      return work(deskOf(configuration, store));
    } finally {
      store.close();
    }
  } finally {
    lock.release();
  }
}

function deskOf(configuration: Configuration, store: SqliteStore): Desk {
  const { country } = configuration;
  const dialled = new DialledNumbers(store, country);
  const masterSwitch = new MasterSwitch(store, systemClock);
  let made: RuleKeeper | undefined;
  const keeper = (): RuleKeeper =>
    (made ??= new RuleKeeper({
      configuration,
      store,
      clock: systemClock,
      offPeriods: () => masterSwitch.offPeriods,
    }));
  const policy = diallingPolicy(
    configuration,
    (e164) => officeNumbers(keeper().book.rules, country).get(e164) ?? dialled.source(e164),
  );
  return {
    tasks: new TaskAdmin(store, systemClock, (rule) => keeper().book.planOf(rule), policy),
    journal: new Journal(store, systemClock, policy),
    blacklist: new Blacklist(store, systemClock, country),
    masterSwitch,
    rules: () => new RuleAdmin(store, systemClock, keeper(), masterSwitch),
  };
}

function accepted<T extends object>(answer: T | Refusal): T {
  if ('refused' in answer) throw new CommandFailure(exitCodes.problem, answer.refused);
  return answer;
}

/** What to tell of an error that ended a command, and with which exit code. */
export function asFailure(error: unknown): CommandFailure | undefined {
  if (error instanceof CommandFailure) return error;
  if (error instanceof EditProblem) return new CommandFailure(exitCodes.problem, error.message, error.hint);
  if (error instanceof StartupProblem) return new CommandFailure(exitCodes.configuration, error.message, error.hint);
  if (error instanceof StorageProblem) return new CommandFailure(exitCodes.database, error.message, error.hint);
  return undefined;
}
