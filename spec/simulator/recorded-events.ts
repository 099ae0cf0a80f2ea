import { readFileSync } from 'node:fs';

export type RecordedEvent = Record<string, string | string[]>;

/** The events in the bytes that a client of the event socket received. */
export const eventsIn = (bytes: Buffer): RecordedEvent[] => {
  const events: RecordedEvent[] = [];
  let at = 0;
  for (;;) {
    while (bytes[at] === 10) at += 1;
    const end = bytes.indexOf('\n\n', at);
    if (end === -1) return events;
    const head = bytes.subarray(at, end).toString();
    const length = Number(/^Content-Length: (\d+)$/m.exec(head)?.[1] ?? 0);
    at = end + 2 + length;
    if (at > bytes.length) return events;
    if (head.includes('text/event-json'))
      events.push(JSON.parse(bytes.subarray(end + 2, at).toString()) as RecordedEvent);
  }
};

export const capture = (name: string): RecordedEvent[] =>
  eventsIn(readFileSync(new URL(`../fixtures/captures/${name}.json.esl`, import.meta.url)));

/** Headers with a time: only whether there is one can be compared. */
const times = new Set(
  `Caller-Channel-Created-Time Caller-Channel-Answered-Time Caller-Channel-Bridged-Time Caller-Channel-Hangup-Time variable_bridge_epoch
   variable_bridge_uepoch variable_answer_uepoch variable_end_uepoch variable_billmsec Event-Date-Timestamp Event-Sequence
   CC-Member-Joined-Time CC-Member-Leaving-Time`.split(/\s+/),
);

/** The headers that callbackd reads. */
const read = new Set(
  `${[...times].join(' ')} Event-Name Event-Subclass Unique-ID Call-Direction Channel-Name Channel-Call-UUID Answer-State Channel-State Channel-Presence-ID Hangup-Cause
   Other-Leg-Unique-ID Bridge-A-Unique-ID Bridge-B-Unique-ID Caller-Caller-ID-Number Caller-Caller-ID-Name Caller-Orig-Caller-ID-Number
   Caller-Destination-Number Caller-Context Caller-Callee-ID-Number variable_sip_req_user variable_sip_from_user variable_hangup_cause
   variable_sip_hangup_disposition variable_last_app variable_last_arg variable_originate_disposition variable_originated_legs
   variable_originate_causes variable_cc_member_session_uuid variable_cc_exit_key variable_cc_cause variable_cc_cancel_reason
   variable_cc_side variable_cc_queue variable_dialed_user CC-Queue CC-Action CC-Agent CC-Cause CC-Cancel-Reason CC-Hangup-Cause CC-Member-UUID
   CC-Member-Session-UUID CC-Agent-UUID Job-UUID Job-Command _body`.split(/\s+/),
);

/**
 * Not compared: how many members are counted when, when an agent's state changes (both differ from one recording to the next), heartbeats,
 * and the recording dialplan's own event.
 */
const compared = (event: RecordedEvent): boolean =>
  event['Event-Name'] !== 'HEARTBEAT' &&
  event['Event-Subclass'] !== 'rig::callback_request' &&
  !['members-count', 'agent-state-change', 'agent-status-change'].includes(String(event['CC-Action'] ?? ''));

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Events with UUIDs numbered in the order of their coming, SIP ports left out, times as `0` or `time`, and only the headers that are read. */
export const normalised = (events: readonly RecordedEvent[], ignored: readonly string[] = []): RecordedEvent[] => {
  const seen = new Map<string, string>();
  const named = (text: string): string =>
    text.replace(/@127\.0\.0\.1:\d{4,5}/g, '@phone').replace(uuid, (id) => {
      if (!seen.has(id)) seen.set(id, `uuid ${seen.size + 1}`);
      return seen.get(id) ?? id;
    });
  return events.filter(compared).map((event) => {
    const kept = Object.keys(event).filter(
      (name) => (read.has(name) || name.startsWith('variable_callbackd_')) && !ignored.includes(name),
    );
    kept.sort();
    return Object.fromEntries(
      kept.map((name): [string, string | string[]] => {
        const value = event[name] ?? '';
        if (Array.isArray(value)) return [name, value.map(named)];
        return [name, times.has(name) ? (value === '0' ? '0' : 'time') : named(value)];
      }),
    );
  });
};

/** Without the headers that depend on how far another thread of FreeSWITCH is. */
const decided = (event: RecordedEvent): RecordedEvent => {
  const answer = event['Event-Name'] === 'CHANNEL_ANSWER' && String(event['Channel-Name']).startsWith('loopback/');
  const ending = event['variable_cc_side'] === 'agent' || event['Event-Name'] === 'CHANNEL_HANGUP_COMPLETE';
  const undecided = [
    ...(answer ? ['Channel-State', 'Caller-Callee-ID-Number', 'Caller-Caller-ID-Name', 'Caller-Caller-ID-Number'] : []),
    ...(ending ? ['Channel-Call-UUID'] : []),
  ];
  return Object.fromEntries(Object.entries(event).filter(([name]) => !undecided.includes(name)));
};

/**
 * The life of every leg, and what the queue and the job told, apart: in which order the threads of FreeSWITCH tell the ends of four
 * legs differs from one recording to the next.
 */
export const lives = (events: readonly RecordedEvent[]): Record<string, RecordedEvent[]> => {
  const apart: Record<string, RecordedEvent[]> = {};
  for (const event of events) {
    if (event['Event-Name'] === 'CHANNEL_HANGUP' || event['Event-Name'] === 'CHANNEL_CALLSTATE') continue;
    const whose =
      event['Event-Name']?.toString().startsWith('CHANNEL_') === true
        ? String(event['Unique-ID'])
        : String(event['Event-Name']);
    (apart[whose] ??= []).push(decided(event));
  }
  return apart;
};
