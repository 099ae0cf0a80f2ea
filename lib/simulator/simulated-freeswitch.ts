import { randomUUID } from 'node:crypto';
import type { Clock } from '../time/clock.js';
import { Agent, type AgentOptions } from './agent.js';
import { putDown } from './arrival.js';
import { ApiCommands } from './api-commands.js';
import { CallCenter, type QueueOptions } from './call-center.js';
import { CallCenterConfig } from './callcenter-config.js';
import { CallbackDialplan, type DialplanTimes } from './callback-dialplan.js';
import { Trunk } from './client-leg.js';
import { Core } from './core.js';
import { callExtension, type DirectCall } from './direct-call.js';
import { callOut, type EmployeeCall } from './employee-call.js';
import { EslServer } from './esl-server.js';
import type { SimulatedEvent } from './event.js';
import { heartbeatHeaders } from './heartbeat.js';
import { OfficeDialplan, type OfficeExtension } from './office-dialplan.js';
import { Originator } from './originate.js';
import { People, type ClientReaction, type PhoneReaction, type Script } from './people.js';
import { Phones } from './phones.js';
import { callQueue, type QueueCall } from './queue-call.js';
import type { Happening, HappeningKind, SimulationRecord } from './record.js';
import { comes, goes } from './registration.js';
import { Schedule } from './schedule.js';

export interface SimulationOptions extends DialplanTimes {
  readonly clock: Clock;
  /** Makes every scripted wait that many times shorter; stamps stay the clock's. Default 1. */
  readonly speed?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default ClueCon. */
  readonly password?: string;
  readonly queues: readonly QueueOptions[];
  /** Each agent's phone is registered and answers after 2 s until it is told otherwise. */
  readonly agents: readonly AgentOptions[];
  /** Other extensions whose phones are registered. */
  readonly phones?: readonly string[];
  /** SIP domain of the phones; default office.example. */
  readonly domain?: string;
  readonly coreUuid?: string;
  /** mod_json_cdr's log-dir/json_cdr; absent: no CDRs are written. */
  readonly cdrDir?: string;
  /** So long a channel is still listed by `show channels` after its end, in real ms; default 0. */
  readonly lingersMs?: number;
}

const heartbeatMs = 20_000;

/**
 * Plays FreeSWITCH for callbackd: the event socket over real TCP, a mod_callcenter queue, employees' phones and clients who do what
 * their scripts say. It knows nothing of callbackd except the dialplan of docs/callback-flow.md, and keeps its own record.
 */
export class SimulatedFreeswitch {
  private readonly core: Core;
  private readonly schedule: Schedule;
  private readonly phones: Phones;
  private readonly trunk: Trunk;
  private readonly center: CallCenter;
  private readonly config: CallCenterConfig;
  private readonly office: OfficeDialplan;
  private readonly api: ApiCommands;
  private readonly domain: string;
  private readonly server: EslServer;
  private running = false;

  constructor(options: SimulationOptions) {
    this.domain = options.domain ?? 'office.example';
    this.schedule = new Schedule(options.clock, options.speed);
    this.core = new Core(this.schedule, options);
    this.phones = new Phones(this.core, new People<PhoneReaction>({ answersAfterMs: 2000 }), this.domain);
    this.trunk = new Trunk(this.core, new People<ClientReaction>({ answersAfterMs: 2000, talksMs: 5000 }));
    const agents = options.agents.map((agent, position) => new Agent(agent, position));
    for (const extension of [...agents.map((agent) => agent.extension), ...(options.phones ?? [])])
      this.phones.people.who(extension);
    this.center = new CallCenter(this.core, this.phones, options.queues, agents);
    this.config = new CallCenterConfig(this.core, this.center);
    this.office = new OfficeDialplan(this.core, this.phones);
    const originator = new Originator(
      this.core,
      this.phones,
      new CallbackDialplan(this.core, this.center, this.trunk, options),
      this.office,
      this.center,
    );
    this.api = new ApiCommands(this.core, originator, this.config, this.phones);
    this.server = new EslServer(
      options.host ?? '127.0.0.1',
      options.port ?? 0,
      options.password ?? 'ClueCon',
      this.core.events,
      this.api,
    );
  }

  /** What really happened, for comparing with what somebody else believes. */
  get record(): SimulationRecord {
    return this.core.record;
  }

  /** The commands of `api` and all events without a socket, for who lives in the same process and sets the clock himself. */
  get inside(): {
    run(command: string, reply: (text: string) => void): void;
    subscribe(listener: (event: SimulatedEvent) => void): () => void;
  } {
    return {
      run: (command, reply) => this.api.run(command, reply),
      subscribe: (listener) => this.core.events.subscribe(listener),
    };
  }

