import type { SimulatedEvent } from './event.js';

/** The events that this FreeSWITCH knows; a subscription to nothing else is refused. */
const known = new Set(
  `ALL CUSTOM CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_ANSWER
   CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HOLD CHANNEL_UNHOLD CHANNEL_BRIDGE
   CHANNEL_UNBRIDGE CHANNEL_ORIGINATE CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_UNPARK CHANNEL_UUID API BACKGROUND_JOB DTMF HEARTBEAT
   MODULE_LOAD MODULE_UNLOAD RELOADXML SHUTDOWN STARTUP MESSAGE PRESENCE_IN PRESENCE_OUT CALL_UPDATE PLAYBACK_START PLAYBACK_STOP`.split(
    /\s+/,
  ),
);

/** Which events one client wants. Every word after CUSTOM is a subclass, whatever it looks like. */
export class Subscription {
  private all = false;
  private readonly names = new Set<string>();
  private readonly subclasses = new Set<string>();

  /** False when FreeSWITCH would find no keyword in it. */
  static knows(words: readonly string[]): boolean {
    return words.some((word) => known.has(word.toUpperCase()));
  }

  /** Adds to what is there already, as FreeSWITCH does. */
  add(words: readonly string[]): void {
    let custom = false;
    for (const word of words) {
      if (custom) this.subclasses.add(word);
      else if (word === 'CUSTOM') custom = true;
      else if (word.toUpperCase() === 'ALL') this.all = true;
      else this.names.add(word.toUpperCase());
    }
  }

  remove(words: readonly string[]): void {
    for (const word of words) {
      this.names.delete(word.toUpperCase());
      this.subclasses.delete(word);
    }
  }

  clear(): void {
    this.all = false;
    this.names.clear();
    this.subclasses.clear();
  }

  wants(event: SimulatedEvent): boolean {
    if (this.all) return true;
    return event.name === 'CUSTOM' ? this.subclasses.has(event.subclass) : this.names.has(event.name);
  }
}
