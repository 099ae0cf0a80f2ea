import { createConnection } from 'node:net';
import { CommandFailure, exitCodes } from './exit-code.js';

/** How long the daemon may take to answer, ms. */
const patience = 5_000;

/**
 * Asks the running daemon over its unix socket. Resolves to undefined when no daemon listens there.
 * @throws CommandFailure when the daemon does not answer, or refuses.
 */
export async function askDaemon<T>(
  socketPath: string,
  request: Record<string, unknown>,
): Promise<{ ok: T } | undefined> {
  const line = await exchange(socketPath, `${JSON.stringify(request)}\n`);
  if (line === undefined) return undefined;
  const answer = JSON.parse(line) as { ok?: T; refused?: string };
  if (answer.refused !== undefined) throw new CommandFailure(exitCodes.problem, answer.refused);
  return { ok: answer.ok as T };
}

function exchange(socketPath: string, text: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = createConnection(socketPath);
    const fail = (why: string): void => {
      socket.destroy();
      reject(
        new CommandFailure(
          exitCodes.daemon,
          `the daemon at ${socketPath} ${why}`,
          'see its log: "journalctl -u callbackd"',
        ),
      );
    };
    socket.setEncoding('utf8');
    socket.setTimeout(patience, () => fail('does not answer'));
    socket.on('connect', () => socket.write(text));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') return resolve(undefined);
      if (error.code === 'EACCES')
        return fail('may not be asked by this user: join the group of the socket, or use sudo');
      fail(`cannot be asked: ${error.message}`);
    });
    socket.on('data', (chunk: string) => {
      received += chunk;
      const end = received.indexOf('\n');
      if (end < 0) return;
      socket.end();
      resolve(received.slice(0, end));
    });
    socket.on('close', () => fail('closed the connection'));
  });
}