  get coreUuid(): string {
    return this.core.events.coreUuid;
  }

  /** Live legs: UUID and channel name. */
  get liveLegs(): { uuid: string; name: string }[] {
    return [...this.core.legs.values()].map((leg) => ({ uuid: leg.uuid, name: leg.profile.name }));
  }

  async start(): Promise<{ port: number }> {
    const port = await this.server.start();
    if (!this.running) this.beat();
    this.running = true;
    return { port };
  }

  /** Ends everything at once; nothing is left that would hold the process. */
  async stop(): Promise<void> {
    this.running = false;
    this.schedule.clear();
    await this.server.stop();
  }

  /** SIGKILL: bare ends of stream, no HANGUP_COMPLETE, no CDR. `start` brings up another run on the same port. */
  async kill(): Promise<void> {
    await this.stop();
    this.core.crash(randomUUID());
    this.phones.forget();
    this.center.crash();
    this.core.tell('freeswitch', 'FreeSWITCH was killed');
  }

  /** SIGKILL and a new start with another Core-UUID on the same port. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** `fsctl shutdown now` [n1]: SHUTDOWN, HANGUP_COMPLETEs with SYSTEM_SHUTDOWN, disconnect notice, end of stream. */
  async shutdown(): Promise<void> {
    this.core.events.fire('SHUTDOWN', { 'Event-Info': 'System Shutting Down' });
    this.core.hangUpAll('SYSTEM_SHUTDOWN');
    this.running = false;
    this.schedule.clear();
    await this.server.stop('The system is being shut down.\n');
    this.core.crash(randomUUID());
    this.phones.forget();
    this.center.crash();
    this.core.tell('freeswitch', 'FreeSWITCH was shut down');
  }

  /** A client calls a queue's number. Gives the UUID of his leg. */
  clientCalls(call: QueueCall): string {
    return callQueue(this.core, this.center, call);
  }

  /** A client calls an employee's number. Gives the UUID of his leg. */
  directCall(call: DirectCall): string {
    return callExtension(this.core, this.phones, this.domain, call);
  }

  /** An employee calls somebody outside. Gives the UUIDs of his leg and of the client's. */
  employeeCalls(call: EmployeeCall): { employee: string; client: string } {
    return callOut(this.core, this.domain, call);
  }

  /** The person at the far end of that leg hangs up now; false when the leg is over. */
  hangUp(uuid: string): boolean {
    const leg = this.core.legs.get(uuid);
    if (leg === undefined) return false;
    if (leg.profile.direction === 'inbound') putDown(leg);
    else leg.hangUp(leg.answeredAt === 0 ? 'CALL_REJECTED' : 'NORMAL_CLEARING', 'farEnd');
    return true;
  }

  /** The waiting client presses a key. */
  pressKey(uuid: string, digit: string): void {
    this.center.pressKey(uuid, digit);
  }

  /** What an extension of the admin's own dialplan does; default context: default. */
  extension(extension: string, does: OfficeExtension, context = 'default'): void {
    this.office.set(extension, context, does);
  }

  /** A phone comes: it registers. */
  phoneComes(extension: string): void {
    comes(this.core, this.phones, extension);
  }

  /** A phone goes: it unregisters itself, or its registration expires. */
  phoneGoes(extension: string, how: 'unregister' | 'expire' = 'unregister'): void {
    goes(this.core, this.phones, extension, how);
  }

  /** What the phone of an extension, or of a number outside (digits), does when it rings. Naming it registers it. */
  phone(extension: string): Script<PhoneReaction> {
    return this.phones.people.who(extension);
  }

  /** What happens when that client (E.164 digits) is called. */
  client(number: string): Script<ClientReaction> {
    return this.trunk.clients.who(number);
  }

  setAgentStatus(name: string, status: 'Available' | 'Logged Out' | 'On Break'): void {
    this.config.setStatus(name, status);
  }

  /** Hears of what happens, of one kind or of all; gives back how to stop listening. */
  on(kind: HappeningKind | 'all', listener: (happening: Happening) => void): () => void {
    return this.core.listen((happening) => {
      if (kind === 'all' || happening.kind === kind) listener(happening);
    });
  }

  /** The next happening of that kind (about that, when `matching` is given). */
  once(kind: HappeningKind, matching: (happening: Happening) => boolean = () => true): Promise<Happening> {
    return new Promise((resolve) => {
      const stop = this.on(kind, (happening) => {
        if (!matching(happening)) return;
        stop();
        resolve(happening);
      });
    });
  }

  private beat(): void {
    this.schedule.exactly(heartbeatMs, () => {
      this.core.events.fire('HEARTBEAT', heartbeatHeaders(this.core));
      this.beat();
    });
  }
}
