/** What an admin installed in FreeSWITCH, as its own commands show it: modules, a gateway, configuration files. */
import { existsSync, readFileSync } from 'node:fs';
import { packageFile } from '../config/package-root.js';

const modules = [
  'mod_callcenter', 'mod_commands', 'mod_dialplan_xml', 'mod_dptools', 'mod_event_socket', 'mod_json_cdr', 'mod_loopback',
  'mod_sndfile', 'mod_sofia', 'mod_tone_stream',
]; // prettier-ignore

export function hasModule(name: string): string {
  return String(modules.includes(name));
}

const nothing = "can't find anything\n";

/** `xml_locate SECTION TAG name NAME`: the XML in force. The dialplan's extensions are there without what they do. */
export function locate(question: string, cdrDir: string | undefined): string {
  if (question === 'dialplan context name callbackd')
    return `<context name="callbackd">\n${extensions().join('\n')}</context>\n`;
  if (question !== 'configuration configuration name json_cdr.conf' || cdrDir === undefined) return nothing;
  const settings = {
    'log-b-leg': 'true',
    'prefix-a-leg': 'false',
    'encode-values': 'false',
    'log-dir': cdrDir,
    url: '',
  };
  const params = Object.entries(settings).map(
    ([name, value]) => `    <param name="${name}" value="${value}"></param>\n`,
  );
  return `<configuration name="json_cdr.conf">\n  <settings>\n${params.join('')}  </settings>\n</configuration>\n`;
}

function extensions(): string[] {
  const shipped = readFileSync(packageFile('freeswitch-conf', 'dialplan', 'callbackd.xml'), 'utf8');
  return [...shipped.matchAll(/<extension name="[^"]+"/g)].map(([tag]) => `  ${tag}>\n  </extension>\n`);
}

/** The one gateway, `trunk`, which does not register. */
export function sofia(words: string): string | undefined {
  const line = '='.repeat(97);
  if (words === 'status')
    return `                     Name\t   Type\t                                      Data\tState\n${line}\n          external::trunk\tgateway\t      sip:trunk@127.0.0.1\tNOREG\n${line}\n`;
  const gateway = /^status gateway (\S+)$/.exec(words)?.[1];
  if (gateway === undefined) return undefined;
  if (gateway !== 'trunk') return 'Invalid Gateway!\n';
  return `${line}\nName    \ttrunk\nProfile \texternal\nPingState\t0/0/0\nState   \tNOREG\nStatus  \tUP\n${line}\n`;
}

export function fileExists(file: string): string {
  return String(existsSync(file));
}

/** What `list_users` prints. */
export function userTable(extensions: readonly string[]): string {
  const head = 'userid|context|domain|group|contact|callgroup|effective_caller_id_name|effective_caller_id_number';
  return [head, ...extensions.map((user) => `${user}|default|simulated|default|||${user}|${user}`), '', '+OK\n'].join(
    '\n',
  );
}
