/** Every sentence of the link about why it is not up. The password is in none of them. */
import type { LinkProblem } from './link.js';
import type { EslLinkOptions } from './settings.js';

type Peer = Pick<EslLinkOptions, 'host' | 'port' | 'password'>;

export class Problems {
  private readonly where: string;

  constructor(private readonly peer: Peer) {
    const host = peer.host.includes(':') ? `[${peer.host}]` : peer.host;
    this.where = `the event socket at ${host}:${peer.port}`;
  }

  /** A socket error; `connected` tells whether there had been a connection. */
  socket(code: string, connected: boolean): LinkProblem {
    return connected ? this.closed(code) : this.unreachable(code);
  }

  unreachable(code: string): LinkProblem {
    return {
      kind: 'unreachable',
      message: `cannot connect to ${this.where} (${code})`,
      hint: 'Is FreeSWITCH running with mod_event_socket loaded, and are listen-ip and listen-port of event_socket.conf.xml the host and port in the configuration of callbackd?',
    };
  }

  wrongPassword(): LinkProblem {
    return {
      kind: 'wrong-password',
      message: `${this.where} does not accept the password`,
      hint: 'The password in the configuration of callbackd must be the param "password" of event_socket.conf.xml; after changing it there: reload mod_event_socket.',
    };
  }

  notAllowed(theirWords: string): LinkProblem {
    return {
      kind: 'not-allowed',
      message: `${this.where} refuses this address: ${this.quote(theirWords)}`,
      hint: 'Let the address of this machine in by the param "apply-inbound-acl" of event_socket.conf.xml; without it only loopback is allowed.',
    };
  }

  subscriptionRefused(theirWords: string): LinkProblem {
    return {
      kind: 'not-allowed',
      message: `${this.where} refuses the subscription to events: ${this.quote(theirWords)}`,
      hint: 'Does the user of the event socket have the params "esl-allowed-events" and "esl-allowed-api" set in the directory?',
    };
  }

  noGreeting(afterMs: number): LinkProblem {
    return {
      kind: 'silent',
      message: `${this.where} did not ask for the password within ${afterMs / 1_000} s`,
      hint: 'Is the port in the configuration of callbackd that of event_socket.conf.xml? If it is, FreeSWITCH hangs: see its log.',
    };
  }

  silent(afterMs: number): LinkProblem {
    return {
      kind: 'silent',
      message: `${this.where} did not answer within ${afterMs / 1_000} s`,
      hint: 'FreeSWITCH hangs, or the network between the two lost the connection. callbackd connects again.',
    };
  }

  protocol(what: string): LinkProblem {
    return {
      kind: 'protocol',
      message: `${this.where} sent what is not its protocol: ${this.quote(what)}`,
      hint: 'Is the port in the configuration of callbackd that of event_socket.conf.xml? callbackd connects again.',
    };
  }

  /** `why`: the code of a socket error, or FreeSWITCH's disconnect notice; '' for a bare end. */
  closed(why: string): LinkProblem {
    return {
      kind: 'closed',
      message: `${this.where} closed the connection${why === '' ? '' : `: ${this.quote(why)}`}`,
      hint: 'FreeSWITCH stopped or was restarted, or mod_event_socket was reloaded. callbackd connects again.',
    };
  }

  stopped(): LinkProblem {
    return { kind: 'stopped', message: `the link to ${this.where} was closed by callbackd`, hint: '' };
  }

  /** The other side's words on one short line, without the password in case it repeats that. */
  private quote(text: string): string {
    const plain = this.peer.password === '' ? text : text.replaceAll(this.peer.password, '***');
    const line = plain.replace(/[\p{Cc}\s]+/gu, ' ').trim();
    return line.length > 200 ? `${line.slice(0, 200)}…` : line;
  }
}
