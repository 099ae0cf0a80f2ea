import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import { fastClock } from '../../lib/simulator/fast-clock.js';
import type { Happening } from '../../lib/simulator/record.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener } from './esl-listener.js';
import { capture, normalised, type RecordedEvent } from './recorded-events.js';

const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
const call = { number: '74951230001', dialled: '74951234567', queue: 'sales@default' };
let folder: string;
let freeswitch: SimulatedFreeswitch;
let listener: EslListener;
let port: number;

interface Cdr {
  variables: Record<string, string>;
  callflow: { caller_profile: Record<string, string> }[];
}
const cdrs = (): Record<string, Cdr> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Cdr]),
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdr-'));
  freeswitch = new SimulatedFreeswitch({
    clock,
    cdrDir: folder,
    queues: [{ name: 'sales@default' }],
    agents: [{ name: '1001@default' }],
    phones: ['1002'],
  });
  ({ port } = await freeswitch.start());
  listener = await EslListener.subscribed(port);
});

afterEach(async () => {
  listener.close();
  await freeswitch.stop();
  rmSync(folder, { recursive: true });
});

describe('the end of FreeSWITCH', () => {
  it('after a SIGKILL: bare end, another Core-UUID, nothing of the calls but abandoned members', async () => {
    const before = freeswitch.coreUuid;
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.clientCalls(call);
    clock.advance(3000);
    const received = (await listener.events()).length;
    await freeswitch.restart();
    const text = await listener.until(() => false);
    expect(text).not.toContain('disconnect-notice');
    expect(await listener.events()).toHaveLength(received);
    expect(freeswitch.coreUuid).not.toBe(before);
    clock.advance(60_000);
    expect(cdrs()).toEqual({});

    listener = await EslListener.subscribed(port);
    expect(await listener.api('global_getvar core_uuid')).toBe(freeswitch.coreUuid);
    expect(await listener.api('show channels as json')).toBe('{"row_count":0}');
    freeswitch.clientCalls({ ...call, hangUpAfterMs: 100 });
    clock.advance(1000);
    expect((await listener.events())[0]).toMatchObject({
      'Event-Name': 'CHANNEL_CREATE',
      'Core-UUID': freeswitch.coreUuid,
    });
  });

  it('keeps those who waited at a SIGKILL in the list, abandoned at 0', async () => {
    freeswitch.clientCalls(call);
    clock.advance(10);
    await freeswitch.restart();
    listener = await EslListener.subscribed(port);
    expect(await listener.api('callcenter_config queue list members sales@default')).toMatch(
      /\|0\|0\|0\|0\|0\|\|\|Abandoned\|0\n/,
    );
  });

  it('n1: a shutdown tells everybody, then says goodbye', async () => {
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.directCall({ number: '74951230002', dialled: '1002' });
    clock.advance(3000);
    freeswitch.clientCalls(call);
    clock.advance(3000);
    await freeswitch.shutdown();
    const text = await listener.until(() => false);
    expect(text).toMatch(
      /Content-Type: text\/disconnect-notice\nContent-Length: 31\n\nThe system is being shut down\.\n$/,
    );
    const events = await listener.events();
    const told = events.slice(events.findIndex((event) => event['Event-Name'] === 'SHUTDOWN'));
    expect(
      told.filter((event) => event['Event-Name'] === 'CHANNEL_HANGUP_COMPLETE').map((event) => event['Hangup-Cause']),
    ).toEqual(Array(4).fill('SYSTEM_SHUTDOWN'));
    expect(told.find((event) => event['CC-Action'] === 'member-queue-end')).toMatchObject({
      'CC-Cancel-Reason': 'BREAK_OUT',
      'Answer-State': 'hangup',
    });
    await freeswitch.start();
    listener = await EslListener.subscribed(port);
    expect(await listener.api('callcenter_config agent list')).toContain('|Available|Waiting|');
  });
});

