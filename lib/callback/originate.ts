import { checked, fits, legVariables, variables } from './dial-string.js';
import { inTurn, legTimes, stopCause, type LegTimes } from './ringing.js';
import type { Phone, Whom } from './whom.js';

/** Everything of one attempt that FreeSWITCH must know. docs/callback-flow.md says what the dialplan does with it. */
export interface CallbackPlan {
  /** Id of the task's attempt; only for people who look at FreeSWITCH's logs and CDRs. */
  attempt: number;
  clientLeg: string;
  whom: Reachable;
  /** UUIDs: one per phone in their order; one for a queue or a dialplan extension. */
  employeeLegs: readonly string[];
  /** E.164. */
  client: string;
  /** Dial string of the client's leg (`routeTo`). */
  route: string;
  /** Dial string of a phone that is a number; without it such phones are refused. */
  employeeRoute?: (number: string) => string;
  /** Number that the client's phone shows, and an employee's mobile. */
  callerId: string;
  /** What the employee's phone shows beside the client's number (`displayText`). */
  display: string;
  /** What the employee hears first: files and `say:TEXT`, joined by `!` (`playback`). */
  prompt: string;
  /** What speaks the texts of the prompt. */
  speech?: { engine: string; voice: string };
  /** Absolute folder of the sounds in the configured language. */
  sounds: string;
  /** A key that the employee has to press, within so many seconds of answering. */
  accept?: { key: string; seconds: number };
  /** The employee may press a key when the client was not reached. */
  afterwards: boolean;
  /** Base score in the queue: seconds that the client had waited. */
  keptPlace: number;
  /** Seconds. */
  clientRing: number;
  /** Seconds. */
  employeeRing: number;
  /** Seconds that the callback waits in the queue for a free employee. */
  queueWait: number;
}

type Accept = NonNullable<CallbackPlan['accept']>;

/** Whom an attempt can ring. */
export type Reachable = Exclude<Whom, { kind: 'nobody' }>;

/**
 * The `originate …` for one attempt. All legs get UUIDs of ours, so that they can be looked for after a crash.
 * @throws UnsafeValue when a value could break the command; nothing has been sent then.
 */
export function originateCommand(plan: CallbackPlan): string {
  const { whom } = plan;
  if (whom.kind === 'queue') return viaQueue(plan, whom.queue);
  if (whom.kind === 'dialplan') return viaDialplan(plan, whom);
  return toPhones(plan, whom);
}

/** As the attempts keep it: `queue:sales@default`, `extension:1001`, `group:sales`, `tried`, `dialplan:EXT XML CONTEXT`. */
export function describeTarget(whom: Reachable): string {
  if (whom.kind === 'queue') return `queue:${whom.queue}`;
  if (whom.kind === 'dialplan') return `dialplan:${whom.extension} XML ${whom.context}`;
  if (whom.label === 'those who were tried') return 'tried';
  if (whom.label === 'those of the last phase') return 'last-phase';
  return whom.label.replace(' ', ':');
}

function viaQueue(plan: CallbackPlan, queue: string): string {
  const vars = variables([
    ...common(plan, first(plan)),
    ['callbackd_queue', checked('name', queue)],
    ['callbackd_score', checked('digits', Math.max(0, Math.round(plan.keptPlace)))],
    ...display(plan),
    ['park_timeout', `${checked('digits', plan.queueWait)}:NORMAL_CLEARING`],
    ...staysInTheMiddle,
  ]);
  return `originate ${vars}loopback/queue/callbackd &park`;
}

function viaDialplan(plan: CallbackPlan, { extension, context }: { extension: string; context: string }): string {
  const vars = variables([
    ...common(plan, first(plan)),
    ...display(plan),
    ...onlyAnAnswerCounts,
    ['originate_timeout', checked('digits', plan.employeeRing)],
    ...speaksTelephone,
    ...staysInTheMiddle,
  ]);
  return `originate ${vars}loopback/${checked('dialled', extension)}/${checked('name', context)} client XML callbackd`;
}

function toPhones(plan: CallbackPlan, whom: Reachable & { kind: 'phones' }): string {
  const times = legTimes(whom.phones.length, whom, plan.employeeRing);
  const last = Math.max(...times.map(({ after, ring }) => after + ring));
  // The only phone rings until the originate gives up; its key may take longer.
  const timed = times.length > 1 || plan.accept !== undefined;
  const oneByOne = inTurn(times.length, whom);
  const vars = variables([
    ...common(plan),
    ...(plan.accept === undefined ? [] : confirmation(plan, plan.accept)),
    ...onlyAnAnswerCounts,
    ...(oneByOne ? stoppable : []),
    ['originate_timeout', checked('digits', last + (plan.accept?.seconds ?? 0))],
  ]);
  const legs = whom.phones.map((phone, index) =>
    leg(plan, phone, plan.employeeLegs[index] ?? '', timed ? timing(times[index]!) : []),
  );
  return `originate ${vars}${legs.join(oneByOne ? '|' : ',')} client XML callbackd`;
}

