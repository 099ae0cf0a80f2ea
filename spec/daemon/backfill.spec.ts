import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { askDaemon } from '../../lib/cli/control-client.js';
import type { EndedCall } from '../../lib/calls/call.js';
import { CdrFolder } from '../../lib/calls/cdr-folder.js';
import { CallTracker } from '../../lib/calls/tracker.js';
import { Backfill } from '../../lib/daemon/backfill.js';
import { Durable } from '../../lib/daemon/durable.js';
import type { Talk } from '../../lib/daemon/talk.js';
import { Talks } from '../../lib/daemon/talks.js';
import type { EslEvent } from '../../lib/esl/event.js';
import type { Status } from '../../lib/tasks/status.js';
import { ManualClock } from '../../lib/time/clock.js';
import { folderWith } from '../config/temporary-folder.js';
import { MemoryStore, Shelf } from '../store/memory-store.js';
import { Office, quickRule } from './office.js';

const client = '74951230001';
const start = Date.parse('2026-11-20T12:00:00Z');
const silent = pino({ level: 'silent' });

interface Leg {
  uuid: string;
  endedAt: number;
  /** When it was bridged, ms. */
  bridgedAt?: number;
  /** Of an employee's call to the client. */
  outward?: { by: string };
}

/** What mod_json_cdr writes of a leg, as far as it is read. */
function cdrOf({ uuid, endedAt, bridgedAt = 0, outward }: Leg): string {
  const variables = {
    uuid,
    direction: outward === undefined ? 'inbound' : 'outbound',
    channel_name: 'sofia/external/x',
    start_uepoch: String((endedAt - 60_000) * 1_000),
    end_uepoch: String(endedAt * 1_000),
    bridge_epoch: String(Math.floor(bridgedAt / 1_000)),
    bridge_uepoch: String(bridgedAt * 1_000),
    hangup_cause: 'NORMAL_CLEARING',
    ...(outward && { originator: outward.by }),
  };
  const numbers =
    outward === undefined
      ? { caller_id_number: client, destination_number: '74951234567' }
      : { caller_id_number: '74951234567', destination_number: client };
  return JSON.stringify({ variables, callflow: [{ caller_profile: { ...numbers, uuid, context: 'public' } }] });
}

/** The parts that find calls, without a link; files are written as old as their legs. */
class Rig {
  readonly clock = new ManualClock(start);
  readonly calls: EndedCall[] = [];
  readonly talks: Talk[] = [];
  readonly backfill: Backfill;
  private readonly store: MemoryStore;

  constructor(
    readonly folder: string = folderWith({}),
    shelf = new Shelf(),
    seenUntil: number | 'never' = start,
  ) {
    const { clock } = this;
    this.store = new MemoryStore(shelf);
    const clients = { internal: /^\d{2,5}$/ };
    const tracker = new CallTracker(
      { ...clients, requestKeys: ['1'], country: 'RU' },
      { ended: (call) => this.taken(call) },
    );
    const watched = { tracker, country: 'RU', clock, isOurs: () => false };
    this.backfill = new Backfill({
      ...watched,
      store: this.store,
      talks: new Talks({ ...watched, successAfterMs: () => undefined, talked: (talk) => this.talks.push(talk) }),
      cdrs: new CdrFolder(folder),
      clients,
      durable: new Durable(clock, silent),
      log: silent,
      settled: () => Promise.resolve(),
    });
    this.backfill.start(seenUntil === 'never' ? undefined : seenUntil);
  }

  write(leg: Leg): void {
    const path = join(this.folder, `${leg.uuid}.cdr.json`);
    writeFileSync(path, cdrOf(leg));
    utimesSync(path, leg.endedAt / 1_000, leg.endedAt / 1_000);
  }

  saw(uuid: string): void {
    const event = {
      name: 'CHANNEL_HANGUP_COMPLETE',
      header: (name: string) => (name === 'Unique-ID' ? uuid : undefined),
    };
    this.backfill.saw(event as unknown as EslEvent);
  }

  private taken(call: EndedCall): void {
    this.calls.push(call);
    this.store.takeCall(call, { action: 'none', reasons: [] }, call.e164, () => undefined);
  }
}

