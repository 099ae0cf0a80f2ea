import { describe, expect, it } from '@jest/globals';
import { retryDelay } from '../../lib/esl/settings.js';
import { apiResponse, job, jsonEvent, recorded, withBody } from './frames.js';
import { Peer, usual } from './peer.js';
import { rig, type Rig, upRig } from './rig.js';

/** Waits for the link to come up again after it went down. */
async function upAgain({ told, clock, count, next }: Rig, pauseMs: number): Promise<void> {
  await next('down');
  clock.advance(pauseMs);
  await told.until(() => count('up') === 2);
}

describe('a link that breaks', () => {
  it.each([
    ['FIN', 'closed', (ready: Rig) => ready.peer.connection(1).then(({ socket }) => void socket.end())],
    ['RST', 'closed', (ready: Rig) => ready.peer.connection(1).then(({ socket }) => void socket.resetAndDestroy())],
    ['a frame that is none', 'protocol', (ready: Rig) => ready.peer.connection(1).then((c) => c.send('x: y\n\n'))],
    [
      'a body over the limit',
      'protocol',
      (ready: Rig) =>
        ready.peer.connection(1).then((c) => c.send('Content-Type: text/event-json\nContent-Length: 99999999\n\n{')),
    ],
    [
      'the notice of a shutdown',
      'closed',
      (ready: Rig) =>
        ready.peer
          .connection(1)
          .then((c) => c.send(withBody('text/disconnect-notice', 'The system is being shut down.\n'))),
    ],
  ])('by %s is down, comes up again and subscribes again', async (_, kind, breakIt) => {
    const ready = await upRig();
    await breakIt(ready);
    expect((await ready.next('down')).why.kind).toBe(kind);
    expect(ready.link.state).toBe('connecting');
    await upAgain(ready, 250);
    expect(ready.count('retry')).toBe(0);
    const handshake = ready.peer.heard.entries.slice(0, 2);
    expect(ready.peer.heard.entries).toEqual([...handshake, ...handshake]);
    expect(await ready.link.api('x')).toMatchObject({ kind: 'ok' });
  });

  it('tells what FreeSWITCH said', async () => {
    const ready = await upRig();
    (await ready.peer.connection(1)).send(withBody('text/disconnect-notice', 'The system is being shut down.\n'));
    expect((await ready.next('down')).why.message).toContain('The system is being shut down.');
  });

  it('ends what was sent as unknown, what waited as not-sent, and sends nothing again', async () => {
    const ready = await upRig();
    const { link, peer } = ready;
    peer.answer = (command, connection) => (command.startsWith('bgapi') ? undefined : usual(command, connection));
    const sent = link.bgapi('originate x', 'j');
    const queued = [link.bgapi('originate y', 'k'), link.api('status')];
    await peer.heard.until((command) => command.startsWith('bgapi'));
    (await peer.connection(1)).socket.resetAndDestroy();
    expect(await sent).toMatchObject({ kind: 'unknown' });
    expect(await Promise.all(queued)).toMatchObject([{ kind: 'not-sent' }, { kind: 'not-sent' }]);
    expect(await link.api('while down')).toMatchObject({ kind: 'not-sent' });
    await upAgain(ready, 250);
    expect(await link.api('after')).toMatchObject({ kind: 'ok' });
    const [auth, subscribe] = peer.heard.entries;
    expect(peer.heard.entries).toEqual([
      auth,
      subscribe,
      'bgapi originate x\nJob-UUID: j',
      auth,
      subscribe,
      'api after',
    ]);
  });

  it('forgets its jobs: their results are foreign on the next connection', async () => {
    const ready = await upRig();
    await ready.link.bgapi('originate x', 'j');
    (await ready.peer.connection(1)).socket.end();
    await upAgain(ready, 250);
    (await ready.peer.connection(2)).send(job('j', '+OK') + jsonEvent({ 'Event-Name': 'LAST' }));
    await ready.next('event');
    expect(ready.count('job')).toBe(0);
  });

  it('starts the next connection with a clean parser: half a frame does not carry over', async () => {
    const ready = await upRig();
    (await ready.peer.connection(1)).socket.end(jsonEvent({ 'Event-Name': 'X' }).slice(0, -3));
    await upAgain(ready, 250);
    expect(await ready.link.api('x')).toEqual({ kind: 'ok', text: 'x' });
  });

  it('reads a whole recorded session [x_auth_bad] as a wrong password', async () => {
    const { link, peer, next } = await rig();
    peer.greeting = 'Content-Type: auth/request\n\n';
    const afterGreeting = recorded('x_auth_bad.esl').subarray(peer.greeting.length);
    peer.answer = (_, connection) => {
      connection.socket.end(afterGreeting);
      return undefined;
    };
    link.start();
    expect((await next('retry')).why.kind).toBe('wrong-password');
  });
});

