import { afterEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultConfiguration } from '../../lib/config/configuration.js';
import { judgeClock } from '../../lib/doctor/clock.js';
import { judgeDaemon } from '../../lib/doctor/daemon.js';
import { judgeDatabase, judgeDisk } from '../../lib/doctor/database.js';
import { isSameFolder, lookAtDatabase, lookAtFolder, lookAtPassword, sizeOf } from '../../lib/doctor/machine.js';
import { judgePassword } from '../../lib/doctor/password.js';
import { judgeSounds } from '../../lib/doctor/sounds.js';
import { judgeUser } from '../../lib/doctor/user.js';
import { lockForWriting, openDatabase } from '../../lib/store/database.js';
import { isWriterLockHeld } from '../../lib/store/examine.js';
import { folderWith } from '../config/temporary-folder.js';

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((each) => each()));

describe('the password', () => {
  const look = async (mode: number, text = 'a long one\n'): Promise<{ state: string; found: string }> => {
    const folder = folderWith({ 'callbackd.json': '{}', password: text });
    const passwordFile = join(folder, 'password');
    chmodSync(passwordFile, mode);
    const configuration = defaultConfiguration(join(folder, 'callbackd.json'));
    return judgePassword(await lookAtPassword({ ...configuration, esl: { ...configuration.esl, passwordFile } }, {}));
  };

  it.each([
    [0o600, 'ok'],
    [0o640, 'ok'],
    [0o644, 'warning'],
    [0o660, 'warning'],
  ])('in a file of mode %d: %s', async (mode, state) => {
    expect((await look(mode)).state).toBe(state);
  });

  it("is empty, missing, or everybody's", async () => {
    expect((await look(0o600, '')).state).toBe('problem');
    expect((await look(0o600, 'ClueCon\n')).found).toContain('every new FreeSWITCH has');
    const configuration = defaultConfiguration('/nonexistent/callbackd.json');
    expect(judgePassword(await lookAtPassword(configuration, {})).state).toBe('problem');
    const named = { ...configuration, esl: { ...configuration.esl, passwordFile: '/nonexistent/password' } };
    expect(judgePassword(await lookAtPassword(named, {})).found).toContain('/nonexistent/password');
  });

  it('comes from the environment', async () => {
    const facts = await lookAtPassword(defaultConfiguration('/nonexistent/callbackd.json'), {
      CALLBACKD_ESL_PASSWORD: 'a long one',
    });
    expect(judgePassword({ ...facts, problem: 'two lines' }).remedy).toMatch(/where the variable is set/);
    expect(judgePassword(facts)).toEqual({ name: 'password', state: 'ok', found: 'from CALLBACKD_ESL_PASSWORD' });
  });
});

describe('the database', () => {
  const judge = async (file: string): Promise<{ state: string; found: string }> =>
    judgeDatabase(file, (await lookAtDatabase(file)).facts);

  it('is not there yet, intact, or none', async () => {
    const file = join(folderWith({ 'x.db': 'this is no database, only some text' }), 'callbackd.db');
    expect(await judge(file)).toMatchObject({ state: 'ok', found: expect.stringContaining('will be made') });
    openDatabase(file).close();
    expect(await judge(file)).toMatchObject({ state: 'ok', found: expect.stringMatching(/is intact, schema \d+$/) });
    expect(await judge(file.replace('callbackd.db', 'x.db'))).toMatchObject({
      state: 'problem',
      found: expect.stringContaining('no intact SQLite database'),
    });
  });

  it('was written by a newer callbackd, or is damaged', async () => {
    const file = join(folderWith({ x: '' }), 'callbackd.db');
    const database = openDatabase(file);
    database.pragma('user_version = 99');
    database.close();
    expect(await judge(file)).toMatchObject({ state: 'problem', found: expect.stringContaining('has schema 99') });
    expect(
      judgeDatabase(file, { state: 'there', check: 'row 3 missing', schema: 1, newest: 1, writable: true }).state,
    ).toBe('problem');
    expect(judgeDatabase(file, { state: 'there', check: 'ok', schema: 1, newest: 1, writable: false }).state).toBe(
      'problem',
    );
    expect(judgeDatabase(file, { state: 'none', writable: false }).state).toBe('problem');
    expect(judgeDatabase(file, { state: 'there', check: 'ok', schema: 1, newest: 2, writable: true }).found).toContain(
      'becomes 2',
    );
  });

  it('is looked at while a daemon works on it, whose lock is seen and not touched', async () => {
    const file = join(folderWith({ x: '' }), 'callbackd.db');
    expect(isWriterLockHeld(file)).toBe(false);
    const lock = lockForWriting(file);
    const database = openDatabase(file);
    undo.push(() => database.close());
    database.exec('BEGIN IMMEDIATE');
    expect(isWriterLockHeld(file)).toBe(true);
    expect((await judge(file)).state).toBe('ok');
    database.exec('COMMIT');
    lock.release();
    expect(isWriterLockHeld(file)).toBe(false);
    lockForWriting(file).release();
  });

  it('needs room', () => {
    expect([50, 500, 5_000].map((megabytes) => judgeDisk('/var', megabytes * 1_048_576).state)).toEqual([
      'problem',
      'warning',
      'ok',
    ]);
    expect(judgeDisk('/var', undefined).state).toBe('unchecked');
  });
});

