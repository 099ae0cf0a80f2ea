import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the admin of the demo's office wrote: the same files as in a real one. */
const rules = {
  '10-sales.json': {
    name: 'Sales: call back at once, whoever waited for 2 seconds',
    lostAt: 'queue:sales@default',
    minWait: '2s',
    callback: { to: { queue: 'sales@default' }, after: ['0s', '2s', '10s'], successAfter: '2s' },
  },
  '20-support.json': {
    name: 'Support: call back after a minute',
    lostAt: 'queue:support@default',
    callback: { to: { queue: 'support@default' }, after: ['1m'] },
  },
};

/** Writes the office's files into a folder; returns the configuration file. */
export function writeOffice(folder: string, eslPort: number, cdrDir: string): string {
  mkdirSync(join(folder, 'rules'));
  mkdirSync(cdrDir);
  for (const [name, rule] of Object.entries(rules)) writeJson(join(folder, 'rules', name), rule);
  const file = join(folder, 'callbackd.json');
  writeJson(file, {
    esl: { port: eslPort },
    country: 'RU',
    outbound: { route: 'sofia/gateway/trunk/{number}' },
    backfill: { dir: cdrDir },
  });
  return file;
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
