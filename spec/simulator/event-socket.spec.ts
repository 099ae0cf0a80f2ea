import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener } from './esl-listener.js';

const recorded = (name: string): string =>
  readFileSync(new URL(`../fixtures/captures/protocol/${name}.esl`, import.meta.url), 'latin1');

describe('the event socket', () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
  let freeswitch: SimulatedFreeswitch;
  let listeners: EslListener[];
  let port: number;

  const connected = async (): Promise<EslListener> => {
    const listener = await EslListener.connect(port);
    listeners.push(listener);
    return listener;
  };
  const subscribed = async (events?: string): Promise<EslListener> => {
    const listener = await EslListener.subscribed(port, events);
    listeners.push(listener);
    return listener;
  };
  const call = (): void =>
    void freeswitch.clientCalls({ number: '74951230001', dialled: '74951234567', queue: 'sales@default' });
  const names = async (listener: EslListener): Promise<string[]> =>
    (await listener.events()).map((event) => String(event['CC-Action'] ?? event['Event-Name']));

  beforeEach(async () => {
    listeners = [];
    freeswitch = new SimulatedFreeswitch({ clock, queues: [{ name: 'sales@default' }], agents: [] });
    ({ port } = await freeswitch.start());
  });

  afterEach(async () => {
    for (const listener of listeners) listener.close();
    await freeswitch.stop();
  });

  it.each([
    ['x_auth_bad', ['auth wrong']],
    ['x_noauth_cmd', ['api status', 'auth ClueCon']],
    [
      'x_unknown_cmd',
      [
        'auth ClueCon',
        'frobnicate',
        'api nosuchapi x',
        'api',
        'event',
        'event plain',
        'event plain NOSUCH',
        'event json CHANNEL_CREATE NOSUCH',
        'exit',
      ],
    ],
  ])('answers byte for byte as recorded: %s', async (name, commands) => {
    const listener = await connected();
    for (const command of commands) listener.send(command);
    expect(await listener.until((text) => text.length >= recorded(name).length)).toBe(recorded(name));
  });

  it('frames an event as recorded: Content-Length, Content-Type, then the JSON without a line end', async () => {
    const listener = await subscribed('CHANNEL_CREATE');
    call();
    const text = await listener.until((received) => received.includes('CHANNEL_CREATE'));
    const [, length, body] =
      /enabled json\n\nContent-Length: (\d+)\nContent-Type: text\/event-json\n\n(.*)$/s.exec(text) ?? [];
    expect(Buffer.byteLength(String(body), 'latin1')).toBe(Number(length));
    expect(body).toMatch(/^\{"Event-Name":"CHANNEL_CREATE","Core-UUID":".*\}$/);
  });

  it('takes every word after CUSTOM as a subclass', async () => {
    const last = await subscribed('CHANNEL_CREATE CUSTOM callcenter::info');
    const first = await subscribed('CUSTOM callcenter::info CHANNEL_CREATE');
    call();
    expect(await names(last)).toEqual(['CHANNEL_CREATE', 'member-queue-start', 'members-count']);
    expect(await names(first)).toEqual(['member-queue-start', 'members-count']);
  });

  it('adds up two event commands', async () => {
    const listener = await subscribed('CHANNEL_CREATE');
    listener.send('event json CHANNEL_ANSWER');
    await listener.api('uptime');
    call();
    expect(await names(listener)).toEqual(['CHANNEL_CREATE', 'CHANNEL_ANSWER']);
  });

  it('sends a job to every subscriber, with the Job-UUID that was asked for', async () => {
    const [one, other] = [await subscribed(), await subscribed()];
    one.send('bgapi nosuch with arguments\nJob-UUID: my-own-id');
    await other.until((text) => text.includes('BACKGROUND_JOB'));
    for (const listener of [one, other])
      expect((await listener.events())[0]).toMatchObject({
        'Job-UUID': 'my-own-id',
        'Job-Command': 'nosuch',
        'Job-Command-Arg': 'with arguments',
        _body: '-ERR nosuch Command not found!\n',
      });
    expect(one.bytes.toString()).toContain('Reply-Text: +OK Job-UUID: my-own-id\nJob-UUID: my-own-id\n\n');
    expect(other.bytes.toString()).not.toContain('+OK Job-UUID');
  });

  it('marks what was sent by sendevent', async () => {
    const listener = await subscribed('CUSTOM callbackd::test');
    listener.send('sendevent CUSTOM\nEvent-Subclass: callbackd::test\nProof: 1');
    await listener.until((text) => text.includes('Reply-Text: +OK '));
    expect((await listener.events())[0]).toMatchObject({
      'Event-Name': 'CUSTOM',
      'Event-Subclass': 'callbackd::test',
      Command: 'sendevent',
      Proof: '1',
    });
  });

  it('beats every 20 s', async () => {
    const listener = await subscribed();
    clock.advance(60_000);
    expect(await names(listener)).toEqual(['HEARTBEAT', 'HEARTBEAT', 'HEARTBEAT']);
  });

  it('reads a command that comes in pieces', async () => {
    const listener = await connected();
    for (const piece of ['au', 'th ClueC', 'on\n']) listener.sendRaw(piece);
    listener.sendRaw('\napi module_exists mod_callcenter\n\n');
    expect(await listener.until((text) => text.endsWith('true'))).toContain(
      'Content-Type: api/response\nContent-Length: 4\n\ntrue',
    );
  });

  it('lists channels, members and agents', async () => {
    const listener = await subscribed();
    expect(JSON.parse(await listener.api('show channels as json'))).toEqual({ row_count: 0 });
    call();
    const channels = JSON.parse(await listener.api('show channels as json')) as {
      row_count: number;
      rows: { uuid: string }[];
    };
    expect(channels.rows).toEqual([
      expect.objectContaining({
        cid_num: '74951230001',
        dest: '74951234567',
        application: 'callcenter',
        application_data: 'sales@default',
      }),
    ]);
    clock.advance(3000);
    const members = await listener.api('callcenter_config queue list members sales@default');
    expect(members).toMatch(
      /^queue\|instance_id\|uuid\|.*\|state\|score\nsales@default\|single_box\|.*\|Waiting\|3\n\+OK\n$/,
    );
    const asked = {
      command: 'callcenter_config',
      data: { arguments: 'queue list members', queue_name: 'sales@default' },
    };
    expect(JSON.parse(await listener.api(`json ${JSON.stringify(asked)}`))).toMatchObject({
      status: 'success',
      response: [{ cid_number: '74951230001', state: 'Waiting', session_uuid: channels.rows[0]?.uuid }],
    });
    expect(await listener.api('callcenter_config agent list')).toMatch(/^name\|instance_id\|.*\n\+OK\n$/);
  });
});