describe('a silent FreeSWITCH', () => {
  it('is closed when a reply does not come in time', async () => {
    const { link, peer, clock, next } = await upRig({ replyTimeoutMs: 5_000 });
    peer.answer = () => undefined;
    const reply = link.api('x');
    await peer.heard.until((command) => command === 'api x');
    clock.advance(5_000);
    expect(await reply).toMatchObject({ kind: 'unknown' });
    expect((await next('down')).why).toMatchObject({ kind: 'silent', message: expect.stringContaining('5 s') });
  });

  it('is asked for a sign of life, and left alone when it gives one', async () => {
    const { link, peer, clock, count } = await upRig({ heartbeatMs: 30_000 });
    for (let times = 1; times <= 3; times += 1) {
      clock.advance(30_000);
      await link.api('status');
    }
    expect(peer.heard.entries.slice(2)).toEqual(Array(3).fill(['api uptime', 'api status']).flat());
    expect(count('down')).toBe(0);
  });

  it('is closed when it gives none: a half-open connection', async () => {
    const { peer, clock, next } = await upRig({ heartbeatMs: 30_000, replyTimeoutMs: 5_000 });
    peer.answer = () => undefined;
    clock.advance(30_000);
    await peer.heard.until((command) => command === 'api uptime');
    clock.advance(5_000);
    expect((await next('down')).why.kind).toBe('silent');
  });

  it('is not asked while it sends events', async () => {
    const { link, peer, clock, told, count } = await upRig({ heartbeatMs: 30_000 });
    const connection = await peer.connection(1);
    for (let times = 1; times <= 4; times += 1) {
      clock.advance(20_000);
      connection.send(jsonEvent({ 'Event-Name': 'HEARTBEAT' }));
      await told.until(() => count('event') === times);
    }
    await link.api('last');
    expect(peer.heard.entries.slice(2)).toEqual(['api last']);
  });

  it('is not called silent when the reply waits unread because callbackd itself was busy', async () => {
    const { link, peer, clock, count } = await upRig({ replyTimeoutMs: 5_000 });
    peer.answer = () => undefined;
    const reply = link.api('x');
    await peer.heard.until((command) => command === 'api x');
    (await peer.connection(1)).send(apiResponse('late'));
    // No turn of the event loop between the sending and the time-out: the answer lies in the socket.
    clock.advance(5_000);
    expect(await reply).toEqual({ kind: 'ok', text: 'late' });
    expect(count('down')).toBe(0);
  });

  it('is waited for while the socket still brings bytes, but not for ever', async () => {
    const ready = await upRig({ replyTimeoutMs: 5_000 });
    const { link, peer, clock, count } = ready;
    peer.answer = () => undefined;
    const connection = await peer.connection(1);
    const event = jsonEvent({ 'Event-Name': 'HEARTBEAT' });
    let onEvent = (): void => connection.send(apiResponse('behind an event'));
    link.on({ event: () => onEvent() });
    const reply = link.api('x');
    await peer.heard.until((command) => command === 'api x');
    connection.send(event);
    clock.advance(5_000);
    expect(await reply).toEqual({ kind: 'ok', text: 'behind an event' });
    onEvent = () => {
      connection.send(event);
      clock.advance(5_000);
    };
    const never = link.api('y');
    await peer.heard.until((command) => command === 'api y');
    connection.send(event);
    clock.advance(5_000);
    expect(await never).toMatchObject({ kind: 'unknown' });
    expect((await ready.next('down')).why.kind).toBe('silent');
    expect(count('event')).toBeLessThan(6);
  });
});

