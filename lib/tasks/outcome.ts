/** How an attempt ended: a closed set. */
export const outcomes = {
  /** Employee and client talked for `successAfter`. */
  reached: 'reached',
  'too-short': 'used',
  'client-busy': 'used',
  'client-no-answer': 'used',
  'client-rejected': 'used',
  /** His leg failed for another reason, or the gateway failed it for the fourth time in a row. */
  'client-unreachable': 'used',
  'client-invalid': 'invalid',
  /** The employee hung up while the client's phone was ringing. */
  'employee-left': 'used',
  /** Nobody knows: callbackd or FreeSWITCH died in the middle and left no trace. Counts, so that nobody is rung twice. */
  unknown: 'used',
  'employee-busy': 'snooze',
  'employee-no-answer': 'snooze',
  /** Also: answered and hung up during the prompt, before the client was dialled. */
  'employee-rejected': 'snooze',
  'employee-unregistered': 'snooze',
  /** The gateway is down or unknown, or it failed the client's leg for a moment. */
  'gateway-failed': 'snooze',
  /** The originate never ran: no link, FreeSWITCH refused it, or callbackd died before it was sent. */
  'not-dialled': 'snooze',
  /** callbackd hung up our legs: its task was closed, its schedule closed, or the master switch was turned off. */
  cancelled: 'stopped',
} as const;

export type Outcome = keyof typeof outcomes;

/** What an outcome does to its task. */
export type Effect = (typeof outcomes)[Outcome];
