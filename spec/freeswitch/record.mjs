/**
 * Records what FreeSWITCH sends during each scenario: node spec/freeswitch/record.mjs [FOLDER [NAME …]]
 * FOLDER (spec/fixtures/callback-flow) gets NAME.esl, the bytes received under `event json EVENTS`, NAME.cdr.json, the JSON CDRs of
 * all legs by UUID, and index.json with what is known of each flow.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { agents, Esl, originate, runFlow, scenarios, sippPhone, sippTrunk, skipped, startFreeswitch } from './rig.mjs';

const [folder = fileURLToPath(new URL('../fixtures/callback-flow', import.meta.url)), ...names] = process.argv.slice(2);
const VARIABLES =
  'hangup_cause billmsec answer_uepoch bridge_uepoch end_uepoch callbackd_attempt callbackd_leg last_app originate_disposition originate_causes originated_legs last_bridge_hangup_cause bridge_hangup_cause sip_hangup_disposition';

const short = (text = '') => text.replace(/^sofia\/\w+\//, '').replace(/@.*/, '');

function nameOf(flow, uuid, channel) {
  if (uuid === flow.A) return 'A';
  if (uuid === flow.C) return 'C';
  return channel?.startsWith('loopback/queue-b') ? 'B' : short(channel);
}

/** One line per event: "CREATE A", "BRIDGE B-1001", "cc agent-offering 1001". */
function sequence(flow) {
  const names = {};
  for (const e of flow.events) {
    if (e['Event-Name'] === 'CHANNEL_CREATE') names[e['Unique-ID']] = nameOf(flow, e['Unique-ID'], e['Channel-Name']);
  }
  return flow.events.flatMap((e) => {
    const leg = names[e['Unique-ID']] ?? '';
    switch (e['Event-Name']) {
      case 'CUSTOM': {
        const skip = ['members-count', 'agent-state-change', 'agent-status-change'].includes(e['CC-Action']);
        const why = [e['CC-Hangup-Cause'], e['CC-Cause'], e['CC-Cancel-Reason']].filter(Boolean).join(' ');
        return skip
          ? []
          : [`cc ${e['CC-Action']} ${e['CC-Agent']?.replace(/@.*/, '') ?? ''} ${why}`.replace(/ +/g, ' ').trim()];
      }
      case 'BACKGROUND_JOB':
        return [`job ${e._body.trim().replace(flow.A, 'A')}`];
      case 'CHANNEL_BRIDGE':
      case 'CHANNEL_UNBRIDGE':
        return [`${e['Event-Name'].slice(8)} ${leg}-${names[e['Bridge-B-Unique-ID']] ?? '?'}`];
      case 'CHANNEL_HANGUP_COMPLETE':
        return [`HC ${leg} ${e['Hangup-Cause']}`];
      case 'CHANNEL_HANGUP':
        return [];
      default:
        return [`${e['Event-Name'].replace('CHANNEL_', '')} ${leg}`.trim()];
    }
  });
}

function summary(flow, scenario) {
  const legs = Object.entries(flow.legs).map(([uuid, hc]) => {
    const pick = (source) =>
      Object.fromEntries(
        VARIABLES.split(' ').flatMap((name) => (source(name) === undefined ? [] : [[name, source(name)]])),
      );
    return {
      leg: nameOf(flow, uuid, hc['Channel-Name']),
      uuid,
      direction: hc['Call-Direction'],
      hc: pick((name) => hc[`variable_${name}`]),
      cdr: pick((name) => flow.cdrs[uuid]?.variables[name]),
    };
  });
  return {
    says: scenario.says,
    originate: flow.text,
    job: flow.job,
    attempt: flow.attempt,
    A: flow.A,
    C: flow.C,
    clientCalls: flow.calls,
    heard: flow.heard,
    events: sequence(flow),
    legs,
  };
}

/** FreeSWITCH is shut down while employee and client talk: ends with SHUTDOWN, the disconnect notice and EOF. */
async function recordShutdown(freeswitch) {
  const number = '74951230001';
  const trunk = await sippTrunk(freeswitch, { [number]: { ringMs: 500 } });
  const phone = await sippPhone(freeswitch, { extension: '1001', behaviour: { ringMs: 300 } });
  await agents(freeswitch.esl, ['1001']);
  const esl = await Esl.connect({ port: freeswitch.ports.esl, password: freeswitch.password });
  const flow = {
    A: randomUUID(),
    C: randomUUID(),
    number,
    attempt: 999,
    route: `sofia/gateway/trunk/${number}`,
    ring: 10,
  };
  await esl.bgapi(
    originate({ ...flow, kind: 'queue', prompt: freeswitch.prompt, queue: 'sales@default', parkTimeout: 30 }),
  );
  await esl.channel('CHANNEL_BRIDGE', flow.A);
  const sent = freeswitch.esl.bgapi('fsctl shutdown').catch(() => 'closed'); // not on `esl`: api and events share a connection
  await esl.closed;
  await sent;
  writeFileSync(path.join(folder, 'queue-shutdown.esl'), Buffer.concat(esl.bytes));
  console.log(`queue-shutdown: ${sequence({ ...flow, events: esl.events }).join(' | ')}`);
  await freeswitch.exited;
  await phone.stop({ dead: true });
  await trunk.stop();
}

if (!skipped()) {
  mkdirSync(folder, { recursive: true });
  const indexFile = path.join(folder, 'index.json');
  const index = existsSync(indexFile) ? JSON.parse(readFileSync(indexFile, 'utf8')) : {};
  const freeswitch = await startFreeswitch();
  for (const scenario of scenarios) {
    if (names.length > 0 && !names.includes(scenario.name)) continue;
    const flow = await runFlow(freeswitch, scenario);
    writeFileSync(path.join(folder, `${scenario.name}.esl`), flow.bytes);
    writeFileSync(path.join(folder, `${scenario.name}.cdr.json`), `${JSON.stringify(flow.cdrs, null, 1)}\n`);
    index[scenario.name] = summary(flow, scenario);
    console.log(`${scenario.name}: ${flow.job ?? ''} ${index[scenario.name].events.length} events`);
  }
  if (names.length === 0 || names.includes('queue-shutdown')) await recordShutdown(freeswitch);
  await freeswitch.stop();
  writeFileSync(indexFile, `${JSON.stringify(index, null, 1)}\n`);
}
