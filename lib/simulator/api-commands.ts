import type { CallCenterConfig } from './callcenter-config.js';
import type { Core } from './core.js';
import * as installed from './installed.js';
import { legHeaders } from './leg-headers.js';
import type { Originator } from './originate.js';
import { contactOf, type Phones } from './phones.js';
import { registrationRows } from './registration.js';
import { channelRows, statusText, versionText } from './status-text.js';

type Reply = (text: string) => void;

/** The commands of `api` and `bgapi`. */
export class ApiCommands {
  constructor(
    private readonly core: Core,
    private readonly originator: Originator,
    private readonly callcenter: CallCenterConfig,
    private readonly phones: Phones,
  ) {}

  /** Runs `name arguments`; the reply may come later (originate). */
  run(text: string, reply: Reply): void {
    const [name = ''] = text.split(' ');
    const argument = text.slice(name.length).trim();
    if (name === 'originate') return this.originator.run(argument, reply);
    reply(this.atOnce(name, argument) ?? `-ERR ${name} Command not found!\n`);
  }

  private atOnce(name: string, argument: string): string | undefined {
    const words = argument.split(/\s+/);
    switch (name) {
      case 'uuid_exists':
        return String(this.core.legs.has(argument));
      case 'uuid_kill':
        return this.kill(words[0] ?? '', words[1] ?? 'NORMAL_CLEARING');
      case 'uuid_setvar':
        return this.setVariable(words);
      case 'uuid_getvar':
        return this.withLeg(words[0] ?? '', (leg) => leg.variable(words[1] ?? '') || '_undef_');
      case 'uuid_dump':
        return this.dump(words[0] ?? '');
      case 'show':
        if (argument === 'registrations as json') return registrationRows(this.core, this.phones);
        return argument === 'channels as json' ? channelRows(this.core) : undefined;
      case 'status':
        return statusText(this.core);
      case 'version':
        return versionText;
      case 'uptime':
        return `${Math.floor((this.core.now() - this.core.startedAt) / 1000)}\n`;
      case 'global_getvar':
        return { core_uuid: this.core.events.coreUuid, hostname: 'simulated', domain: 'simulated' }[argument] ?? '';
      case 'module_exists':
        return installed.hasModule(argument);
      case 'xml_locate':
        return installed.locate(argument, this.core.cdrDir);
      case 'sofia':
        return installed.sofia(argument);
      case 'file_exists':
        return installed.fileExists(argument);
      case 'strepoch':
        return String(Math.floor(this.core.now() / 1000));
      case 'list_users':
        return installed.userTable(this.phones.people.names());
      case 'user_exists':
        return String(this.phones.people.knows(words[1] ?? ''));
      case 'sofia_contact':
        return this.contact(argument);
      case 'callcenter_config':
        return this.callcenter.run(argument);
      case 'json':
        return this.callcenter.json(argument);
      default:
        return undefined;
    }
  }

  private withLeg(uuid: string, give: (leg: NonNullable<ReturnType<Core['legs']['get']>>) => string): string {
    const leg = this.core.legs.get(uuid);
    return leg === undefined ? '-ERR No such channel!\n' : give(leg);
  }

  private kill(uuid: string, cause: string): string {
    return this.withLeg(uuid, (leg) => {
      leg.hangUp(cause, 'us');
      return '+OK\n';
    });
  }

  private setVariable([uuid = '', name = '', ...value]: string[]): string {
    return this.withLeg(uuid, (leg) => {
      if (value.length === 0) delete leg.variables[name];
      else leg.set({ [name]: value.join(' ') });
      return '+OK\n';
    });
  }

  private dump(uuid: string): string {
    return this.withLeg(uuid, (leg) => JSON.stringify(this.core.events.framed('CHANNEL_DATA', legHeaders(leg))));
  }

  private contact(argument: string): string {
    const extension = (argument.split('/').at(-1) ?? '').split('@')[0] ?? '';
    return this.phones.registered(extension)
      ? `sofia/internal/sip:${contactOf(extension)}`
      : 'error/user_not_registered';
  }
}
