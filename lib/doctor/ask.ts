import type { Reply } from '../esl/link.js';

/** What FreeSWITCH printed, refusals ("-ERR …") included; or why it could not be asked. */
export type Answer = { text: string } | { none: string };

/** Asks FreeSWITCH one `api` command. Never throws and always ends: the link has a time-out for each reply. */
export type Ask = (command: string) => Promise<Answer>;

export const noLink = 'no link';

/** Nobody to ask. */
export const askNobody: Ask = () => Promise.resolve({ none: noLink });

export function askOver(link: { api(command: string): Promise<Reply> }): Ask {
  return async (command) => answerOf(await link.api(command));
}

function answerOf(reply: Reply): Answer {
  if (reply.kind === 'ok') return { text: reply.text.trim() };
  if (reply.kind === 'error') return { text: `-ERR ${reply.text}` };
  return { none: `FreeSWITCH did not answer (${reply.text})` };
}