describe('the backfill', () => {
  it('finds a call of which no event came, once its events had their time', async () => {
    const rig = new Rig();
    rig.write({ uuid: 'missed', endedAt: start + 1_000 });
    rig.write({ uuid: 'seen', endedAt: start + 1_000 });
    rig.saw('seen');
    rig.clock.advance(3_000);
    expect(await rig.backfill.look(false)).toBe(0);
    rig.clock.advance(60_000);
    expect(await rig.backfill.look(false)).toBe(1);
    expect(rig.calls).toMatchObject([{ call: 'missed', outcome: 'lost', endedAt: start + 1_000, e164: `+${client}` }]);
    expect(await rig.backfill.look(false)).toBe(0);
  });

  it('takes nothing that was there at the very first start, also after the next one', async () => {
    const folder = folderWith({});
    const shelf = new Shelf();
    new Rig(folder).write({ uuid: 'old', endedAt: start - 1_000 });
    const first = new Rig(folder, shelf, 'never');
    expect(await first.backfill.look(true)).toBe(0);
    const next = new Rig(folder, shelf, 'never');
    next.clock.advance(60_000);
    next.write({ uuid: 'new', endedAt: start + 30_000 });
    expect(await next.backfill.look(true)).toBe(1);
    expect(next.calls).toMatchObject([{ call: 'new' }]);
  });

  it('takes what ended since the first start when the folder could not be read then', async () => {
    const folder = join(folderWith({}), 'json_cdr');
    const rig = new Rig(folder, new Shelf(), 'never');
    await rig.backfill.look(true);
    expect(rig.backfill.problems).toEqual([expect.stringContaining(`the CDR folder ${folder} does not exist`)]);
    mkdirSync(folder);
    rig.write({ uuid: 'since', endedAt: start + 10_000 });
    rig.write({ uuid: 'before', endedAt: start - 60_000 });
    rig.clock.advance(60_000);
    expect(await rig.backfill.look(false)).toBe(1);
    expect(rig.calls).toMatchObject([{ call: 'since' }]);
    expect(rig.backfill.problems).toEqual([]);
  });

  it('finds what employees talked with clients, but not what was put through to them', async () => {
    const rig = new Rig();
    rig.write({ uuid: 'out', endedAt: start + 9_000, bridgedAt: start + 2_000, outward: { by: 'employee' } });
    rig.write({ uuid: 'unanswered', endedAt: start + 9_000, outward: { by: 'employee' } });
    rig.write({ uuid: 'inbound', endedAt: start + 8_000, bridgedAt: start + 2_000 });
    rig.write({ uuid: 'forwarded', endedAt: start + 9_000, bridgedAt: start + 2_000, outward: { by: 'inbound' } });
    rig.clock.advance(60_000);
    expect(await rig.backfill.look(true)).toBe(1);
    expect(rig.talks).toEqual([
      { call: 'out', client: `+${client}`, how: 'employee called out', until: start + 9_000, ms: 7_000 },
    ]);
  });
});

describe('callbackd after an outage', () => {
  let office: Office;
  afterEach(() => office.close());

  const status = async (): Promise<Status> => (await askDaemon<Status>(office.socket, { do: 'status' }))!.ok;
  const cdr = (name: string): string => join(office.folder, 'json_cdr', name);

  it('finds the calls that ended meanwhile, each once and in the order of their ends, and tells from when to when', async () => {
    office = new Office({
      rules: { '10-sales.json': { ...quickRule, callback: { ...quickRule.callback, after: ['1h'] } } },
    });
    await office.open();
    await office.run();
    await office.lose('74951230009');
    const from = Date.now();
    await office.daemon!.kill();
    const ended = (number: string): Promise<unknown> =>
      office.freeswitch.once('clientHangsUp', (happening) => happening.number === number);
    const loses = (number: string): Promise<unknown> => {
      const end = ended(number);
      office.freeswitch.clientCalls({ number, dialled: '74951234567', queue: 'sales@default', hangUpAfterMs: 1_000 });
      return end;
    };
    await Promise.all(['74951230001', '74951230002', '74951230003'].map(loses));
    const talked = ended('74951230002');
    office.freeswitch.clientCalls({
      number: '74951230002',
      dialled: '74951234567',
      queue: 'office@default',
      talksMs: 3_000,
    });
    await talked;
    await office.run();
    const gap = office.log.find(({ msg }) => msg?.includes('saw nothing of FreeSWITCH') === true);
    expect(gap).toMatchObject({ recovered: 4 });
    expect((await status()).gap).toMatchObject({ recovered: 4 });
    expect(Math.abs((await status()).gap!.from - from)).toBeLessThan(6_000);
    const tasks = office.read((store) => store.tasks({}));
    expect(tasks.map(({ client: number, state }) => [number, state])).toEqual(
      expect.arrayContaining([
        ['+74951230001', 'waiting'],
        ['+74951230002', 'reached'],
        ['+74951230003', 'waiting'],
        ['+74951230009', 'waiting'],
      ]),
    );
    expect(tasks).toHaveLength(4);
  });

  it('only records calls that are older than backfill.maxAge, and reports files that it cannot read', async () => {
    office = new Office({ configuration: { backfill: { dir: 'json_cdr', maxAge: '1d' } } });
    await office.open();
    await office.run();
    await office.daemon!.kill();
    const leg = { uuid: 'two-days-old', endedAt: Date.now() - 172_800_000 };
    writeFileSync(cdr('two-days-old.cdr.json'), cdrOf(leg));
    writeFileSync(cdr('half.cdr.json'), cdrOf(leg).slice(0, 80));
    utimesSync(cdr('half.cdr.json'), Date.now() / 1_000 + 60, Date.now() / 1_000 + 60);
    const daemon = await office.run();
    const { why } = await daemon.until('it is recorded', ({ msg }) => msg === 'client call lost');
    expect(why).toMatch(/^it was found 2 d( \d s)? after its end, more than backfill\.maxAge \(1 d\): only recorded$/);
    expect(office.read((store) => store.tasks({}))).toEqual([]);
    expect(office.read((store) => store.callOf('two-days-old'))).toMatchObject({ call: { endedAt: leg.endedAt } });
    expect((await status()).problems).toEqual([expect.stringContaining('1 file(s) in the CDR folder cannot be read')]);
    expect(readFileSync(cdr('half.cdr.json'), 'utf8')).toHaveLength(80);
  });

  it('says that the CDR folder is missing, and what to do', async () => {
    office = new Office();
    await office.open();
    rmSync(join(office.folder, 'json_cdr'), { recursive: true });
    await office.run();
    expect((await status()).problems).toEqual([
      expect.stringMatching(/^the CDR folder .* does not exist: load mod_json_cdr/),
    ]);
    expect(office.log.filter(({ msg }) => msg?.startsWith('the CDR folder') === true)).toHaveLength(1);
  });
});
