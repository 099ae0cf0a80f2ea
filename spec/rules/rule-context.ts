/** A context for rules: two schedules, a real sounds folder, the limits as they are by default. */
import { join } from 'node:path';
import type { Rule, RuleContext } from '../../lib/rules/rule.js';
import type { LossFacts } from '../../lib/rules/facts.js';
import type { Schedule, Schedules } from '../../lib/time/schedule.js';
import { folderWith } from '../config/temporary-folder.js';

const weekdays = [0, 1, 2, 3, 4];

function openOn(name: string, days: readonly number[]): Schedule {
  const weekly = Array.from({ length: 7 }, (_, day) => (days.includes(day) ? [{ from: 540, to: 1080 }] : []));
  return { name, timezone: 'Europe/Moscow', weekly, exceptions: {} };
}

export const schedules: Schedules = new Map([
  ['office-hours', openOn('office-hours', weekdays)],
  ['weekend', openOn('weekend', [5, 6])],
]);

export const soundsDir = join(folderWith({ 'en/callback.wav': '', 'en/own.wav': '', 'en/folder/x.wav': '' }));

export const context: RuleContext = {
  schedules,
  limits: { minWaitMs: 60_000, attempts: 5, maxConcurrent: 5 },
  soundsDir,
  language: 'en',
  country: 'RU',
  timezone: 'Europe/Moscow',
  variables: ['vip'],
};

/** Friday, 2026-11-20, 13:00 in Moscow. */
export const fridayNoon = Date.parse('2026-11-20T10:00:00Z');

/** A client who waited 20 s in the queue of sales on Friday noon, with these differences. */
export function loss(differences: Partial<LossFacts> = {}): LossFacts {
  return {
    call: '6d1bd2f0-0000-4000-8000-000000000001',
    outcome: 'lost',
    place: 'queue',
    queue: 'sales@default',
    waited: 20,
    endedBy: 'client',
    number: '84951230001',
    e164: '+74951230001',
    dialled: '+74951234567',
    lostAt: fridayNoon,
    requested: false,
    timesLostToday: 1,
    timesLostThisWeek: 1,
    ...differences,
  };
}

/** A rule that takes everything, with these differences. */
export function rule(id: string, differences: Partial<Rule> = {}): Rule {
  return {
    id,
    order: 10,
    file: `/rules/10-${id}.json`,
    name: id,
    enabled: true,
    lostAt: [{ kind: 'any' }],
    minWaitMs: 0,
    action: { kind: 'ignore' },
    ...differences,
  };
}
