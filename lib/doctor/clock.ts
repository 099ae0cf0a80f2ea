import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

export interface ClockFacts {
  /** ms since 1970 UTC. */
  now: number;
  /** FreeSWITCH's own clock at that moment: the answer to `strepoch`, whole seconds. */
  freeswitch: Answer;
  /** Of the configuration; IANA. */
  timezone: string;
  country?: string;
}

/** So much the two clocks may differ, ms: one of them shows whole seconds only. */
const tolerance = 3_000;

/** This version was made after it: a clock before it is wrong. */
const made = Date.UTC(2025, 0, 1);

export function judgeClock({ now, freeswitch, timezone, country }: ClockFacts): Finding {
  const report = about('clock');
  const here = `it is ${new Date(now).toLocaleString('sv-SE', { timeZone: timezone })} in ${timezone}`;
  const synchronise = 'set it and keep it right: "sudo timedatectl set-ntp true"';
  if (now < made) return report.problem(`${here}: the clock of this machine is wrong`, synchronise);
  const theirs = 'text' in freeswitch ? Number(freeswitch.text) * 1_000 : Number.NaN;
  const apart = Math.abs(theirs + 500 - now);
  if (apart > tolerance)
    return report.problem(
      `FreeSWITCH's clock and this one are ${Math.round(apart / 1_000)} s apart`,
      'set both machines right; on one machine: "fs_cli -x \'fsctl sync_clock\'"',
    );
  if (timezone === 'UTC' && country !== undefined)
    return report.warning(
      `${here}; the office is in ${country}`,
      'opening hours and "today" follow "timezone" of the configuration: set it, for example "Europe/Moscow"',
    );
  return report.ok(here);
}
