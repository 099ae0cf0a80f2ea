import { beforeEach, describe, expect, it } from '@jest/globals';
import { columns } from '../../lib/cli/exported-task.js';
import { packageFile } from '../../lib/config/package-root.js';
import { readFileSync } from 'node:fs';
import { callback, lostCall, newAttempt, newTask } from '../store/contract.js';
import { minute, noon } from '../tasks/made.js';
import { codeIn, tableRows } from '../readme/markdown.js';
import { json, type Seen } from './cli.js';
import { OfficeFiles } from './office-files.js';

let office: OfficeFiles;

const exported = (...options: string[]): Promise<Seen> => office.run('tasks', 'export', ...options);

/** Task 1 waits after an attempt; task 2 was reached. */
beforeEach(() => {
  office = new OfficeFiles();
  office.inDatabase((store) => {
    for (const [client, name] of [
      ['+74951230001', '=1+1;@x "Anna"'],
      ['+74951230002', 'Boris'],
    ] as const) {
      const call = lostCall({ call: `leg of ${client}`, e164: client, name, dialled: '74951234567' });
      store.takeCall(call, callback, client, () => newTask({ client, name, call: call.call, dialled: '74951234567' }));
    }
    const first = store.claim(1, newAttempt({ startedAt: noon + minute }))!;
    const busy = { endedAt: noon + 2 * minute, outcome: 'client-busy', employee: '1001' } as const;
    store.endAttempt(first.id, busy, (task) => ({ ...task, state: 'waiting', attemptsUsed: 1, dueAt: noon + 7 * minute, waitsFor: 'no free employee in group sales' })); // prettier-ignore
    const second = store.claim(2, newAttempt({ startedAt: noon + minute }))!;
    const reached = { endedAt: noon + 3 * minute, outcome: 'reached', employee: '1002', talkMs: 65_400 } as const;
    store.endAttempt(second.id, reached, (task) => ({ ...task, state: 'reached', reason: 'reached by callback', attemptsUsed: 1, closedAt: noon + 3 * minute })); // prettier-ignore
  });
});

describe('tasks export --csv', () => {
  it('has a header line and a line for each open task, as RFC 4180 has it, and no formula', async () => {
    const { code, out, err } = await exported('--csv');
    expect([code, err]).toEqual([0, '']);
    expect(`${out}\n`.split('\r\n')).toEqual([
      columns.join(','),
      '1,+74951230001,"\'=1+1;\'@x ""Anna""",waiting,,all,false,false,2026-11-20T12:00:00.000Z,queue sales@default,74951234567,12,1,1,2026-11-20T12:01:00.000Z,client-busy,1001,,2026-11-20T12:07:00.000Z,no free employee in group sales,2026-11-20T20:00:00.000Z,2026-11-20T12:00:00.000Z,',
      '',
    ]);
  });

  it('has closed ones too with --all, and those made since with --since', async () => {
    const lines = async (...options: string[]): Promise<number> => (await exported('--csv', ...options)).out.split('\r\n').length; // prettier-ignore
    expect(await lines('--all')).toBe(3);
    expect(await lines('--all', '--since', '2036-01-01')).toBe(1);
  });
});

describe('tasks export --json', () => {
  it('has the same by the same names, and leaves out what is not known', async () => {
    const [first, second] = json(await exported('--json', '--all')) as Record<string, unknown>[];
    expect(first).toMatchObject({ task: 1, name: '=1+1;@x "Anna"', waits_for: 'no free employee in group sales' });
    expect(second).toEqual({
      task: 2, client: '+74951230002', name: 'Boris', state: 'reached', reason: 'reached by callback', rule: 'all', by_hand: false, requested: false,
      lost_at: '2026-11-20T12:00:00.000Z', place: 'queue sales@default', dialled: '74951234567', waited_s: 12, attempts: 1, attempts_used: 1,
      last_attempt_at: '2026-11-20T12:01:00.000Z', last_outcome: 'reached', employee: '1002', talk_s: 65,
      expires_at: '2026-11-20T20:00:00.000Z', created_at: '2026-11-20T12:00:00.000Z', closed_at: '2026-11-20T12:03:00.000Z',
    }); // prettier-ignore
    expect(json(await exported('--json', '--since', '2036-01-01'))).toEqual([]);
  });

  it('gives more tasks than one answer of the daemon has', async () => {
    office.inDatabase((store) => {
      for (let index = 0; index < 1_100; index++) {
        const client = `+7495124${String(index).padStart(4, '0')}`;
        const call = lostCall({ call: client, e164: client });
        store.takeCall(call, callback, client, () => newTask({ client, call: client }));
      }
    });
    const ids = (json(await exported('--json')) as { task: number }[]).map(({ task }) => task);
    expect(ids).toHaveLength(1_101);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });
});

it('the columns are those of docs/export.md, in their order', () => {
  const told = tableRows(readFileSync(packageFile('docs', 'export.md'), 'utf8'), 'column').map(([name]) =>
    codeIn(name),
  );
  expect(told).toEqual([...columns]);
});