function leg(plan: CallbackPlan, phone: Phone, uuid: string, timed: [string, string][]): string {
  const agent = phone.agents.find((name) => fits('name', name));
  const vars: [string, string][] = [
    ['origination_uuid', checked('uuid', uuid)],
    ...timed,
    ...(phone.extension === undefined ? shownOutside(plan) : display(plan)),
    ...(agent === undefined ? [] : tracked(agent)),
  ];
  return legVariables(vars) + address(plan, phone);
}

function timing({ after, ring }: LegTimes): [string, string][] {
  const timeout: [string, string] = ['leg_timeout', checked('digits', ring)];
  return after === 0 ? [timeout] : [['leg_delay_start', checked('digits', after)], timeout];
}

/**
 * From its ringing on, the queue offers the agent nothing (callcenter_track, guarded in the dialplan: FreeSWITCH takes back
 * only one count of a leg, and would run `execute_on_originate` twice for user/…). A leg can track one agent only: the first whose name may be sent.
 */
function tracked(agent: string): [string, string][] {
  const track = 'execute_extension track XML callbackd';
  return [
    ['callbackd_agent', agent],
    ['execute_on_ring', track],
    ['execute_on_answer', track],
  ];
}

function address({ employeeRoute }: CallbackPlan, { extension, number }: Phone): string {
  if (extension !== undefined) return `user/${checked('name', extension)}`;
  return checked('route', employeeRoute?.(checked('number', number ?? '')) ?? '');
}

function first({ employeeLegs: [uuid = ''] }: CallbackPlan): [string, string][] {
  return [['origination_uuid', checked('uuid', uuid)]];
}

function common(plan: CallbackPlan, own: [string, string][] = []): [string, string][] {
  return [
    ...own,
    ['callbackd_attempt', checked('digits', plan.attempt)],
    ['callbackd_client_uuid', checked('uuid', plan.clientLeg)],
    ['callbackd_client_number', checked('number', plan.client).replace(/^\+/, '')],
    ['callbackd_route', checked('route', plan.route)],
    ['callbackd_caller_id', checked('number', plan.callerId)],
    ['callbackd_ring', checked('digits', plan.clientRing)],
    ['callbackd_prompt', checked('playback', plan.prompt)],
    ['callbackd_sounds', checked('file', plan.sounds)],
    ['callbackd_afterwards', String(plan.afterwards)],
    ['playback_delimiter', '!'],
    ...(plan.speech === undefined ? [] : speech(plan.speech)),
    ...(plan.accept === undefined ? [] : ask(plan, plan.accept)),
  ];
}

function speech({ engine, voice }: NonNullable<CallbackPlan['speech']>): [string, string][] {
  return [
    ['tts_engine', checked('name', engine)],
    ['tts_voice', checked('name', voice)],
  ];
}

/** The dialplan asks for the key where FreeSWITCH's originate can't: who answers is behind a loopback. */
function ask({ sounds }: CallbackPlan, { key, seconds }: Accept): [string, string][] {
  return [
    ['callbackd_accept', checked('key', key)],
    ['callbackd_accept_ms', checked('digits', seconds * 1_000)],
    ['callbackd_accept_sound', checked('file', keySound(sounds, key))],
  ];
}

/** A phone that answers gets the call only when the key is pressed; one that doesn't press it is hung up. */
function confirmation({ prompt, sounds }: CallbackPlan, { key, seconds }: Accept): [string, string][] {
  return [
    ['callbackd_confirmed', 'true'],
    ['group_confirm_key', checked('key', key)],
    ['group_confirm_file', checked('playback', `${prompt}!${sounds}/accept.wav!${keySound(sounds, key)}`)],
    ['group_confirm_read_timeout', checked('digits', seconds * 1_000)],
    ['group_confirm_timeout', checked('digits', seconds)],
  ];
}

function keySound(sounds: string, key: string): string {
  return `${sounds}/digits/${key === '*' ? 'star' : key === '#' ? 'pound' : key}.wav`;
}

/** Early media is no answer: neither a phone's own ringing nor the words of a mobile network. */
const onlyAnAnswerCounts: [string, string][] = [['ignore_early_media', 'true']];

/** Without this the next phone would ring when an attempt is stopped. */
const stoppable: [string, string][] = [['fail_on_single_reject', stopCause]];

/** A loopback speaks L16, which no phone knows: without this the bridges of the admin's dialplan fail (INCOMPATIBLE_DESTINATION). */
const speaksTelephone: [string, string][] = [
  ['absolute_codec_string', '^^:PCMA:PCMU'],
  ['export_vars', 'absolute_codec_string'],
];

const staysInTheMiddle: [string, string][] = [
  ['loopback_bowout', 'false'],
  ['loopback_bowout_on_execute', 'false'],
];

function display(plan: CallbackPlan): [string, string][] {
  return [
    ['origination_caller_id_number', checked('number', plan.client)],
    ['origination_caller_id_name', checked('display', plan.display)],
  ];
}

/** A trunk takes only our own numbers. */
function shownOutside({ callerId }: CallbackPlan): [string, string][] {
  return [
    ['origination_caller_id_number', checked('number', callerId)],
    ['origination_caller_id_name', checked('number', callerId)],
  ];
}
