import type { Headers } from './event.js';
import { epoch } from './event.js';

export interface AgentOptions {
  /** As mod_callcenter knows him, e.g. `1001@default`. */
  readonly name: string;
  /** Default: `user/` and the part of the name before the @. */
  readonly contact?: string;
  /** Queues he serves, in the order of his tiers; default: all. */
  readonly queues?: readonly string[];
  readonly status?: 'Available' | 'Logged Out' | 'On Break';
  /** Default 2 s. */
  readonly wrapUpMs?: number;
  /** How long his phone rings for a queue; default 8 s. */
  readonly legTimeoutMs?: number;
  /** Before he is offered a call again after: no answer 3 s, busy 5 s, rejecting 5 s. */
  readonly noAnswerDelayMs?: number;
  readonly busyDelayMs?: number;
  readonly rejectDelayMs?: number;
}

/** mod_callcenter's view of one employee. */
export class Agent {
  readonly name: string;
  readonly extension: string;
  readonly contact: string;
  readonly legTimeoutMs: number;
  status: 'Available' | 'Logged Out' | 'On Break';
  state: 'Waiting' | 'Receiving' | 'In a queue call' = 'Waiting';
  /** UUID of his leg while he talks. */
  uuid = '';
  /** Not offered anything before. */
  readyAt = 0;
  lastOfferedAt = 0;
  lastBridgeStart = 0;
  lastBridgeEnd = 0;
  lastStatusChange = 0;
  noAnswerCount = 0;
  callsAnswered = 0;
  /** Calls outside of the queue that keep him busy (callcenter_track). */
  externalCalls = 0;

  constructor(
    private readonly options: AgentOptions,
    readonly position: number,
  ) {
    this.name = options.name;
    this.contact = options.contact ?? `user/${options.name.split('@')[0] ?? ''}`;
    this.extension = (this.contact.split('/')[1] ?? '').split('@')[0] ?? '';
    this.legTimeoutMs = options.legTimeoutMs ?? 8000;
    this.status = options.status ?? 'Available';
  }

  serves(queue: string): boolean {
    return this.options.queues === undefined || this.options.queues.includes(queue);
  }

  get wrapUpMs(): number {
    return this.options.wrapUpMs ?? 2000;
  }

  delayAfter(cause: string): number {
    if (cause === 'USER_BUSY') return this.options.busyDelayMs ?? 5000;
    if (cause === 'ORIGINATOR_CANCEL') return 0;
    if (cause === 'NO_ANSWER') return this.options.noAnswerDelayMs ?? 3000;
    return this.options.rejectDelayMs ?? 5000;
  }

  isFree(now: number): boolean {
    return this.status === 'Available' && this.state === 'Waiting' && this.externalCalls === 0 && now >= this.readyAt;
  }

  reset(): void {
    Object.assign(this, { state: 'Waiting', uuid: '', readyAt: 0, externalCalls: 0 });
  }

  /** His row in `callcenter_config agent list`. */
  row(): Headers {
    return {
      name: this.name,
      instance_id: 'single_box',
      uuid: this.uuid,
      type: 'callback',
      contact: this.contact,
      status: this.status,
      state: this.state,
      max_no_answer: '0',
      wrap_up_time: String(this.wrapUpMs / 1000),
      reject_delay_time: String(this.delayAfter('CALL_REJECTED') / 1000),
      busy_delay_time: String(this.delayAfter('USER_BUSY') / 1000),
      no_answer_delay_time: String(this.delayAfter('NO_ANSWER') / 1000),
      last_bridge_start: epoch(this.lastBridgeStart),
      last_bridge_end: epoch(this.lastBridgeEnd),
      last_offered_call: epoch(this.lastOfferedAt),
      last_status_change: epoch(this.lastStatusChange),
      no_answer_count: String(this.noAnswerCount),
      calls_answered: String(this.callsAnswered),
      talk_time: '0',
      ready_time: epoch(this.readyAt),
      external_calls_count: String(this.externalCalls),
    };
  }
}
