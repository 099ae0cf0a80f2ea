import { resolve } from 'node:path';

/** What the employee hears: a sound file (absolute path) or a text that is spoken. */
export type Label = { file: string } | { text: string };

/** @param folder of the language, for names that are no full path */
export function labelsOf(
  written: Readonly<Record<string, { file?: string; text?: string }>>,
  folder: string,
): Record<string, Label> {
  return Object.fromEntries(
    Object.entries(written).map(([key, { file, text = '' }]): [string, Label] => [
      key,
      file === undefined ? { text } : { file: resolve(folder, file) },
    ]),
  );
}
