import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageFile } from '../../lib/config/package-root.js';
import type { RuleEntry } from '../../lib/tasks/rule-admin.js';
import { brokenFiles } from '../rules/broken-files.js';
import { clientNumber, closedNow, inOffice, openNow, rule, type AdminOffice } from './admin-office.js';

const schedules = { day: openNow(), night: closedNow() };

interface Batch {
  cases: { name: string; paths: string[] }[];
  files: Record<string, string | Uint8Array>;
}

/** Broken files that have different places in the office lie there together. */
function batches(): Batch[] {
  const found: Batch[] = [];
  for (const { name, files } of brokenFiles) {
    if ('callbackd.json' in files) continue; // read at start only
    const free = found.find((batch) => !Object.keys(files).some((path) => isTaken(path, batch)));
    const batch = free ?? { cases: [], files: {} };
    if (free === undefined) found.push(batch);
    batch.cases.push({ name, paths: Object.keys(files) });
    Object.assign(batch.files, files);
  }
  return found;
}

/** The same file, or a file where the other has a folder. */
function isTaken(path: string, { files }: Batch): boolean {
  return Object.keys(files).some(
    (other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`),
  );
}

function put(office: AdminOffice, { files }: Batch): void {
  for (const [path, content] of Object.entries(files)) {
    const top = topOf(office, path);
    const wantsFolder = path.includes('/');
    if (existsSync(top) && statSync(top).isDirectory() !== wantsFolder) renameSync(top, `${top}.away`);
    mkdirSync(dirname(join(office.folder, path)), { recursive: true });
    writeFileSync(join(office.folder, path), content);
  }
}

function takeAway(office: AdminOffice, { files }: Batch): void {
  for (const path of Object.keys(files)) {
    rmSync(join(office.folder, ...path.split('/').slice(0, 2)), { recursive: true, force: true });
    const top = topOf(office, path);
    if (!existsSync(`${top}.away`)) continue;
    rmSync(top, { recursive: true, force: true });
    renameSync(`${top}.away`, top);
  }
  office.schedules(schedules);
}

function topOf(office: AdminOffice, path: string): string {
  return join(office.folder, path.split('/')[0]!);
}

/** Drops one batch after the other into a running daemon, and calls a client back meanwhile. */
async function drop(dropped: readonly Batch[]): Promise<void> {
  const inHours = rule({ during: 'day' }, { lostDuring: { outside: 'night' } });
  // The sounds that the cases were written for.
  const sounds = { dir: packageFile('spec', 'fixtures', 'broken', 'office', 'sounds') };
  await inOffice({ schedules, rules: { '02-keeps.json': inHours }, configuration: { sounds } }, async (office) => {
    for (const [count, batch] of dropped.entries()) {
      await office.edit(() => put(office, batch));
      // A file that schedules.json names now is watched from then on, so the files may be read once more.
      let untold = batch.cases;
      for (const deadline = Date.now() + 5_000; untold.length > 0 && Date.now() < deadline;) {
        const problems = await office.problems();
        const isTold = (path: string): boolean => problems.includes(path.replace('/inside.txt', ''));
        untold = batch.cases.filter(({ paths }) => !paths.some(isTold));
      }
      expect(untold).toEqual([]);
      const { task, rule: taken } = await office.lose(clientNumber(count), 100);
      expect({ taken, cases: batch.cases }).toEqual({ taken: 'keeps', cases: batch.cases });
      const [ended] = await Promise.all([office.attemptEnds(task), office.edit(() => takeAway(office, batch))]);
      expect(ended).toMatchObject({ outcome: 'reached' });
    }
    const { entries } = await office.ask<{ entries: RuleEntry[] }>('rules.list');
    expect(entries.filter(({ id }) => id === 'keeps' || id === 'marker')).toMatchObject([
      { state: 'good', problems: [] },
      { state: 'good', problems: [] },
    ]);
    expect(entries.filter(({ state }) => state === 'unusable')).toEqual([]);
  });
}

describe('broken files that are dropped into a running daemon', () => {
  const all = batches();
  const parts = 4;
  for (let part = 0; part < parts; part++)
    it.concurrent(`are told, and it goes on calling back by its last good rules (${part + 1} of ${parts})`, () =>
      drop(all.filter((_, index) => index % parts === part)),
    );
});
