import type { Configuration } from '../config/configuration.js';
import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

/** NAME of `sofia/gateway/NAME/…`, the usual dial string of a client; undefined when the route is another. */
export function gatewayOf(route: string): string | undefined {
  return /^sofia\/gateway\/([^/{}\s]+)\//.exec(route)?.[1];
}

/** Is this the answer to `sofia status gateway NAME` for one that is there? */
export function knowsGateway(answer: string): boolean {
  return field(answer, 'State') !== undefined && field(answer, 'Status') !== undefined;
}

/** The gateways in the answer to `sofia status`, whose rows begin with PROFILE::NAME and the word gateway (mod_sofia). */
export function gatewayNames(table: string): string[] {
  return [...table.matchAll(/^\s*\S*::(\S+)\s+gateway\s/gm)].map(([, name = '']) => name);
}

/** The gateways of outbound.route and outbound.routes, each once; a route of another kind stands alone. */
export function routesOf({ route, routes }: Configuration['outbound']): string[] {
  const all = [...(route === undefined ? [] : [route]), ...Object.values(routes)];
  const byGateway = new Map(all.map((each) => [gatewayOf(each) ?? each, each]));
  return [...byGateway.values()];
}

/** The gateway of a route, by the answer to `sofia status gateway NAME` (mod_sofia). */
export function judgeGateway(route: string | undefined, answer: Answer): Finding {
  const report = about('gateway');
  if (route === undefined) return report.unchecked('no outbound.route, so nobody can be dialled');
  const gateway = gatewayOf(route);
  if (gateway === undefined)
    return report.ok(`outbound.route "${route}" names no gateway of mod_sofia; nothing to look at`);
  if ('none' in answer) return report.unchecked(answer.none);
  const state = field(answer.text, 'State');
  const status = field(answer.text, 'Status');
  if (state === undefined || status === undefined)
    return report.problem(
      `FreeSWITCH does not know the gateway "${gateway}" of outbound.route (it says: ${firstLine(answer.text)})`,
      '"fs_cli -x \'sofia status\'" lists the gateways it has: correct "outbound.route", or define the gateway and "sofia profile NAME rescan"',
    );
  const seen = `the gateway "${gateway}" is ${status}, ${state === 'NOREG' ? 'without registration' : `registration ${state}`}`;
  if (status === 'DOWN')
    return report.problem(
      seen,
      `clients can't be dialled: "fs_cli -x 'sofia status gateway ${gateway}'" tells more; check its address, user and password with your operator`,
    );
  if (state !== 'NOREG' && state !== 'REGED')
    return report.warning(
      seen,
      `look again in a minute; if it stays so: "fs_cli -x 'sofia status gateway ${gateway}'"`,
    );
  return report.ok(seen);
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`^${name}[ \\t]+(\\S+)`, 'm').exec(text)?.[1];
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.trim() ?? '';
}
