import type { WantedTask } from '../tasks/add-by-hand.js';
import type { TaskAdmin } from '../tasks/admin.js';
import type { Blacklist, WantedEntry } from '../tasks/blacklist.js';
import type { Journal, JournalFilter } from '../tasks/journal.js';
import type { RuleAdmin } from '../tasks/rule-admin.js';
import type { Status } from '../tasks/status.js';
import type { TaskFilter } from '../tasks/store.js';
import type { Handlers } from './control.js';

/** What the CLI may ask of the running daemon, by the name of the request. Its answers are what lib/cli/office.ts expects. */
export function controlHandlers(
  status: () => Status,
  admin: TaskAdmin,
  journal: Journal,
  blacklist: Blacklist,
  rules: RuleAdmin,
): Handlers {
  return {
    status,
    'tasks.list': ({ filter }) => admin.list(filter as TaskFilter),
    'tasks.show': ({ id }) => admin.show(Number(id)),
    'tasks.cancel': ({ id }) => admin.cancel(Number(id)),
    'tasks.retry': ({ id, atOnce }) => admin.retry(Number(id), atOnce === true),
    'tasks.add': ({ wanted }) => admin.add(wanted as WantedTask),
    'tasks.page': ({ filter }) => admin.page(filter as TaskFilter & { after: number }),
    'calls.list': ({ filter }) => journal.list(filter as JournalFilter),
    'calls.unanswered': ({ filter }) => journal.unanswered(filter as JournalFilter),
    'calls.show': ({ id }) => journal.show(Number(id)),
    'calls.why': ({ what }) => journal.why(String(what)),
    'calls.forget': ({ number, fromBlacklist }) => journal.forget(String(number), fromBlacklist === true),
    'blacklist.list': () => blacklist.list(),
    'blacklist.add': ({ entries }) => blacklist.add(entries as WantedEntry[]),
    'blacklist.remove': ({ pattern }) => blacklist.remove(String(pattern)),
    'rules.list': () => rules.list(),
    'rules.inForce': () => rules.inForce(),
    'rules.reload': () => rules.reload(),
    'rules.preview': ({ id }) => rules.preview(String(id)),
    'rules.deleted': ({ id }) => rules.deleted(String(id)),
    'switch.turn': ({ on }) => rules.turn(on === true),
    'switch.state': () => rules.switch,
  };
}
