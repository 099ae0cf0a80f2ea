import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { describeTarget, originateCommand, type Reachable } from '../callback/originate.js';
import type { Link } from '../esl/link.js';
import type { CallbackAction } from '../rules/rule.js';
import { close } from '../tasks/life-cycle.js';
import type { TaskStore } from '../tasks/store.js';
import type { Attempt, Task } from '../tasks/task.js';
import type { Clock } from '../time/clock.js';
import type { Draft } from './callback-plan.js';
import type { Flight, Flights } from './flight.js';
import { legsOf } from './readiness.js';

export interface LauncherParts {
  store: TaskStore;
  link: Link;
  flights: Flights;
  clock: Clock;
  log: Logger;
  /** Core-UUID of the FreeSWITCH at the other end. */
  coreUuid: () => string;
  /** An originate is on its way. */
  sent: (flight: Flight) => void;
  /** Settles a flight whose originate was not carried out. */
  notDialled: (flight: Flight, cause: string) => void;
  /** Only says whom it would call back. */
  dryRun: boolean;
}

/** Sends callbacks on their way: an attempt is on disk before its originate is sent, and an originate is sent once. */
export class Launcher {
  constructor(private readonly parts: LauncherParts) {}

  /** The attempt; undefined when there is none, because the task is no longer waiting or it is a dry run. */
  launch(task: Task, draft: Draft, callback: CallbackAction): Attempt | undefined {
    if (this.parts.dryRun) return void this.show(task, draft);
    const { store, clock, coreUuid } = this.parts;
    const { whom } = draft;
    const [clientLeg, employeeLegs] = [randomUUID(), legsOf(whom, randomUUID)];
    const attempt = store.claim(task.id, {
      employeeLeg: employeeLegs[0]!,
      ...(whom.kind === 'phones' && {
        phones: whom.phones.map(({ name }, index) => ({ leg: employeeLegs[index]!, name })),
      }),
      clientLeg,
      job: randomUUID(),
      startedAt: clock.now(),
      coreUuid: coreUuid(),
      target: describeTarget(whom),
    });
    if (attempt === undefined) return undefined;
    this.send(
      task,
      attempt,
      originateCommand({ ...draft, attempt: attempt.id, clientLeg, employeeLegs }),
      callback,
      whom,
    );
    return attempt;
  }

  /** Dry run: the task is over when it has been told, in the copy of the database that a dry run works on. */
  private show(task: Task, { whom, callerId }: Draft): void {
    const { store, clock, log } = this.parts;
    store.saveTask(close(task, 'cancelled', 'cancelled by admin', clock.now()));
    const { id, client, rule } = task;
    log.info({ task: id, client, rule, target: describeTarget(whom), callerId }, 'dry run: would call back now');
  }

  private send(task: Task, attempt: Attempt, command: string, callback: CallbackAction, whom: Reachable): void {
    const { flights, link, log, clock } = this.parts;
    const { successAfterMs, afterwards } = callback;
    const flight = flights.add({
      attempt,
      client: task.client,
      rule: task.rule,
      successAfterMs,
      afterwards,
      ...(whom.kind === 'phones' && { atOnce: whom.atOnce }),
    });
    log.info(
      { task: task.id, attempt: attempt.id, target: attempt.target, waitedMs: clock.now() - task.lostAt },
      'calling back',
    );
    this.parts.sent(flight);
    link.bgapi(command, attempt.job).then(
      (reply) => {
        // `unknown`: the link broke while it was on its way; it is settled by looking when the link is up again.
        if (reply.kind === 'error' || reply.kind === 'not-sent') this.parts.notDialled(flight, reply.text);
      },
      (error: unknown) => log.error({ err: error, attempt: attempt.id }, 'the originate failed'),
    );
  }
}
