/**
 * The words for what happened to a client's call. The same words stand in the JSON of `replay`, in the rules' facts,
 * in the database and in the documentation.
 */

/** What became of a client's call. `requested`: he pressed the key that asks for a callback. */
export type CallOutcome = 'lost' | 'answered' | 'requested';

/** Where the client was when the call was lost. */
export type Place = 'queue' | 'extension' | 'group' | 'ivr' | 'transfer' | 'voicemail' | 'dialplan';

/** How the last waiting phase ended (not what the dialplan played after it). */
export type EndedBy =
  | 'client'
  | 'timeout'
  | 'no-agents'
  | 'key'
  | 'busy'
  | 'rejected'
  | 'unregistered'
  | 'failed'
  | 'no-route'
  | 'killed'
  | 'shutdown';

/** What an employee's phone did when it was rung last. `ringing`: nothing was heard of it until the client left. */
export type RingResult = 'no-answer' | 'busy' | 'rejected' | 'unregistered' | 'ringing' | 'lost-race' | 'failed';

/** One inbound call of a client that is over. Absent fields are not known. */
export interface ClientCall {
  /** UUID of the caller's leg. */
  call: string;
  outcome: CallOutcome;
  place?: Place;
  /** mod_callcenter queue, e.g. sales@default. */
  queue?: string;
  extension?: string;
  group?: string;
  menu?: string;
  /** The employee who passed the client on. */
  transferredBy?: string;
  /** The last employee who talked with him. */
  employee?: string;
  /** The digit that asked for a callback. */
  key?: string;
  /** Whole seconds in the place. */
  waited?: number;
  endedBy?: EndedBy;
  /** Caller ID number as received. */
  number?: string;
  /** The number in E.164, when it can be normalised. */
  e164?: string;
  /** Caller ID name as received. */
  name?: string;
  /** The number he dialled, as first seen. */
  dialled?: string;
  anonymous?: boolean;
  /** Employees in the order of their first ring, with the result of their last one. */
  tried?: [employee: string, result: RingResult][];
  /** Employees of the last waiting phase; who held the client and whom he consulted. Only for a call that was not answered. */
  lastPhase?: string[];
  /** Voicemail: whether the client left a message. */
  messageLeft?: boolean;
}

/** When the call happened: ms since 1970 UTC, by FreeSWITCH's clock. */
export interface CallTimes {
  startedAt: number;
  /** Entered the place where he was lost. */
  enteredAt?: number;
  endedAt: number;
}

/** A call as it is kept. */
export type EndedCall = ClientCall &
  CallTimes & {
    /** Channel variables that the admin listed in `calls.variables`, by name. */
    variables?: Record<string, string>;
  };
