import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import type { ClientReaction, PhoneReaction } from '../../lib/simulator/people.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener } from './esl-listener.js';
import { eventsIn, lives, normalised } from './recorded-events.js';

const folder = new URL('../fixtures/callback-flow/', import.meta.url);
const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
let freeswitch: SimulatedFreeswitch;
let listener: EslListener;

interface Scene {
  readonly phones?: Record<string, PhoneReaction>;
  readonly client?: ClientReaction;
  readonly killAfterMs?: number;
}

const scenes: Record<string, Scene> = {
  'queue-reached': { client: { answersAfterMs: 2500, talksMs: 2500 } },
  'queue-reached-agent-hangs-up': {
    phones: { '1001': { answersAfterMs: 300, hangsUpAfterMs: 6000 } },
    client: { answersAfterMs: 1000 },
  },
  'queue-client-busy': { client: { busyAfterMs: 600 } },
  'queue-client-rejects': { client: { rejectsAfterMs: 600 } },
  'queue-client-unknown-number': { client: 'unallocated' },
  'queue-client-no-answer': { client: 'noAnswer' },
  'queue-gateway-invalid': { client: 'invalidGateway' },
  'queue-agent-rejects': {
    phones: { '1001': { rejectsAfterMs: 500 } },
    client: { answersAfterMs: 2500, talksMs: 2500 },
  },
  'queue-second-agent-answers': { phones: { '1001': 'noAnswer' }, client: { answersAfterMs: 2500, talksMs: 2500 } },
  'queue-agent-leaves-during-prompt': { phones: { '1001': { answersAfterMs: 300, hangsUpAfterMs: 700 } } },
  'queue-agent-leaves-while-client-rings': {
    phones: { '1001': { answersAfterMs: 300, hangsUpAfterMs: 3000 } },
    client: 'noAnswer',
  },
  'queue-killed-while-ringing': { phones: { '1001': 'noAnswer' }, killAfterMs: 100 },
  'queue-nobody-answers': { phones: { '1001': 'noAnswer' } },
  'extension-reached': { client: { answersAfterMs: 2500, talksMs: 2500 } },
  'extension-employee-busy': { phones: { '1001': { busyAfterMs: 20 } } },
  'extension-employee-rejects': { phones: { '1001': { rejectsAfterMs: 500 } } },
  'extension-employee-no-answer': { phones: { '1001': 'noAnswer' } },
  'extension-not-registered': {
    phones: { '1001': 'unregistered', '1002': 'unregistered', '1003': 'unregistered', '1004': 'unregistered' },
  },
  'extension-employee-leaves-during-prompt': { phones: { '1001': { answersAfterMs: 300, hangsUpAfterMs: 500 } } },
  'extension-client-busy': { client: { busyAfterMs: 600 } },
  'extension-client-no-answer': { client: 'noAnswer' },
  'extension-gateway-invalid': { client: 'invalidGateway' },
  'extension-trunk-dead': { client: 'temporaryFailure' },
};

afterEach(async () => {
  listener.close();
  await freeswitch.stop();
});

describe('callbacks, compared with recorded ones', () => {
  it.each(Object.entries(scenes))('%s', async (name, { phones, client, killAfterMs }) => {
    const recorded = eventsIn(readFileSync(new URL(`${name}.esl`, folder)));
    const job = recorded.find((event) => event['Event-Name'] === 'BACKGROUND_JOB');
    const originate = `originate ${String(job?.['Job-Command-Arg'])}`;
    const variable = (wanted: string): string => new RegExp(`${wanted}=([^,}]*)`).exec(originate)?.[1] ?? '';
    freeswitch = new SimulatedFreeswitch({
      clock,
      domain: '127.0.0.1',
      queues: [{ name: 'sales@default' }],
      agents: ['1001@default', '1002@default'].map((agent) => ({
        name: agent,
        legTimeoutMs: 5000,
        status: agent.startsWith('1001') || /second|agent-rejects/.test(name) ? 'Available' : 'Logged Out',
      })),
    });
    for (const extension of ['1001', '1002']) freeswitch.phone(extension).always({ answersAfterMs: 300 });
    for (const [extension, reaction] of Object.entries(phones ?? {})) freeswitch.phone(extension).always(reaction);
    if (client !== undefined) freeswitch.client(variable('callbackd_client_number')).always(client);
    const { port } = await freeswitch.start();
    listener = await EslListener.subscribed(port);
    listener.send(`bgapi ${originate}\nJob-UUID: bbbbbbbb-0000-4000-8000-000000000002`);
    await listener.api('uptime');
    if (killAfterMs !== undefined) {
      clock.advance(killAfterMs);
      await listener.api(`uuid_kill ${variable('origination_uuid')}`);
    }
    clock.advance(30_000);
    const simulated = lives(normalised(await listener.events(), ['Job-UUID']));
    for (const [whose, life] of Object.entries(lives(normalised(recorded, ['Job-UUID']))))
      // Some recordings stop before the queue has told the end of the talk.
      expect({ whose, life: (simulated[whose] ?? []).slice(0, life.length) }).toEqual({ whose, life });
  });
});
