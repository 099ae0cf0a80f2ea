import { describe, expect, it } from '@jest/globals';
import { EslLink } from '../../lib/esl/esl-link.js';
import { usualLinkOptions } from '../../lib/esl/settings.js';
import { ManualClock } from '../../lib/time/clock.js';
import { commandReply, jsonEvent, withBody } from './frames.js';
import { usual } from './peer.js';
import { rig, upRig } from './rig.js';

describe('coming up', () => {
  it('gives the password, then subscribes with CUSTOM last, then is up', async () => {
    const { peer, link } = await upRig({ events: ['CUSTOM', 'CHANNEL_CREATE', 'BACKGROUND_JOB', 'HEARTBEAT'] });
    expect(peer.heard.entries).toEqual([
      'auth ClueCon',
      'event json BACKGROUND_JOB CHANNEL_CREATE HEARTBEAT CUSTOM callcenter::info',
    ]);
    expect(link.state).toBe('up');
  });

  it('names no CUSTOM when there is no subclass: FreeSWITCH would deliver nothing for it', async () => {
    const { peer } = await upRig({ subclasses: [] });
    expect(peer.heard.entries[1]).toBe('event json BACKGROUND_JOB CHANNEL_CREATE HEARTBEAT');
  });

  it('leaves the list of events of the caller as it was', async () => {
    const events = ['CHANNEL_CREATE'];
    await upRig({ events });
    expect(events).toEqual(['CHANNEL_CREATE']);
  });

  it('takes commands within up(), not before', async () => {
    const { link, next, peer } = await rig();
    let reply: Promise<unknown> | undefined;
    link.on({ up: () => void (reply = link.api('status')) });
    expect(await link.api('early')).toMatchObject({ kind: 'not-sent' });
    link.start();
    expect(await link.api('early')).toMatchObject({ kind: 'not-sent' });
    await next('up');
    expect(await reply).toEqual({ kind: 'ok', text: 'status' });
    expect(peer.heard.entries.join()).not.toContain('early');
  });

  it('start twice connects once', async () => {
    const { link, peer, next } = await upRig();
    link.start();
    expect(await link.api('x')).toMatchObject({ kind: 'ok' });
    expect(peer.connections.entries).toHaveLength(1);
    expect(await next('up')).toBeDefined();
  });

  it('delivers events in the same chunk as the reply that brought it up', async () => {
    const { link, peer, next } = await rig();
    peer.answer = (command, connection) => {
      const event = jsonEvent({ 'Event-Name': 'CHANNEL_CREATE' });
      return command.startsWith('event')
        ? commandReply('+OK event listener enabled json') + event
        : usual(command, connection);
    };
    link.start();
    expect((await next('event')).event.name).toBe('CHANNEL_CREATE');
  });

  it.each([{ events: ['A B'] }, { events: ['A\nexit'] }, { subclasses: [''] }, { password: 'a\n\nexit' }])(
    'refuses %j from the start',
    (wrong) => {
      const options = { ...usualLinkOptions, host: 'h', port: 1, password: '', events: [], subclasses: [] };
      expect(() => new EslLink({ ...options, clock: new ManualClock(0), ...wrong })).toThrow();
    },
  );
});

describe('not coming up', () => {
  it('a wrong password: says so without telling it, and tries again slowly', async () => {
    const { link, next, told } = await rig({ password: 'hunter2' });
    link.start();
    const { why, ms } = await next('retry');
    expect(why).toMatchObject({ kind: 'wrong-password', hint: expect.stringContaining('event_socket.conf.xml') });
    expect(ms).toBe(30_000);
    expect(JSON.stringify(told.entries)).not.toContain('hunter2');
    expect(link.state).toBe('connecting');
  });

  it('tells no password even when the other side repeats it', async () => {
    const { link, next, told, peer } = await rig({ password: 'hunter2' });
    peer.answer = () => commandReply('+OK') + withBody('text/disconnect-notice', 'bye, hunter2');
    link.start();
    await next('retry');
    expect(JSON.stringify(told.entries)).not.toContain('hunter2');
    expect(JSON.stringify(told.entries)).toContain('bye, ***');
  });

  it("refused by the event socket's ACL", async () => {
    const { link, next, peer } = await rig();
    peer.greeting = withBody('text/rude-rejection', 'Access Denied, go away.\n');
    link.start();
    expect(await next('retry')).toMatchObject({
      ms: 30_000,
      why: {
        kind: 'not-allowed',
        message: expect.stringContaining('Access Denied, go away.'),
        hint: expect.stringContaining('apply-inbound-acl'),
      },
    });
  });

  it('subscription refused', async () => {
    const { link, next, peer } = await rig();
    peer.answer = (command, connection) =>
      command.startsWith('event') ? commandReply('-ERR permission denied') : usual(command, connection);
    link.start();
    expect((await next('retry')).why).toMatchObject({
      kind: 'not-allowed',
      message: expect.stringContaining('permission denied'),
    });
  });

  it('nobody listens on the port', async () => {
    const { link, next, peer } = await rig();
    await peer.close();
    link.start();
    expect((await next('retry')).why).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('nobody asks for the password', async () => {
    const { link, next, peer, clock } = await rig({ connectTimeoutMs: 4_000 });
    peer.greeting = undefined;
    link.start();
    await peer.connection(1);
    clock.advance(3_999);
    expect(link.state).toBe('connecting');
    clock.advance(1);
    expect((await next('retry')).why.kind).toMatch(/silent|unreachable/);
  });

  it.each([
    ['an HTTP server', 'HTTP/1.1 400 Bad Request\n\n'],
    ['a reply nobody waits for', commandReply('+OK')],
    ['a log line first', withBody('log/data', 'x')],
    ['the question for the password twice', 'Content-Type: auth/request\n\n'.repeat(2)],
  ])('%s is a protocol problem', async (_, greeting) => {
    const { link, next, peer } = await rig();
    peer.greeting = greeting;
    link.start();
    expect((await next('retry')).why.kind).toBe('protocol');
  });

  it.each(['auth', 'event'])('an empty reply to %s', async (word) => {
    const { link, next, peer } = await rig();
    peer.answer = (command, connection) =>
      command.startsWith(word) ? 'Content-Type: command/reply\n\n' : usual(command, connection);
    link.start();
    expect((await next('retry')).why.kind).toBe('protocol');
  });

  it.each(['auth', 'event'])('no reply to %s in time', async (word) => {
    const { link, next, peer, clock } = await rig({ replyTimeoutMs: 5_000 });
    peer.answer = (command, connection) => (command.startsWith(word) ? undefined : usual(command, connection));
    link.start();
    await peer.heard.until((command) => command.startsWith(word));
    clock.advance(5_000);
    expect((await next('retry')).why).toMatchObject({ kind: 'silent', message: expect.stringContaining('5 s') });
  });
});
