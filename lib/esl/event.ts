/**
 * One event of FreeSWITCH, as it came in an `event json` frame.
 * Headers are read one by one and never copied: an event carries 140 to 300 of them.
 */
export interface EslEvent {
  /** Event-Name, e.g. CHANNEL_HANGUP_COMPLETE. */
  readonly name: string;
  /** Event-Subclass of a CUSTOM event, e.g. callcenter::info; '' otherwise. */
  readonly subclass: string;
  /** Event-Date-Timestamp in ms since 1970 UTC (FreeSWITCH moves it in 20 ms steps); 0 when missing. */
  readonly at: number;
  /** Core-UUID: another one means that FreeSWITCH was restarted. */
  readonly coreUuid: string;
  /** The value of a header; of an array header its first element; undefined when absent. */
  header(name: string): string | undefined;
  /** All values of a header (originated_legs and the like are arrays); [] when absent. */
  headers(name: string): readonly string[];
  /** The body inside the event (BACKGROUND_JOB's result), '' when there is none. */
  readonly body: string;
}
