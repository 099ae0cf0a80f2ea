import type { Speech } from '../config/configuration.js';
import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

interface Module {
  name: string;
  for: string;
}

/** The modules of FreeSWITCH that callbackd lives on, as freeswitch-conf/README.md lists them. */
export const modulesNeeded: readonly Module[] = [
  { name: 'mod_callcenter', for: 'calls lost in queues, and callbacks through them' },
  { name: 'mod_json_cdr', for: 'calls that are lost while callbackd does not run' },
  { name: 'mod_loopback', for: 'callbacks through a queue' },
  { name: 'mod_sndfile', for: 'the prompt' },
  { name: 'mod_tone_stream', for: 'the tones that an employee hears' },
  { name: 'mod_sofia', for: 'phones and the trunk' },
  { name: 'mod_dialplan_xml', for: 'the dialplan of a callback' },
  { name: 'mod_dptools', for: 'the dialplan of a callback' },
];

/** A line for each module that is missing, or one for all. `answers`: those to `module_exists NAME`, by name. */
export function judgeModules(answers: ReadonlyMap<string, Answer>, unneeded: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  const loaded: string[] = [];
  for (const module of modulesNeeded) {
    const answer = answers.get(module.name);
    if (answer === undefined) continue;
    if ('none' in answer) return [about('modules').unchecked(answer.none)];
    if (answer.text === 'true') loaded.push(module.name);
    else findings.push(missing(module, unneeded.has(module.name)));
  }
  return findings.length > 0 ? findings : [about('modules').ok(`all loaded: ${loaded.join(', ')}`)];
}

/** The module of an engine bears its name (mod_flite, mod_tts_commandline), as far as FreeSWITCH's own are concerned. */
export function speechModule({ engine }: Speech): string {
  return `mod_${engine}`;
}

/** Nothing when it is loaded, or nobody can be asked. `answer`: the one to `module_exists NAME`. */
export function judgeSpeech(tts: Speech, answer: Answer): Finding[] {
  const name = speechModule(tts);
  if ('none' in answer || answer.text === 'true') return [];
  return [
    about('modules').warning(
      `${name} is not loaded; texts are spoken by the engine "${tts.engine}" of sounds.tts`,
      `unless another module has that engine: "fs_cli -x 'load ${name}'", and name it in modules.conf.xml`,
    ),
  ];
}

function missing({ name, for: what }: Module, unneeded: boolean): Finding {
  const found = `${name} is not loaded; it is needed for ${what}`;
  const remedy = `"fs_cli -x 'load ${name}'", and name it in modules.conf.xml so that it is loaded at the next start too`;
  return unneeded
    ? about('modules').warning(found, `not by the rules of now; when you want it: ${remedy}`)
    : about('modules').problem(found, remedy);
}
