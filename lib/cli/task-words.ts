/** How a task stands, in words: the same in `tasks show`, `calls show` and `calls why`. */
import { isOpen, type CloseReason, type Task } from '../tasks/task.js';
import { clockTime, plain } from './output.js';

/** Every reason to close a task in a plain sentence. */
const reasons: Record<CloseReason, string> = {
  'reached by callback': 'an employee called the client back, and they talked',
  'client called in': 'the client called in himself and was answered',
  'employee called out': 'an employee called the client, and they talked',
  'attempts used up': 'all attempts of its rule were used',
  'number invalid': 'the network says that there is no such number',
  'number not allowed': 'his number may not be dialled',
  expired: 'its time was over, or its schedule never opens again',
  'rule deleted': 'its rule was deleted',
  'no rule any more': 'the rules have changed, and none calls him back any more',
  blacklisted: 'the client is on the blacklist',
  'cancelled by admin': 'an admin cancelled it',
  'no employees found': 'there was nobody whom its rule could ring',
  'done by employee': 'an employee said with a key that it is done',
};

/** What else is known of it. */
export interface Standing {
  /** How many attempts its rule allows. */
  attemptsAllowed?: number;
  /** Which rule of the policy forbids to dial its number now. */
  refusal?: string;
}

/** "1 of 3 attempts used" */
export function usedWords({ attemptsUsed }: Task, { attemptsAllowed }: Standing = {}): string {
  if (attemptsAllowed !== undefined && attemptsAllowed > attemptsUsed)
    return `${attemptsUsed} of ${attemptsAllowed} ${attemptsAllowed === 1 ? 'attempt' : 'attempts'} used`;
  return `${attemptsUsed} ${attemptsUsed === 1 ? 'attempt' : 'attempts'} used`;
}

/** "closed: the client called in himself and was answered (reached, client called in)", or what comes next. */
export function standingWords(task: Task, now: number, { refusal }: Standing = {}): string {
  if (!isOpen(task)) return plain(closedWords(task, refusal));
  const forbidden = refusal === undefined ? '' : `; but it will not be dialled: ${refusal}`;
  return plain(`${nextWords(task, now)}${forbidden}`);
}

function closedWords({ state, reason }: Task, refusal: string | undefined): string {
  if (reason === undefined) return `closed: ${state}`;
  const why = reason === 'number not allowed' && refusal !== undefined ? `: ${refusal}` : '';
  return `closed: ${reasons[reason]}${why} (${state}${reason === state ? '' : `, ${reason}`})`;
}

function nextWords({ state, dueAt, waitsFor }: Task, now: number): string {
  if (state === 'calling') return 'an attempt to call him goes on right now';
  if (dueAt > now) return `the next attempt comes at ${clockTime(dueAt, now)}`;
  return `the next attempt comes as soon as possible${waitsFor === undefined ? '' : `; it waits: ${waitsFor}`}`;
}
