/**
 * What a decision about a lost call costs with 1,000 rules against 10, and how long 1,000 rule files take to load.
 * Ratios against the 10 rules measured in the same run; nothing is asserted.
 *
 *   npm run bench
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decide } from '../../dist/lib/rules/decide.js';
import { loadRules } from '../../dist/lib/rules/load.js';

const FEW = 10;
const MANY = 1_000;
const DECISIONS = 300;
/** Until the code is as fast as it gets. */
const WARM_UP = 500;
const QUEUES = 50;

const dir = mkdtempSync(path.join(tmpdir(), 'callbackd-bench-'));
mkdirSync(path.join(dir, 'sounds', 'en'), { recursive: true });
writeFileSync(path.join(dir, 'sounds', 'en', 'callback.wav'), '');

const hours = (from, to) => Array.from({ length: 7 }, () => [{ from: from * 60, to: to * 60 }]);
const schedule = (name, weekly) => [name, { name, timezone: 'Europe/Moscow', weekly, exceptions: {} }];
const context = {
  schedules: new Map([schedule('day', hours(9, 18)), schedule('evening', hours(18, 22))]),
  limits: { minWaitMs: 60_000, attempts: 5, maxConcurrent: 5 },
  soundsDir: path.join(dir, 'sounds'),
  language: 'en',
  country: 'RU',
  timezone: 'Europe/Moscow',
  variables: ['vip'],
};
const loss = {
  call: '6d1bd2f0-0000-4000-8000-000000000001',
  outcome: 'lost',
  place: 'queue',
  queue: 'q0@default',
  waited: 20,
  endedBy: 'client',
  number: '84951230001',
  e164: '+74951230001',
  dialled: '+74951234567',
  lostAt: Date.parse('2026-11-20T10:00:00Z'),
  requested: false,
  timesLostToday: 1,
  timesLostThisWeek: 1,
  variables: { vip: 'no' },
};

const callback = { to: { queue: 'q0@default' } };
const rule = (index, more) => ({ name: `Rule ${index}`, callback, ...more });
const pad = (index) => String(index).padStart(4, '0');

/** Rules that do not take the loss, for reasons of every kind, one after the other. */
const reasons = [
  () => ({ lostDuring: 'evening' }),
  () => ({ lostDuring: { outside: 'day' } }),
  () => ({ minWait: '30s' }),
  (index) => ({ when: { fact: 'number', operator: 'equal', value: `+7495124${pad(index)}` } }),
  (index) => ({ minWait: '5s', when: { all: [{ fact: 'variable', params: { name: 'vip' }, operator: 'equal', value: `v${index}` }, { fact: 'waited', operator: 'lessThan', value: '60s' }] } }),
  (index) => ({ lostDuring: 'day', when: { fact: 'timesLostToday', operator: 'greaterThan', value: 2 + index } }),
]; // prettier-ignore
const mixed = (index) => rule(index, { lostAt: 'queue:q0@default', ...reasons[index % reasons.length](index) });
/** Here only the engine can say no: neither of two conditions holds. */
const forTheEngine = (index) =>
  rule(index, {
    lostAt: 'queue:q0@default',
    when: { any: [1, 2].map((more) => ({ fact: 'timesLostToday', operator: 'equal', value: index + 1 + more })) },
  });
const takesAll = (index) => rule(index, { lostAt: 'queue:q0@default' });
const lastTakes = (make, count) => (index) => (index === count - 1 ? takesAll(index) : make(index));

let folders = 0;
function load(count, make) {
  const folder = path.join(dir, `rules${folders++}`);
  mkdirSync(folder);
  for (let index = 0; index < count; index++)
    writeFileSync(path.join(folder, `${1000 + index}-r${index}.json`), JSON.stringify(make(index)));
  const from = performance.now();
  const { rules, problems } = loadRules(folder, context);
  if (rules.length !== count) throw new Error(`the bench's own rules have problems: ${JSON.stringify(problems[0])}`);
  return { rules, ms: performance.now() - from };
}

/** The median microseconds of a decision; what was decided is compared with what must be. */
async function cost(rules, winner) {
  const times = [];
  for (let index = 0; index < DECISIONS + WARM_UP; index++) {
    const from = performance.now();
    const decision = await decide(loss, rules, context);
    times.push((performance.now() - from) * 1_000);
    if (decision.rule?.id !== winner) throw new Error(`expected ${winner}, decided ${decision.rule?.id}`);
  }
  return times.slice(WARM_UP).sort((a, b) => a - b)[DECISIONS / 2];
}

async function compare(name, make, winnerOf) {
  const few = await cost(load(FEW, make(FEW)).rules, winnerOf(FEW));
  const many = await cost(load(MANY, make(MANY)).rules, winnerOf(MANY));
  console.log(
    `${name.padEnd(58)} ${FEW} rules ${us(few)}  ${MANY} rules ${us(many)}  ${(many / few).toFixed(1)} times`,
  );
}

function us(microseconds) {
  return `${microseconds.toFixed(0)} us`.padStart(9);
}

const last = (count) => `r${count - 1}`;
const nobody = () => undefined;
await compare(
  `a decision: rules of ${QUEUES} queues`,
  () => (index) => rule(index, { lostAt: `queue:q${index % QUEUES}@default` }),
  () => 'r0',
);
await compare(
  `a decision: rules of ${QUEUES} queues, nobody takes it`,
  () => (index) => rule(index, { ...reasons[2](), lostAt: `queue:q${index % QUEUES}@default` }),
  nobody,
);
await compare('a decision: one queue, the last rule takes it', (count) => lastTakes(mixed, count), last);
await compare('a decision: one queue, nobody takes it', () => mixed, nobody);
await compare('a decision: one queue, "any" in each rule, nobody takes it', () => forTheEngine, nobody);

const loads = Array.from({ length: 3 }, () => load(MANY, mixed).ms).sort((a, b) => a - b);
console.log(`loading ${MANY} rule files: ${loads[1].toFixed(0)} ms`);
rmSync(dir, { recursive: true, force: true });
