/** What really happened on the simulated telephones: the simulator's own account, to be compared with anybody else's. */

/** One leg to a client that was really dialled. */
export interface DialledClient {
  readonly number: string;
  readonly uuid: string;
  /** The variable callbackd_attempt, '' when absent. */
  readonly attempt: string;
  readonly at: number;
  answeredAt?: number;
  /** 0 until a bridged call is over. */
  talkMs: number;
  /** Who hung up, once the leg is over. */
  endedBy?: 'client' | 'freeswitch';
  cause?: string;
}

/** One ring of an employee's phone. */
export interface RungPhone {
  readonly extension: string;
  readonly uuid: string;
  /** UUID of the leg on whose behalf it rings; '' for an originate. */
  readonly onBehalfOf: string;
  readonly attempt: string;
  readonly at: number;
  answeredAt?: number;
  endedBy?: 'employee' | 'freeswitch';
  cause?: string;
}

export interface SimulationRecord {
  readonly dialled: DialledClient[];
  readonly rung: RungPhone[];
  /** The arguments of every originate as they came in. */
  readonly originates: string[];
}

export type HappeningKind =
  | 'clientCalls'
  | 'joinsQueue'
  | 'leavesQueue'
  | 'clientHangsUp'
  | 'phoneRings'
  | 'phoneAnswers'
  | 'asked'
  | 'keyPressed'
  | 'ending'
  | 'registration'
  | 'phoneDoesNotAnswer'
  | 'promptPlays'
  | 'clientRings'
  | 'clientAnswers'
  | 'clientNotReached'
  | 'talk'
  | 'callEnds'
  | 'originate'
  | 'freeswitch';

/** Something a person in the room would notice. */
export interface Happening {
  readonly kind: HappeningKind;
  readonly at: number;
  /** One English sentence without the time. */
  readonly text: string;
  readonly uuid?: string;
  readonly number?: string;
  readonly extension?: string;
  readonly queue?: string;
  readonly cause?: string;
}
