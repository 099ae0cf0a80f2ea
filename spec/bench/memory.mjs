/**
 * Memory over 1,000,000 calls, a third of which never end as far as events tell: those are forgotten when FreeSWITCH
 * is asked for its channels, here after every 10,000 calls.
 *
 *   npm run build && node --expose-gc spec/bench/memory.mjs
 */
import { CallTracker } from '../../dist/lib/calls/tracker.js';

const CALLS = 1_000_000;
const ASKED = 10_000;
let ended = 0;
const settings = { internal: /^\d{2,5}$/, requestKeys: ['1'], country: 'RU' };
const tracker = new CallTracker(settings, { ended: () => ended++ });

function send(name, at, headers) {
  const header = (key) => headers[key];
  const subclass = name === 'CUSTOM' ? 'callcenter::info' : '';
  tracker.take({
    name,
    subclass,
    at,
    coreUuid: 'core',
    body: '',
    header,
    headers: (key) => [headers[key] ?? []].flat(),
  });
}

const started = process.hrtime.bigint();
for (let call = 0; call < CALLS; call++) {
  const at = call * 100;
  const id = `c${call}`;
  const leg = {
    'Unique-ID': id,
    'Caller-Unique-ID': id,
    'Call-Direction': 'inbound',
    'Caller-Caller-ID-Number': '84951230001',
  };
  const member = { 'CC-Member-Session-UUID': id, 'CC-Member-UUID': `m${call}`, 'CC-Queue': 'sales@default' };
  send('CHANNEL_CREATE', at, leg);
  send('CUSTOM', at, { ...leg, ...member, 'CC-Action': 'member-queue-start' });
  send('CUSTOM', at, { ...member, 'CC-Action': 'agent-offering', 'CC-Agent': '1001@default' });
  send('CHANNEL_CREATE', at, {
    'Unique-ID': `p${call}`,
    'Call-Direction': 'outbound',
    variable_cc_member_session_uuid: id,
  });
  if (call % 3 !== 0) {
    send('CHANNEL_HANGUP_COMPLETE', at + 50, { ...leg, 'Hangup-Cause': 'NORMAL_CLEARING', variable_bridge_epoch: '0' });
    send('CHANNEL_HANGUP_COMPLETE', at + 50, {
      'Unique-ID': `p${call}`,
      'Call-Direction': 'outbound',
      'Hangup-Cause': 'ORIGINATOR_CANCEL',
    });
  }
  if (call % ASKED === ASKED - 1) tracker.drop(() => true);
  if (call % 200_000 === 199_999) {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    const mb = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MB`;
    console.log(`${call + 1} calls: resident ${mb(rss)}, heap ${mb(heapUsed)}, kept ${JSON.stringify(tracker.sizes)}`);
  }
}
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
console.log(`${ended} ended, ${(CALLS / seconds).toFixed(0)} calls/s`);
