/** A header's value: originated_legs and the like are arrays. */
export type HeaderValue = string | string[];

/** Headers in the order in which they are sent. */
export type Headers = Record<string, HeaderValue>;

/** One event on its way to the subscribers. */
export interface SimulatedEvent {
  readonly name: string;
  readonly subclass: string;
  /** To be read while the event is told, not later: the leg goes on living. */
  readonly headers: Headers;
}

/** FreeSWITCH's event time moves in steps of 20 ms; in microseconds. */
export const eventMicros = (ms: number): string => String(Math.floor(ms / 20) * 20_000);

/** Whole seconds since 1970, as mod_callcenter and the `_epoch` variables have them. */
export const epoch = (ms: number): string => String(Math.floor(ms / 1000));

/** `2026-11-20 10:23:09`, in UTC (the recorded machine's zone). */
export const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
