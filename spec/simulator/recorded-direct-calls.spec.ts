import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../lib/time/clock.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { EslListener } from './esl-listener.js';
import { capture, normalised } from './recorded-events.js';

const clock = new ManualClock(Date.UTC(2026, 10, 20, 10, 0, 0));
let freeswitch: SimulatedFreeswitch;
let listener: EslListener;

const begin = async (): Promise<void> => {
  freeswitch = new SimulatedFreeswitch({ clock, domain: 'pbx.rig', queues: [], agents: [], phones: ['1001'] });
  const { port } = await freeswitch.start();
  listener = await EslListener.subscribed(port);
};

const expectRecorded = async (name: string, ignored: string[] = []): Promise<void> => {
  expect(normalised(await listener.events(), ignored)).toEqual(normalised(capture(name), ignored));
};

afterEach(async () => {
  listener.close();
  await freeswitch.stop();
});

describe('direct calls, compared with recorded ones', () => {
  const call = { number: '79161234567', dialled: '1001' };

  it('g: the client gives up', async () => {
    await begin();
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.directCall({ ...call, hangUpAfterMs: 3060 });
    clock.advance(5000);
    await expectRecorded('g_direct_cancel');
  });

  it('h: nobody answers in time', async () => {
    await begin();
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.directCall({ ...call, timeoutMs: 5000 });
    clock.advance(6000);
    await expectRecorded('h_direct_timeout');
  });

  it('h5: answered, the client hangs up', async () => {
    await begin();
    freeswitch.directCall({ ...call, talksMs: 4000 });
    clock.advance(10_000);
    await expectRecorded('h5_direct_answered');
  });

  it('i: busy', async () => {
    await begin();
    freeswitch.phone('1001').always('busy');
    freeswitch.directCall(call);
    clock.advance(5000);
    await expectRecorded('i_direct_busy');
  });

  it('i3: not registered: no leg to the phone at all', async () => {
    await begin();
    freeswitch.directCall({ ...call, dialled: '1004' });
    clock.advance(5000);
    await expectRecorded('i3_direct_unregistered');
  });
});

describe('an employee who is called back first, compared with recorded ones', () => {
  const a = 'aaaaaaaa-0000-4000-8000-000000000001';
  const originate = (extension: string): string =>
    `originate {origination_uuid=${a},originate_timeout=15,origination_caller_id_number=74951234567,origination_caller_id_name=Callback}user/${extension} client XML callbackd`;

  it.each([
    ['l4: does not answer', 'l4_agent_noanswer', 'noAnswer', '1001'],
    ['l5: rejects', 'l5_agent_reject', 'rejects', '1001'],
    ['l14: not registered', 'l14_agent_unregistered', 'unregistered', '1004'],
  ] as const)('%s', async (_, name, reaction, extension) => {
    await begin();
    freeswitch.phone(extension).always(reaction);
    listener.send(`bgapi ${originate(extension)}\nJob-UUID: bbbbbbbb-0000-4000-8000-000000000002`);
    await listener.api('status');
    clock.advance(20_000);
    await expectRecorded(name);
  });
});
