import { randomUUID } from 'node:crypto';
import { eventMicros, stamp, type Headers, type SimulatedEvent } from './event.js';
import type { Schedule } from './schedule.js';

/** The place in FreeSWITCH's source that fired the event (recorded; nobody should depend on it). */
const firedBy: Record<string, string> = {
  CHANNEL_CREATE: 'switch_core_state_machine.c switch_core_session_run 626',
  CHANNEL_PROGRESS: 'switch_channel.c switch_channel_perform_mark_ring_ready_value 3507',
  CHANNEL_ANSWER: 'switch_channel.c switch_channel_perform_mark_answered 3848',
  CHANNEL_BRIDGE: 'switch_ivr_bridge.c switch_ivr_multi_threaded_bridge 1689',
  CHANNEL_UNBRIDGE: 'switch_ivr_bridge.c switch_ivr_multi_threaded_bridge 1879',
  CHANNEL_HANGUP: 'switch_channel.c switch_channel_perform_hangup 3447',
  CHANNEL_HANGUP_COMPLETE: 'switch_core_state_machine.c switch_core_session_reporting_state 943',
  CUSTOM: 'mod_callcenter.c callcenter_function 3113',
  BACKGROUND_JOB: 'mod_event_socket.c api_exec 1580',
  HEARTBEAT: 'switch_core.c send_heartbeat 95',
  SHUTDOWN: 'switch_core.c switch_core_destroy 3033',
};

/** Numbers the events of one run of FreeSWITCH (one Core-UUID) and hands them to whoever listens. */
export class EventSource {
  coreUuid: string;
  private sequence = 500;
  private dated: { readonly now: number; readonly headers: Headers } | undefined;
  private readonly subscribers = new Set<(event: SimulatedEvent) => void>();

  constructor(
    private readonly schedule: Schedule,
    coreUuid: string = randomUUID(),
  ) {
    this.coreUuid = coreUuid;
  }

  /** Another run: another Core-UUID, and the numbers start again. */
  begin(coreUuid: string): void {
    this.coreUuid = coreUuid;
    this.sequence = 500;
  }

  subscribe(subscriber: (event: SimulatedEvent) => void): () => void {
    this.subscribers.add(subscriber);
    return () => void this.subscribers.delete(subscriber);
  }

  /** The headers are made when a subscriber reads them: at once, or never. */
  fire(name: string, headers: Headers | ((into: Headers) => Headers), subclass = ''): void {
    const sequence = ++this.sequence;
    let made: Headers | undefined;
    const make = (): Headers => (made ??= this.frame(name, headers, subclass, sequence));
    const event: SimulatedEvent = {
      name,
      subclass,
      get headers() {
        return make();
      },
    };
    for (const subscriber of this.subscribers) subscriber(event);
  }

  /** The headers that every event begins with, then its own. */
  framed(name: string, headers: Headers, subclass = ''): Headers {
    return this.frame(name, headers, subclass, ++this.sequence);
  }

  /** Many events come at one instant. */
  private dates(now: number): Headers {
    if (this.dated?.now !== now)
      this.dated = {
        now,
        headers: { 'Event-Date-Local': stamp(now), 'Event-Date-GMT': new Date(now).toUTCString() },
      };
    return this.dated.headers;
  }

  private frame(
    name: string,
    headers: Headers | ((into: Headers) => Headers),
    subclass: string,
    sequence: number,
  ): Headers {
    const now = this.schedule.now();
    const [file = '', code = '', line = ''] = (firedBy[name] ?? 'mod_commands.c none 1').split(' ');
    const framed: Headers = {
      ...(subclass === '' ? {} : { 'Event-Subclass': subclass }),
      'Event-Name': name,
      'Core-UUID': this.coreUuid,
      'FreeSWITCH-Hostname': 'simulated',
      'FreeSWITCH-Switchname': 'simulated',
      'FreeSWITCH-IPv4': '192.0.2.2',
      'FreeSWITCH-IPv6': 'fd00::2',
      ...this.dates(now),
      'Event-Date-Timestamp': eventMicros(now),
      'Event-Calling-File': file,
      'Event-Calling-Function': code,
      'Event-Calling-Line-Number': line,
      'Event-Sequence': String(sequence),
    };
    return typeof headers === 'function' ? headers(framed) : Object.assign(framed, headers);
  }
}
