/**
 * What specs let another process do with a database, on the built code: `node child.mjs lock|commit|race FILE [NAME]`.
 * It prints a line for each thing that is done, and is killed by the spec.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lockForWriting, openDatabase } from '../../dist/lib/store/database.js';
import { SqliteStore } from '../../dist/lib/store/sqlite-store.js';

const [what, file, name] = process.argv.slice(2);
const say = (text) => process.stdout.write(`${text}\n`);
const decision = { action: 'callback', rule: 'all', reasons: [] };
const callOf = (uuid, client) => ({ call: uuid, outcome: 'lost', e164: client, startedAt: 1, endedAt: 2 });
const taskOf = (client, call) => ({
  client, rule: 'all', order: 0, state: 'waiting', requested: false, call, lostAt: 2, countsFrom: 2, waited: 0,
  attemptsUsed: 0, snoozes: 0, unreachable: 0, dueAt: 2, createdAt: 2,
}); // prettier-ignore

if (what === 'lock') {
  lockForWriting(file);
  // Nobody refers to the lock any more: it must outlive the garbage collector all the same.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  collect();
  setImmediate(() => {
    collect();
    say('locked');
  });
  setInterval(() => undefined, 1_000);
} else {
  const store = new SqliteStore(openDatabase(file), file);
  if (what === 'commit') commit(store);
  else race(store);
}

/** Takes calls, claims and ends attempts for ever; every line was durable before it was printed. */
function commit(store) {
  for (let round = 0; ; round += 1) {
    const id = `${name}-${round}`;
    const { task } = store.takeCall(callOf(id, id), decision, id, () => taskOf(id, id));
    say(`call ${id}`);
    const legs = { employeeLeg: `e-${id}`, clientLeg: `c-${id}`, job: `j-${id}` };
    const attempt = store.claim(task.id, { ...legs, startedAt: 1, coreUuid: 'core', target: 'extension:1001' });
    say(`attempt ${attempt.id}`);
    store.endAttempt(attempt.id, { endedAt: 2, outcome: 'client-busy' }, (one) => ({ ...one, state: 'waiting', attemptsUsed: 1 })); // prettier-ignore
    say(`ended ${attempt.id}`);
  }
}

/** The same clients as another process, at the same time. */
function race(store) {
  for (let round = 0; round < 40; round += 1) {
    const client = `client ${round % 4}`;
    const id = `${name}-${round}`;
    const taken = store.takeCall(callOf(id, client), decision, client, (open) =>
      open === undefined ? taskOf(client, id) : { ...open, call: id },
    );
    const claimed = store.claim(taken.task.id, {
      employeeLeg: `e-${id}`, clientLeg: `c-${id}`, job: `j-${id}`, startedAt: 1, coreUuid: 'core', target: 'extension:1001',
    }); // prettier-ignore
    if (claimed === undefined) continue;
    say(`claimed ${claimed.id}`);
    store.endAttempt(claimed.id, { endedAt: 2, outcome: 'reached' }, (one) => ({ ...one, state: 'reached', reason: 'reached by callback', closedAt: 3 })); // prettier-ignore
  }
  say('done');
}