describe('the daemon', () => {
  const where = { own: '1.0.0', socket: '/run/x.sock', database: '/var/x.db' };
  const runs = { state: 'runs', version: '1.0.0', link: 'up', since: 0 } as const;

  it('runs, or not, or in another version, or without a link', () => {
    expect(judgeDaemon(runs, where).state).toBe('ok');
    expect(judgeDaemon({ ...runs, version: '0.9.0' }, where).state).toBe('warning');
    expect(judgeDaemon({ ...runs, link: 'connecting' }, where).state).toBe('problem');
    expect(judgeDaemon({ state: 'none', held: false }, where).state).toBe('warning');
    expect(judgeDaemon({ state: 'none', held: true }, where)).toMatchObject({
      state: 'problem',
      remedy: expect.stringContaining('/var/x.db.lock'),
    });
    expect(judgeDaemon({ state: 'silent', message: 'does not answer' }, where).state).toBe('problem');
  });
});

describe('the CDR folder', () => {
  it('tells how many files there are, and when the newest was written', async () => {
    const folder = folderWith({ 'a.cdr.json': '{}', 'b.cdr.json': '{}', 'notes.txt': '' });
    utimesSync(join(folder, 'a.cdr.json'), 1_000, 1_000);
    utimesSync(join(folder, 'b.cdr.json'), 2_000, 2_000);
    expect(await lookAtFolder(folder)).toEqual({ files: 2, newestAt: 2_000_000 });
    expect(await lookAtFolder(join(folder, 'none'))).toEqual({ error: 'ENOENT' });
  });

  it('is the same by a link or with a slash', () => {
    const folder = folderWith({ x: '' });
    mkdirSync(join(folder, 'cdr'));
    symlinkSync(join(folder, 'cdr'), join(folder, 'link'));
    expect(isSameFolder(`${folder}/link/`, `${folder}/cdr`)).toBe(true);
    expect(isSameFolder('/nonexistent/a/', '/nonexistent/a')).toBe(true);
    expect(isSameFolder(folder, `${folder}/cdr`)).toBe(false);
  });
});

describe('sounds', () => {
  const sound = { file: '/sounds/callback.wav', rule: 'sales', size: 8_000, seen: { text: 'true' } };

  it('are there for us and for FreeSWITCH', () => {
    expect(judgeSounds([sound])[0]?.state).toBe('ok');
    expect(judgeSounds([])[0]?.state).toBe('ok');
    expect(judgeSounds([{ ...sound, seen: { none: 'no link' } }])[0]).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('could not be asked'),
    });
    for (const wrong of [{ size: { error: 'ENOENT' } }, { size: 44 }, { seen: { text: 'false' } }])
      expect(judgeSounds([{ ...sound, ...wrong }])[0]?.state).toBe('problem');
  });

  it('are not all named when there are many', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...sound, file: `/sounds/${name}.wav` }));
    expect(judgeSounds(many)[0]?.found).toBe('FreeSWITCH sees /sounds/a.wav, /sounds/b.wav, /sounds/c.wav and 2 more');
    expect(judgeSounds(many.slice(0, 2))[0]?.found).toBe('FreeSWITCH sees /sounds/a.wav, /sounds/b.wav');
    const wrong = many.map((each, index) => ({ ...each, seen: { text: String(index !== 4) } }));
    expect(judgeSounds(wrong).map(({ found }) => found)).toEqual([
      'FreeSWITCH does not see the sound /sounds/e.wav of rule "sales"',
    ]);
  });

  it('have a size', async () => {
    const folder = folderWith({});
    writeFileSync(join(folder, 'a.wav'), 'abc');
    expect(await sizeOf(join(folder, 'a.wav'))).toBe(3);
    expect(await sizeOf(join(folder, 'b.wav'))).toEqual({ error: 'ENOENT' });
  });
});

describe('the clock', () => {
  const now = Date.UTC(2026, 10, 20, 12);
  const facts = { now, freeswitch: { text: String(now / 1_000) }, timezone: 'Europe/Moscow', country: 'RU' };

  it("is right, or apart from that of FreeSWITCH, or long ago, or in no office's zone", () => {
    expect(judgeClock(facts)).toMatchObject({ state: 'ok', found: 'it is 2026-11-20 15:00:00 in Europe/Moscow' });
    expect(judgeClock({ ...facts, freeswitch: { text: String(now / 1_000 - 60) } }).found).toMatch(/6\d|59 s apart/);
    expect(judgeClock({ ...facts, freeswitch: { none: 'no link' } }).state).toBe('ok');
    expect(judgeClock({ ...facts, now: 0, freeswitch: { none: 'no link' } }).state).toBe('problem');
    expect(judgeClock({ ...facts, timezone: 'UTC' }).state).toBe('warning');
  });
});

describe('the user', () => {
  it('should be the one who owns the database', () => {
    expect(
      [
        judgeUser(0, 0, 'root'),
        judgeUser(0, 997, 'root'),
        judgeUser(997, 997, 'callbackd'),
        judgeUser(1_000, 997, 'me'),
      ].map(({ state }) => state),
    ).toEqual(['ok', 'warning', 'ok', 'warning']);
  });
});
