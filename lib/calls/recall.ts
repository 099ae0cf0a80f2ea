import type { Application, Cdr, Stage } from './cdr.js';
import { isClientLeg, microseconds, newLife, type ClientSettings } from './client-leg.js';
import { dialledPhones } from './dialled-phones.js';
import type { CallLife, DirectRing, QueueVisit } from './life.js';
import { recallVisit } from './queue-visit.js';
import { ringResult } from './ring.js';

/** Headers of the caller's leg at its end. */
interface Final {
  header(name: string): string | undefined;
  headers?(name: string): readonly string[];
}

/**
 * Fills in what a call's events did not show from the leg at its end: the queue, when the link came up in the middle of
 * the call, and phones that got no leg because nobody was registered.
 */
export function recallFromLeg(life: CallLife, final: Final): void {
  if (!life.phases.some(({ kind }) => kind === 'queue')) recallVisit(life, final);
  recallResults(life, final);
  recallUnrung(life, final);
}

/** `variable_originated_legs` is `UUID;name;number`, `variable_originate_causes` is `UUID;cause`; some entries stand twice. */
function recallResults(life: CallLife, final: Final): void {
  const causes = new Map<string, string>();
  for (const entry of final.headers?.('variable_originate_causes') ?? []) {
    const [uuid = '', cause = ''] = entry.split(';');
    causes.set(uuid, cause);
  }
  for (const entry of final.headers?.('variable_originated_legs') ?? []) {
    const [uuid = '', , user = ''] = entry.split(';');
    if (uuid === '' || user === '' || life.legs.has(uuid)) continue;
    life.legs.set(uuid, { uuid, user });
    const cause = causes.get(uuid);
    if (cause !== undefined && cause !== 'NONE') life.rings.set(user, ringResult(cause));
  }
}

/** A phone without a registration never gets a leg: only the dial string and the disposition of the bridge tell of it. */
function recallUnrung(life: CallLife, final: Final): void {
  const disposition = final.header('variable_originate_disposition');
  if (disposition === undefined || disposition === 'SUCCESS' || disposition === 'failure') return;
  const user = final.header('variable_dialed_user');
  const dialled =
    final.header('variable_last_app') === 'bridge'
      ? dialledPhones(final.header('variable_last_arg'))
      : { users: user === undefined ? [] : [user], together: true };
  const rung = new Set([...life.legs.values()].map((leg) => leg.user));
  const silent = dialled.users.filter((each) => !rung.has(each) && !life.rings.has(each));
  const alone = silent.length === dialled.users.length;
  if (!dialled.together && !alone) return; // the later ones may never have had their turn
  for (const each of silent) life.rings.set(each, alone ? ringResult(disposition) : 'unregistered');
}

/** What a CDR tells of a call that was never seen live: its queue, its rings, who talked with the client before a transfer. */
export function recallFromCdr(life: CallLife, cdr: Cdr): void {
  recallVisit(life, cdr);
  const visit = life.phases.pop();
  const phases = [...waits(cdr), ...(visit === undefined ? [] : [visit])];
  life.phases.push(...phases.sort((a, b) => startOf(a, cdr) - startOf(b, cdr)));
  for (const stage of cdr.stages.slice(0, -1)) recallTalk(life, stage, cdr);
  const last = cdr.stages.at(-1);
  if (last?.bridgedAt !== undefined) recallTalk(life, last, cdr);
}

function waits({ applications, ...cdr }: Cdr): (DirectRing | QueueVisit)[] {
  return applications.flatMap((application, index): (DirectRing | QueueVisit)[] => {
    if (application.name === 'bridge') {
      const { users } = dialledPhones(application.data);
      return users.length === 0 ? [] : [{ kind: 'ring', startedAt: application.at, extensions: users }];
    }
    return application.name === 'fifo' ? fifoVisit(application, applications[index + 1], cdr) : [];
  });
}

/** The caller's argument is `NAME in …`; `fifo_status` tells how his last stay ended. */
function fifoVisit(
  { data, at }: Application,
  next: Application | undefined,
  cdr: Pick<Cdr, 'uuid' | 'header'>,
): QueueVisit[] {
  const [name = '', direction] = data.split(' ');
  if (direction !== 'in') return [];
  const status = next === undefined ? cdr.header('variable_fifo_status') : undefined;
  const reason = status === 'TIMEOUT' ? ({ reason: 'TIMEOUT' } as const) : {};
  return [
    {
      kind: 'queue',
      queue: `fifo:${name}`,
      member: cdr.uuid,
      joinedAt: at,
      ...(next !== undefined && { leftAt: next.at }),
      ...reason,
    },
  ];
}

/** mod_callcenter's times are whole seconds: the application's stamp puts its stay in order with the rings. */
function startOf(phase: DirectRing | QueueVisit, { applications }: Cdr): number {
  if (phase.kind === 'ring') return phase.startedAt;
  const entered = applications.findLast(({ name, data }) => name === 'callcenter' && data === phase.queue);
  return entered?.at ?? phase.joinedAt;
}

function recallTalk(life: CallLife, stage: Stage, cdr: Cdr): void {
  if (stage.bridgedAt === undefined) return;
  const phone = stage.phones.at(-1) ?? { uuid: cdr.header('variable_last_bridge_to') ?? '', user: undefined };
  const agent = phone.uuid === cdr.header('variable_cc_agent_uuid') ? cdr.header('variable_cc_agent') : undefined;
  const { uuid, user } = phone;
  if (uuid !== '')
    life.legs.set(uuid, { ...life.legs.get(uuid), uuid, ...(user && { user }), ...(agent && { agent }) });
  life.talkedWith.push(uuid);
  const until = stage.transferredAt;
  life.phasesAtTalk = [
    ...(life.phasesAtTalk ?? []),
    life.phases.filter((phase) => startOf(phase, cdr) < stage.bridgedAt!).length,
  ];
  if (until !== undefined) life.unbridgedAt = until;
}

/** A call that was never seen live; undefined when the leg is no client's. */
export function lifeFromCdr(cdr: Cdr, settings: ClientSettings): CallLife | undefined {
  if (!isClientLeg(cdr, settings)) return undefined;
  const life = newLife(cdr, cdr.uuid, microseconds(cdr.header('Caller-Channel-Created-Time')) ?? 0);
  // sip_req_user is that of the end, which a transfer may have changed; the first stage has what he dialled.
  const dialled = cdr.header('Caller-Destination-Number');
  if (dialled !== undefined) life.dialled = dialled;
  recallFromCdr(life, cdr);
  return life;
}
