import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

/** The command whose answer is judged here; FreeSWITCH answers with the XML as it is in force, or "can't find anything". */
export const dialplanQuestion = 'xml_locate dialplan context name callbackd';

/** The file that belongs into FreeSWITCH's dialplan. */
export interface ShippedDialplan {
  file: string;
  xml: string;
}

/**
 * Our context in FreeSWITCH's dialplan: it has to have the extensions of this version.
 * @param confDir FreeSWITCH's configuration folder
 */
export function judgeDialplan(answer: Answer, shipped: ShippedDialplan, confDir: string): Finding {
  const report = about('dialplan');
  if ('none' in answer) return report.unchecked(answer.none);
  const remedy = `"sudo cp ${shipped.file} ${confDir}/dialplan/", then "fs_cli -x reloadxml"`;
  if (!answer.text.includes('<context '))
    return report.problem('FreeSWITCH has no dialplan context "callbackd", so no callback can run', remedy);
  const there = extensionsOf(answer.text);
  const missing = extensionsOf(shipped.xml).filter((name) => !there.includes(name));
  if (missing.length > 0)
    return report.problem(
      `the dialplan context "callbackd" lacks the extension ${missing.map((name) => `"${name}"`).join(', ')}: it is not the file of this version`,
      remedy,
    );
  return report.ok('FreeSWITCH has the dialplan context "callbackd"');
}

function extensionsOf(xml: string): string[] {
  return [...xml.matchAll(/<extension name="([^"]+)"/g)].map(([, name = '']) => name);
}
