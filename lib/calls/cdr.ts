import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A leg's JSON CDR as mod_json_cdr writes it, read through the same header names as its CHANNEL_HANGUP_COMPLETE:
 * `variable_x` is variables.x; the Caller- headers are those of the earliest (last listed) callflow profile, because
 * transfers change the later ones.
 */
export interface Cdr {
  uuid: string;
  coreUuid: string;
  header(name: string): string | undefined;
  headers(name: string): readonly string[];
}

interface CdrFile {
  'core-uuid'?: string;
  variables?: Record<string, string | string[]>;
  callflow?: { caller_profile?: Record<string, unknown> }[];
}

/** Caller- headers and their names in a caller profile. */
const profileFields: Record<string, string> = {
  'Caller-Caller-ID-Number': 'caller_id_number',
  'Caller-Caller-ID-Name': 'caller_id_name',
  'Caller-Destination-Number': 'destination_number',
  'Caller-Context': 'context',
  'Caller-Unique-ID': 'uuid',
};

/** Headers of an event that a CDR has as a variable of another name. */
const variableFields: Record<string, string> = {
  'Unique-ID': 'uuid',
  'Call-Direction': 'direction',
  'Channel-Name': 'channel_name',
  'Hangup-Cause': 'hangup_cause',
  'Caller-Channel-Created-Time': 'start_uepoch',
  'Caller-Channel-Answered-Time': 'answer_uepoch',
  'Caller-Channel-Hangup-Time': 'end_uepoch',
};

/** Several values of one variable, which an event has as an array, stand in a CDR as `ARRAY::x|:y`. */
const arrayMark = 'ARRAY::';

/** The CDR in a file's text, or undefined when it is none (half written, another file). */
export function parseCdr(text: string): Cdr | undefined {
  let file: CdrFile;
  try {
    file = JSON.parse(text) as CdrFile;
  } catch {
    return undefined;
  }
  const { variables, callflow } = file ?? {};
  if (typeof variables !== 'object' || variables === null || typeof variables.uuid !== 'string') return undefined;
  const profile = (Array.isArray(callflow) ? callflow.at(-1)?.caller_profile : undefined) ?? {};
  const headers = (name: string): readonly string[] => valuesOf(name, variables, profile);
  return { uuid: variables.uuid, coreUuid: file['core-uuid'] ?? '', headers, header: (name) => headers(name)[0] };
}

function valuesOf(
  name: string,
  variables: Record<string, string | string[]>,
  profile: Record<string, unknown>,
): readonly string[] {
  const field = profileFields[name];
  if (field !== undefined) return typeof profile[field] === 'string' ? [profile[field]] : [];
  const value = variables[variableFields[name] ?? name.replace(/^variable_/, '')];
  if (value === undefined || Array.isArray(value)) return value ?? [];
  return value.startsWith(arrayMark) ? value.slice(arrayMark.length).split('|:') : [value];
}

/** The folder into which mod_json_cdr writes: one file a leg, `UUID.cdr.json` or `a_UUID.cdr.json`. */
export class CdrFolder {
  constructor(private readonly folder: string | undefined) {}

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

  /** The CDRs written since an instant (ms), oldest first. Files that are no CDR are left alone. */
  async since(instant: number): Promise<Cdr[]> {
    const { folder } = this;
    if (folder === undefined) return [];
    const names = await readdir(folder).catch(() => []);
    const found: { cdr: Cdr; writtenAt: number }[] = [];
    for (const name of names.filter((each) => each.endsWith('.json'))) {
      const path = join(folder, name);
      const writtenAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      if (writtenAt < instant) continue;
      const cdr = parseCdr(await readFile(path, 'utf8').catch(() => ''));
      if (cdr !== undefined) found.push({ cdr, writtenAt });
    }
    return found.sort((a, b) => a.writtenAt - b.writtenAt).map(({ cdr }) => cdr);
  }
}
