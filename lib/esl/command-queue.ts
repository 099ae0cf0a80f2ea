import type { Frame } from './frame.js';
import type { Reply } from './link.js';
import { replyOf } from './reply.js';

interface Command {
  /** Its lines, without the empty line at the end. */
  text: string;
  settle: (reply: Reply) => void;
}

type ReplyFrame = Extract<Frame, { kind: 'api-response' | 'command-reply' }>;

/**
 * One command is on its way at a time, the others wait in line: FreeSWITCH's replies carry no id, so order is all there
 * is to match them by.
 */
export class CommandQueue {
  private inFlight: Command | undefined;
  private readonly waiting: Command[] = [];

  /** `write` sends the bytes of one command; `sent` and `answered` frame the wait for its reply. */
  constructor(private readonly hooks: { write(text: string): void; sent(): void; answered(): void }) {}

  get idle(): boolean {
    return this.inFlight === undefined;
  }

  /** Sends at once or when the ones before it are answered. `settle` is called exactly once, never from within. */
  run(text: string, settle: (reply: Reply) => void): void {
    this.waiting.push({ text, settle });
    if (this.idle) this.sendNext();
  }

  /** Gives the frame to the command on its way; false when no command can have caused it. */
  answer(frame: ReplyFrame): boolean {
    const command = this.inFlight;
    if (command === undefined || !answers(frame, command)) return false;
    this.inFlight = undefined;
    this.hooks.answered();
    command.settle(frame.kind === 'command-reply' && frame.text === '' ? withoutReplyText : replyOf(frame.text));
    if (this.idle) this.sendNext();
    return true;
  }

  /** The link is gone: what was sent may have run, what waited has not. */
  end(why: string): void {
    const sent = this.inFlight;
    this.inFlight = undefined;
    sent?.settle({ kind: 'unknown', text: `the link broke before the reply came: ${why}` });
    for (const command of this.waiting.splice(0)) {
      command.settle({ kind: 'not-sent', text: `the link broke before the command was sent: ${why}` });
    }
  }

  private sendNext(): void {
    this.inFlight = this.waiting.shift();
    if (this.inFlight === undefined) return;
    this.hooks.sent();
    this.hooks.write(`${this.inFlight.text}\n\n`);
  }
}

const withoutReplyText: Reply = { kind: 'unknown', text: 'FreeSWITCH answered without a Reply-Text' };

/** An `api` is answered by an api/response, or by a command/reply when esl-allowed-api forbids it; all else by the latter. */
function answers(frame: ReplyFrame, command: Command): boolean {
  const api = command.text.startsWith('api ');
  if (frame.kind === 'api-response') return api;
  return !api || frame.text.startsWith('-ERR');
}
