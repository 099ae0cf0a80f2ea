/** Phones that come and go: mod_sofia's registrations, as FreeSWITCH 1.11 tells and lists them. */
import type { Core } from './core.js';
import { epoch, type Headers } from './event.js';
import { contactOf, type Phones } from './phones.js';

const expiresSeconds = 3600;

const registration = (phones: Phones, extension: string): Headers => ({
  'profile-name': 'internal',
  'from-user': extension,
  'from-host': phones.domain,
  contact: `"" <sip:${contactOf(extension)}>`,
  'call-id': `registration-${extension}@127.0.0.1`,
  rpid: 'unknown',
  'network-ip': '127.0.0.1',
  'network-port': contactOf(extension).split(':')[1] ?? '',
  'user-agent': 'simulated',
});

export const comes = (core: Core, phones: Phones, extension: string): void => {
  phones.setRegistered(extension, true);
  core.events.fire(
    'CUSTOM',
    {
      ...registration(phones, extension),
      'presence-hosts': 'n/a',
      status: 'Registered(UDP)',
      expires: String(expiresSeconds),
      'to-user': extension,
      'to-host': phones.domain,
      username: extension,
      realm: phones.domain,
    },
    'sofia::register',
  );
  core.tell('registration', `phone ${extension} registers`, { extension });
};

export const goes = (core: Core, phones: Phones, extension: string, how: 'unregister' | 'expire'): void => {
  phones.setRegistered(extension, false);
  // An expiry is told with other names (sofia_reg_del_callback), up to a minute and a half late.
  const headers: Headers =
    how === 'unregister'
      ? { ...registration(phones, extension), username: extension, realm: phones.domain, expires: '0' }
      : {
          'profile-name': 'internal',
          'call-id': `registration-${extension}@127.0.0.1`,
          user: extension,
          username: extension,
          host: phones.domain,
          contact: `"" <sip:${contactOf(extension)}>`,
          expires: epoch(core.now()),
          'user-agent': 'simulated',
          realm: phones.domain,
          'network-ip': '127.0.0.1',
          'network-port': contactOf(extension).split(':')[1] ?? '',
        };
  core.events.fire('CUSTOM', headers, `sofia::${how}`);
  core.tell('registration', `phone ${extension} is not registered any more`, { extension });
};

/** What `show registrations as json` prints. */
export const registrationRows = (core: Core, phones: Phones): string => {
  const rows = phones.people
    .names()
    .filter((extension) => phones.registered(extension))
    .map((extension) => ({
      reg_user: extension,
      realm: phones.domain,
      token: `registration-${extension}@127.0.0.1`,
      url: `sofia/internal/sip:${contactOf(extension)}`,
      expires: String(Number(epoch(core.now())) + expiresSeconds),
      network_ip: '127.0.0.1',
      network_port: contactOf(extension).split(':')[1] ?? '',
      network_proto: 'udp',
      hostname: 'simulated',
      metadata: '',
    }));
  return JSON.stringify(rows.length === 0 ? { row_count: 0 } : { row_count: rows.length, rows });
};
