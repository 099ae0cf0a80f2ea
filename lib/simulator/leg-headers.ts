import { eventMicros, type Headers } from './event.js';
import { numberOf, type Leg } from './leg.js';

const time = (ms: number): string => (ms === 0 ? '0' : eventMicros(ms));

/** `variable_NAME` by NAME: an event has a hundred of them. */
const prefixed = new Map<string, string>();

const headerOf = (variable: string): string => {
  let name = prefixed.get(variable);
  if (name === undefined) prefixed.set(variable, (name = `variable_${variable}`));
  return name;
};

/** Channel-, Caller-, Other- and variable_ headers of a leg, as every channel event carries them; added to what is there. */
export const legHeaders = (leg: Leg, headers: Headers = {}): Headers => {
  channelHeaders(leg, headers);
  for (const [name, value] of Object.entries(leg.variables)) headers[headerOf(name)] = value;
  return headers;
};

const callStateNumbers: Record<string, string> = { DOWN: '0', RINGING: '2', EARLY: '3', ACTIVE: '4', HANGUP: '7' };

/** Of CHANNEL_CALLSTATE: the leg without its variables. */
export const callStateHeaders = (leg: Leg, former: string, headers: Headers = {}): Headers => {
  headers['Original-Channel-Call-State'] = former;
  headers['Channel-Call-State-Number'] = callStateNumbers[leg.callState] ?? '0';
  return channelHeaders(leg, headers);
};

const channelHeaders = (leg: Leg, headers: Headers): Headers => {
  const { profile } = leg;
  const inbound = profile.direction === 'inbound';
  headers['Channel-State'] = leg.state;
  headers['Channel-Call-State'] = leg.callState;
  headers['Channel-State-Number'] = numberOf(leg.state);
  headers['Channel-Name'] = profile.name;
  headers['Unique-ID'] = leg.uuid;
  headers['Call-Direction'] = profile.direction;
  headers['Presence-Call-Direction'] = profile.direction;
  headers['Channel-HIT-Dialplan'] = String(inbound);
  if (profile.presenceId !== undefined) headers['Channel-Presence-ID'] = profile.presenceId;
  headers['Channel-Call-UUID'] = leg.callUuid;
  headers['Answer-State'] = leg.answerState;
  if (leg.cause !== '') headers['Hangup-Cause'] = leg.cause;
  headers['Caller-Direction'] = profile.direction;
  headers['Caller-Logical-Direction'] = profile.direction;
  if (inbound) {
    headers['Caller-Username'] = profile.callerNumber;
    headers['Caller-Dialplan'] = 'XML';
  }
  headers['Caller-Caller-ID-Name'] = leg.caller.name;
  headers['Caller-Caller-ID-Number'] = leg.caller.number;
  headers['Caller-Orig-Caller-ID-Name'] = profile.callerName;
  headers['Caller-Orig-Caller-ID-Number'] = profile.originalNumber ?? profile.callerNumber;
  if (leg.calleeNumber !== undefined) {
    headers['Caller-Callee-ID-Name'] = 'Outbound Call';
    headers['Caller-Callee-ID-Number'] = leg.calleeNumber;
  }
  headers['Caller-Network-Addr'] = '127.0.0.1';
  headers['Caller-ANI'] = profile.callerNumber;
  headers['Caller-Destination-Number'] = leg.destination;
  headers['Caller-Unique-ID'] = leg.uuid;
  headers['Caller-Source'] = profile.source;
  headers['Caller-Context'] = leg.context;
  headers['Caller-Channel-Name'] = profile.name;
  headers['Caller-Profile-Index'] = '1';
  timesOf(leg, headers);
  headers['Caller-Screen-Bit'] = 'true';
  headers['Caller-Privacy-Hide-Name'] = 'false';
  headers['Caller-Privacy-Hide-Number'] = 'false';
  if (leg.other !== undefined) {
    headers['Other-Type'] = leg.other.type;
    headers['Other-Leg-Unique-ID'] = leg.other.uuid;
  }
  return headers;
};

const timesOf = (leg: Leg, headers: Headers): void => {
  headers['Caller-Profile-Created-Time'] = time(leg.createdAt);
  headers['Caller-Channel-Created-Time'] = time(leg.createdAt);
  headers['Caller-Channel-Answered-Time'] = time(leg.answeredAt);
  headers['Caller-Channel-Progress-Time'] = time(leg.progressAt);
  headers['Caller-Channel-Progress-Media-Time'] = time(leg.profile.direction === 'inbound' ? leg.answeredAt : 0);
  // FreeSWITCH fills it only when it reports the leg.
  headers['Caller-Channel-Hangup-Time'] = leg.state === 'CS_REPORTING' ? time(leg.hungUpAt) : '0';
  headers['Caller-Channel-Transfer-Time'] = '0';
  headers['Caller-Channel-Resurrect-Time'] = '0';
  headers['Caller-Channel-Bridged-Time'] = time(leg.bridgedAt);
  headers['Caller-Channel-Last-Hold'] = '0';
  headers['Caller-Channel-Hold-Accum'] = '0';
};
