import { arrive, talk, type CallingClient } from './arrival.js';
import { bridge } from './bridge.js';
import type { Core } from './core.js';
import type { Headers } from './event.js';
import { dialStatusOf } from './hangup-cause.js';
import type { Leg } from './leg.js';
import type { Phones } from './phones.js';

export interface DirectCall extends CallingClient {
  /** Default: what was dialled. */
  readonly extension?: string;
  /** call_timeout of the dialplan; default 20 s. */
  readonly timeoutMs?: number;
}

const dialled = (phone: Leg): string => `${phone.uuid};Outbound Call;${phone.destination}`;

const failure = (cause: string, phone: Leg | undefined): Headers => ({
  originate_disposition: cause,
  DIALSTATUS: dialStatusOf(cause),
  originate_failed_cause: cause,
  ...(phone === undefined ? {} : { originate_causes: `${phone.uuid};${cause}`, last_bridge_hangup_cause: cause }),
});

/** The phone answered: the client's leg is answered, then bridged with it. */
const connect = (core: Core, leg: Leg, phone: Leg, call: DirectCall): void => {
  if (leg.over || phone.over) return;
  leg.answer();
  leg.set({
    originated_legs: [dialled(phone), dialled(phone)],
    originate_causes: [`${phone.uuid};NONE`, `${phone.uuid};NONE`],
    originate_disposition: 'SUCCESS',
    DIALSTATUS: 'SUCCESS',
  });
  bridge(core, leg, phone, {
    firstReportsFirst: true,
    secondEnded: () => leg.hangUp('NORMAL_CLEARING', 'us'),
  });
  talk(core, leg, call, phone.destination);
};

/** A client's call that the dialplan transfers to an employee's phone. Gives the UUID of his leg. */
export const callExtension = (core: Core, phones: Phones, domain: string, call: DirectCall): string => {
  const extension = call.extension ?? call.dialled;
  const leg = arrive(core, call);
  leg.destination = extension;
  leg.context = 'default';
  leg.run('bridge', `user/${extension}@${domain}`);
  leg.set({ dialed_user: extension, dialed_domain: domain });
  let phone: Leg | undefined;
  leg.whenOver(() => {
    if (phone === undefined || phone.over || phone.bridgedAt !== 0) return;
    leg.set(failure(leg.cause, phone));
    leg.report();
    phone.hangUp(leg.cause, 'us');
  });
  phones.ring({
    extension,
    callerNumber: leg.profile.callerNumber,
    callerName: leg.profile.callerName,
    timeoutMs: call.timeoutMs ?? 20_000,
    originator: leg.uuid,
    created: (made) => {
      phone = made;
      leg.set({ originated_legs: dialled(made), originate_disposition: 'failure', DIALSTATUS: 'INVALIDARGS' });
    },
    ringing: (ringing) =>
      core.schedule.after(20, () => {
        if (leg.over) return;
        leg.calleeNumber = ringing.profile.calleeNumber;
        leg.progress();
      }),
    answered: (answered) => core.schedule.after(20, () => connect(core, leg, answered, call)),
    failed: (cause, refused) => {
      if (leg.over) return;
      leg.set(failure(cause, refused));
      leg.hangUp(cause, 'us');
    },
  });
  return leg.uuid;
};
