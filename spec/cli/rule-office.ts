/** An office without a daemon, with rules, a schedule and a database of losses. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndedCall } from '../../lib/calls/call.js';
import { openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import type { CallDecision } from '../../lib/tasks/store.js';
import { folderWith } from '../config/temporary-folder.js';
import { callback, lostCall } from '../store/contract.js';
import { cliAnswering, type Seen } from './cli.js';

export const salesText = `{
  // Only in office hours.
  "name": "Sales", // ours
  "lostAt": "queue:sales@default",
  "lostDuring": "office-hours",
  "minWait": "10s",
  "callback": { "to": { "queue": "sales@default" }, "during": "office-hours" }
}
`;

export class RuleOffice {
  readonly folder = folderWith({
    'callbackd.json': '{"country": "RU", "timezone": "Europe/Moscow", "calls": {"variables": ["vip"]}}',
    'schedules.json': '{"office-hours": {"weekly": {"mon-fri": ["09:00-18:00"]}}}',
    'rules/10-sales.json': salesText,
    'rules/20-vip.json': JSON.stringify({
      name: 'VIP',
      when: { fact: 'variable', params: { name: 'vip' }, operator: 'equal', value: '1' },
      callback: { to: { extension: '1001' }, during: 'office-hours', after: ['1m'] },
    }),
    'rules/30-none.json': '{"name": "The rest", "enabled": false, "ignore": true}',
  });
  readonly rulesDir = join(this.folder, 'rules');
  readonly database = join(this.folder, 'callbackd.db');

  run(...args: string[]): Promise<Seen> {
    return this.answering(undefined, ...args);
  }

  /** On a terminal, with this answer to its question. */
  answering(answer: string | undefined, ...args: string[]): Promise<Seen> {
    return cliAnswering(answer, ...args, '--config', join(this.folder, 'callbackd.json'));
  }

  files(): string[] {
    return readdirSync(this.rulesDir).sort();
  }

  text(name: string): string {
    return readFileSync(join(this.rulesDir, name), 'utf8');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.rulesDir, name), text);
  }

  remove(name: string): void {
    rmSync(join(this.rulesDir, name));
  }

  inDatabase<T>(work: (store: SqliteStore) => T): T {
    const store = new SqliteStore(openDatabase(this.database), this.database);
    try {
      return work(store);
    } finally {
      store.close();
    }
  }

  /** A loss that made no task. */
  lost(call: Partial<EndedCall> & { call: string }, decision: Partial<CallDecision> = {}): void {
    const decided = { ...callback, rule: 'sales', history, ...decision };
    this.inDatabase((store) => store.takeCall(lostCall(call), decided, call.e164, () => undefined));
  }
}

const history = { timesLostToday: 1, timesLostThisWeek: 1, openTask: false };
