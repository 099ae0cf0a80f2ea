/** Writes rules/*.schema.json from the schemas in the code. `npm run schemas` builds first. */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { packageFile } from '../dist/lib/config/package-root.js';
import { schemaFiles } from '../dist/lib/rules/schema-files.js';

for (const [name, schema] of Object.entries(schemaFiles)) {
  const file = packageFile('rules', name);
  writeFileSync(file, await format(JSON.stringify(schema), { ...(await resolveConfig(file)), filepath: file }));
}
