import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { userInfo } from 'node:os';
import type { Configuration } from '../config/configuration.js';
import { packageFile } from '../config/package-root.js';
import { checkAll, type Checked } from '../rules/check.js';
import { soundsOf } from '../rules/prompt-files.js';
import type { Rule } from '../rules/rule.js';
import { isWriterLockHeld } from '../store/examine.js';
import type { Clock } from '../time/clock.js';
import { askNobody, askOver, type Answer, type Ask } from './ask.js';
import { cdrQuestion, judgeCdrs } from './cdr.js';
import { judgeClock } from './clock.js';
import { judgeConfiguration } from './configuration.js';
import { judgeDaemon, type DaemonFacts } from './daemon.js';
import { judgeDatabase, judgeDisk } from './database.js';
import { dialplanQuestion, judgeDialplan } from './dialplan.js';
import { about, type Finding } from './finding.js';
import { gatewayOf, judgeGateway, routesOf } from './gateway.js';
import { judgeEvents, judgeLink } from './link.js';
import {
  freeSpace,
  isSameFolder,
  lookAtDatabase,
  lookAtFolder,
  lookAtPassword,
  ownerOf,
  sizeOf,
  type Environment,
} from './machine.js';
import { judgeModules, judgeSpeech, modulesNeeded, speechModule } from './modules.js';
import { OwnLink } from './own-link.js';
import { judgePassword } from './password.js';
import { judgeQueues, queuesNamed } from './queues.js';
import { judgeSounds, type SoundFacts } from './sounds.js';
import { judgeUser } from './user.js';

export interface DoctorParts {
  configFile: string;
  /** Of this program. */
  version: string;
  clock: Clock;
  environment: Environment;
  /** Asks the daemon at this socket how it is; undefined when nobody listens. Never rejects, always ends. */
  askDaemon: (socket: string) => Promise<DaemonFacts | undefined>;
}

/** Looks at everything that callbackd needs, one thing after the other, and says of each what it found. Changes nothing. */
export async function* examine(parts: DoctorParts): AsyncGenerator<Finding, void, undefined> {
  const checked = checkAll(parts.configFile, parts.environment);
  const { configuration } = checked;
  yield* judgeConfiguration({
    file: parts.configFile,
    problems: withoutPassword(checked),
    rulesInForce: checked.rules.filter(({ enabled }) => enabled).length,
  });
  if (configuration === undefined) {
    yield about('the rest').unchecked('the configuration has errors, so it is not known what to look at');
    return;
  }
  const password = await lookAtPassword(configuration, parts.environment);
  yield judgeUser(process.getuid?.(), await ownerOf(dirname(configuration.database)), userInfo().username);
  yield judgePassword(password);
  const link =
    password.password === undefined ? undefined : new OwnLink(configuration.esl, password.password, parts.clock);
  try {
    const ask = yield* throughLink(link);
    yield* inFreeswitch(ask, configuration, checked.rules);
    yield* onThisMachine(ask, configuration, parts);
  } finally {
    await link?.close();
  }
}

/** Doctor says it in a line of its own. */
function withoutPassword({ configuration, problems }: Checked): Checked['problems'] {
  const sources = [configuration?.esl.passwordFile, 'CALLBACKD_ESL_PASSWORD'];
  return problems.filter(({ file, message }) => !sources.includes(file) && !message.startsWith('no ESL password'));
}

async function* throughLink(link: OwnLink | undefined): AsyncGenerator<Finding, Ask, undefined> {
  if (link === undefined) {
    yield about('link').unchecked('no password');
    yield about('events').unchecked('no link');
    return askNobody;
  }
  const opened = await link.open();
  const ask = opened.up ? askOver(link) : askNobody;
  yield judgeLink(opened, await ask('version'));
  yield opened.up ? judgeEvents(await link.proveEvents()) : about('events').unchecked('no link');
  return ask;
}

