import { eventMicros, type Headers } from './event.js';
import { numberOf, type Leg } from './leg.js';

const time = (ms: number): string => (ms === 0 ? '0' : eventMicros(ms));

/** Channel-, Caller-, Other- and variable_ headers of a leg, as every channel event carries them. */
export const legHeaders = (leg: Leg): Headers => {
  const { profile } = leg;
  return {
    'Channel-State': leg.state,
    'Channel-Call-State': leg.callState,
    'Channel-State-Number': numberOf(leg.state),
    'Channel-Name': profile.name,
    'Unique-ID': leg.uuid,
    'Call-Direction': profile.direction,
    'Presence-Call-Direction': profile.direction,
    ...(profile.direction === 'inbound' ? { 'Channel-HIT-Dialplan': 'true' } : { 'Channel-HIT-Dialplan': 'false' }),
    ...(profile.presenceId === undefined ? {} : { 'Channel-Presence-ID': profile.presenceId }),
    'Channel-Call-UUID': leg.callUuid,
    'Answer-State': leg.answerState,
    ...(leg.cause === '' ? {} : { 'Hangup-Cause': leg.cause }),
    'Caller-Direction': profile.direction,
    'Caller-Logical-Direction': profile.direction,
    ...(profile.direction === 'inbound' ? { 'Caller-Username': profile.callerNumber, 'Caller-Dialplan': 'XML' } : {}),
    'Caller-Caller-ID-Name': leg.caller.name,
    'Caller-Caller-ID-Number': leg.caller.number,
    'Caller-Orig-Caller-ID-Name': profile.callerName,
    'Caller-Orig-Caller-ID-Number': profile.originalNumber ?? profile.callerNumber,
    ...(leg.calleeNumber === undefined
      ? {}
      : { 'Caller-Callee-ID-Name': 'Outbound Call', 'Caller-Callee-ID-Number': leg.calleeNumber }),
    'Caller-Network-Addr': '127.0.0.1',
    'Caller-ANI': profile.callerNumber,
    'Caller-Destination-Number': leg.destination,
    'Caller-Unique-ID': leg.uuid,
    'Caller-Source': profile.source,
    'Caller-Context': leg.context,
    'Caller-Channel-Name': profile.name,
    'Caller-Profile-Index': '1',
    'Caller-Profile-Created-Time': time(leg.createdAt),
    'Caller-Channel-Created-Time': time(leg.createdAt),
    'Caller-Channel-Answered-Time': time(leg.answeredAt),
    'Caller-Channel-Progress-Time': time(leg.progressAt),
    'Caller-Channel-Progress-Media-Time': time(profile.direction === 'inbound' ? leg.answeredAt : 0),
    // FreeSWITCH fills it only when it reports the leg.
    'Caller-Channel-Hangup-Time': leg.state === 'CS_REPORTING' ? time(leg.hungUpAt) : '0',
    'Caller-Channel-Transfer-Time': '0',
    'Caller-Channel-Resurrect-Time': '0',
    'Caller-Channel-Bridged-Time': time(leg.bridgedAt),
    'Caller-Channel-Last-Hold': '0',
    'Caller-Channel-Hold-Accum': '0',
    'Caller-Screen-Bit': 'true',
    'Caller-Privacy-Hide-Name': 'false',
    'Caller-Privacy-Hide-Number': 'false',
    ...(leg.other === undefined ? {} : { 'Other-Type': leg.other.type, 'Other-Leg-Unique-ID': leg.other.uuid }),
    ...Object.fromEntries(Object.entries(leg.variables).map(([name, value]) => [`variable_${name}`, value])),
  };
};
