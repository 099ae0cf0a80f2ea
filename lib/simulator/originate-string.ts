/** What FreeSWITCH reads out of the arguments of `originate`. */
export interface Originate {
  readonly variables: Record<string, string>;
  readonly endpoint: string;
  /** `&park` or `client XML callbackd` */
  readonly application?: { name: string; data: string };
  readonly extension?: { number: string; dialplan: string; context: string };
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

/** Where the `}` of the leading `{` stands, '…' respected; -1 when it never comes. */
const closingBrace = (text: string): number => {
  let quoted = false;
  for (let i = 1; i < text.length; i += 1) {
    if (text[i] === "'") quoted = !quoted;
    else if (text[i] === '}' && !quoted) return i;
  }
  return -1;
};

/**
 * Parses strictly: a space outside of quotes ends the dial string, a comma outside of quotes ends a variable.
 * Gives FreeSWITCH's error text when it would refuse.
 */
export const parseOriginate = (text: string): Originate | { error: string } => {
  const words = separate(text.trim(), ' ').filter((word) => word !== '');
  const [dialString, target, dialplan = 'XML', context = 'default'] = words;
  if (dialString === undefined || target === undefined) return { error: usage };
  const variables: Record<string, string> = {};
  let endpoint = dialString;
  if (dialString.startsWith('{')) {
    const end = closingBrace(dialString);
    if (end === -1) return { error: '-ERR DESTINATION_OUT_OF_ORDER' };
    endpoint = dialString.slice(end + 1);
    for (const pair of separate(dialString.slice(1, end), ',')) {
      const equals = pair.indexOf('=');
      if (equals > 0) variables[pair.slice(0, equals).trim()] = unquoted(pair.slice(equals + 1));
    }
  }
  if (!target.startsWith('&')) return { variables, endpoint, extension: { number: target, dialplan, context } };
  const [, name = '', data = ''] = /^&([^(]*)(?:\((.*)\))?$/s.exec(target) ?? [];
  return { variables, endpoint, application: { name, data } };
};
