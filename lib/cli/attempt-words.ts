/** What happened in an attempt, in words: the same in `tasks show`, `calls show` and `calls why`. */
import { outcomes, type Outcome } from '../tasks/outcome.js';
import type { Attempt } from '../tasks/task.js';
import { formatSpan } from '../time/duration.js';
import { plain } from './output.js';

/** One after the other, from the first ring to the end. Names are made plain. */
export function attemptWords(attempt: Attempt): string[] {
  const { outcome, cause } = attempt;
  const happened = outcome === undefined ? ['it goes on'] : ends[outcome](attempt);
  const last = happened.at(-1) ?? '';
  // How a conversation ended is no news.
  const told = cause === undefined || cause === 'NORMAL_CLEARING' ? last : `${last} (${cause})`;
  return [ringWords(attempt), ...happened.slice(0, -1), told].map(plain);
}

/** What the outcome does to the task. */
export function effectWords(outcome: Outcome): string {
  const uses = { reached: 'the client was reached', used: 'it counts as used', invalid: 'it counts as used', snooze: 'it uses up nothing', stopped: 'it uses up nothing' }; // prettier-ignore
  return `${outcome}: ${uses[outcomes[outcome]]}`;
}

/** Who was rung first. */
function ringWords({ target, phones = [] }: Attempt): string {
  const colon = target.indexOf(':');
  const [kind, name] = colon < 0 ? [target, ''] : [target.slice(0, colon), target.slice(colon + 1)];
  if (kind === 'queue') return `the queue ${name} was asked for a free employee`;
  if (kind === 'dialplan') return `the dialplan extension ${name} was called`;
  const names = phones.map((phone) => phone.name);
  const whose = names.length === 0 ? '' : `: ${names.join(', ')}`;
  const many = names.length > 1 ? ', one after the other until one answered' : '';
  return `${targets[kind]?.(name) ?? target} was rung${many}${whose}`;
}

const targets: Readonly<Record<string, (name: string) => string>> = {
  extension: (name) => `extension ${name}`,
  number: (name) => `the number ${name}`,
  group: (name) => `the group ${name}`,
  tried: () => 'who had been rung in the lost call',
  'last-phase': () => 'who had taken part in the last phase of the lost call',
};

const notDialled = 'the client was not dialled';
const heard = ({ employee }: Attempt): string => `${employee ?? 'an employee'} answered and heard the prompt`;
const talked = ({ talkMs = 0 }: Attempt): string => `they talked for ${formatSpan(talkMs)}`;
const dialled = (how: string) => (attempt: Attempt): string[] => [heard(attempt), `the client was dialled: ${how}`]; // prettier-ignore

/** Every outcome in plain sentences. */
const ends: Record<Outcome, (attempt: Attempt) => string[]> = {
  reached: (attempt) => [...dialled('he answered')(attempt), talked(attempt)],
  'too-short': (attempt) => [...dialled('he answered')(attempt), `${talked(attempt)}, too shortly to count`],
  'client-busy': dialled('his phone was busy'),
  'client-no-answer': dialled('his phone rang, and he did not answer'),
  'client-rejected': dialled('he rejected the call'),
  'client-unreachable': dialled('his phone could not be reached'),
  'client-invalid': dialled('there is no such number'),
  'employee-left': (attempt) => [heard(attempt), "he hung up while the client's phone rang"],
  unknown: () => ['nobody knows what became of it: callbackd, its link or FreeSWITCH was interrupted'],
  'employee-busy': () => [`the phone was busy; ${notDialled}`],
  'employee-no-answer': ({ target }) => [
    `${target.startsWith('queue:') ? 'nobody was free or answered in time' : 'nobody answered'}; ${notDialled}`,
  ],
  'employee-rejected': ({ employee }) => [
    `${employee === undefined ? 'the call was rejected' : `${employee} answered and hung up again`}; ${notDialled}`,
  ],
  'employee-unregistered': () => [`the phone was not registered; ${notDialled}`],
  'gateway-failed': (attempt) => [
    ...(attempt.employee === undefined ? [] : [heard(attempt)]),
    "the gateway failed, so that the client's phone was not reached",
  ],
  'not-dialled': () => ['nobody was rung: FreeSWITCH could not be told, or refused it'],
  cancelled: () => ['callbackd hung up: the task was closed, its schedule closed, or callbackd was switched off'],
};
