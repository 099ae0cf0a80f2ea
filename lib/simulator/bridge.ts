import type { Core } from './core.js';
import type { Leg } from './leg.js';

export interface BridgeOptions {
  /** Reports the first leg before the second when it ends first (a dialplan's bridge does, mod_callcenter doesn't). */
  readonly firstReportsFirst: boolean;
  /** The second leg ended and the first lives: what its dialplan does next. */
  readonly secondEnded: () => void;
}

/** Joins two answered legs until one of them ends. CHANNEL_BRIDGE and CHANNEL_UNBRIDGE carry the data of the first. */
export const bridge = (core: Core, first: Leg, second: Leg, options: BridgeOptions): void => {
  const now = core.now();
  const ids = { 'Bridge-A-Unique-ID': first.uuid, 'Bridge-B-Unique-ID': second.uuid };
  let up = true;
  for (const leg of [first, second]) leg.bridgedAt = now;
  first.other = { uuid: second.uuid, type: 'originatee' };
  second.other = { uuid: first.uuid, type: 'originator' };
  first.calleeNumber = second.profile.calleeNumber;
  second.callUuid = first.uuid;
  second.state = 'CS_EXCHANGE_MEDIA';
  first.set({ signal_bond: second.uuid });
  second.set({ signal_bond: first.uuid });
  core.fire('CHANNEL_BRIDGE', first, ids);
  first.set({ last_bridge_to: second.uuid, bridge_uuid: second.uuid });
  second.set({ last_bridge_to: first.uuid, bridge_uuid: first.uuid });

  first.whenOver(() => {
    if (!up) return;
    up = false;
    first.set({ bridge_hangup_cause: first.cause });
    core.fire('CHANNEL_UNBRIDGE', first, ids);
    second.callUuid = second.uuid;
    second.set({ bridge_hangup_cause: first.cause, last_bridge_hangup_cause: first.cause });
    if (options.firstReportsFirst) first.report();
    second.hangUp(first.cause, 'us');
  });
  second.whenOver(() => {
    if (!up) return;
    up = false;
    second.report();
    first.set({ bridge_hangup_cause: second.cause, last_bridge_hangup_cause: second.cause });
    core.fire('CHANNEL_UNBRIDGE', first, ids);
    second.callUuid = second.uuid;
    if (second.cause === 'SYSTEM_SHUTDOWN') first.hangUp(second.cause, 'us');
    else options.secondEnded();
  });
};
