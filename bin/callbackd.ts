#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { packageFile } from '../lib/config/package-root.js';
import { runCli } from '../lib/cli/program.js';
import type { RunDaemon } from '../lib/cli/run.js';
import { terminalQuestion } from '../lib/cli/terminal.js';
import { demoCommand } from '../lib/demo/command.js';

const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

/** The daemon is loaded only when it is run: the other commands start faster without it. */
const runDaemon: RunDaemon = async (request) => {
  const { runUntilSignal } = await import('../lib/daemon/run.js');
  await runUntilSignal({ ...request, version });
};

const output = {
  out: (text: string) => void process.stdout.write(`${text}\n`),
  err: (text: string) => void process.stderr.write(`${text}\n`),
  columns: process.stdout.columns,
  ask: terminalQuestion(process.stdin, process.stdout),
};

// A reader that has seen enough (`callbackd tasks list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), output, { version, runDaemon, addDemo: demoCommand });
