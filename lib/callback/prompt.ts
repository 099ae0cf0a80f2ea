/** What the employee hears before the client is dialled: from the parts of a rule's prompt to FreeSWITCH's playback string. */
import type { Label } from '../config/labels.js';
import type { PromptPart, SpokenFact } from '../rules/rule.js';
import { checked } from './dial-string.js';
import { numberFiles } from './spoken-number.js';

/** The facts of the call that can be spoken. */
export interface SpokenCall {
  /** The number that the client had dialled: E.164 when it can be normalised. */
  dialled?: string;
  queue?: string;
  /** Seconds. */
  waited: number;
  timesLost: number;
  /** The client's number, E.164. */
  number: string;
}

export interface Voice {
  /** Absolute folder of the sounds in the configured language. */
  sounds: string;
  /** By dialled number or queue. */
  labels: Readonly<Record<string, Label>>;
}

/**
 * Files and `say:TEXT` joined by `!` (`playback_delimiter`). A fact that nobody knows is left out; when nothing is left it
 * is the word "callback".
 * @throws UnsafeValue
 */
export function playback(parts: readonly PromptPart[], call: SpokenCall, voice: Voice): string {
  const items = parts.flatMap((part) => itemsOf(part, call, voice));
  return checked('playback', (items.length === 0 ? [`${voice.sounds}/callback.wav`] : items).join('!'));
}

/** True when a speech engine is needed for it. */
export function isSpoken(prompt: string): boolean {
  return /(?:^|!)say:/.test(prompt);
}

function itemsOf(part: PromptPart, call: SpokenCall, voice: Voice): string[] {
  return 'say' in part ? factItems(part.say, call, voice) : [labelItem(part)];
}

function labelItem(label: Label): string {
  return 'file' in label ? checked('file', label.file) : `say:${checked('display', label.text.trim())}`;
}

function factItems(fact: SpokenFact, call: SpokenCall, { sounds, labels }: Voice): string[] {
  const files = (names: readonly string[]): string[] => names.map((name) => `${sounds}/${name}.wav`);
  if (fact === 'number') return files(digitFiles(call.number));
  if (fact === 'timesLost') return files(['times-lost', ...numberFiles(call.timesLost)]);
  if (fact === 'waited') return files(waitedFiles(call.waited));
  const name = fact === 'queue' ? call.queue : call.dialled;
  const label = name !== undefined && Object.hasOwn(labels, name) ? labels[name] : undefined;
  if (label !== undefined) return [labelItem(label)];
  return fact === 'dialled' && name !== undefined ? files(['dialled', ...digitFiles(name)]) : [];
}

/** A number is read out digit by digit; what is neither digit nor plus (from outside) is left out. */
function digitFiles(number: string): string[] {
  return [...number].flatMap((sign) => (/[0-9]/.test(sign) ? `digits/${sign}` : sign === '+' ? 'plus' : []));
}

/** Unit first: "minutes waited: 5" needs no plural, in no language. */
function waitedFiles(seconds: number): string[] {
  const waited = Math.max(0, Math.round(seconds));
  if (waited < 60) return ['seconds-waited', ...numberFiles(waited)];
  return ['minutes-waited', ...numberFiles(Math.round(waited / 60))];
}
