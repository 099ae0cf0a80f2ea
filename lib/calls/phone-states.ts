import type { EslEvent } from '../esl/event.js';
import { toE164 } from './phone-number.js';
import { registrationOf, type Registration } from './registration.js';

/** A phone, by the names that FreeSWITCH has for it. */
export interface PhoneNames {
  /** User of the directory, with or without its domain. */
  extension?: string;
  /** false: it never registers, and counts as there. */
  registers?: boolean;
  /** Number outside, as it is dialled. */
  number?: string;
  /** Agents of mod_callcenter that are the same employee. */
  agents: readonly string[];
}

export type PhoneState = 'free' | 'busy' | 'unregistered';

/** What `show channels as json` tells of a channel. */
export interface LiveChannel {
  uuid: string;
  name: string;
  presence_id?: string;
}

/** A channel's HANGUP can overtake its CREATE: so many channels that are over are remembered. */
const rememberedEnds = 1_000;

/**
 * Which phones are registered, and which are on a call: from events alone, so that nothing has to be asked before a
 * phone is rung. What is not known counts as free: ringing it will tell.
 */
export class PhoneStates {
  /** The phones of each channel that lives. */
  private readonly channels = new Map<string, readonly string[]>();
  /** How many channels each phone has. */
  private readonly calls = new Map<string, number>();
  private readonly ended = new Set<string>();
  /** Agents whom mod_callcenter is about to ring: the channel comes a moment after the offer. */
  private readonly offered = new Set<string>();
  /** Contacts by user; undefined as long as FreeSWITCH has not told. */
  private registered: Map<string, Set<string>> | undefined;
  /** Registrations that have changed since FreeSWITCH was asked: whether its answer has them already is not known. */
  private changes: Registration[] | undefined = [];

  /** @param country of numbers without a country code */
  constructor(private readonly country?: string) {}

  /** True when a phone may have become free by it. */
  take(event: EslEvent): boolean {
    switch (event.name) {
      case 'CHANNEL_CREATE':
        return (this.created(event), false);
      case 'CHANNEL_HANGUP':
      case 'CHANNEL_HANGUP_COMPLETE':
        return this.over(event.header('Unique-ID') ?? '');
      case 'CUSTOM':
        return event.subclass === 'callcenter::info' ? this.queueEvent(event) : this.registration(event);
      default:
        return false;
    }
  }

  stateOf(phone: PhoneNames): PhoneState {
    const { extension, registers = true, number, agents } = phone;
    if (extension !== undefined && registers && !this.isRegistered(extension)) return 'unregistered';
    const names = [...(extension === undefined ? [] : [userOf(extension)]), ...agents];
    if (number !== undefined) names.push(this.key(number));
    return names.some((name) => this.calls.has(name) || this.offered.has(name)) ? 'busy' : 'free';
  }

  /** The channels that live when the link comes up, besides those that events have told of since. */
  adoptChannels(rows: readonly LiveChannel[]): void {
    for (const { uuid, name, presence_id: presence } of rows) this.add(uuid, this.namesOf(name, presence));
  }

  /** All registrations as FreeSWITCH tells them; undefined: it can't tell. */
  adoptRegistrations(rows: readonly Registration[] | undefined): void {
    const { changes = [] } = this;
    this.changes = undefined;
    this.registered = rows && new Map();
    for (const one of [...(rows ?? []), ...changes]) this.note(one);
  }

  /** FreeSWITCH is about to be asked for all registrations. */
  askRegistrations(): void {
    this.changes ??= [];
  }

  /** The channels that are followed. */
  get uuids(): string[] {
    return [...this.channels.keys()];
  }

  /** The end of these channels was missed. */
  drop(uuids: readonly string[]): void {
    for (const uuid of uuids) this.over(uuid);
  }

  /** The link is down: what happens from now on is not seen. */
  forget(): void {
    this.channels.clear();
    this.calls.clear();
    this.offered.clear();
    this.registered = undefined;
    this.changes = [];
  }

  private created(event: EslEvent): void {
    const agent = event.header('variable_cc_agent');
    const names = this.namesOf(event.header('Channel-Name'), event.header('Channel-Presence-ID'));
    if (agent !== undefined) this.offered.delete(agent);
    this.add(event.header('Unique-ID') ?? '', agent === undefined ? names : [...names, agent]);
  }

  /** An offer ends without a channel when the agent's phone is not registered. */
  private queueEvent(event: EslEvent): boolean {
    const agent = event.header('CC-Agent');
    if (agent === undefined) return false;
    const action = event.header('CC-Action');
    if (action === 'agent-offering') this.offered.add(agent);
    return action !== undefined && offerEnds.has(action) && this.offered.delete(agent);
  }

  private registration(event: EslEvent): boolean {
    const change = registrationOf(event);
    if (change === undefined) return false;
    this.changes?.push(change);
    this.note(change);
    return change.registered;
  }

  private note({ user, host, contact, registered }: Registration): void {
    if (this.registered === undefined) return;
    for (const name of [user, `${user}@${host}`]) {
      const contacts = this.registered.get(name) ?? new Set();
      this.registered.set(name, contacts);
      if (registered) contacts.add(contact);
      else contacts.delete(contact);
    }
  }

  private isRegistered(extension: string): boolean {
    return this.registered === undefined || (this.registered.get(extension)?.size ?? 0) > 0;
  }

  private add(uuid: string, names: readonly string[]): void {
    if (names.length === 0 || this.channels.has(uuid) || this.ended.has(uuid)) return;
    this.channels.set(uuid, names);
    for (const name of names) this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }

  private over(uuid: string): boolean {
    this.remember(uuid);
    const names = this.channels.get(uuid);
    if (names === undefined) return false;
    this.channels.delete(uuid);
    for (const name of names) {
      const left = (this.calls.get(name) ?? 1) - 1;
      if (left > 0) this.calls.set(name, left);
      else this.calls.delete(name);
    }
    return true;
  }

  private remember(uuid: string): void {
    this.ended.add(uuid);
    const [oldest] = this.ended;
    if (this.ended.size > rememberedEnds && oldest !== undefined) this.ended.delete(oldest);
  }

  /**
   * Whose channel it is. A leg to a phone has the Channel-Presence-ID of its user; the leg of a phone that calls may have
   * none, and is known by its channel's name, sofia/PROFILE/USER@ADDRESS. So is the leg to a number over a gateway.
   */
  private namesOf(channel: string | undefined, presence: string | undefined): string[] {
    if (channel === undefined || channel.startsWith('loopback/')) return [];
    const names = [presence, channel.split('/').slice(2).join('/')].map((name) => this.key(userOf(name ?? '')));
    return [...new Set(names)].filter((name) => name !== '');
  }

  /** A number is the same phone however it was dialled. */
  private key(name: string): string {
    return /^\+?\d{7,15}$/.test(name) ? (toE164(name, this.country) ?? name) : name;
  }
}

const offerEnds = new Set(['bridge-agent-start', 'bridge-agent-fail', 'bridge-agent-end']);

function userOf(address: string): string {
  return address.replace(/^sip:/, '').split('@')[0] ?? '';
}
