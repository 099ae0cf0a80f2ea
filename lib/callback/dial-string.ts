/**
 * The text of an originate. Nothing gets into it that is not of one of these shapes: in FreeSWITCH's `{}` the characters
 * , } { ' break the string, a newline adds a command, and `${…}` is expanded even in a variable that is merely read.
 */

/** A value that must not get into an originate. A bug or a broken setting: checked before anything is kept or sent. */
export class UnsafeValue extends Error {
  override readonly name = 'UnsafeValue';
}

const shapes = {
  number: /^\+?[0-9]{3,15}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  digits: /^[0-9]{1,9}$/,
  /** Sound files of our own configuration. */
  file: /^\/[A-Za-z0-9_./-]{1,250}$/,
  /** Queues, extensions with or without a domain. */
  name: /^[A-Za-z0-9_.@-]{1,100}$/,
  /** `outbound.route` with the number put in. */
  route: /^[A-Za-z0-9_./@:;=+-]{1,250}$/,
} as const;

export type Shape = keyof typeof shapes;

/** @throws UnsafeValue when the value is not of the shape. */
export function checked(shape: Shape, value: string | number): string {
  const text = String(value);
  if (!shapes[shape].test(text))
    throw new UnsafeValue(`${JSON.stringify(text)} is no ${shape} that may go into an originate`);
  return text;
}

/** `{a=1,b=2}` of values that have been checked. */
export function variables(values: readonly (readonly [name: string, value: string])[]): string {
  return `{${values.map(([name, value]) => `${name}=${value}`).join(',')}}`;
}

/** The dial string of a client: `outbound.route` with {number} (E.164 digits) or {e164} (with +) filled in. */
export function routeTo(template: string, e164: string): string {
  const number = checked('number', e164);
  return checked('route', template.replaceAll('{number}', number.replace(/^\+/, '')).replaceAll('{e164}', number));
}
