/**
 * The text of an originate. Nothing gets into it that is not of one of these shapes: in FreeSWITCH's `{}` the characters
 * , } { ' break the string, in `[]` also | ] [, a newline adds a command, and `${…}` is expanded even in a variable that is
 * merely read.
 */

import { nationalDigits } from './national.js';

/** A value that must not get into an originate. A bug or a broken setting: checked before anything is kept or sent. */
export class UnsafeValue extends Error {
  override readonly name = 'UnsafeValue';
}

const file = '/[A-Za-z0-9_./-]{1,250}';
const words = '[\\p{L}\\p{N}_.()-](?:[\\p{L}\\p{M}\\p{N} _.()-]{0,198}[\\p{L}\\p{M}\\p{N}_.()-])?';

const shapes = {
  number: /^\+?[0-9]{3,15}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  digits: /^[0-9]{1,9}$/,
  /** Sound files of our own configuration, and their folders. */
  file: new RegExp(`^${file}$`),
  /** Queues, agents, dialplan contexts, extensions with or without a domain. */
  name: /^[A-Za-z0-9_.@-]{1,100}$/,
  /** An extension of the admin's dialplan. */
  dialled: /^[A-Za-z0-9_.*+-]{1,100}$/,
  /** A key of a phone. */
  key: /^[0-9*#]$/,
  /** `outbound.route` with the number put in; `:_:` would begin another originate. */
  route: /^(?!.*:_:)[A-Za-z0-9_./@:;=+-]{1,250}$/,
  /** What a display shows: letters of any script, digits, space, . _ ( ) - and no space at either end. */
  display: new RegExp(`^${words}$`, 'u'),
  /** What mod_dptools' playback is given with `playback_delimiter=!`: files, and texts for a speech engine. */
  playback: new RegExp(`^(?:${file}|say:${words})(?:!(?:${file}|say:${words}))*$`, 'u'),
} as const;

export type Shape = keyof typeof shapes;

export function fits(shape: Shape, text: string): boolean {
  return shapes[shape].test(text);
}

/** @throws UnsafeValue when the value is not of the shape. */
export function checked(shape: Shape, value: string | number): string {
  const text = String(value);
  if (!fits(shape, text)) throw new UnsafeValue(`${JSON.stringify(text)} is no ${shape} that may go into an originate`);
  return text;
}

export type Variables = readonly (readonly [name: string, value: string])[];

/** `{a=1,b=2}`: of all legs. The values have been checked. */
export function variables(values: Variables): string {
  return `{${list(values)}}`;
}

/** `[a=1,b=2]`: of one leg. */
export function legVariables(values: Variables): string {
  return `[${list(values)}]`;
}

// `originate` splits its arguments at spaces outside of '…', and takes the quotes away.
function list(values: Variables): string {
  return values.map(([name, value]) => `${name}=${value.includes(' ') ? `'${value}'` : value}`).join(',');
}

/**
 * The dial string of a number.
 * @param template `outbound.route` with {number} (E.164 digits), {e164} (with +) or {national} (as it is dialled within its country)
 * @throws UnsafeValue
 */
export function routeTo(template: string, e164: string): string {
  const number = checked('number', e164);
  const filled = template.replaceAll('{number}', number.replace(/^\+/, '')).replaceAll('{e164}', number);
  if (!filled.includes('{national}')) return checked('route', filled);
  return checked('route', filled.replaceAll('{national}', checked('number', nationalDigits(number) ?? '')));
}

/**
 * A display's text out of any text, such as the name that a client's phone sent: what is not of the shape is left out.
 * @param most characters
 * @returns undefined when nothing is left
 */
export function displayText(text: string, most = 60): string | undefined {
  const kept = text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N} _.()-]+/gu, ' ').replace(/ +/g, ' '); // prettier-ignore
  const cut = [...kept.trim().replace(/^[\p{M} ]+/u, '')].slice(0, most).join('').trim();
  return cut === '' ? undefined : checked('display', cut);
}