describe('the pause before the next attempt', () => {
  const backoff = { firstMs: 500, maxMs: 30_000 };

  it('doubles up to the longest, half of it random', () => {
    const delays = (random: number): number[] =>
      [0, 1, 2, 6, 7, 5_000].map((n) => retryDelay(backoff, n, () => random));
    expect(delays(0)).toEqual([250, 500, 1_000, 15_000, 15_000, 15_000]);
    expect(delays(1)).toEqual([500, 1_000, 2_000, 30_000, 30_000, 30_000]);
  });

  it('grows while nobody listens, and is short again after a link that held', async () => {
    const { link, peer, clock, told, next, count } = await upRig({ heartbeatMs: 3_600_000 });
    const port = peer.port;
    await peer.close();
    await next('down');
    for (const [failed, ms] of [250, 500, 1_000].entries()) {
      clock.advance(ms);
      await told.until(() => count('retry') === failed + 1);
    }
    const pauses = told.entries.flatMap((entry) => (entry.what === 'retry' ? [entry.ms] : []));
    expect(pauses).toEqual([500, 1_000, 2_000]);
    expect(link.state).toBe('connecting');
    const reborn = await Peer.listen(port);
    clock.advance(2_000);
    await told.until(() => count('up') === 2);
    clock.advance(30_000);
    await reborn.close();
    await told.until(() => count('down') === 2);
    expect(clock.asked.at(-1)).toBe(250);
  });

  it('grows for a link that comes up and breaks at once', async () => {
    const { peer, clock, told, count } = await upRig();
    for (const [times, ms] of [250, 500, 1_000].entries()) {
      (await peer.connection(times + 1)).socket.end();
      await told.until(() => count('down') === times + 1);
      expect(clock.asked.at(-1)).toBe(ms);
      clock.advance(ms);
      await told.until(() => count('up') === times + 2);
    }
  });
});

describe('stopping', () => {
  it('closes the socket, ends what is pending, and stays stopped', async () => {
    const { link, peer, clock, next } = await upRig();
    peer.answer = () => undefined;
    const pending = link.api('x');
    const queued = link.api('y');
    await peer.heard.until((command) => command === 'api x');
    await Promise.all([link.stop(), link.stop()]);
    await link.stop();
    expect(await pending).toMatchObject({ kind: 'unknown' });
    expect(await queued).toMatchObject({ kind: 'not-sent' });
    expect((await next('down')).why.kind).toBe('stopped');
    expect(link.state).toBe('stopped');
    await (
      await peer.connection(1)
    ).ended;
    clock.advance(3_600_000);
    expect(peer.connections.entries).toHaveLength(1);
    expect(await link.api('z')).toMatchObject({ kind: 'not-sent' });
  });

  it('before start, while connecting and while waiting for the next attempt', async () => {
    const { link, peer, clock, told, next } = await rig();
    await link.stop();
    link.start();
    await link.stop();
    expect(link.state).toBe('stopped');
    expect(told.entries).toEqual([]);
    await peer.close();
    link.start();
    await next('retry');
    await link.stop();
    clock.advance(3_600_000);
    expect(told.entries).toHaveLength(1);
  });

  it('from within up(), and can be started again', async () => {
    const { link, peer, told, count } = await rig();
    let stop = true;
    link.on({ up: () => void (stop && link.stop()) });
    link.start();
    await told.until((entry) => entry.what === 'down');
    stop = false;
    link.start();
    await told.until(() => count('up') === 2);
    expect(await link.api('x')).toMatchObject({ kind: 'ok' });
    expect(peer.connections.entries).toHaveLength(2);
  });

  it('from within an event: nothing of the rest of the chunk is told', async () => {
    const { link, peer, told, next } = await upRig();
    link.on({ event: () => void link.stop() });
    const event = jsonEvent({ 'Event-Name': 'X' });
    (await peer.connection(1)).send(event + event + withBody('text/event-json', '{') + event);
    await next('down');
    await link.stop();
    expect(told.entries.map((entry) => entry.what)).toEqual(['up', 'event', 'down']);
  });

  it('ends even when a listener starts again from within down()', async () => {
    const { link, told, count } = await upRig();
    let again = true;
    link.on({ down: () => void (again && link.start()) });
    await link.stop();
    await told.until(() => count('up') === 2);
    again = false;
  });

  it('leaves no timer behind', async () => {
    const { link, clock } = await upRig();
    await link.api('x');
    await link.stop();
    expect((clock as unknown as { timers: Set<unknown> }).timers.size).toBe(0);
  });
});
