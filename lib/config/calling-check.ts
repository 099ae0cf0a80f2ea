/** What the schema of `outbound`, `sounds` and `labels` can't know. */
import { numberKey } from './by-number.js';
import type { WrittenConfiguration } from './configuration-schema.js';
import type { JsonFile } from './json-file.js';
import type { Label } from './labels.js';
import type { Problem } from './problem.js';
import { whyUnplayable } from './sound-file.js';

export function checkCalling(json: JsonFile, written: WrittenConfiguration): Problem[] {
  const { outbound = {}, labels = {}, sounds = {}, country } = written;
  return [
    ...sameNumbers(json, ['outbound', 'routes'], Object.keys(outbound.routes ?? {}), country),
    ...sameNumbers(json, ['labels'], Object.keys(labels), country),
    ...neverReached(json, 'perClient', outbound.perClient, { hour: 5, day: 10 }),
    ...neverReached(json, 'overall', outbound.overall, { hour: 100, day: 1_000 }),
    ...Object.entries(labels).flatMap(([key, { text }]) => {
      if (text === undefined || sounds.tts !== undefined) return [];
      const message = 'a text can be spoken only with "sounds.tts", such as {"engine": "flite", "voice": "kal"}';
      return json.problem(['labels', key, 'text'], message, { atKey: true });
    }),
  ];
}

function sameNumbers(json: JsonFile, path: string[], keys: readonly string[], country?: string): Problem[] {
  const writtenAs = new Map<string, string>();
  return keys.flatMap((key) => {
    const number = numberKey(key, country);
    const twin = writtenAs.get(number);
    writtenAs.set(number, key);
    if (twin === undefined) return [];
    return json.problem([...path, key], `"${key}" and "${twin}" are one number (${number})`, { atKey: true });
  });
}

function neverReached(
  json: JsonFile,
  key: 'perClient' | 'overall',
  written: { hour?: number; day?: number } = {},
  defaults: { hour: number; day: number },
): Problem[] {
  const { hour, day } = { ...defaults, ...written };
  if (hour <= day || written.hour === undefined) return [];
  const message = `${hour} within an hour are never reached: "day" allows ${day}${written.day === undefined ? ' unless you give it' : ''}`;
  return [json.problem(['outbound', key, 'hour'], message, { severity: 'warning' })];
}

/** A label that can't be played is only a warning: the callback does without it. */
export function checkLabelFiles(
  json: JsonFile,
  { labels, country }: { labels: Readonly<Record<string, Label>>; country?: string },
): Problem[] {
  const written = Object.keys((json.value as WrittenConfiguration).labels ?? {});
  return written.flatMap((key) => {
    const label = labels[numberKey(key, country)];
    const why = label !== undefined && 'file' in label ? whyUnplayable(label.file) : undefined;
    return why === undefined ? [] : json.problem(['labels', key, 'file'], why, { severity: 'warning' });
  });
}
