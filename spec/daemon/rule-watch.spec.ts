import { beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { defaultConfiguration } from '../../lib/config/configuration.js';
import { Durable } from '../../lib/daemon/durable.js';
import { RuleWatch } from '../../lib/daemon/rule-watch.js';
import { putInForce, nothingKept, readFiles } from '../../lib/rules/in-force.js';
import { StorageProblem } from '../../lib/store/problem.js';
import { RuleBook } from '../../lib/tasks/rule-book.js';
import { ManualClock } from '../../lib/time/clock.js';
import { folderWith } from '../config/temporary-folder.js';
import { context } from '../rules/rule-context.js';

const noon = Date.UTC(2026, 10, 20, 12);
/** Between two looks. */
const look = 300;

describe('the watch over the rule files', () => {
  let clock: ManualClock;
  let folder: string;
  let reads: number;
  let nextDeletionAt: number | undefined;
  let isLocked: boolean;
  let watch: RuleWatch;

  const write = (name: string, text = '{}'): void => writeFileSync(join(folder, name), text);

  beforeEach(() => {
    clock = new ManualClock(noon);
    folder = folderWith({ 'rules/10-sales.json': '{}' });
    [reads, nextDeletionAt, isLocked] = [0, undefined, false];
    const configuration = defaultConfiguration(join(folder, 'callbackd.json'));
    const log = pino({ level: 'silent' });
    const inForce = putInForce(readFiles(configuration, nothingKept), nothingKept, noon, 0, configuration);
    watch = new RuleWatch({
      configuration,
      clock,
      log,
      durable: new Durable(clock, log),
      keeper: {
        book: new RuleBook([], context, []),
        inForce,
        problems: [],
        get nextDeletionAt(): number | undefined {
          return nextDeletionAt;
        },
      },
      rules: {
        reloadFiles: () => {
          if (isLocked) throw new StorageProblem('locked', 'the database is locked', 'wait');
          reads++;
        },
      },
    });
    watch.start();
    reads = 0; // the first one, at start
  });

  it('reads nothing as long as nothing changes', () => {
    clock.advance(100 * look);
    expect(reads).toBe(0);
  });

  it('reads a change once, when the files have come to rest', () => {
    write('rules/10-sales.json', '{ ');
    clock.advance(look);
    write('rules/20-more.json');
    clock.advance(look);
    expect(reads).toBe(0);
    clock.advance(look);
    expect(reads).toBe(1);
    clock.advance(100 * look);
    expect(reads).toBe(1);
  });

  it('sees files and their folder come and go, schedules and employees too', () => {
    for (const change of [
      () => write('rules/20-more.json'),
      () => rmSync(join(folder, 'rules', '20-more.json')),
      () => write('schedules.json'),
      () => write('employees.json'),
      () => rmSync(join(folder, 'rules'), { recursive: true }),
    ]) {
      const before = reads;
      change();
      clock.advance(2 * look);
      expect(reads).toBe(before + 1);
    }
  });

  it('does not wait for ever for files that never come to rest', () => {
    let looks = 0;
    for (; reads === 0 && looks < 20; looks++) {
      write('rules/10-sales.json', ' '.repeat(looks));
      clock.advance(look);
    }
    expect(reads).toBe(1);
    expect(looks * look).toBeLessThanOrEqual(1_500);
  });

  it('passes over the swap files of editors', () => {
    for (const name of ['.10-sales.json.swp', '.#10-sales.json', '10-sales.json~', '4913']) write(join('rules', name));
    clock.advance(10 * look);
    expect(reads).toBe(0);
  });

  it('reads again when a missing file counts as deleted', () => {
    nextDeletionAt = noon + 10 * look;
    clock.advance(9 * look);
    expect(reads).toBe(0);
    clock.advance(look);
    expect(reads).toBeGreaterThan(0);
  });

  it('tries again at the next look when the database could not take what was read', () => {
    isLocked = true;
    write('rules/20-more.json');
    clock.advance(5 * look);
    expect(reads).toBe(0);
    isLocked = false;
    clock.advance(look);
    expect(reads).toBe(1);
  });

  it('looks no more when it is stopped', () => {
    watch.stop();
    write('rules/20-more.json');
    clock.advance(10 * look);
    expect(reads).toBe(0);
  });
});
