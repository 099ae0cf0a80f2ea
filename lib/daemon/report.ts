import type { CallLife } from '../calls/life.js';
import type { CallTracker } from '../calls/tracker.js';
import type { Link } from '../esl/link.js';
import type { StorageProblem } from '../store/problem.js';
import { formatProblem } from '../config/problem.js';
import type { MasterSwitch } from '../tasks/master-switch.js';
import type { RuleKeeper } from '../tasks/rule-keeper.js';
import type { Status } from '../tasks/status.js';
import type { TaskStore } from '../tasks/store.js';
import type { Backfill } from './backfill.js';
import type { Flights } from './flight.js';
import type { LinkWatch } from './link-watch.js';
import type { Lookout } from './lookout.js';
import type { Worker } from './worker.js';

/** What the status is made of. */
export interface View {
  version: string;
  now: number;
  startedAt: number;
  link: Link;
  watch: LinkWatch;
  lookout: Lookout;
  backfill: Backfill;
  worker: Worker;
  /** Of the configuration. */
  warnings: readonly string[];
  databaseProblem: StorageProblem | undefined;
  tracker: CallTracker;
  flights: Flights;
  store: TaskStore;
  keeper: RuleKeeper;
  masterSwitch: MasterSwitch;
}

/** What `callbackd status` shows. */
export function report(view: View): Status {
  const { store, watch } = view;
  const { coreUuid, callcenter, problem } = watch;
  const { gap } = view.lookout;
  const nextDueAt = store.nextDue([]);
  return {
    version: view.version,
    startedAt: view.startedAt,
    link: {
      state: view.link.state,
      since: watch.since,
      ...(problem !== undefined && { problem: { message: problem.message, hint: problem.hint } }),
    },
    ...(coreUuid !== '' && { freeswitch: { coreUuid, callcenter } }),
    switch: view.masterSwitch.state,
    clients: view.tracker.current.map(client),
    calling: view.flights.all.map(({ attempt, client: number }) => ({
      task: attempt.task,
      client: number,
      target: attempt.target,
      since: attempt.startedAt,
    })),
    tasks: store.countTasks(),
    unanswered: store.countUnanswered(view.now),
    ...(nextDueAt !== undefined && { nextDueAt }),
    rules: view.keeper.book.rules.filter(({ enabled }) => enabled).length,
    problems: [
      ...view.warnings,
      ...view.keeper.problems.map(formatProblem),
      ...watch.problems,
      ...view.backfill.problems,
      ...ownProblems(view),
    ],
    ...(gap !== undefined && { gap }),
  };
}

function client(life: CallLife): Status['clients'][number] {
  const last = life.phases.at(-1);
  return {
    since: life.startedAt,
    talking: life.bridged,
    ...(life.number !== undefined && { number: life.number }),
    ...(last?.kind === 'queue' && { queue: last.queue }),
  };
}

function ownProblems({ databaseProblem, worker }: View): string[] {
  const problems: string[] = [];
  if (databaseProblem !== undefined) problems.push(`${databaseProblem.message}: ${databaseProblem.hint}`);
  if (worker.gatewayPaused) problems.push('the gateway is paused: client legs fail one after the other');
  return problems;
}
