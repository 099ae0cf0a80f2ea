import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dice } from './dice.js';

export const extensions = ['1001', '1002', '1003', '1004', '1005'] as const;
export const mobile = '74951230077';

const schedules = {
  'office-hours': { timezone: 'Europe/Moscow', weekly: { 'mon-fri': ['09:00-18:00'], sat: ['10:00-14:00'] } },
  mornings: { timezone: 'UTC', weekly: { 'mon-sun': ['06:00-07:30', '09:15-12:00'] } },
  evenings: { timezone: 'America/New_York', weekly: { 'mon-sun': ['12:00-12:20', '21:00-03:00'] } },
};

const employees = Object.fromEntries(
  [...extensions, 'mobile'].map((id) => [
    id,
    id === 'mobile'
      ? { numbers: [`+${mobile}`], groups: ['office'] }
      : { extension: id, agents: [`${id}@default`], groups: id === '1003' ? ['office'] : ['office', 'sales'] },
  ]),
);

const groupTarget = (dice: Dice): Record<string, unknown> => ({
  group: dice.pick(['sales', 'office']),
  step: dice.pick(['2s', '10s']),
  atOnce: dice.from(1, 3),
});

const plainTarget = (dice: Dice): Record<string, unknown> =>
  dice.pick([
    // Nobody serves the other one: its callers are lost.
    () => ({ queue: 'support@default' }),
    () => ({ extension: dice.pick(extensions) }),
    () => ({ extension: dice.pick(extensions) }),
    () => groupTarget(dice),
    () => groupTarget(dice),
    () => groupTarget(dice),
    () => dice.pick([{ tried: true, step: '5s' }, { lastPhase: true }]),
    () => ({ number: `+${mobile}` }),
    () => ({ dialplan: '600 XML default' }),
  ])();

const target = (dice: Dice): Record<string, unknown> =>
  dice.chance(0.1) ? { byDialled: { '+74951234567': plainTarget(dice) }, else: plainTarget(dice) } : plainTarget(dice);

const rule = (dice: Dice): Record<string, unknown> => {
  const lostAt = dice.pick(['queue:sales@default', 'queue:support@default', 'extension:1001', 'any', 'any', 'any']);
  const about = { name: 'Rule', enabled: !dice.chance(0.05), lostAt };
  if (dice.chance(0.07)) return { ...about, ignore: true };
  const during = dice.pick([undefined, undefined, 'office-hours', 'mornings', 'evenings']);
  const callback = {
    to: target(dice),
    after: dice.pick([
      ['0s'],
      ['0s', '5m', '15m'],
      ['10s', '1m'],
      { every: '30s', times: 5 },
      ['1m', '10m', '30m', '1h', '2h'],
    ]),
    maxConcurrent: dice.from(1, 3),
    successAfter: dice.pick(['2s', '5s', '20s']),
    expireAfter: dice.pick(['20m', '2h', '8h', '1d', 'never']),
    ...(during !== undefined && { during }),
    ...(dice.chance(0.15) && { accept: { key: '1', within: '10s' } }),
    ...(dice.chance(0.3) && { afterwards: true }),
    ...(dice.chance(0.2) && { priority: 'callersFirst' }),
  };
  return { ...about, ...(dice.chance(0.2) && { minWait: '10s' }), callback };
};

/** The files of one day: callbackd.json, schedules.json, employees.json and some rules; the admin edits them. */
export class AdminFiles {
  readonly configuration: string;
  private readonly rulesDir: string;

  constructor(
    folder: string,
    private readonly dice: Dice,
  ) {
    this.configuration = join(folder, 'callbackd.json');
    this.rulesDir = join(folder, 'rules');
    rmSync(this.rulesDir, { recursive: true, force: true });
    mkdirSync(this.rulesDir);
    this.write(this.configuration, this.settings());
    this.write(join(folder, 'schedules.json'), schedules);
    this.write(join(folder, 'employees.json'), employees);
    for (let order = dice.from(1, 4); order > 0; order -= 1) this.writeRule(`${order}0-rule${order}.json`);
  }

  /** One rule is changed, added or deleted, or left broken. */
  edit(): void {
    const { dice } = this;
    const names = readdirSync(this.rulesDir);
    const name = dice.pick([...names, `${dice.from(1, 9)}5-more${dice.from(1, 3)}.json`]);
    if (dice.chance(0.15)) rmSync(join(this.rulesDir, name), { force: true });
    else if (dice.chance(0.1)) writeFileSync(join(this.rulesDir, name), '{ "name": "half');
    else this.writeRule(name);
  }

  private settings(): Record<string, unknown> {
    const { dice } = this;
    return {
      country: 'RU',
      timezone: 'Europe/Moscow',
      outbound: {
        route: 'sofia/gateway/trunk/{number}',
        callerId: '+74951234567',
        ringTimeout: '30s',
        pace: dice.pick(['0s', '1s', '20s', '2m']),
        perClient: { hour: dice.from(1, 5), day: dice.from(2, 9) },
        overall: { hour: dice.from(2, 12), day: dice.from(6, 40), concurrent: dice.from(1, 4) },
      },
      limits: { settle: '5s' },
      rules: { deleteGrace: dice.pick(['1s', '1h']) },
    };
  }

  private writeRule(name: string): void {
    this.write(join(this.rulesDir, name), rule(this.dice));
  }

  private write(file: string, value: unknown): void {
    writeFileSync(file, JSON.stringify(value));
  }
}
