import type { Core } from './core.js';
import { epoch, stamp } from './event.js';
import type { Leg } from './leg.js';

export const versionText = 'FreeSWITCH Version 1.11.3-simulated~64bit (64bit)\n';

/** What `status` prints. */
export const statusText = (core: Core): string => {
  const up = core.now() - core.startedAt;
  const part = (size: number, of: number): number => Math.floor(up / size) % of;
  const live = core.legs.size;
  return [
    `UP 0 years, ${Math.floor(up / 86_400_000)} days, ${part(3_600_000, 24)} hours, ${part(60_000, 60)} minutes, ${part(1000, 60)} seconds, ${up % 1000} milliseconds, 0 microseconds`,
    'FreeSWITCH (Version 1.11.3-simulated 64bit) is ready',
    `${core.sessionsSinceStartup} session(s) since startup`,
    `${live} session(s) - peak ${live}, last 5min ${live} `,
    '0 session(s) per Sec out of max 1000, peak 1, last 5min 1 ',
    '5000 session(s) max',
    'min idle cpu 0.00/98.00',
    'Current Stack Size/Max 240K/240K',
    '',
  ].join('\n');
};

const row = (leg: Leg): Record<string, string> => {
  const application = leg.applications.at(-1);
  return {
    uuid: leg.uuid,
    direction: leg.profile.direction,
    created: stamp(leg.createdAt),
    created_epoch: epoch(leg.createdAt),
    name: leg.profile.name,
    state: leg.state,
    cid_name: leg.profile.callerName,
    cid_num: leg.profile.callerNumber,
    ip_addr: leg.profile.direction === 'inbound' ? '127.0.0.1' : '',
    dest: leg.destination,
    application: application?.name ?? '',
    application_data: application?.data ?? '',
    dialplan: 'XML',
    context: leg.context,
    hostname: 'simulated',
    presence_id: leg.profile.presenceId ?? '',
    callstate: leg.callState,
    callee_num: leg.calleeNumber ?? '',
    call_uuid: leg.bridgedAt === 0 ? '' : leg.callUuid,
  };
};

/** What `show channels as json` prints. */
export const channelRows = (core: Core): string => {
  const rows = core.listed.map(row);
  return JSON.stringify(rows.length === 0 ? { row_count: 0 } : { row_count: rows.length, rows });
};
