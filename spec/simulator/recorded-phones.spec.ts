import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import type { ClientReaction, PhoneReaction } from '../../lib/simulator/people.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener } from './esl-listener.js';
import { eventsIn, lives, normalised } from './recorded-events.js';

const folder = new URL('../fixtures/several-phones/', import.meta.url);
const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
let freeswitch: SimulatedFreeswitch;
let listener: EslListener;

interface Scene {
  readonly phones?: Record<string, PhoneReaction>;
  readonly client?: ClientReaction;
  /** What the admin's extension rings. */
  readonly extension?: string;
  /** The leg of the first phone is killed. */
  readonly killAfterMs?: number;
  readonly killCause?: string;
}

const quick: PhoneReaction = { answersAfterMs: 500 };

const scenes: Record<string, Scene> = {
  'second-answers': { phones: { '1001': 'noAnswer', '1002': quick } },
  'first-answers-before-step': { phones: { '1001': quick, '1002': quick } },
  'all-ring-out': { phones: { '1001': 'noAnswer', '1002': 'noAnswer' } },
  'originate-timeout': { phones: { '1001': 'noAnswer', '1002': 'noAnswer' } },
  'busy-then-no-answer': { phones: { '1001': { busyAfterMs: 100 }, '1002': 'noAnswer' } },
  'no-answer-then-rejects': { phones: { '1001': 'noAnswer', '1002': { rejectsAfterMs: 600 } } },
  'first-is-killed': { phones: { '1001': 'noAnswer', '1002': 'noAnswer' }, killAfterMs: 500 },
  'second-is-not-registered': { phones: { '1001': 'noAnswer', '1002': 'unregistered' } },
  'first-is-not-registered': { phones: { '1001': quick, '1002': 'unregistered' } },
  'none-is-registered': { phones: { '1001': 'unregistered', '1002': 'unregistered' } },
  'in-turn-second-answers': { phones: { '1001': 'noAnswer', '1002': quick } },
  'in-turn-first-rejects': { phones: { '1001': { rejectsAfterMs: 600 }, '1002': quick } },
  'in-turn-all-ring-out': { phones: { '1001': 'noAnswer', '1002': 'noAnswer' } },
  'in-turn-first-is-killed': { phones: { '1001': 'noAnswer', '1002': quick }, killAfterMs: 500 },
  'in-turn-stopped': { phones: { '1001': 'noAnswer', '1002': quick }, killAfterMs: 500, killCause: 'MANAGER_REQUEST' },
  'in-turn-first-is-not-registered': { phones: { '1001': quick, '1002': 'unregistered' } },
  'in-turn-second-is-not-registered': { phones: { '1001': { rejectsAfterMs: 600 }, '1002': 'unregistered' } },
  'in-turn-none-is-registered': { phones: { '1001': 'unregistered', '1002': 'unregistered' } },
  'in-turn-second-presses-the-key': {
    phones: {
      '1001': { answersAfterMs: 500, acceptsAfterMs: 'never' },
      '1002': { answersAfterMs: 500, acceptsAfterMs: 2000 },
    },
  },
  'key-pressed-late': { phones: { '1001': { answersAfterMs: 1700, acceptsAfterMs: 2800 } } },
  'number-answers': { phones: { '74951230077': { answersAfterMs: 400 } } },
  'number-is-busy': { phones: { '74951230078': { busyAfterMs: 300 } } },
  'phone-then-number': { phones: { '1001': 'noAnswer', '74951230077': { answersAfterMs: 400 } } },
  'key-pressed': { phones: { '1001': { answersAfterMs: 500, acceptsAfterMs: 2000 } } },
  'key-not-pressed': { phones: { '1001': { answersAfterMs: 500, acceptsAfterMs: 'never' } } },
  'second-presses-the-key': {
    phones: {
      '1001': { answersAfterMs: 500, acceptsAfterMs: 'never' },
      '1002': { answersAfterMs: 500, acceptsAfterMs: 2000 },
    },
  },
  'key-afterwards': {
    phones: { '1001': { answersAfterMs: 500, afterwards: '2' } },
    client: { busyAfterMs: 100 },
  },
  'no-key-afterwards': { phones: { '1001': quick }, client: { busyAfterMs: 100 } },
  'own-dialplan-reached': { extension: '1002', phones: { '1002': quick } },
  'own-dialplan-busy': { extension: '1002', phones: { '1002': { busyAfterMs: 100 } } },
  'own-dialplan-rings-out': { extension: '1002', phones: { '1002': 'noAnswer' } },
  'own-dialplan-not-registered': { extension: '1002', phones: { '1002': 'unregistered' } },
  'own-dialplan-without-the-extension': {},
};

afterEach(async () => {
  listener.close();
  await freeswitch.stop();
});

describe('callbacks to several phones, to numbers and through the own dialplan, compared with recorded ones', () => {
  it.each(Object.entries(scenes))(
    '%s',
    async (name, { phones = {}, client, extension, killAfterMs, killCause = '' }) => {
      const recorded = eventsIn(readFileSync(new URL(`${name}.esl`, folder)));
      const job = recorded.find((event) => event['Event-Name'] === 'BACKGROUND_JOB');
      const originate = `originate ${String(job?.['Job-Command-Arg'])}`;
      freeswitch = new SimulatedFreeswitch({ clock, domain: '127.0.0.1', queues: [], agents: [] });
      for (const [phone, reaction] of Object.entries(phones)) freeswitch.phone(phone).always(reaction);
      if (extension !== undefined) freeswitch.extension(extension, { rings: extension });
      freeswitch.client('74951230001').always(client ?? { answersAfterMs: 500, talksMs: 1500 });
      const { port } = await freeswitch.start();
      listener = await EslListener.subscribed(port);
      listener.send(`bgapi ${originate}\nJob-UUID: bbbbbbbb-0000-4000-8000-000000000002`);
      await listener.api('uptime');
      if (killAfterMs !== undefined) {
        clock.advance(killAfterMs);
        await listener.api(`uuid_kill ${/origination_uuid=([^,\]]*)/.exec(originate)?.[1] ?? ''} ${killCause}`.trim());
      }
      clock.advance(60_000);
      const simulated = lives(normalised(await listener.events(), ['Job-UUID']));
      expect(simulated).toEqual(lives(normalised(recorded, ['Job-UUID'])));
    },
  );
});
