import { bridge } from './bridge.js';
import type { Core } from './core.js';
import { dialStatusOf } from './hangup-cause.js';
import type { Leg } from './leg.js';
import type { Phones } from './phones.js';

/** What an extension of the admin's own dialplan does: rings one phone. */
export interface OfficeExtension {
  readonly rings: string;
  /** call_timeout; default 60 s. */
  readonly timeoutMs?: number;
}

/** Extensions of the admin's own dialplan, which a loopback can be sent to. */
export class OfficeDialplan {
  private readonly extensions = new Map<string, OfficeExtension>();

  constructor(
    private readonly core: Core,
    private readonly phones: Phones,
  ) {}

  set(extension: string, context: string, does: OfficeExtension): void {
    this.extensions.set(`${extension} ${context}`, does);
  }

  /** Run by the far end of a loopback; `near` is answered with it. */
  run(far: Leg, near: Leg, answered: (phone: Leg) => void): void {
    const { core } = this;
    const extension = this.extensions.get(`${far.destination} ${far.context}`);
    if (extension === undefined) return far.hangUp('NO_ROUTE_DESTINATION', 'us');
    let phone: Leg | undefined;
    far.run('bridge', `user/${extension.rings}`);
    far.set({ dialed_user: extension.rings, dialed_domain: this.phones.domain });
    far.whenOver(() => {
      if (phone !== undefined && phone.bridgedAt === 0) {
        far.set(failure('ORIGINATOR_CANCEL', phone));
        phone.hangUp('ORIGINATOR_CANCEL', 'us');
      }
    });
    this.phones.ring({
      extension: extension.rings,
      callerNumber: far.profile.callerNumber,
      callerName: far.profile.callerName,
      timeoutMs: extension.timeoutMs ?? 60_000,
      originator: far.uuid,
      created: (leg) => {
        phone = leg;
        far.set({ originated_legs: dialled(leg), originate_disposition: 'failure', DIALSTATUS: 'INVALIDARGS' });
      },
      ringing: (leg) =>
        core.schedule.after(20, () => {
          if (leg.over) return;
          near.progress();
          far.calleeNumber = leg.profile.calleeNumber;
          far.progress();
        }),
      answered: (leg) => core.schedule.after(20, () => this.connect(far, near, leg, answered)),
      failed: (cause, leg) => {
        phone = undefined;
        if (far.over) return;
        far.set(failure(cause, leg));
        far.hangUp(cause, 'us');
      },
    });
  }

  private connect(far: Leg, near: Leg, phone: Leg, answered: (phone: Leg) => void): void {
    if (far.over || phone.over) return;
    near.answer();
    far.answer();
    far.set({
      originated_legs: [dialled(phone), dialled(phone)],
      originate_causes: [`${phone.uuid};NONE`, `${phone.uuid};NONE`],
      originate_disposition: 'SUCCESS',
      DIALSTATUS: 'SUCCESS',
    });
    bridge(this.core, far, phone, {
      firstReportsFirst: false,
      secondEnded: () => far.hangUp('NORMAL_CLEARING', 'us'),
    });
    answered(phone);
  }
}

const dialled = (phone: Leg): string => `${phone.uuid};Outbound Call;${phone.destination}`;

const failure = (cause: string, phone: Leg | undefined): Record<string, string> => ({
  originate_disposition: cause,
  DIALSTATUS: dialStatusOf(cause),
  originate_failed_cause: cause,
  ...(phone === undefined ? {} : { originate_causes: `${phone.uuid};${cause}`, last_bridge_hangup_cause: cause }),
});
