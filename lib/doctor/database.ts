import { about, type Finding } from './finding.js';

export type DatabaseFacts =
  /** There is no file yet; `writable`: callbackd could make it. */
  | { state: 'none'; writable: boolean }
  | { state: 'there'; check: string; schema: number; newest: number; writable: boolean }
  | { state: 'unusable'; message: string; hint: string };

export function judgeDatabase(file: string, facts: DatabaseFacts): Finding {
  const report = about('database');
  const access = "give callbackd's user write access to the file and to its folder";
  switch (facts.state) {
    case 'unusable':
      return report.problem(facts.message, facts.hint);
    case 'none':
      return facts.writable
        ? report.ok(`${file} will be made at the first start`)
        : report.problem(`${file} does not exist, and this user may not make it`, access);
    case 'there':
      return judgeThere(file, facts);
  }
}

function judgeThere(
  file: string,
  { check, schema, newest, writable }: Extract<DatabaseFacts, { state: 'there' }>,
): Finding {
  const report = about('database');
  if (check !== 'ok')
    return report.problem(
      `${file} is damaged (${check})`,
      'stop callbackd, keep a copy of the file, and restore it from a backup; or move it away, then callbackd starts with an empty one',
    );
  if (schema > newest)
    return report.problem(
      `${file} has schema ${schema}, this callbackd knows up to ${newest}`,
      'it was written by a newer callbackd: install that one',
    );
  if (!writable)
    return report.problem(
      `this user may not write to ${file}`,
      "run doctor as callbackd's user; if it is so there too, give that user write access to the file and to its folder",
    );
  if (schema < newest) return report.ok(`${file} is intact; schema ${schema} becomes ${newest} at the next start`);
  return report.ok(`${file} is intact, schema ${schema}`);
}

const megabyte = 1_048_576;

/** Free space for the database, bytes; undefined when it can't be known. */
export function judgeDisk(folder: string, free: number | undefined): Finding {
  const report = about('disk');
  if (free === undefined) return report.unchecked(`the free space of ${folder} could not be found out in time`);
  const found = `${Math.floor(free / megabyte)} MB free in ${folder}`;
  const remedy =
    'free some disk space: with a full disk nobody is called back, because every attempt must be on disk first; old CDR files and logs are the usual cause';
  if (free < 100 * megabyte) return report.problem(found, remedy);
  if (free < 1_024 * megabyte) return report.warning(found, remedy);
  return report.ok(found);
}
