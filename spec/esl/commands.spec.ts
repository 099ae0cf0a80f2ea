import { describe, expect, it } from '@jest/globals';
import { CommandQueue } from '../../lib/esl/command-queue.js';
import { apiResponse, commandReply, job, jsonEvent } from './frames.js';
import { type Rig, upRig } from './rig.js';

/** The peer answers commands that start with `start` with `bytes`; undefined: not at all. */
function answers({ peer }: Rig, start: string, bytes: string | undefined): void {
  const before = peer.answer;
  peer.answer = (command, connection) => (command.startsWith(start) ? bytes : before(command, connection));
}

describe('api', () => {
  it.each([
    ['+OK\n', { kind: 'ok', text: '' }],
    ['+OK done\n', { kind: 'ok', text: 'done' }],
    ['a|b\nc|d\n+OK\n', { kind: 'ok', text: 'a|b\nc|d\n+OK' }],
    ['', { kind: 'ok', text: '' }],
    ['-ERR USER_NOT_REGISTERED\n', { kind: 'error', text: 'USER_NOT_REGISTERED' }],
    ['-USAGE: <call url>\n', { kind: 'error', text: '<call url>' }],
  ])('a body of %j', async (body, reply) => {
    const ready = await upRig();
    answers(ready, 'api x', apiResponse(body));
    expect(await ready.link.api('x')).toEqual(reply);
  });

  it('denied by esl-allowed-api comes as a command/reply and shifts nothing', async () => {
    const ready = await upRig();
    answers(ready, 'api two', commandReply('-ERR permission denied'));
    const replies = await Promise.all(['one', 'two', 'three', 'four'].map((command) => ready.link.api(command)));
    expect(replies).toEqual([
      { kind: 'ok', text: 'one' },
      { kind: 'error', text: 'permission denied' },
      { kind: 'ok', text: 'three' },
      { kind: 'ok', text: 'four' },
    ]);
  });

  it('sends one command at a time, in order', async () => {
    const { link, peer } = await upRig();
    peer.answer = () => undefined;
    const connection = await peer.connection(1);
    const all = Promise.all([link.api('a'), link.bgapi('b', 'j'), link.api('c')]);
    await peer.heard.until((command) => command === 'api a');
    connection.send(apiResponse('A'));
    await peer.heard.until((command) => command.startsWith('bgapi b'));
    expect(peer.heard.entries.slice(2)).toEqual(['api a', 'bgapi b\nJob-UUID: j']);
    connection.send(commandReply('+OK Job-UUID: j'));
    await peer.heard.until((command) => command === 'api c');
    connection.send(apiResponse('C'));
    expect((await all).map((reply) => reply.text)).toEqual(['A', 'Job-UUID: j', 'C']);
  });

  it('is not confused by events between a command and its reply', async () => {
    const ready = await upRig();
    const event = jsonEvent({
      'Event-Name': 'CHANNEL_CREATE',
      'Reply-Text': '-ERR no',
      'Content-Type': 'command/reply',
    });
    answers(ready, 'api', event + event + apiResponse('yes') + event);
    expect(await ready.link.api('x')).toEqual({ kind: 'ok', text: 'yes' });
    await ready.told.until(() => ready.count('event') === 3);
  });

  it('a reply of the wrong kind closes the link: replies have shifted', async () => {
    const ready = await upRig();
    answers(ready, 'bgapi', apiResponse('+OK'));
    expect(await ready.link.bgapi('x', 'j')).toMatchObject({ kind: 'unknown' });
    expect((await ready.next('down')).why.kind).toBe('protocol');
  });

  it('a command/reply that is no refusal does not answer an api', async () => {
    const ready = await upRig();
    answers(ready, 'api', commandReply('+OK'));
    expect(await ready.link.api('x')).toMatchObject({ kind: 'unknown' });
    expect((await ready.next('down')).why.kind).toBe('protocol');
  });

  it('a reply too many closes the link', async () => {
    const ready = await upRig();
    answers(ready, 'api', apiResponse('a') + apiResponse('b'));
    expect(await ready.link.api('x')).toEqual({ kind: 'ok', text: 'a' });
    expect((await ready.next('down')).why.kind).toBe('protocol');
  });

  it('is written whole, in one piece: with several writes Nagle costs 44 ms each', async () => {
    const written: string[] = [];
    const queue = new CommandQueue({ write: (text) => written.push(text), sent: () => 0, answered: () => 0 });
    queue.run('bgapi originate x\nJob-UUID: j', () => undefined);
    expect(written).toEqual(['bgapi originate x\nJob-UUID: j\n\n']);
    const { link } = await upRig();
    const before = performance.now();
    for (let times = 0; times < 100; times += 1) await link.bgapi('originate x', `job ${times}`);
    expect(performance.now() - before).toBeLessThan(100 * 20);
  });
});

