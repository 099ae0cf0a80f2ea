/** Where the files shipped with callbackd lie: the same for lib/*.ts and for dist/lib/*.js. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of a shipped file or folder, e.g. packageFile('sounds'). Throws when the installation is incomplete. */
export function packageFile(...names: string[]): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (existsSync(join(folder, 'rules', 'rule.schema.json'))) return join(folder, ...names);
    const parent = dirname(folder);
    if (parent === folder) throw new Error('callbackd is not installed completely: rules/rule.schema.json is missing');
    folder = parent;
  }
}
