import { describe, expect, it, test } from '@jest/globals';
import { outcomeOf, outcomeText } from '../../lib/cli/rule-outcome.js';
import { actionText, ruleLines, targetText } from '../../lib/cli/rule-words.js';
import { defaultCallback } from '../../lib/rules/callback-defaults.js';
import type { CallbackAction, CallbackTarget, Rule } from '../../lib/rules/rule.js';
import { context, loss, rule } from '../rules/rule-context.js';

function calling(to: CallbackTarget, more: Partial<CallbackAction> = {}): Rule {
  return rule('sales', { action: { ...defaultCallback(to, context), ...more } });
}

const words = (to: CallbackTarget, more?: Partial<CallbackAction>): Map<string, string> =>
  new Map(ruleLines(calling(to, more)));
const progression = { stepMs: 10_000, atOnce: 3 };

test.each<[CallbackTarget, string]>([
  [{ queue: 'sales@default' }, 'queue sales@default'],
  [{ extension: '1001' }, 'extension 1001'],
  [{ number: '+74951230001' }, 'number +74951230001'],
  [{ group: 'sales', ...progression }, 'group sales'],
  [{ tried: true, ...progression }, 'those who were tried'],
  [{ lastPhase: true, ...progression }, 'those of the last phase'],
  [{ dialplan: '7000 XML default' }, 'dialplan 7000 XML default'],
  [
    { byDialled: { '+74951234567': { queue: 'sales@default' } } },
    'by the dialled number (+74951234567: queue sales@default; else: nobody)',
  ],
  [
    { byDialled: { '200': { tried: true, ...progression } }, else: { extension: '1001' } },
    'by the dialled number (200: those who were tried; else: extension 1001)',
  ],
])('who is rung: %j', (to, text) => {
  expect(targetText(to)).toBe(text);
  expect(actionText(calling(to))).toBe(`call back: ${text}`);
});

test('of many dialled numbers a list shows two', () => {
  const byDialled = Object.fromEntries(['200', '300', '400', '500'].map((number) => [number, { queue: `q${number}` }]));
  expect(actionText(calling({ byDialled }))).toBe(
    'call back: by the dialled number (200: queue q200; 300: queue q300; 2 more; else: nobody)',
  );
  expect(targetText({ byDialled })).toContain('500: queue q500; else');
});

describe('a rule in words', () => {
  it('says what the employee hears, and with the defaults nothing more', () => {
    const lines = words({ queue: 'q' }, { prompt: [{ file: '/s/callback.wav' }] });
    expect(lines.get('prompt')).toBe('/s/callback.wav');
    expect([...lines.keys()]).toEqual([
      ...['lost at', 'lost', 'waited', 'then', 'prompt', 'dialled', 'attempts', 'at a time', 'reached', 'given up'],
    ]);
  });

  it('says what the employee hears, part by part', () => {
    const prompt: CallbackAction['prompt'] = [{ say: 'dialled' }, { text: 'Sales' }, { file: '/s/x.wav' }, { say: 'waited' }]; // prettier-ignore
    expect(words({ queue: 'q' }, { prompt }).get('prompt')).toBe(
      'the label of the number that he had dialled, then "Sales", then /s/x.wav, then how long he had waited',
    );
  });

  it('says how the phones ring', () => {
    expect(words({ group: 'sales', ...progression }).get('phones')).toBe(
      'one phone first, after each 10 s one more, at most 3 at once',
    );
    expect(words({ tried: true, stepMs: 5_000, atOnce: 1 }).get('phones')).toBe(
      'one phone after the other, each for 5 s',
    );
    const both = {
      byDialled: { '200': { group: 'a', ...progression } },
      else: { tried: true as const, ...progression },
    };
    expect(words(both).get('phones')).toBe('one phone first, after each 10 s one more, at most 3 at once');
  });

  it('says what is asked of the employee', () => {
    const lines = words(
      { queue: 'q' },
      { accept: { key: '1', withinMs: 10_000 }, afterwards: true, priority: 'callersFirst', callerId: '+74951234567' },
    );
    expect(lines.get('accepted')).toBe('when he presses 1 within 10 s');
    expect(lines.get('afterwards')).toMatch(/1 again later, 2 done, 9 never/);
    expect(lines.get('in queue')).toBe('waits until no caller is waiting there');
    expect(lines.get('shown')).toBe("the client's phone shows +74951234567");
  });
});

describe('who is rung for a call', () => {
  const to = { byDialled: { '+74951234567': { queue: 'sales@default' } } };
  const text = async (dialled: string): Promise<string> => {
    const outcome = await outcomeOf(loss({ dialled }), { rules: [calling(to)], context });
    return outcomeText(outcome, 'Europe/Moscow');
  };

  it('is the target of the number that the client had dialled', async () => {
    expect(await text('84951234567')).toMatch(/^called back by sales through queue sales@default, first at /);
  });

  it('is nobody when the rule has no target for it', async () => {
    expect(await text('84951234568')).toContain('nobody (the rule has no target for the number 84951234568)');
  });
});
