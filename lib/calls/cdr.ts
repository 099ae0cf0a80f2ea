import { microseconds } from './client-leg.js';

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
  /** What the dialplan executed, in order (app_log). */
  applications: readonly Application[];
  /** The stages of the call, first one first: a transfer begins a new one (callflow). */
  stages: readonly Stage[];
}

/** An application of the dialplan, and when it was executed, ms. */
export interface Application {
  name: string;
  data: string;
  at: number;
}

/** Times in ms; absent: it did not happen. */
export interface Stage {
  bridgedAt?: number;
  transferredAt?: number;
  /** Phones that FreeSWITCH rang, or joined the caller with. */
  phones: readonly { uuid: string; user: string }[];
}

interface CdrFile {
  'core-uuid'?: string;
  variables?: Record<string, string | string[]>;
  callflow?: WrittenStage[];
  app_log?: { applications?: { app_name?: unknown; app_data?: unknown; app_stamp?: unknown }[] };
}

interface WrittenStage {
  caller_profile?: Record<string, unknown> & {
    originatee?: { originatee_caller_profiles?: { uuid?: unknown; destination_number?: unknown }[] };
  };
  times?: { bridged_time?: string; transfer_time?: string };
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
export function parseCdr(written: string): Cdr | undefined {
  let file: CdrFile;
  try {
    file = JSON.parse(written) as CdrFile;
  } catch {
    return undefined;
  }
  const { variables, callflow } = file ?? {};
  if (typeof variables !== 'object' || variables === null || typeof variables.uuid !== 'string') return undefined;
  const profile = (Array.isArray(callflow) ? callflow.at(-1)?.caller_profile : undefined) ?? {};
  const headers = (name: string): readonly string[] => valuesOf(name, variables, profile);
  return {
    uuid: variables.uuid,
    coreUuid: file['core-uuid'] ?? '',
    headers,
    header: (name) => headers(name)[0],
    applications: applicationsOf(file),
    stages: stagesOf(callflow),
  };
}

function applicationsOf({ app_log: log }: CdrFile): Application[] {
  const written = log?.applications;
  if (!Array.isArray(written)) return [];
  return written.map((each) => ({
    name: text(each?.app_name),
    data: text(each?.app_data),
    at: microseconds(text(each?.app_stamp)) ?? 0,
  }));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** mod_json_cdr lists the last stage first. */
function stagesOf(callflow: CdrFile['callflow']): Stage[] {
  if (!Array.isArray(callflow)) return [];
  return callflow.toReversed().map((stage) => {
    const bridgedAt = microseconds(stage?.times?.bridged_time);
    const transferredAt = microseconds(stage?.times?.transfer_time);
    const phones = stage?.caller_profile?.originatee?.originatee_caller_profiles;
    return {
      ...(bridgedAt !== undefined && { bridgedAt }),
      ...(transferredAt !== undefined && { transferredAt }),
      phones: (Array.isArray(phones) ? phones : []).map((phone) => ({
        uuid: text(phone?.uuid),
        user: text(phone?.destination_number),
      })),
    };
  });
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
