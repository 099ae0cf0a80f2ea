import type { SwitchState } from './master-switch.js';
import type { TaskState } from './task.js';

/** What `callbackd status` shows: the daemon's own view of itself. Times are ms since 1970 UTC. */
export interface Status {
  version: string;
  startedAt: number;
  link: { state: 'stopped' | 'connecting' | 'up'; since: number; problem?: { message: string; hint: string } };
  freeswitch?: { coreUuid: string; callcenter: boolean };
  /** The master switch. */
  switch: SwitchState;
  /** Clients on the line now. */
  clients: { number?: string; queue?: string; since: number; talking: boolean }[];
  /** Attempts that go on now. */
  calling: { task: number; client: string; target: string; since: number }[];
  tasks: Record<TaskState, number>;
  /** Clients who were lost and whom nobody has talked to since. */
  unanswered: number;
  nextDueAt?: number;
  rules: number;
  /** What the admin should look at. */
  problems: string[];
  /** The last time that callbackd saw nothing of FreeSWITCH, and how many calls it found afterwards. */
  gap?: { from: number; to: number; recovered: number };
}
