// How long a folder with many CDRs takes, and how long it keeps everything else waiting: node spec/bench/cdr-folder.mjs [FILES]
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { CdrFolder } from '../../dist/lib/calls/cdr-folder.js';

const count = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'callbackd-cdrs-'));
const now = Date.now();
const text = JSON.stringify({ variables: { uuid: 'x', end_uepoch: '1', filling: 'x'.repeat(20_000) } });

const write = (age) => {
  const path = join(folder, `${randomUUID()}.cdr.json`);
  writeFileSync(path, age > 1 ? '{}' : text);
  utimesSync(path, now / 1_000 - age, now / 1_000 - age);
};

async function measured(what, work) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.memoryUsage().rss;
  delay.enable();
  const start = performance.now();
  const found = await work();
  const ms = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.disable();
  const grown = (process.memoryUsage().rss - before) / 1_048_576;
  const wait = delay.max / 1_000_000;
  console.log(
    `${what}: ${ms.toFixed(0)} ms, longest wait of the event loop ${wait.toFixed(1)} ms, ${found} read, +${grown.toFixed(0)} MB`,
  );
}

async function read(cdrs) {
  let found = 0;
  for await (const cdr of cdrs.unread({ now, isKnown: () => false, wants: () => true }))
    found += cdr.uuid === 'x' ? 1 : 0;
  return found;
}

const resumed = () => {
  const cdrs = new CdrFolder(folder);
  cdrs.resume({ until: now - 100_000, broken: {} });
  return cdrs;
};

try {
  for (let index = 0; index < count; index++) write(1_000_000 + index);
  console.log(`${count} old CDR files`);
  await measured('the very first start', async () => (await new CdrFolder(folder).skipAll(now), 0));
  const cdrs = resumed();
  await measured('a later start', () => read(cdrs));
  await measured('once a minute, nothing new', () => read(cdrs));
  for (let index = 0; index < 1_000; index++) write(1);
  await measured('once a minute, 1,000 new', () => read(cdrs));
  await measured('a start with 1,000 new', () => read(resumed()));
} finally {
  rmSync(folder, { recursive: true });
}
