import type { CallLife } from './life.js';

/** Since when the client was on hold at the end, and whom his employee consulted. */
export interface Hold {
  since: number;
  /** The leg that held him. */
  leg: string;
  /** Users whose phones rang for the employee (att_xfer). */
  consulted: string[];
}

/** Event times move in steps of 20 ms: an end of the hold in the same step is its consequence, not its cause. */
const step = 20;

/**
 * Whether the client hung up while an employee held him: the phone's hold button, or att_xfer, which raises no
 * CHANNEL_HOLD; there the phone that the employee rings tells it.
 * @param endedAt when the client hung up, ms
 */
export function holdAt(life: CallLife, endedAt: number): Hold | undefined {
  const leg = life.peer;
  if (leg === undefined) return undefined;
  const consults = [...life.legs.values()].filter(
    ({ consultedBy, ringingAt = 0, endedAt: over }) =>
      consultedBy === leg && ringingAt < endedAt && (over === undefined || over >= endedAt - step),
  );
  const change = (life.holds ?? [])
    .filter((each) => each.leg === leg && each.at < endedAt - (each.held ? 0 : step))
    .sort((a, b) => a.at - b.at || Number(a.held) - Number(b.held))
    .at(-1);
  const since = [...consults.map(({ ringingAt }) => ringingAt), change?.held === true ? change.at : undefined];
  const known = since.filter((at) => at !== undefined);
  if (known.length === 0) return undefined;
  return { since: Math.min(...known), leg, consulted: consults.flatMap(({ user }) => user ?? []) };
}
