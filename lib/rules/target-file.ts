/** `to` of a callback, checked for its meaning and normalised. */
import type { JsonFile } from '../config/json-file.js';
import type { JsonPath, Problem } from '../config/problem.js';
import { durationMs } from '../time/duration.js';
import { comparable } from './facts.js';
import { checkGroup, checkNumber, type TargetContext } from './target-check.js';
import { progressiveKinds, targetKinds, type WrittenTarget, type WrittenTo } from './target-schema.js';
import type { CallbackTarget, PlainTarget } from './rule.js';

const path = ['callback', 'to'];

/**
 * The target; `problems` gets what is wrong with it. The result is used only when nothing is.
 * @param written undefined when the schema has complained of it already
 */
export function readTarget(
  json: JsonFile,
  written: WrittenTo | undefined,
  context: TargetContext,
  problems: Problem[],
): CallbackTarget {
  if (written === undefined) return { tried: true, stepMs: 0, atOnce: 1 };
  const { byDialled, else: rest, ...own } = written;
  const target = (at: JsonPath, written: WrittenTarget): PlainTarget => readPlain(json, at, written, context, problems);
  if (byDialled === undefined) {
    if (rest !== undefined) {
      const message = '"else" belongs beside "byDialled": {"byDialled": {"+74951234567": …}, "else": …}';
      problems.push(json.problem([...path, 'else'], message, { atKey: true }));
    }
    return target(path, own);
  }
  const [other] = Object.keys(own);
  if (other !== undefined) {
    const message = `"${other}" belongs into a target of "byDialled" or into "else", not beside them`;
    problems.push(json.problem([...path, other], message, { atKey: true }));
  }
  const targets: Record<string, PlainTarget> = {};
  const writtenAs = new Map<string, string>();
  for (const [key, written] of Object.entries(byDialled)) {
    const at = [...path, 'byDialled', key];
    const number = comparable(key, context.country) ?? key;
    const twin = writtenAs.get(number);
    if (twin !== undefined)
      problems.push(json.problem(at, `"${key}" and "${twin}" are one number (${number})`, { atKey: true }));
    writtenAs.set(number, key);
    targets[number] = target(at, written);
  }
  return {
    byDialled: targets,
    ...(rest === undefined ? {} : { else: target([...path, 'else'], rest) }),
  };
}

function readPlain(
  json: JsonFile,
  at: JsonPath,
  written: WrittenTarget,
  context: TargetContext,
  problems: Problem[],
): PlainTarget {
  const kinds = targetKinds.filter((kind) => written[kind] !== undefined);
  const [kind, second] = kinds;
  const expected = 'one target';
  if (second !== undefined) {
    const message = `expected ${expected}, found ${kinds.map((each) => `"${each}"`).join(' and ')}`;
    problems.push(json.problem([...at, second], message, { expected, atKey: true }));
  } else if (kind === undefined) {
    const message = `expected ${expected} beside "step" and "atOnce", such as {"group": "sales"}, found none`;
    if (Object.keys(written).length > 0) problems.push(json.problem(at, message, { expected }));
  } else if (!progressiveKinds.includes(kind)) {
    for (const key of ['step', 'atOnce'] as const) {
      if (written[key] === undefined) continue;
      const message = `"${key}" is only for "group", "tried" and "lastPhase", where several phones ring: remove it`;
      problems.push(json.problem([...at, key], message, { atKey: true }));
    }
  }
  const { queue, extension, number, group, tried, dialplan } = written;
  if (queue !== undefined) return { queue };
  if (extension !== undefined) return { extension };
  if (number !== undefined) return { number: checkNumber(json, [...at, 'number'], number, context, problems) };
  if (dialplan !== undefined) return { dialplan };
  const progression = { stepMs: stepOf(json, at, written.step, problems), atOnce: written.atOnce ?? 3 };
  if (group !== undefined) {
    checkGroup(json, [...at, 'group'], group, context, problems);
    return { group, ...progression };
  }
  return tried === undefined ? { lastPhase: true, ...progression } : { tried, ...progression };
}

function stepOf(json: JsonFile, at: JsonPath, step: string | undefined, problems: Problem[]): number {
  const ms = durationMs(step ?? '10s');
  if (ms < 1_000 || ms > 300_000) {
    const expected = 'a duration from "1s" to "5m"';
    problems.push(json.problem([...at, 'step'], `expected ${expected}, found "${step}"`, { expected }));
  }
  return ms;
}
