import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventMicros, type Headers, type HeaderValue } from './event.js';
import { numberOf, type Leg } from './leg.js';

const time = (ms: number): string => (ms === 0 ? '0' : eventMicros(ms));

const callerProfile = (leg: Leg): Headers => ({
  username: leg.profile.direction === 'inbound' ? leg.profile.callerNumber : '',
  dialplan: leg.profile.direction === 'inbound' ? 'XML' : '',
  caller_id_name: leg.profile.callerName,
  ani: leg.profile.callerNumber,
  aniii: '',
  caller_id_number: leg.profile.callerNumber,
  network_addr: '127.0.0.1',
  rdnis: '',
  destination_number: leg.profile.destination,
  uuid: leg.uuid,
  source: leg.profile.source,
  context: leg.profile.context,
  chan_name: leg.profile.name,
});

/** An array is written as one string. */
const written = (value: HeaderValue): string => (Array.isArray(value) ? `ARRAY::${value.join('|:')}` : value);

const callTimes = (leg: Leg): Headers => ({
  created_time: time(leg.createdAt),
  profile_created_time: time(leg.createdAt),
  progress_time: time(leg.progressAt),
  progress_media_time: time(leg.profile.direction === 'inbound' ? leg.answeredAt : 0),
  answered_time: time(leg.answeredAt),
  bridged_time: time(leg.bridgedAt),
  last_hold_time: '0',
  hold_accum_time: '0',
  hangup_time: time(leg.hungUpAt),
  resurrect_time: '0',
  transfer_time: '0',
});

const callFlow = (leg: Leg, index: number, destination: string, context: string): object => ({
  ...(leg.profile.direction === 'inbound' ? { dialplan: 'XML' } : {}),
  profile_index: String(index),
  ...(leg.applications.length === 0
    ? {}
    : {
        extension: {
          name: destination,
          number: destination,
          applications: leg.applications.map(({ name, data }) => ({ app_name: name, app_data: data })),
        },
      }),
  caller_profile: { ...callerProfile(leg), destination_number: destination, context },
  times: callTimes(leg),
});

/** The file that mod_json_cdr writes for a leg (encode-values off). The earliest call flow profile is the last. */
export const cdrOf = (coreUuid: string, leg: Leg): object => {
  const { profile } = leg;
  const transferred = leg.destination !== profile.destination || leg.context !== profile.context;
  return {
    'core-uuid': coreUuid,
    switchname: 'simulated',
    channel_data: {
      state: leg.state,
      direction: profile.direction,
      state_number: numberOf(leg.state),
      flags: '0=1;1=1',
      caps: '1=1;2=1',
    },
    callStats: {},
    variables: Object.fromEntries(Object.entries(leg.variables).map(([name, value]) => [name, written(value)])),
    ...(leg.applications.length === 0
      ? {}
      : {
          app_log: {
            applications: leg.applications.map(({ name, data, at }) => ({
              app_name: name,
              app_data: data,
              app_stamp: String(at * 1000),
            })),
          },
        }),
    callflow: [
      ...(transferred ? [callFlow(leg, 2, leg.destination, leg.context)] : []),
      callFlow(leg, 1, profile.destination, profile.context),
    ],
  };
};

/** mod_json_cdr puts `a_` before every leg that no other leg dialled. */
export const cdrName = (leg: Leg): string => `${leg.other?.type === 'originator' ? '' : 'a_'}${leg.uuid}.cdr.json`;

/** One file per leg, written without a rename, as the original does. */
export const writeCdr = (folder: string, coreUuid: string, leg: Leg): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, cdrName(leg)), JSON.stringify(cdrOf(coreUuid, leg)));
};