describe('a shutdown, compared with a recorded one', () => {
  it('n1: the same happens to the same legs', async () => {
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.directCall({ number: '79160000002', dialled: '1002' });
    clock.advance(3200);
    freeswitch.clientCalls({ ...call, number: '79160000001' });
    clock.advance(2720);
    await freeswitch.shutdown();
    // In which order its threads tell it is FreeSWITCH's own affair.
    const told = (events: RecordedEvent[]): string[] =>
      normalised(events)
        .map((event) =>
          [
            'Event-Name',
            'CC-Action',
            'CC-Hangup-Cause',
            'CC-Cancel-Reason',
            'Unique-ID',
            'Hangup-Cause',
            'variable_sip_hangup_disposition',
            'variable_cc_cause',
            'variable_originate_causes',
          ]
            .map((name) => String(event[name] ?? ''))
            .join(' '),
        )
        .sort();
    await listener.until(() => false);
    expect(told(await listener.events())).toEqual(told(capture('n1_shutdown')));
  });
});

describe('CDRs', () => {
  it('are written one per leg, a_ for every leg that no other dialled', () => {
    const start = clock.now();
    const caller = freeswitch.clientCalls({ ...call, talksMs: 4000 });
    const unanswered = freeswitch.directCall({
      number: '74951230002',
      dialled: '74951234599',
      extension: '1002',
      hangUpAfterMs: 1000,
    });
    clock.advance(10_000);
    const written = cdrs();
    const [rungByQueue, rungByCall] = [
      freeswitch.record.rung.find((phone) => phone.extension === '1001'),
      freeswitch.record.rung.find((phone) => phone.extension === '1002'),
    ];
    expect(Object.keys(written).sort()).toEqual(
      [
        `a_${caller}.cdr.json`,
        `a_${unanswered}.cdr.json`,
        `${rungByQueue?.uuid}.cdr.json`,
        `${rungByCall?.uuid}.cdr.json`,
      ].sort(),
    );
    expect(written[`a_${caller}.cdr.json`]?.variables).toMatchObject({
      uuid: caller,
      direction: 'inbound',
      hangup_cause: 'NORMAL_CLEARING',
      sip_hangup_disposition: 'recv_bye',
      cc_cause: 'answered',
      last_app: 'callcenter',
      billmsec: '6080',
      bridge_uepoch: String(Math.floor((start + 2080) / 20) * 20_000),
    });
    const direct = written[`a_${unanswered}.cdr.json`];
    expect(direct?.variables).toMatchObject({
      hangup_cause: 'ORIGINATOR_CANCEL',
      bridge_epoch: '0',
      sip_req_user: '74951234599',
    });
    expect(
      direct?.callflow.map(({ caller_profile: { destination_number, context } }) => [destination_number, context]),
    ).toEqual([
      ['1002', 'default'],
      ['74951234599', 'public'],
    ]);
  });
});

describe('the record of what happened', () => {
  it('is told as it happens', () => {
    const happenings: Happening[] = [];
    const stop = freeswitch.on('all', (happening) => happenings.push(happening));
    freeswitch.clientCalls({ ...call, talksMs: 1000 });
    clock.advance(5000);
    stop();
    freeswitch.clientCalls(call);
    const start = happenings[0]?.at ?? 0;
    expect(happenings.map(({ at, kind, text }) => [at - start, kind, text])).toEqual([
      [0, 'clientCalls', '74951230001 calls 74951234567'],
      [0, 'joinsQueue', '74951230001 waits in sales@default'],
      [40, 'phoneRings', 'phone 1001 rings'],
      [2040, 'phoneAnswers', '1001 answers'],
      [2080, 'talk', '1001 talks to 74951230001'],
      [3080, 'clientHangsUp', '74951230001 hangs up'],
    ]);
  });

  it('runs as fast as its clock', async () => {
    const fast = new SimulatedFreeswitch({
      clock: fastClock(200),
      queues: [{ name: 'sales@default' }],
      agents: [{ name: '1001@default' }],
    });
    await fast.start();
    const rung = new Promise<Happening>((resolve) => fast.on('phoneDoesNotAnswer', resolve));
    fast.phone('1001').next('noAnswer');
    const joined = new Promise<Happening>((resolve) => fast.on('joinsQueue', resolve));
    fast.clientCalls(call);
    const waited = (await rung).at - (await joined).at;
    expect(waited).toBeGreaterThanOrEqual(7500);
    await fast.stop();
  });
});
