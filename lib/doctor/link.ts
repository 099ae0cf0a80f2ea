import type { LinkProblem } from '../esl/link.js';
import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

/** What became of a connection of doctor's own. */
export type LinkFacts = { up: true; where: string } | { up: false; why: Pick<LinkProblem, 'message' | 'hint'> };

/** Host, port, password and access list of the event socket, in one try. `version`: the answer to `version`. */
export function judgeLink(link: LinkFacts, version: Answer): Finding {
  const report = about('link');
  if (!link.up) return report.problem(link.why.message, link.why.hint);
  const told = 'text' in version ? /FreeSWITCH Version \S+/i.exec(version.text)?.[0] : undefined;
  return report.ok(`the event socket at ${link.where} takes the password: ${told ?? 'FreeSWITCH'}`);
}

/** What came back of what doctor sent over its own link. */
export interface EventFacts {
  /** A CUSTOM event of doctor's own subclass. */
  custom: boolean;
  /** The result of a background job. */
  job: boolean;
  /** FreeSWITCH's words when it refused to pass the event on. */
  refused?: string;
  /** How long was waited, ms. */
  waitedMs: number;
}

export function judgeEvents({ custom, job, refused, waitedMs }: EventFacts): Finding {
  const report = about('events');
  if (refused !== undefined)
    return report.warning(
      `FreeSWITCH refuses to pass on a test event (${refused})`,
      'without it nothing proves that events arrive: call in, and see whether "callbackd status" shows the client',
    );
  const missing = [...(custom ? [] : ['the test event']), ...(job ? [] : ["the background job's result"])];
  if (missing.length > 0)
    return report.problem(
      `${missing.join(' and ')} did not come back within ${waitedMs / 1_000} s, so calls would not be noticed`,
      'a program that does not read its event socket holds up all others: "fs_cli -x \'show tasks\'" and the log of FreeSWITCH tell more; "fs_cli -x \'reload mod_event_socket\'" puts it right for now',
    );
  return report.ok('a test event and the result of a background job came back');
}
