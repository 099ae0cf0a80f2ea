import { describe, expect, it } from '@jest/globals';
import { FrameParser, type WireFrame } from '../../lib/esl/wire.js';
import { apiResponse, commandReply, recorded } from './frames.js';

const limit = 8 * 1_048_576;

function frames(chunks: Iterable<Buffer | string>, parser = new FrameParser(limit)): WireFrame[] {
  return [...chunks].flatMap((chunk) => [...parser.feed(Buffer.from(chunk))]);
}

function bytewise(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
}

function problemWith(bytes: string | Buffer, max = limit): string | undefined {
  const parser = new FrameParser(max);
  frames([bytes], parser);
  return parser.problem;
}

describe('the frames of an event socket', () => {
  it('are read from one chunk', () => {
    const types = frames([recorded('x_two_commands_one_write.esl')]).map((frame) => frame.contentType);
    expect(types).toEqual([
      'auth/request',
      'command/reply',
      'api/response',
      'api/response',
      'command/reply',
      'command/reply',
      'text/disconnect-notice',
    ]);
  });

  it.each(['x_bgapi.esl', 'x_auth_bad.esl', 'm9_cp1251.json.esl', 'l19_same_job_uuid.json.esl'])(
    'are the same byte by byte as at once: %s',
    (name) => {
      const bytes = recorded(name);
      const whole = frames([bytes]);
      expect(whole.length).toBeGreaterThan(2);
      expect(frames(bytewise(bytes))).toEqual(whole);
    },
  );

  it('are the same at every cut into two chunks', () => {
    const bytes = recorded('x_auth_bad.esl');
    const whole = frames([bytes]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expect(frames([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
    }
  });

  it('have a body in UTF-8, counted in bytes', () => {
    const bytes = Buffer.from(apiResponse('Müller, Владимир') + commandReply('+OK'));
    expect(frames(bytewise(bytes)).map((frame) => frame.body)).toEqual(['Müller, Владимир', '']);
  });

  it('may have no body at all', () => {
    expect(frames(['Content-Type: api/response\nContent-Length: 0\n\n', apiResponse('x')]).map((f) => f.body)).toEqual([
      '',
      'x',
    ]);
  });

  it('keep a Reply-Text as it is, malformed % and all', () => {
    const texts = ['-ERR 100% wrong', '+OK %41', '+OK %FC', 'a: b: c'];
    expect(frames(texts.map(commandReply)).map((frame) => frame.replyText)).toEqual(texts);
  });

  it('survive 64 KiB of newlines, as one chunk and one by one', () => {
    const newlines = Buffer.alloc(65_536, '\n');
    const after = Buffer.from(apiResponse('still here'));
    for (const chunks of [[newlines, after], [...bytewise(newlines), after], [Buffer.concat([newlines, after])]]) {
      expect(frames(chunks).map((frame) => frame.body)).toEqual(['still here']);
    }
  });

  it('may be called like the fields of an object', () => {
    const odd = 'Content-Type: command/reply\n__proto__: x\nconstructor: y\nReply-Text: +OK\n\n';
    expect(frames([odd])).toEqual([{ contentType: 'command/reply', replyText: '+OK', body: '' }]);
  });
});

describe('bytes that are not of an event socket', () => {
  it.each(['abc', '-1', '1e3', '0x10', '5 5', ' 5', '1.5', '5\r', '', '9999999999999999999999'])(
    'a Content-Length of "%s"',
    (length) => {
      expect(problemWith(`Content-Type: api/response\nContent-Length: ${length}\n\nhello`)).toContain('Content-Length');
    },
  );

  it('two lengths', () => {
    expect(problemWith('Content-Type: api/response\nContent-Length: 1\nContent-Length: 2\n\nhello')).toContain(
      'Content-Length',
    );
  });

  it('a length hidden behind a carriage return does not count', () => {
    const sly = 'Content-Type: command/reply\nReply-Text: x\rContent-Length: 5\n\n';
    expect(frames([sly, commandReply('+OK')]).map((f) => f.contentType)).toEqual(['command/reply', 'command/reply']);
  });

  it('a frame without a type', () => {
    expect(problemWith('HTTP/1.1 400 Bad Request\nServer: x\n\n')).toContain('Content-Type');
  });

  it('headers without an end', () => {
    expect(problemWith(Buffer.alloc(70_000, 'x'))).toContain('65536 bytes');
    expect(problemWith(Buffer.alloc(65_000, 'x'))).toBeUndefined();
  });

  it('a body over the limit, as soon as it is announced', () => {
    expect(problemWith('Content-Type: api/response\nContent-Length: 1001\n\n', 1_000)).toContain(
      'over the 1000 allowed',
    );
    expect(problemWith(`Content-Type: api/response\nContent-Length: 8388608\n\n`)).toContain('allowed');
  });

  it('end the reading: nothing after them is a frame', () => {
    const parser = new FrameParser(limit);
    expect(frames([commandReply('+OK'), 'x: y\n\n', commandReply('+OK')], parser)).toHaveLength(1);
    expect(frames([commandReply('+OK')], parser)).toEqual([]);
  });
});

describe('the time to read', () => {
  /** What grows with the square of these sizes takes minutes; the bound is far from what a slow machine needs. */
  const boundMs = 5_000;

  function spent(run: () => void): number {
    const before = performance.now();
    run();
    return performance.now() - before;
  }

  it('of a body of 7 MiB in 64-byte chunks is linear', () => {
    const bytes = Buffer.from(apiResponse('x'.repeat(7 * 1_048_576)));
    const chunks = Array.from({ length: Math.ceil(bytes.length / 64) }, (_, at) =>
      bytes.subarray(at * 64, at * 64 + 64),
    );
    const parser = new FrameParser(limit);
    let seen = 0;
    expect(
      spent(() => {
        for (const chunk of chunks) for (const frame of parser.feed(chunk)) seen += frame.body.length;
      }),
    ).toBeLessThan(boundMs);
    expect(seen).toBe(7 * 1_048_576);
  });

  it('of 100,000 small frames in one chunk is linear', () => {
    const bytes = Buffer.from(commandReply('+OK').repeat(100_000));
    let seen = 0;
    expect(spent(() => (seen = frames([bytes]).length))).toBeLessThan(boundMs);
    expect(seen).toBe(100_000);
  });

  it('of a head that comes byte by byte is linear', () => {
    const bytes = Buffer.from(`X: ${'y'.repeat(60_000)}\n${commandReply('+OK')}`);
    expect(spent(() => frames(bytewise(bytes)))).toBeLessThan(boundMs);
  });
});
