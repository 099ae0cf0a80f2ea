/** What FreeSWITCH reads out of the arguments of `originate`. */
export interface Originate {
  /** Of all legs, from `{}`. */
  readonly variables: Record<string, string>;
  /** Tried one after the other, as `|` separates them: what is rung together, one leg at least. */
  readonly turns: readonly (readonly DialledLeg[])[];
  /** `&park` or `client XML callbackd` */
  readonly application?: { name: string; data: string };
  readonly extension?: { number: string; dialplan: string; context: string };
}

export interface DialledLeg {
  /** Of this leg alone, from `[]`. */
  readonly variables: Record<string, string>;
  /** `user/1001`, `sofia/gateway/trunk/74951230001`, `loopback/queue/callbackd` */
  readonly endpoint: string;
}

const usage =
  '-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>] [<timeout_sec>]';

/** Splits outside of '…', as switch_separate_string does; a backslash keeps the next character. */
const separate = (text: string, delimiter: string): string[] => {
  const parts = [''];
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === '\\' && i + 1 < text.length) parts[parts.length - 1] += character + text.charAt((i += 1));
    else if (character === "'") {
      quoted = !quoted;
      parts[parts.length - 1] += character;
    } else if (character === delimiter && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
};

const unquoted = (value: string): string => value.replace(/^'(.*)'$/s, '$1').replace(/\\(.)/gs, '$1');

/** Where the bracket that closes the leading one stands, '…' respected; -1 when it never comes. */
const closing = (text: string, bracket: '}' | ']'): number => {
  let quoted = false;
  for (let i = 1; i < text.length; i += 1) {
    if (text[i] === "'") quoted = !quoted;
    else if (text[i] === bracket && !quoted) return i;
  }
  return -1;
};

const assignments = (text: string): Record<string, string> => {
  const variables: Record<string, string> = {};
  for (const pair of separate(text, ',')) {
    const equals = pair.indexOf('=');
    if (equals > 0) variables[pair.slice(0, equals).trim()] = unquoted(pair.slice(equals + 1));
  }
  return variables;
};

/** `[a=1]user/1001,[a=2]user/1002|[a=3]user/1003`; undefined when a bracket is never closed. */
const dialledLegs = (text: string): DialledLeg[][] | undefined => {
  let legs: DialledLeg[] = [];
  const turns = [legs];
  let rest = text;
  for (;;) {
    let variables: Record<string, string> = {};
    if (rest.startsWith('[')) {
      const end = closing(rest, ']');
      if (end === -1) return undefined;
      variables = assignments(rest.slice(1, end));
      rest = rest.slice(end + 1);
    }
    const [endpoint = ''] = separate(separate(rest, ',')[0] ?? '', '|');
    legs.push({ variables, endpoint });
    if (endpoint.length >= rest.length) return turns;
    if (rest[endpoint.length] === '|') turns.push((legs = []));
    rest = rest.slice(endpoint.length + 1);
  }
};

/**
 * Parses strictly: a space outside of quotes ends the dial string, a comma outside of quotes ends a variable.
 * Gives FreeSWITCH's error text when it would refuse.
 */
export const parseOriginate = (text: string): Originate | { error: string } => {
  const words = separate(text.trim(), ' ').filter((word) => word !== '');
  const [dialString, target, dialplan = 'XML', context = 'default'] = words;
  if (dialString === undefined || target === undefined) return { error: usage };
  let variables: Record<string, string> = {};
  let rest = dialString;
  if (dialString.startsWith('{')) {
    const end = closing(dialString, '}');
    if (end === -1) return { error: '-ERR DESTINATION_OUT_OF_ORDER' };
    rest = dialString.slice(end + 1);
    variables = assignments(dialString.slice(1, end));
  }
  const turns = dialledLegs(rest);
  if (turns === undefined) return { error: '-ERR DESTINATION_OUT_OF_ORDER' };
  if (!target.startsWith('&')) return { variables, turns, extension: { number: target, dialplan, context } };
  const [, name = '', data = ''] = /^&([^(]*)(?:\((.*)\))?$/s.exec(target) ?? [];
  return { variables, turns, application: { name, data } };
};
