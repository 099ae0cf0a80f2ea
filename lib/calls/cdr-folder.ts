import { statSync } from 'node:fs';
import { opendir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { parseCdr, type Cdr } from './cdr.js';
import { NamesRead } from './names-read.js';

/** Up to where the folder has been read: what is kept over a restart. Times are mtimes, ms. */
export interface FolderMark {
  until: number;
  /** Files that were no CDR when they were read last. */
  broken: Readonly<Record<string, BrokenFile>>;
}

export interface BrokenFile {
  mtime: number;
  size: number;
  why: string;
}

export interface ReadingOptions {
  /** Now, ms. */
  now: number;
  /** Without parsing, by its UUID: a leg of which everything is known already. */
  isKnown: (uuid: string) => boolean;
  /** Which CDRs are asked for. */
  wants: (cdr: Cdr) => boolean;
  /** Files younger than this are left for the next time, ms: the events of their legs may be on the way. */
  leaveYounger?: number;
  /** A file turned out to be no CDR: told once for each version of it. */
  broken?: (name: string, why: string) => void;
  progress?: (looked: number) => void;
}

/** A half-written file this young is just being written: mod_json_cdr writes without a rename. */
const beingWritten = 5_000;

/** Files this much older than the mark are looked at once more: legs that end together are written in any order, ms. */
const margin = 10_000;

/** How many names are read together. */
const batch = 256;

/** The event loop is left to others after so long, ms. */
const slice = 4;

/** Files that are to be deleted are kept for this long, ms: an attempt or another leg's CDR may still be judged by them. */
const keptFor = 600_000;

/** With more than so many CDRs only their names are kept until their turn comes: one may be 50 kB. */
const heldInMemory = 200;

interface Candidate {
  name: string;
  mtime: number;
  size: number;
}

/**
 * The folder into which mod_json_cdr writes: one file a leg, `UUID.cdr.json`, or with `a_` or `b_` before it. Nothing
 * in the name tells when the leg ended, so that each file must be looked at once; then its name is enough.
 */
export class CdrFolder {
  /** Why the folder can't be read, and what to do; undefined when it can. */
  problem: string | undefined;
  private readonly broken = new Map<string, BrokenFile>();
  private names = new NamesRead();
  private until: number | undefined;
  /** Read, and not needed any more: name and mtime. Only filled when files are deleted. */
  private readonly done = new Map<string, number>();

  constructor(
    private readonly folder: string | undefined,
    private readonly deletes = false,
  ) {}

  /** False when callbackd was not told of any. */
  get isSet(): boolean {
    return this.folder !== undefined;
  }

  /** Files that are no CDR, by name. */
  get brokenFiles(): ReadonlyMap<string, BrokenFile> {
    return this.broken;
  }

  /** undefined as long as the folder was never read. */
  get mark(): FolderMark | undefined {
    if (this.until === undefined) return undefined;
    // After a restart those still to be deleted are found again.
    let { until } = this;
    for (const mtime of this.done.values()) until = Math.min(until, mtime);
    return { until, broken: Object.fromEntries(this.broken) };
  }

  /** Takes up the reading where it was left. */
  resume({ until, broken }: FolderMark): void {
    this.until = until;
    for (const [name, file] of Object.entries(broken)) this.broken.set(name, file);
  }

  /** True when there is a folder that can be read. */
  async works(): Promise<boolean> {
    if (this.folder === undefined) return false;
    return readdir(this.folder).then(
      () => true,
      () => false,
    );
  }

  /** The CDR of a leg; undefined when there is none (yet), or it is half written. */
  async of(uuid: string): Promise<Cdr | undefined> {
    if (this.folder === undefined) return undefined;
    for (const name of [`${uuid}.cdr.json`, `a_${uuid}.cdr.json`, `b_${uuid}.cdr.json`]) {
      const text = await readFile(join(this.folder, name), 'utf8').catch(() => undefined);
      const cdr = text === undefined ? undefined : parseCdr(text);
      if (cdr?.uuid === uuid) return cdr;
    }
    return undefined;
  }

  /** What is there now is old: none of it will be read. */
  async skipAll(now: number): Promise<void> {
    if (this.folder === undefined) return;
    for await (const names of this.listed()) for (const name of names) this.names.add(name);
    if (this.problem === undefined) this.until = now + margin;
  }

  /** The CDRs that were not read before, in the order in which their legs ended. Files that are no CDR are left alone. */
  async *unread(options: ReadingOptions): AsyncGenerator<Cdr> {
    if (this.folder === undefined) return;
    const left: number[] = [];
    const files = await this.candidates(options, left);
    const found: { endedAt: number; name: string; cdr: Cdr | undefined }[] = [];
    for (const file of files) {
      const cdr = await this.read(file, options, left);
      if (cdr === undefined || !options.wants(cdr)) continue;
      const endedAt = Number(cdr.header('Caller-Channel-Hangup-Time') ?? 0) / 1_000;
      found.push({ endedAt, name: file.name, cdr: found.length < heldInMemory ? cdr : undefined });
    }
    found.sort((a, b) => a.endedAt - b.endedAt);
    for (const { name, cdr } of found) {
      const text = cdr === undefined ? await this.text(name) : undefined;
      const taken = cdr ?? (typeof text === 'string' ? parseCdr(text) : undefined);
      if (taken !== undefined) yield taken;
    }
    // A time to come (a clock that was wrong) must not keep later files from being read.
    const newest = files.reduce((latest, { mtime }) => Math.max(latest, Math.min(mtime, options.now)), this.until ?? 0);
    this.until = left.reduce((until, mtime) => Math.min(until, mtime - 1), newest);
  }

  /**
   * Deletes the files that were read, when files are deleted at all.
   * @param isNeeded by UUID: somebody may still want to read it
   * @returns why one could not be deleted: EACCES where the folder may not be written
   */
  async deleteRead(now: number, isNeeded: (uuid: string) => boolean): Promise<string | undefined> {
    let failed: string | undefined;
    for (const [name, mtime] of this.done) {
      if (this.folder === undefined || now - mtime < keptFor || isNeeded(uuidOf(name))) continue;
      await unlink(join(this.folder, name)).catch(({ code }: NodeJS.ErrnoException) => {
        if (code !== 'ENOENT') failed = code ?? 'unknown';
      });
      this.done.delete(name);
    }
    return failed;
  }

  /** Files to read: new ones, not older than the mark, and broken ones that have changed; oldest first. */
  private async candidates(options: ReadingOptions, left: number[]): Promise<Candidate[]> {
    const oldest = (this.until ?? 0) - margin;
    const found: Candidate[] = [];
    const gone = new Set(this.broken.keys());
    let looked = 0;
    let sliceBegan = performance.now();
    let refused: Error | undefined;
    for await (const names of this.listed()) {
      for (const name of names) gone.delete(name);
      const unknown = names.filter((name) => !this.names.has(name) && !this.done.has(name));
      for (const name of unknown) {
        if (performance.now() - sliceBegan > slice) sliceBegan = (await othersTurn(), performance.now());
        const file = this.look(name);
        if (file instanceof Error) refused ??= file;
        if (file === undefined || file instanceof Error) continue;
        const age = options.now - file.mtime;
        if (age >= 0 && age < (options.leaveYounger ?? 0)) left.push(file.mtime);
        else if (this.broken.has(file.name) ? this.hasChanged(file) : file.mtime >= oldest) found.push(file);
        else if (!this.broken.has(file.name)) this.names.add(file.name);
      }
      looked += names.length;
      options.progress?.(looked);
    }
    if (refused !== undefined) this.problem = folderProblem(this.folder ?? '', refused);
    if (this.problem === undefined) for (const name of gone) this.broken.delete(name);
    return found.sort((a, b) => a.mtime - b.mtime);
  }

  /** Names of the CDR files, a batch at a time. */
  private async *listed(): AsyncGenerator<string[]> {
    try {
      let names: string[] = [];
      for await (const { name } of await opendir(this.folder ?? '', { bufferSize: batch })) {
        if (name.endsWith('.json')) names.push(name);
        if (names.length < batch) continue;
        yield names;
        names = [];
      }
      yield names;
      this.problem = undefined;
    } catch (error) {
      this.problem = folderProblem(this.folder ?? '', error);
    }
  }

  /** Not through a promise: a hundred thousand of those take four times as long. undefined: gone meanwhile. */
  private look(name: string): Candidate | Error | undefined {
    try {
      const found = statSync(join(this.folder ?? '', name), { throwIfNoEntry: false });
      return found && { name, mtime: found.mtimeMs, size: found.size };
    } catch (error) {
      return error as Error; // a folder that may be listed, but not entered
    }
  }

  private hasChanged({ name, mtime, size }: Candidate): boolean {
    const former = this.broken.get(name);
    return former?.mtime !== mtime || former.size !== size;
  }

  private async read(file: Candidate, options: ReadingOptions, left: number[]): Promise<Cdr | undefined> {
    if (options.isKnown(uuidOf(file.name))) return (this.finish(file), undefined);
    const text = await this.text(file.name);
    const cdr = typeof text === 'string' ? parseCdr(text) : undefined;
    if (cdr !== undefined) return (this.finish(file), cdr);
    const age = options.now - file.mtime;
    if (age >= 0 && age < beingWritten) return void left.push(file.mtime);
    const why = text instanceof Error ? text.message : 'it is no CDR, or only half of one';
    this.broken.set(file.name, { mtime: file.mtime, size: file.size, why });
    options.broken?.(file.name, why);
    return undefined;
  }

  private finish({ name, mtime }: Candidate): void {
    this.broken.delete(name);
    if (this.deletes) this.done.set(name, mtime);
    else this.names.add(name);
  }

  private async text(name: string): Promise<string | Error> {
    return readFile(join(this.folder ?? '', name), 'utf8').catch((error: Error) => error);
  }
}

function uuidOf(name: string): string {
  return name.replace(/^[ab]_/, '').replace(/(\.cdr)?\.json$/, '');
}

function folderProblem(folder: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const why: Record<string, string> = {
    ENOENT: 'does not exist: load mod_json_cdr with the log-dir above it (freeswitch-conf/), or correct backfill.dir',
    EACCES: 'may not be read: let the user of callbackd read it (a common group with FreeSWITCH)',
    ENOTDIR: 'is no folder: correct backfill.dir',
  };
  return `the CDR folder ${folder} ${why[code] ?? `cannot be read (${code})`}; calls that end while callbackd is down are not found`;
}
