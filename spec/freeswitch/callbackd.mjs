/** callbackd as a process beside the rig's FreeSWITCH: the built executable, its own files in a temp folder. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const EXECUTABLE = path.resolve(import.meta.dirname, '../../dist/bin/callbackd.js');
const PATIENCE = 60_000;

/**
 * @param {import('./freeswitch.mjs').Freeswitch} freeswitch
 * @param {{to?: object, after?: string[], successAfter?: string}} [callback] of the one rule, `sales`
 * @param {object} [rest] other keys of that rule
 * @param {{config?: object, employees?: object}} [files] other keys of callbackd.json, and employees.json
 */
export function installCallbackd(freeswitch, callback = {}, rest = {}, { config: more = {}, employees } = {}) {
  const dir = mkdtempSync(path.join(tmpdir(), 'callbackd-'));
  const config = path.join(dir, 'callbackd.json');
  const rule = {
    name: 'Sales',
    lostAt: 'queue:sales@default',
    callback: {
      to: { queue: 'sales@default' },
      prompt: { file: freeswitch.prompt },
      after: ['0s', '1s'],
      successAfter: '2s',
      ...callback,
    },
    ...rest,
  };
  mkdirSync(path.join(dir, 'rules'));
  writeFileSync(path.join(dir, 'rules', '10-sales.json'), JSON.stringify(rule));
  writeFileSync(
    config,
    JSON.stringify({
      esl: { port: freeswitch.ports.esl },
      country: 'RU',
      outbound: {
        route: 'sofia/gateway/trunk/{number}',
        ringTimeout: '10s',
        perClient: { hour: 1_000, day: 1_000 },
        pace: '0s',
        ...more.outbound,
      },
      employees: { ...more.employees },
      sounds: { dir: freeswitch.sounds, ...more.sounds },
      backfill: { dir: freeswitch.cdrDir },
      limits: { settle: '3s', snooze: ['2s'] },
      ...(more.labels && { labels: more.labels }),
    }),
  );
  if (employees) writeFileSync(path.join(dir, 'employees.json'), JSON.stringify(employees));
  return new Callbackd(dir, config, freeswitch.password);
}

class Callbackd {
  log = [];
  #waiting = new Set();

  constructor(dir, config, password) {
    Object.assign(this, { dir, config, password });
  }

  /** Starts it; resolves when its link is up. */
  async start() {
    const from = this.log.length;
    const env = { ...process.env, CALLBACKD_ESL_PASSWORD: this.password };
    this.child = spawn(process.execPath, [EXECUTABLE, 'run', '--config', this.config], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = once(this.child, 'exit');
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#take(JSON.parse(line)));
    await this.until('the link is up', (line) => line.msg === 'link to FreeSWITCH is up', from);
  }

  /** kill -9 */
  async kill() {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  async stop() {
    this.child?.kill('SIGTERM');
    await this.exited;
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** The first log line, from the n-th on, that fits. */
  async until(what, fits, from = 0) {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const found = this.log.slice(from).find(fits);
      if (found) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`within ${PATIENCE / 1000} s it did not happen: ${what}\n${this.story()}`);
      await new Promise((resolve) => {
        const timer = setTimeout(done, left);
        const waiting = this.#waiting;
        function done() {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    }
  }

  /** The n-th attempt's end. */
  async attemptEnds(count = 1) {
    await this.until(`attempt ${count} ends`, () => this.#ends().length >= count);
    return this.#ends()[count - 1];
  }

  /** `callbackd ARGS --json` */
  async cli(...args) {
    const env = { ...process.env, CALLBACKD_ESL_PASSWORD: this.password };
    const all = [EXECUTABLE, ...args, '--config', this.config, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, all, { env });
    return JSON.parse(stdout);
  }

  story() {
    return this.log.map((line) => JSON.stringify(line)).join('\n');
  }

  #ends() {
    return this.log.filter(({ msg }) => msg === 'attempt ended');
  }

  #take(line) {
    this.log.push(line);
    for (const done of [...this.#waiting]) done();
  }
}
