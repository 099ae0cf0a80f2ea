import { describe, expect, it } from '@jest/globals';
import type { Reachable } from '../../lib/callback/originate.js';
import { defaultConfiguration, type Configuration } from '../../lib/config/configuration.js';
import { callbackPlan, lossOf, type Draft } from '../../lib/daemon/callback-plan.js';
import type { CallbackAction } from '../../lib/rules/rule.js';
import type { EndedCall } from '../../lib/calls/call.js';
import type { Task } from '../../lib/tasks/task.js';
import { callback as decision, lostCall } from '../store/contract.js';
import { noon, second, task as made } from '../tasks/made.js';

const queue: Reachable = { kind: 'queue', queue: 'sales@default' };

const action: CallbackAction = {
  kind: 'callback',
  to: { queue: 'sales@default' },
  prompt: [{ file: '/sounds/en/callback.wav' }],
  afterwards: false,
  priority: 'keepPlace',
  afterMs: [0],
  maxConcurrent: 2,
  successAfterMs: 5_000,
  expireAfterMs: 'never',
};

interface Changes {
  task?: Partial<Task>;
  /** null: the journal has it no more. */
  loss?: Partial<EndedCall> | null;
  rule?: Partial<CallbackAction>;
  outbound?: Partial<Configuration['outbound']>;
  displayPrefix?: string;
}

function planned({ task, loss, rule, outbound, displayPrefix = 'callback' }: Changes = {}): Draft | undefined {
  const usual = defaultConfiguration('/office/callbackd.json');
  const configuration: Configuration = {
    ...usual,
    country: 'RU',
    outbound: { ...usual.outbound, route: 'sofia/gateway/trunk/{number}', ...outbound },
    employees: { ...usual.employees, displayPrefix },
  };
  const record = loss === null ? undefined : { call: lostCall(loss), decision, task: 7 };
  return callbackPlan({ task: made(task), record }, { ...action, ...rule }, queue, configuration, noon + 90 * second);
}

describe('the place in the queue', () => {
  it('of a client who gave up: the seconds that he had waited', () => {
    expect(planned({ task: { waited: 42 } })?.keptPlace).toBe(42);
  });

  it('of a client who asked to be called: the seconds since he joined', () => {
    const loss = { outcome: 'requested', enteredAt: noon - 30 * second } as const;
    expect(planned({ loss })?.keptPlace).toBe(120);
  });

  it('of a request of which only the wait is known', () => {
    const [task, loss] = [{ waited: 12 }, { outcome: 'requested' }] as const;
    expect(planned({ task, loss })?.keptPlace).toBe(102);
  });

  it('none when callers come first', () => {
    const loss = { outcome: 'requested', enteredAt: noon } as const;
    expect(planned({ task: { waited: 42 }, loss, rule: { priority: 'callersFirst' } })?.keptPlace).toBe(0);
  });
});

describe('the leg of the client', () => {
  const routes = { '+74951234567': 'sofia/gateway/second/{national}' };

  it('goes out by the number that he had dialled, else by the usual route', () => {
    const route = (dialled: string): unknown => planned({ loss: { dialled }, outbound: { routes } })?.route;
    expect(['74951234567', '84951234568'].map(route)).toEqual([
      'sofia/gateway/second/84951230001',
      'sofia/gateway/trunk/74951230001',
    ]);
  });

  it('nowhere without a route', () => {
    const record = { call: lostCall(), decision, task: 7 };
    const unset = defaultConfiguration('/office/callbackd.json');
    expect(callbackPlan({ task: made(), record }, action, queue, unset, noon)).toBeUndefined();
  });

  it('shows the number of the rule, of the configuration, or the one that he had dialled', () => {
    const loss = { dialled: '74951234567' };
    const outbound = { callerId: '+74951234569' };
    expect(planned({ loss, outbound, rule: { callerId: '+74951234568' } })?.callerId).toBe('+74951234568');
    expect(planned({ loss, outbound })?.callerId).toBe('+74951234569');
    expect(planned({ loss })?.callerId).toBe('74951234567');
    expect(planned({ loss: { dialled: 'reception;drop' } })?.callerId).toBe('0000000000');
  });
});

describe('what the employee sees', () => {
  it.each([
    ['callback', 'Anna (home)', 'callback Anna (home)'],
    ['', "O'Neil; {x=1}", 'O Neil x 1'],
    ['callback', undefined, 'callback 74951230001'],
    ['', '!!!', '74951230001'],
  ])('with the prefix "%s" and the name %j: %s', (displayPrefix, name, display) => {
    expect(planned({ displayPrefix, task: name === undefined ? {} : { name } })?.display).toBe(display);
  });

  it('his mobile is dialled over the usual route, however it is written', () => {
    const route = planned()?.employeeRoute;
    expect(['+74951230009', '8 495 123-00-09', '0911'].map((number) => route?.(number.replace(/[ -]/g, '')))).toEqual([
      'sofia/gateway/trunk/74951230009',
      'sofia/gateway/trunk/74951230009',
      'sofia/gateway/trunk/0911',
    ]);
  });
});

it('a loss that the journal has no more: what the task has of it', () => {
  const task = made({ queue: 'sales@default', dialled: '74951234567', waited: 5 });
  const known = { call: 'leg-1', outcome: 'lost', queue: 'sales@default', dialled: '74951234567', waited: 5 };
  expect(lossOf({ task, record: undefined })).toEqual(known);
  expect(planned({ loss: null, task })).toMatchObject({ callerId: '74951234567', keptPlace: 5 });
});
