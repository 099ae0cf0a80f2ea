import type { Reply } from './link.js';

/** What FreeSWITCH answered: "+OK text", "-ERR reason", "-USAGE: how", or what an api command printed. */
export function replyOf(text: string): Reply {
  const trimmed = text.trimEnd();
  const refusal = /^-(?:ERR|USAGE)\b:?\s*/.exec(trimmed);
  if (refusal !== null) return { kind: 'error', text: trimmed.slice(refusal[0].length) };
  return { kind: 'ok', text: trimmed.replace(/^\+OK(?:\s+|$)/, '') };
}

/** Why `words` must not be sent, or undefined. A line break would end the command and begin another one. */
export function unsendable(...words: string[]): Reply | undefined {
  if (!words.some((word) => /[\r\n\0]/.test(word))) return undefined;
  return {
    kind: 'not-sent',
    text: 'a command must not contain a line break or NUL: FreeSWITCH would read two commands',
  };
}
