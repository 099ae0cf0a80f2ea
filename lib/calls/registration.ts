import type { EslEvent } from '../esl/event.js';

/** A phone registered with FreeSWITCH (mod_sofia), or one that no longer is. */
export interface Registration {
  user: string;
  host: string;
  /** The phone's address: a user may have several phones. */
  contact: string;
  registered: boolean;
}

/**
 * From CUSTOM sofia::register, sofia::unregister (the phone says so) and sofia::expire (it has fallen silent); undefined
 * for any other event. Expiring, the user's headers are named otherwise (sofia_reg.c).
 */
export function registrationOf(event: EslEvent): Registration | undefined {
  const registered = event.subclass === 'sofia::register';
  if (!registered && event.subclass !== 'sofia::unregister' && event.subclass !== 'sofia::expire') return undefined;
  const user = event.header('from-user') ?? event.header('user');
  if (user === undefined) return undefined;
  const host = event.header('from-host') ?? event.header('host') ?? '';
  return { user, host, contact: addressOf(event.header('contact')), registered };
}

/**
 * The rows of `show registrations as json`; undefined when it is no such answer.
 * @param text without rows when nobody is registered
 */
export function registrationRows(text: string): Registration[] | undefined {
  try {
    const { row_count: count, rows = [] } = JSON.parse(text) as { row_count?: number; rows?: Record<string, string>[] };
    if (count === undefined) return undefined;
    return rows.map(({ reg_user: user = '', realm: host = '', url }) => ({
      user,
      host,
      contact: addressOf(url),
      registered: true,
    }));
  } catch {
    return undefined;
  }
}

/** `"Ann" <sip:1001@192.0.2.1:5060;transport=udp>` and `sofia/internal/sip:1001@192.0.2.1:5060` are one address. */
function addressOf(contact = ''): string {
  return /sips?:([^;>\s]+)/.exec(contact)?.[1] ?? contact;
}
