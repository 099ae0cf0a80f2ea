import { headLines } from './header-text.js';

/** The length of a head that cannot be one: real ones are under 200 bytes. */
const maxHeadBytes = 65_536;
/** A long chunk (a whole recorded file) is taken in pieces, so that the buffer stays small. */
const pieceBytes = 65_536;
const newline = 0x0a;

/**
 * Cuts a byte stream into whole ESL frames: header lines, an empty line, and Content-Length bytes of body.
 * Every byte is copied and looked at a fixed number of times, whatever the chunks are.
 */
export class FrameBuffer {
  /** Why these bytes cannot be ESL; undefined while they can. Nothing is cut after that. */
  problem: string | undefined;

  private bytes = Buffer.allocUnsafe(4_096);
  private start = 0;
  private end = 0;
  /** How far the end of the head has been searched. */
  private searched = 0;
  /** Where the frame at `start` ends, once its head is known. */
  private frameEnd: number | undefined;

  constructor(private readonly maxFrameBytes: number) {}

  get unfinishedBytes(): number {
    return this.end - this.start;
  }

  /** Gives the frames that end within `chunk`. A frame is valid until the next one is asked for. */
  *add(chunk: Buffer): Generator<Buffer, void, undefined> {
    for (let at = 0; at < chunk.length && this.problem === undefined; at += pieceBytes) {
      this.append(chunk.subarray(at, at + pieceBytes));
      for (;;) {
        const frame = this.next();
        if (frame === undefined) break;
        yield frame;
      }
    }
  }

  private append(piece: Buffer): void {
    if (this.end + piece.length > this.bytes.length) this.makeRoom(piece.length);
    piece.copy(this.bytes, this.end);
    this.end += piece.length;
  }

  /** Keeps at least as many bytes free as are in use: copying stays proportional to what comes in. */
  private makeRoom(more: number): void {
    const used = this.unfinishedBytes;
    let size = 4_096;
    while (size < 2 * (used + more)) size *= 2;
    const roomy = Buffer.allocUnsafe(size);
    this.bytes.copy(roomy, 0, this.start, this.end);
    this.bytes = roomy;
    this.searched = Math.max(0, this.searched - this.start);
    if (this.frameEnd !== undefined) this.frameEnd -= this.start;
    this.start = 0;
    this.end = used;
  }

  private next(): Buffer | undefined {
    if (this.frameEnd === undefined) this.frameEnd = this.findEnd();
    if (this.frameEnd === undefined || this.frameEnd > this.end) return undefined;
    const frame = this.bytes.subarray(this.start, this.frameEnd);
    this.start = this.searched = this.frameEnd;
    this.frameEnd = undefined;
    return frame;
  }

  private findEnd(): number | undefined {
    // Newlines between frames mean nothing; to modesl each pair would be an empty frame.
    while (this.start < this.end && this.bytes[this.start] === newline) this.start += 1;
    const from = Math.max(this.start, this.searched - 1);
    const found = this.bytes.subarray(0, this.end).indexOf('\n\n', from, 'latin1');
    this.searched = this.end;
    if ((found < 0 ? this.end : found) - this.start > maxHeadBytes) {
      return this.refuse(`no end of the headers within ${maxHeadBytes} bytes`);
    }
    if (found < 0) return undefined;
    return this.endAfter(this.bytes.toString('latin1', this.start, found), found + 2);
  }

  /** Where the frame with this head ends. */
  private endAfter(head: string, bodyStart: number): number | undefined {
    let contentType = '';
    const lengths: string[] = [];
    for (const [name, value] of headLines(head)) {
      if (name === 'Content-Type') contentType = value;
      if (name === 'Content-Length') lengths.push(value);
    }
    if (contentType === '') return this.refuse('a frame without a Content-Type');
    if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0] ?? '0')) {
      return this.refuse('a frame whose Content-Length is not one number');
    }
    const end = bodyStart + Number(lengths[0] ?? 0);
    const size = end - this.start;
    if (size > this.maxFrameBytes)
      return this.refuse(`a frame of ${size} bytes, over the ${this.maxFrameBytes} allowed`);
    return end;
  }

  private refuse(problem: string): undefined {
    this.problem = problem;
    this.bytes = Buffer.alloc(0);
    this.start = this.end = 0;
    return undefined;
  }
}