async function* inFreeswitch(
  ask: Ask,
  configuration: Configuration,
  rules: readonly Rule[],
): AsyncGenerator<Finding, void, undefined> {
  const { outbound, requests } = configuration;
  const named = queuesNamed(rules, requests.queues);
  const modules = new Map<string, Answer>();
  for (const { name } of modulesNeeded) modules.set(name, await ask(`module_exists ${name}`));
  yield* judgeModules(modules, new Set(named.length > 0 ? [] : ['mod_callcenter', 'mod_loopback']));

  const { tts } = configuration.sounds;
  if (tts !== undefined) yield* judgeSpeech(tts, await ask(`module_exists ${speechModule(tts)}`));

  const file = packageFile('freeswitch-conf', 'dialplan', 'callbackd.xml');
  const shipped = { file, xml: readFileSync(file, 'utf8') };
  yield judgeDialplan(await ask(dialplanQuestion), shipped, await confDir(ask));

  const agents = new Map<string, Answer>();
  const safe = (queue: string): boolean => /^[A-Za-z0-9_.@-]+$/.test(queue);
  for (const queue of new Set(named.map((each) => each.queue).filter(safe)))
    agents.set(queue, await ask(`callcenter_config queue list agents ${queue}`));
  yield* judgeQueues(named, await ask('callcenter_config queue list'), agents);

  const routes = routesOf(outbound);
  for (const route of routes.length === 0 ? [undefined] : routes) {
    const gateway = gatewayOf(route ?? '');
    yield judgeGateway(route, gateway === undefined ? { none: '' } : await ask(`sofia status gateway ${gateway}`));
  }

  const sounds = soundsNeeded(rules, configuration);
  yield* judgeSounds(await Promise.all(sounds.map((sound) => lookAtSound(ask, sound))));
}

async function* onThisMachine(
  ask: Ask,
  configuration: Configuration,
  { askDaemon, version, clock }: DoctorParts,
): AsyncGenerator<Finding, void, undefined> {
  const { backfill, database, socket, timezone } = configuration;
  const found = await lookAtDatabase(database);
  yield* judgeCdrs({
    dir: backfill.dir,
    deletes: backfill.delete,
    timezone,
    settings: await ask(cdrQuestion),
    status: await ask('status'),
    uptime: await ask('uptime'),
    folder: backfill.dir === undefined ? { error: 'none' } : await lookAtFolder(backfill.dir),
    sameFolder: (logDir) => isSameFolder(logDir, backfill.dir ?? ''),
    ...(found.latestCallEndedAt !== undefined && { latestCallEndedAt: found.latestCallEndedAt }),
    now: clock.now(),
    shipped: packageFile('freeswitch-conf', 'autoload_configs', 'json_cdr.conf.xml'),
    confDir: await confDir(ask),
  });
  yield judgeDatabase(database, found.facts);
  yield judgeDisk(dirname(database), await freeSpace(dirname(database)));
  const daemon = (await askDaemon(socket)) ?? { state: 'none', held: isHeld(database) };
  yield judgeDaemon(daemon, { own: version, socket, database });
  yield judgeClock({
    freeswitch: await ask('strepoch'),
    now: clock.now(),
    timezone: configuration.timezone,
    ...(configuration.country !== undefined && { country: configuration.country }),
  });
}

/** The folder of FreeSWITCH's configuration, for the commands that the admin is told. */
async function confDir(ask: Ask): Promise<string> {
  const answer = await ask('global_getvar conf_dir');
  return 'text' in answer && answer.text.startsWith('/') ? answer.text : '/etc/freeswitch';
}

/** Every sound that a rule may play, with the first rule that does. */
function soundsNeeded(rules: readonly Rule[], configuration: Configuration): { file: string; rule: string }[] {
  const sounds = new Map<string, string>();
  for (const { enabled, id, action } of rules)
    for (const file of enabled && action.kind === 'callback' ? soundsOf(action, configuration) : [])
      if (!sounds.has(file)) sounds.set(file, id);
  return [...sounds].map(([file, rule]) => ({ file, rule }));
}

async function lookAtSound(ask: Ask, { file, rule }: { file: string; rule: string }): Promise<SoundFacts> {
  return { file, rule, size: await sizeOf(file), seen: await ask(`file_exists ${file}`) };
}

/** A lock that can't be looked at says nothing; judgeDatabase has told what is wrong there. */
function isHeld(database: string): boolean {
  try {
    return isWriterLockHeld(database);
  } catch {
    return false;
  }
}
