/** What callbackd subscribes to: the daemon reads these, and doctor proves with the same list that they can arrive. */

export const eventsRead = [
  'CHANNEL_CREATE', 'CHANNEL_PROGRESS', 'CHANNEL_ANSWER', 'CHANNEL_BRIDGE', 'CHANNEL_UNBRIDGE', 'CHANNEL_HOLD', 'CHANNEL_UNHOLD',
  'CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE', 'SHUTDOWN', 'HEARTBEAT',
] as const; // prettier-ignore

/** Subclasses of CUSTOM events. */
export const subclassesRead = [
  'callcenter::info', 'fifo::info', 'sofia::register', 'sofia::unregister', 'sofia::expire',
] as const; // prettier-ignore
