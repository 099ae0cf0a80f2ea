import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

/** The command whose answer is judged here; FreeSWITCH answers with the XML as it is in force, or "can't find anything". */
export const dialplanQuestion = 'xml_locate dialplan context name callbackd';

/** The extensions in which a callback runs; see freeswitch-conf/dialplan/callbackd.xml. */
const extensions = ['queue', 'client'];

/**
 * Our context in FreeSWITCH's dialplan.
 * @param shipped the file that belongs there
 * @param confDir FreeSWITCH's configuration folder
 */
export function judgeDialplan(answer: Answer, shipped: string, confDir: string): Finding {
  const report = about('dialplan');
  if ('none' in answer) return report.unchecked(answer.none);
  const todo = `"sudo cp ${shipped} ${confDir}/dialplan/", then "fs_cli -x reloadxml"`;
  if (!answer.text.includes('<context '))
    return report.problem('FreeSWITCH has no dialplan context "callbackd", so no callback can run', todo);
  const missing = extensions.filter((name) => !answer.text.includes(`<extension name="${name}"`));
  if (missing.length > 0)
    return report.problem(
      `the dialplan context "callbackd" lacks the extension ${missing.map((name) => `"${name}"`).join(' and ')}: it is not the file of this version`,
      todo,
    );
  return report.ok('FreeSWITCH has the dialplan context "callbackd"');
}
