/** What a callback is when the rule doesn't say otherwise; within the limits. */
import { join } from 'node:path';
import type { CallbackAction, CallbackTarget, Rule, RuleContext } from './rule.js';
import { requestRuleId } from './rule.js';

export function defaultCallback(to: CallbackTarget, context: RuleContext): CallbackAction {
  return {
    kind: 'callback',
    to,
    prompt: [{ file: promptPath('callback.wav', context) }],
    afterwards: false,
    priority: 'keepPlace',
    afterMs: [0, 300_000, 900_000].slice(0, context.limits.attempts),
    maxConcurrent: Math.min(2, context.limits.maxConcurrent),
    successAfterMs: 5_000,
    expireAfterMs: 28_800_000,
  };
}

/** Absolute path of a prompt; relative ones are in the sounds folder of the language. */
export function promptPath(file: string, { soundsDir, language }: Pick<RuleContext, 'soundsDir' | 'language'>): string {
  return file.startsWith('/') ? file : join(soundsDir, language, file);
}

/** The built-in rule of requests: called back by where the client asked. */
export function requestRule(to: CallbackTarget, context: RuleContext): Rule {
  return {
    id: requestRuleId,
    order: Number.MAX_SAFE_INTEGER,
    file: '',
    name: 'The client asked to be called back',
    enabled: true,
    lostAt: [{ kind: 'any' }],
    minWaitMs: 0,
    action: defaultCallback(to, context),
  };
}
