import type { EslEvent } from '../esl/event.js';
import type { CallLife } from './life.js';
import type { FinalLeg } from './loss.js';

/** Both directions of a bridge: [one leg, the other]. */
export function bridgeEnds(event: EslEvent): [string, string][] {
  const a = event.header('Bridge-A-Unique-ID') ?? event.header('Unique-ID') ?? '';
  const b = event.header('Bridge-B-Unique-ID') ?? event.header('Other-Leg-Unique-ID') ?? '';
  return [
    [a, b],
    [b, a],
  ];
}

/** CHANNEL_BRIDGE: the client talks with the other leg. */
export function takeBridge(life: CallLife, other: string, event: EslEvent): void {
  life.talkedWith.push(other);
  life.phasesAtTalk = [...(life.phasesAtTalk ?? []), life.phases.length];
  const leg = life.legs.get(other);
  for (const name of [leg?.agent, leg?.user]) if (name !== undefined) life.rings.delete(name);
  // About 1.5 % of events overtake another one: the end of this very bridge may have come before it.
  const over = life.lastUnbridge;
  life.bridged = !(over?.leg === other && over.sequence > sequenceOf(event));
  life.peer = other;
  life.bridgedAt = event.at;
}

/** CHANNEL_UNBRIDGE; that of a former leg may come when the client talks with the next one already. */
export function takeUnbridge(life: CallLife, other: string, event: EslEvent): void {
  life.lastUnbridge = { leg: other, sequence: sequenceOf(event) };
  if (life.bridged && life.peer !== other) return;
  life.bridged = false;
  life.unbridgedAt = event.at;
}

/**
 * The caller's leg as far as its CHANNEL_HANGUP tells it. Whether it was bridged in its last stage is not in that event:
 * what was seen says it. Nobody has taken part since: the last conversation stays the client's last stage.
 */
export function legAtHangup(life: CallLife, event: EslEvent): FinalLeg {
  const alone = life.talkedWith.length === 0 || life.phases.length > (life.phasesAtTalk?.at(-1) ?? 0);
  const app = event.header('variable_current_application') ?? '';
  const talked = life.bridged || (!alone && !['ivr', 'voicemail'].includes(app));
  const own: Record<string, string | undefined> = {
    variable_bridge_epoch: talked ? '1' : '0',
    variable_bridge_uepoch: life.bridgedAt === undefined ? undefined : String(life.bridgedAt * 1_000),
    variable_last_app: event.header('variable_current_application'),
    variable_last_arg: event.header('variable_current_application_data'),
  };
  return {
    header: (name) => (name in own ? own[name] : event.header(name)),
    headers: (name) => event.headers(name),
  };
}

/** Event-Sequence counts the events of one FreeSWITCH. */
function sequenceOf(event: EslEvent): number {
  return Number(event.header('Event-Sequence') ?? 0);
}