describe('what is never sent', () => {
  it.each(['a\nb', 'a\r', 'a\0b', '\n', 'status\n\napi shutdown'])('a command like %j', async (command) => {
    const { link, peer } = await upRig();
    for (const reply of [await link.api(command), await link.bgapi(command, 'j'), await link.bgapi('x', command)]) {
      expect(reply).toMatchObject({ kind: 'not-sent', text: expect.stringMatching(/line break|Job-UUID/) });
    }
    await link.api('last');
    expect(peer.heard.entries.slice(2)).toEqual(['api last']);
  });

  it('a job without a Job-UUID', async () => {
    const { link } = await upRig();
    expect(await link.bgapi('x', '')).toMatchObject({ kind: 'not-sent' });
  });
});

describe('bgapi', () => {
  it('is accepted, and its result comes as a job', async () => {
    const { link, peer, next } = await upRig();
    expect(await link.bgapi('originate x', 'mine')).toEqual({ kind: 'ok', text: 'Job-UUID: mine' });
    (await peer.connection(1)).send(job('mine', '+OK 1234\n'));
    expect(await next('job')).toEqual({ what: 'job', jobUuid: 'mine', result: '+OK 1234\n' });
  });

  it('refused with -ERR is an error, and its Job-UUID is free again', async () => {
    const ready = await upRig();
    answers(ready, 'bgapi bad', commandReply('-ERR permission denied'));
    expect(await ready.link.bgapi('bad', 'j')).toEqual({ kind: 'error', text: 'permission denied' });
    expect(await ready.link.bgapi('good', 'j')).toMatchObject({ kind: 'ok' });
  });

  it("reports no job of others, no '*', no second result, no made-up one", async () => {
    const { link, peer, told } = await upRig();
    await link.bgapi('x', 'mine');
    const forged = jsonEvent({
      'Event-Name': 'BACKGROUND_JOB',
      'Job-UUID': 'mine',
      Command: 'sendevent BACKGROUND_JOB',
    });
    const connection = await peer.connection(1);
    connection.send(
      forged +
        job('*', 'a') +
        job('other', 'b') +
        job('constructor', 'c') +
        jsonEvent({ 'Event-Name': 'BACKGROUND_JOB' }),
    );
    connection.send(job('mine', 'real') + job('mine', 'again') + jsonEvent({ 'Event-Name': 'LAST' }));
    await told.until((entry) => entry.what === 'event' && entry.event.name === 'LAST');
    expect(told.entries.slice(1, -1)).toEqual([{ what: 'job', jobUuid: 'mine', result: 'real' }]);
  });

  it('with a Job-UUID that is still pending is not sent: FreeSWITCH would run both', async () => {
    const { link, peer, next } = await upRig();
    await link.bgapi('x', 'j');
    expect(await link.bgapi('y', 'j')).toMatchObject({ kind: 'not-sent' });
    (await peer.connection(1)).send(job('j', 'done'));
    await next('job');
    expect(await link.bgapi('z', 'j')).toMatchObject({ kind: 'ok' });
    expect(peer.heard.entries.slice(2)).toEqual(['bgapi x\nJob-UUID: j', 'bgapi z\nJob-UUID: j']);
  });
});

describe('events', () => {
  it('made up with sendevent are dropped, unless they are wanted', async () => {
    for (const acceptForged of [false, true]) {
      const { peer, told } = await upRig({ acceptForged });
      const forged = jsonEvent({ 'Event-Name': 'CUSTOM', Command: 'sendevent CUSTOM' });
      (await peer.connection(1)).send(forged + jsonEvent({ 'Event-Name': 'LAST' }));
      await told.until((entry) => entry.what === 'event' && entry.event.name === 'LAST');
      expect(told.entries).toHaveLength(acceptForged ? 3 : 2);
    }
  });

  it('that cannot be read are told of, and the link stays up', async () => {
    const { link, peer, next } = await upRig();
    (await peer.connection(1)).send(
      'Content-Type: text/event-plain\n\nContent-Type: text/event-json\nContent-Length: 1\n\n{',
    );
    expect((await next('unreadable')).text).toContain('an event');
    expect(await link.api('x')).toMatchObject({ kind: 'ok' });
  });
});
