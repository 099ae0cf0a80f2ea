import type { CallbackDialplan } from './callback-dialplan.js';
import type { Core } from './core.js';
import type { Headers } from './event.js';
import type { Leg } from './leg.js';
import { parseOriginate, type Originate } from './originate-string.js';
import type { Phones } from './phones.js';

/** Runs `originate`: an employee's phone, or a loopback whose other end runs the dialplan. */
export class Originator {
  constructor(
    private readonly core: Core,
    private readonly phones: Phones,
    private readonly dialplan: CallbackDialplan,
  ) {}

  /** `done` gets the text of the job's result, once. */
  run(text: string, done: (result: string) => void): void {
    this.core.record.originates.push(text);
    const originate = parseOriginate(text);
    if ('error' in originate) return done(originate.error + '\n');
    const { variables, endpoint } = originate;
    const uuid = variables['origination_uuid'];
    if (uuid !== undefined && this.core.legs.has(uuid)) return done('-ERR DESTINATION_OUT_OF_ORDER\n');
    const [kind = '', first = '', context = 'default'] = endpoint.split('/');
    this.core.tell('originate', `FreeSWITCH is told to call ${endpoint}`, uuid === undefined ? {} : { uuid });
    if (kind === 'loopback') this.loopback(originate, first, context, done);
    else if (kind === 'user') this.phone(originate, first.split('@')[0] ?? '', done);
    else done(`-ERR ${kind === 'sofia' ? 'INVALID_GATEWAY' : 'CHAN_NOT_IMPLEMENTED'}\n`);
  }

  private phone(originate: Originate, extension: string, done: (result: string) => void): void {
    const { variables } = originate;
    this.phones.ring({
      extension,
      ...(variables['origination_uuid'] === undefined ? {} : { uuid: variables['origination_uuid'] }),
      callerNumber: variables['origination_caller_id_number'] ?? '',
      callerName: variables['origination_caller_id_name'] ?? '',
      timeoutMs: Number(variables['originate_timeout'] ?? 60) * 1000,
      variables: this.kept(variables),
      failed: (cause) => done(`-ERR ${cause}\n`),
      answered: (leg) => {
        this.core.schedule.after(20, () => {
          if (leg.over) return done(`-ERR ${leg.cause}\n`);
          done(`+OK ${leg.uuid}\n`);
          this.enter(leg, originate);
        });
      },
    });
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
    // The dialplan's callcenter answers its end at once; that answers the other.
    a.answer();
    b.answer();
    this.enter(a, originate);
    if (extension === 'queue' && context === 'callbackd') this.dialplan.queue(b, a);
    else a.hangUp('NO_ROUTE_DESTINATION', 'us');
    done(`+OK ${a.uuid}\n`);
  }

  /** What the originated leg does once it is answered. */
  private enter(leg: Leg, { variables, application, extension }: Originate): void {
    if (extension !== undefined) {
      if (extension.number === 'client' && extension.context === 'callbackd')
        return this.dialplan.client(leg, leg.destination);
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
