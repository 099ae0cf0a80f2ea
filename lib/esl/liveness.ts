import type { Clock, Instant, Timer } from '../time/clock.js';

/** A reply that is late while other bytes keep coming is waited for this many times longer. */
const patience = 3;

/** Watches that the other side still talks: asks for a sign of life after a silence, and limits the wait for a reply. */
export class Liveness {
  private lastHeard: Instant;
  private chunks = 0;
  private heartbeat: Timer | undefined;
  private wait: Timer | undefined;
  private grace: NodeJS.Immediate | undefined;

  constructor(
    private readonly times: { clock: Clock; heartbeatMs: number; replyTimeoutMs: number },
    /** `probe`: nothing was heard for heartbeatMs. `silent`: no reply came in time. */
    private readonly hooks: { probe(): void; silent(): void },
  ) {
    this.lastHeard = times.clock.now();
  }

  /** Bytes came in. */
  heard(): void {
    this.lastHeard = this.times.clock.now();
    this.chunks += 1;
  }

  /** Begins to look after silences; until `stop`. */
  watch(): void {
    const { clock, heartbeatMs } = this.times;
    const quiet = clock.now() - this.lastHeard;
    if (quiet >= heartbeatMs) this.hooks.probe();
    this.heartbeat = clock.after(quiet >= heartbeatMs ? heartbeatMs : heartbeatMs - quiet, () => this.watch());
  }

  awaitReply(): void {
    const since = this.times.clock.now();
    this.wait = this.times.clock.after(this.times.replyTimeoutMs, () => this.overdue(since));
  }

  replied(): void {
    this.wait?.cancel();
    if (this.grace !== undefined) clearImmediate(this.grace);
    this.wait = this.grace = undefined;
  }

  stop(): void {
    this.heartbeat?.cancel();
    this.heartbeat = undefined;
    this.replied();
  }

  /**
   * When this process itself was busy, timers run before the socket is read, and the reply may be waiting there
   * behind a heap of events. So the socket is read once more; while that brings bytes, FreeSWITCH is not silent.
   */
  private overdue(since: Instant): void {
    const before = this.chunks;
    this.afterReading(() => {
      const tooLate = this.times.clock.now() - since >= patience * this.times.replyTimeoutMs;
      if (this.chunks === before || tooLate) this.hooks.silent();
      else this.overdue(since);
    });
  }

  /** A whole turn of the event loop, which reads the sockets, lies between two immediates. */
  private afterReading(run: () => void): void {
    this.grace = setImmediate(() => {
      this.grace = setImmediate(run);
    });
  }
}
