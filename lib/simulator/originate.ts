import type { CallCenter } from './call-center.js';
import type { CallbackDialplan } from './callback-dialplan.js';
import type { Core } from './core.js';
import type { Headers } from './event.js';
import type { Leg } from './leg.js';
import { parseOriginate, type Originate } from './originate-string.js';
import type { OfficeDialplan } from './office-dialplan.js';
import { PhoneRace } from './phone-race.js';
import type { Phones } from './phones.js';

/** A loopback's far end shows the context where a phone shows its number. */
const context = (leg: Leg): string => leg.profile.calleeNumber ?? '';

/** Why no phone can be rung by that; undefined when one can. */
const whyNot = (endpoint: string): string | undefined => {
  if (/^user\/./.test(endpoint) || /^sofia\/gateway\/trunk\/./.test(endpoint)) return undefined;
  return endpoint.startsWith('sofia/') ? 'INVALID_GATEWAY' : 'CHAN_NOT_IMPLEMENTED';
};

/** Runs `originate`: employees' phones, or a loopback whose other end runs the dialplan. */
export class Originator {
  constructor(
    private readonly core: Core,
    private readonly phones: Phones,
    private readonly dialplan: CallbackDialplan,
    private readonly office: OfficeDialplan,
    private readonly center: CallCenter,
  ) {}

  /** `done` gets the text of the job's result, once. */
  run(text: string, done: (result: string) => void): void {
    this.core.record.originates.push(text);
    const originate = parseOriginate(text);
    if ('error' in originate) return done(originate.error + '\n');
    const legs = originate.turns.flat();
    const [first] = legs;
    const uuid = first?.variables['origination_uuid'] ?? originate.variables['origination_uuid'];
    if (first === undefined) return done('-ERR DESTINATION_OUT_OF_ORDER\n');
    if (uuid !== undefined && this.core.legs.has(uuid)) return done('-ERR DESTINATION_OUT_OF_ORDER\n');
    const endpoints = legs.map(({ endpoint }) => endpoint);
    this.core.tell(
      'originate',
      `FreeSWITCH is told to call ${endpoints.join(', ')}`,
      uuid === undefined ? {} : { uuid },
    );
    const [kind, extension = '', context = 'default'] = first.endpoint.split('/');
    if (kind === 'loopback') return this.loopback(originate, extension, context, done);
    const unknown = endpoints.map(whyNot).find((cause) => cause !== undefined);
    if (unknown !== undefined) return done(`-ERR ${unknown}\n`);
    this.race(originate, done);
  }

  /** @param causeBefore why the turns before were lost */
  private race(originate: Originate, done: (result: string) => void, turn = 0, causeBefore?: string): void {
    const { variables, turns } = originate;
    new PhoneRace(this.core, this.phones, variables, turns[turn] ?? [], {
      won: (leg) => {
        done(`+OK ${leg.uuid}\n`);
        this.enter(leg, originate, leg);
      },
      lost: ({ cause, noLeg, final }) => {
        const told = noLeg ? (causeBefore ?? cause) : cause;
        if (final || turn + 1 === turns.length) done(`-ERR ${told}\n`);
        else this.race(originate, done, turn + 1, told);
      },
      tracked: (agent, leg) => this.center.track(agent, leg),
    }).begin();
  }

  private loopback(originate: Originate, extension: string, context: string, done: (result: string) => void): void {
    const { variables } = originate;
    const a = this.loopbackLeg(
      'outbound',
      `loopback/${extension}-a`,
      variables['origination_uuid'],
      originate,
      extension,
      context,
    );
    const b = this.loopbackLeg('inbound', `loopback/${extension}-b`, undefined, originate, extension, context);
    a.set({ other_loopback_leg_uuid: b.uuid });
    b.set({ other_loopback_leg_uuid: a.uuid });
    a.whenReported(() => b.hangUp(a.cause, 'us'));
    b.whenReported(() => a.hangUp(b.cause, 'us'));
    a.create();
    b.create();
    if (extension === 'queue' && context === 'callbackd') {
      // The dialplan's callcenter answers its end at once; that answers the other.
      a.answer();
      b.answer();
      this.enter(a, originate, a);
      this.dialplan.queue(b, a);
      return done(`+OK ${a.uuid}\n`);
    }
    this.toOffice(originate, a, b, done);
  }

  /** An extension of the admin's dialplan: the job is done when somebody behind it has answered. */
  private toOffice(originate: Originate, a: Leg, b: Leg, done: (result: string) => void): void {
    let decided = false;
    const decide = (result: string): void => {
      if (!decided) done(result);
      decided = true;
    };
    const limit = this.core.schedule.after(Number(originate.variables['originate_timeout'] ?? 60) * 1000, () => {
      if (decided) return;
      decide('-ERR NO_ANSWER\n');
      a.hangUp('NO_ANSWER', 'us');
    });
    a.whenOver(() => {
      limit.cancel();
      this.core.schedule.after(20, () => decide(`-ERR ${a.cause}\n`));
    });
    this.office.run(b, a, (phone) => {
      limit.cancel();
      decide(`+OK ${a.uuid}\n`);
      this.enter(a, originate, phone);
    });
  }

  /** What the originated leg does once it is answered. */
  private enter(leg: Leg, { variables, application, extension }: Originate, phone: Leg): void {
    if (extension !== undefined) {
      if (extension.number === 'client' && extension.context === 'callbackd')
        return this.dialplan.client(leg, leg.isLoopback ? context(leg) : leg.destination, phone);
      return leg.hangUp('NO_ROUTE_DESTINATION', 'us');
    }
    if (application?.name !== 'park') return leg.hangUp('NORMAL_CLEARING', 'us');
    leg.run('park', '');
    leg.state = 'CS_PARK';
    leg.turnRound(leg.profile.calleeNumber);
    const [seconds, cause = 'NORMAL_CLEARING'] = (variables['park_timeout'] ?? '').split(':');
    if (Number(seconds) > 0)
      this.core.schedule.after(Number(seconds) * 1000, () => {
        if (leg.state === 'CS_PARK') leg.hangUp(cause, 'us');
      });
  }

  private loopbackLeg(
    direction: 'inbound' | 'outbound',
    name: string,
    uuid: string | undefined,
    { variables }: Originate,
    extension: string,
    context: string,
  ): Leg {
    return this.core.newLeg({
      ...(uuid === undefined ? {} : { uuid }),
      direction,
      name,
      callerNumber: variables['origination_caller_id_number'] ?? '',
      callerName: variables['origination_caller_id_name'] ?? '',
      destination: extension,
      context,
      source: 'mod_loopback',
      calleeNumber: context,
      variables:
        direction === 'outbound'
          ? this.kept(variables)
          : Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('origination_'))),
    });
  }

  private kept(variables: Record<string, string>): Headers {
    return { ...variables };
  }
}
