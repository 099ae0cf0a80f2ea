import { randomUUID } from 'node:crypto';
import { eventsRead, subclassesRead } from '../calls/events-read.js';
import type { Configuration } from '../config/configuration.js';
import { EslLink } from '../esl/esl-link.js';
import { usualLinkOptions } from '../esl/settings.js';
import type { Clock } from '../time/clock.js';
import type { EventFacts, LinkFacts } from './link.js';

/** The subclass of doctor's test event: nobody else reads it, so no other program is misled. */
const subclass = 'callbackd::doctor';
const nonceHeader = 'callbackd-nonce';

/** How long each step may take when nothing else is said, ms. */
const usualPatience = 5_000;
const eventPatience = 3_000;

/**
 * A link of doctor's own, subscribed to what the daemon subscribes to, and to a subclass for the test event. It takes
 * events made up with `sendevent` for real ones: it sends one itself. With `events: false` it can only ask.
 */
export class OwnLink {
  private readonly link: EslLink;
  private readonly seen = new Set<string>();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly esl: Configuration['esl'],
    password: string,
    private readonly clock: Clock,
    { patience = usualPatience, events = true }: { patience?: number; events?: boolean } = {},
  ) {
    this.link = new EslLink({
      ...usualLinkOptions,
      connectTimeoutMs: patience,
      replyTimeoutMs: patience,
      ...esl,
      password,
      clock,
      events: events ? eventsRead : [],
      subclasses: events ? [...subclassesRead, subclass] : [],
      acceptForged: true,
    });
  }

  /** One try. Always ends: connecting and each reply have a time-out. */
  async open(): Promise<LinkFacts> {
    const opened = new Promise<LinkFacts>((resolve) =>
      this.link.on({
        up: () => resolve({ up: true, where: `${this.esl.host}:${this.esl.port}` }),
        retry: (why) => {
          void this.link.stop(); // one try is enough: each is a line in FreeSWITCH's log
          resolve({ up: false, why });
        },
        event: (event) => this.saw(event.header(nonceHeader)),
        job: (uuid) => this.saw(uuid),
      }),
    );
    this.link.start();
    return opened;
  }

  async close(): Promise<void> {
    await this.link.stop();
  }

  api(command: string): ReturnType<EslLink['api']> {
    return this.link.api(command);
  }

  /** Sends a test event and a background job, and waits for what must come back. */
  async proveEvents(): Promise<EventFacts> {
    const nonce = randomUUID();
    const job = randomUUID();
    const [sent] = await Promise.all([
      this.link.sendCustom(subclass, { [nonceHeader]: nonce }),
      this.link.bgapi('uptime', job),
    ]);
    await this.until(() => this.seen.has(nonce) && this.seen.has(job));
    return {
      custom: this.seen.has(nonce),
      job: this.seen.has(job),
      waitedMs: eventPatience,
      ...(sent.kind === 'error' && { refused: sent.text }),
    };
  }

  private saw(mark: string | undefined): void {
    if (mark !== undefined) this.seen.add(mark);
    for (const wake of this.waiting) wake();
  }

  private until(fits: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        this.waiting.delete(look);
        resolve();
      };
      const look = (): void => (fits() ? done() : undefined);
      const timer = this.clock.after(eventPatience, done);
      this.waiting.add(look);
      look();
    });
  }
}
