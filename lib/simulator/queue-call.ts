import { arrive, talk, type CallingClient } from './arrival.js';
import type { CallCenter } from './call-center.js';
import type { Core } from './core.js';
import type { Leg } from './leg.js';

export interface QueueCall extends CallingClient {
  readonly queue: string;
  /** Presses a key while he waits. */
  readonly key?: { readonly digit: string; readonly afterMs: number };
  /**
   * Hangs up just when an agent answers [u2]: bridge-agent-start without CHANNEL_BRIDGE.
   * `early`: member-queue-end says NONE; `late`: there is no member-queue-end, and cc_cause is answered.
   */
  readonly race?: 'early' | 'late';
  /** What the dialplan plays when the queue lets him go; default 1 s. */
  readonly afterQueueMs?: number;
}

const afterQueue = (core: Core, leg: Leg, ms: number): void => {
  leg.run('playback', 'tone_stream://%(1000,0,640)');
  core.schedule.after(ms, () => {
    if (leg.over) return;
    leg.run('hangup', 'NORMAL_CLEARING');
    leg.hangUp('NORMAL_CLEARING', 'us');
  });
};

/** A client's call that the dialplan answers and puts into a queue. Gives the UUID of his leg. */
export const callQueue = (core: Core, center: CallCenter, call: QueueCall): string => {
  const leg = arrive(core, call);
  leg.set({ hangup_after_bridge: 'true' });
  leg.run('set', 'hangup_after_bridge=true');
  leg.run('answer', '');
  leg.answer();
  const about = { number: call.number, queue: call.queue, uuid: leg.uuid };
  core.tell('joinsQueue', `${call.number} waits in ${call.queue}`, about);
  const member = center.join({
    leg,
    queue: call.queue,
    bridged: (extension) => talk(core, leg, call, extension),
    left: () => afterQueue(core, leg, call.afterQueueMs ?? 1000),
    talkEnded: () => leg.hangUp('NORMAL_CLEARING', 'us'),
  });
  const { key, race } = call;
  if (key !== undefined) core.schedule.after(key.afterMs, () => center.pressKey(leg.uuid, key.digit));
  if (race !== undefined && member !== undefined) member.hangsUpIn = race;
  return leg.uuid;
};
