import { afterEach, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { join } from 'node:path';
import { CommandFailure, exitCodes } from '../../lib/cli/exit-code.js';
import { runCli } from '../../lib/cli/program.js';
import { configFile } from '../../lib/cli/setup.js';
import { StorageProblem } from '../../lib/store/problem.js';
import { folderWith } from '../config/temporary-folder.js';
import { cli } from './cli.js';

const commands = [['run'], ['demo'], ['check'], ['status'], ['replay'], ['tasks', 'list'], ['tasks', 'show'], ['tasks', 'cancel'], ['tasks', 'retry'], ['tasks', 'add'], ['tasks', 'export'], ['on'], ['off'], ...['list', 'show', 'check', 'enable', 'disable', 'move', 'delete', 'explain', 'try'].map((each) => ['rules', each])]; // prettier-ignore

describe('--help', () => {
  it.each(commands)('of %s %s has an example and says what it does', async (...command) => {
    const words = command.filter((word) => typeof word === 'string');
    const { code, out } = await cli(...words, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Examples?:\\n  callbackd ${words.join(' ')}`));
    expect(out).toMatch(new RegExp(`^Usage: callbackd ${words.join(' ')}.*\\n\\n[A-Z]`));
  });

  it('of callbackd names every command and the exit codes', async () => {
    const { code, out } = await cli('--help');
    expect(code).toBe(0);
    for (const [command] of commands) expect(out).toMatch(new RegExp(`^  ${command}`, 'm'));
    expect(out).toContain('Exit codes: 0 done');
    expect(out).toContain('Examples:');
  });

  it('--version', async () => {
    expect(await cli('--version')).toMatchObject({ code: 0, out: '1.2.3' });
  });
});

describe('wrong usage (exit code 2, nothing on standard output)', () => {
  it.each([
    ['an unknown command', ['chekc'], /unknown command 'chekc'[^]*check/],
    ['an unknown option', ['check', '--jsn'], /unknown option '--jsn'[^]*--json/],
    ['a missing argument', ['replay'], /missing required argument 'file'/],
    ['a missing task', ['tasks', 'show'], /missing required argument 'id'/],
    ['too many arguments', ['tasks', 'show', '1', '2'], /too many arguments/],
    ['a task that is no number', ['tasks', 'show', 'seven'], /'seven' is invalid.*a number such as 7/],
    ['a task that is no number', ['tasks', 'cancel', '7', '-8x'], /unknown option|'-8x' is invalid/],
    ['a task with too many digits', ['tasks', 'retry', '1234567890123'], /is invalid/],
    ['an export in no format', ['tasks', 'export'], /Either --csv or --json/],
    ['an export in both formats', ['tasks', 'export', '--csv', '--json'], /Either --csv or --json/],
    ['a time that is none', ['tasks', 'list', '--since', 'yesterday'], /'yesterday' is invalid.*24h/],
    ['an option without its value', ['check', '--config'], /--config <file>' argument missing/],
    ['no command at all', [], /Usage: callbackd/],
    ['half a command', ['tasks'], /Usage: callbackd tasks/],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await cli(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

describe('a configuration that is not there (exit code 3)', () => {
  it.each([['check'], ['status'], ['run'], ['tasks', 'list'], ['tasks', 'cancel', '1']])(
    '%s %s %s',
    async (...words) => {
      const command = words.filter((word) => typeof word === 'string');
      const { code, out, err } = await cli(...command, '--config', '/nowhere/callbackd.json');
      if (command[0] === 'check') expect([code, out]).toEqual([1, expect.stringContaining('/nowhere/callbackd.json')]);
      else expect([code, out, err]).toEqual([3, '', expect.stringContaining('/nowhere/callbackd.json')]);
    },
  );
});

describe('without --config', () => {
  const former = process.cwd();
  afterEach(() => process.chdir(former));

  it('./callbackd.json is meant', async () => {
    process.chdir(folderWith({ 'callbackd.json': '{}' }));
    expect(await cli('check')).toMatchObject({ code: 0, out: expect.stringContaining('./callbackd.json: no errors') });
  });

  it('says where it looked, and what to do, when there is none', () => {
    const folder = folderWith({});
    const looking = (): string => configFile(undefined, [join(folder, 'a.json'), join(folder, 'b.json')]);
    expect(looking).toThrow(
      new CommandFailure(
        exitCodes.configuration,
        `no configuration: neither ${folder}/a.json nor ${folder}/b.json exists`,
      ),
    );
    expect(looking).toThrow(expect.objectContaining({ exitCode: 3, hint: expect.stringContaining('--config FILE') }));
  });
});

describe('a failure', () => {
  const failing = async (error: Error): Promise<string[]> => {
    const err: string[] = [];
    const joined = {
      version: '1',
      runDaemon: () => Promise.resolve(),
      addDemo: (program: Command) =>
        void program.command('demo').action(() => {
          throw error;
        }),
    };
    const code = await runCli(['demo'], { out: () => undefined, err: (text) => void err.push(text) }, joined);
    return [String(code), ...err];
  };

  it('is told line by line, with its hint, and without control characters', async () => {
    const failure = new CommandFailure(exitCodes.problem, 'first\u001b[2J\nsecond', 'do this');
    expect(await failing(failure)).toEqual(['1', 'first·[2J', 'second', 'do this']);
  });

  it('of the database ends with 4', async () => {
    expect(await failing(new StorageProblem('full', 'm', 'h'))).toEqual(['4', 'm', 'h']);
  });

  it('that is a bug is not hidden', async () => {
    await expect(failing(new TypeError('a bug'))).rejects.toThrow('a bug');
  });
});

describe('run', () => {
  it('needs a password', async () => {
    const file = join(folderWith({ 'callbackd.json': '{}' }), 'callbackd.json');
    const former = process.env['CALLBACKD_ESL_PASSWORD'];
    delete process.env['CALLBACKD_ESL_PASSWORD'];
    try {
      const { code, err } = await cli('run', '--config', file);
      expect([code, err]).toEqual([3, expect.stringContaining('CALLBACKD_ESL_PASSWORD')]);
    } finally {
      if (former !== undefined) process.env['CALLBACKD_ESL_PASSWORD'] = former;
    }
  });
});

describe('status', () => {
  it('says that no daemon runs (exit code 5), and how to start it', async () => {
    const folder = folderWith({ 'callbackd.json': '{}' });
    const { code, out, err } = await cli('status', '--config', join(folder, 'callbackd.json'));
    expect([code, out]).toEqual([5, '']);
    expect(err).toContain(`no daemon listens at ${join(folder, 'callbackd.sock')}`);
    expect(err).toContain('callbackd run');
  });
});
