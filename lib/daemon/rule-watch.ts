import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { formatProblem } from '../config/problem.js';
import type { Configuration } from '../config/configuration.js';
import { promptFiles } from '../rules/prompt-files.js';
import type { RuleAdmin } from '../tasks/rule-admin.js';
import type { RuleKeeper } from '../tasks/rule-keeper.js';
import type { Clock, Timer } from '../time/clock.js';
import type { Durable } from './durable.js';

export interface RuleWatchParts {
  configuration: Configuration;
  keeper: Pick<RuleKeeper, 'book' | 'inForce' | 'problems' | 'nextDeletionAt'>;
  rules: Pick<RuleAdmin, 'reloadFiles'>;
  clock: Clock;
  durable: Durable;
  log: Logger;
}

/** How often the files are looked at, ms. By looking, not by inotify: it works on every file system and in containers. */
const interval = 300;

/** Files that don't come to rest are read all the same after so many looks. */
const patience = 3;

/**
 * Watches the files that the admin edits. A change is read when the files have been the same for one look, so that a
 * copy of several files is read as a whole, and no file while it is being written.
 */
export class RuleWatch {
  private timer: Timer | undefined;
  /** As they were when they were read, and at the last look. */
  private read = '';
  private last = '';
  private restless = 0;
  private told = new Set<string>();

  constructor(private readonly parts: RuleWatchParts) {}

  /** @throws StorageProblem when what is in force can't be kept */
  start(): void {
    this.read = this.last = this.fingerprint();
    this.parts.rules.reloadFiles();
    this.tell();
    this.lookLater();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** An admin's command has had the files read. */
  tell(): void {
    const { keeper, log } = this.parts;
    const problems = new Map(keeper.problems.map((problem) => [formatProblem(problem), problem.severity]));
    for (const [text, severity] of problems) {
      if (this.told.has(text)) continue;
      if (severity === 'error') log.error(text);
      else log.warn(text);
    }
    this.told = new Set(problems.keys());
  }

  private look(): void {
    const { keeper, clock } = this.parts;
    const now = this.fingerprint();
    const moved = now !== this.last;
    this.last = now;
    this.restless = moved ? this.restless + 1 : 0;
    const settled = now !== this.read && (!moved || this.restless > patience);
    const deletion = keeper.nextDeletionAt !== undefined && keeper.nextDeletionAt <= clock.now();
    if (settled || deletion) this.reload(now);
    this.lookLater();
  }

  private reload(fingerprint: string): void {
    const { durable, rules, keeper, log } = this.parts;
    const done = durable.try('keep the rules', () => rules.reloadFiles());
    if (done === undefined) return; // at the next look again
    this.read = fingerprint;
    this.restless = 0;
    log.info({ rules: keeper.book.rules.length, problems: keeper.problems.length }, 'the rules were read again');
    this.tell();
  }

  private lookLater(): void {
    this.timer = this.parts.clock.after(interval, () => this.look());
  }

  /** Changes with every change of a file that the rules come from, and of every sound that they name. */
  private fingerprint(): string {
    const { configuration, keeper } = this.parts;
    const { rulesDir, schedulesFile, employeesFile } = configuration;
    const sounds = keeper.book.rules.flatMap(({ action }) => (action.kind === 'callback' ? promptFiles(action) : []));
    // A rule may name a sound that is copied there only now.
    const prompts = join(configuration.sounds.dir, configuration.sounds.language);
    const files = [schedulesFile, employeesFile, ...keeper.inForce.files, ...sounds, prompts, join(prompts, 'digits')];
    return [...new Set(files), ...rulesIn(rulesDir)].map(fileMark).join('\n');
  }
}

/** What may be a rule; swap files of editors come and go beside them. */
function rulesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    return names.map((name) => join(folder, name));
  } catch {
    return [`no ${folder}`];
  }
}

/** Which file stands there, and when it was last changed; of one that can't be looked at (a link to itself), only its name. */
function fileMark(file: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return `${file} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return file;
  }
}
