import { describe, expect, it } from '@jest/globals';
import { judgeCdrs, type CdrFacts } from '../../lib/doctor/cdr.js';

const now = Date.UTC(2026, 10, 20, 12);
const hour = 3_600_000;

const settings = (params: Record<string, string> = {}): CdrFacts['settings'] => {
  const all = { 'log-b-leg': 'true', 'encode-values': 'false', 'log-dir': '/cdr', ...params };
  const lines = Object.entries(all).map(([name, value]) => `<param name="${name}" value="${value}"></param>`);
  return { text: `<configuration name="json_cdr.conf"><settings>${lines.join('\n')}</settings></configuration>` };
};

const facts: CdrFacts = {
  dir: '/cdr',
  deletes: false,
  timezone: 'UTC',
  settings: settings(),
  status: { text: '12 session(s) since startup\n2 session(s) - peak 4, last 5min 4 ' },
  uptime: { text: '3600' },
  folder: { files: 10, newestAt: now - 60_000 },
  sameFolder: (logDir) => logDir === '/cdr',
  now,
  shipped: '/opt/json_cdr.conf.xml',
  confDir: '/etc/freeswitch',
};

const judged = (change: Partial<CdrFacts>): string[] =>
  judgeCdrs({ ...facts, ...change }).map(({ name, state }) => `${name}: ${state}`);
const found = (change: Partial<CdrFacts>): string =>
  judgeCdrs({ ...facts, ...change })
    .map((each) => each.found)
    .join('\n');

describe('the CDR files', () => {
  it('are well', () => {
    expect(judged({})).toEqual(['cdr settings: ok', 'cdr files: ok']);
    expect(found({})).toContain('10 files, the newest of 2026-11-20');
  });

  it('cannot be deleted', () => {
    const folder = { files: 10, newestAt: now - 60_000, locked: true };
    expect(judged({ folder })[1]).toBe('cdr files: ok');
    expect(judged({ folder, deletes: true })[1]).toBe('cdr files: problem');
    expect(judgeCdrs({ ...facts, folder, deletes: true })[1]?.remedy).toContain('sudo chmod g+w /cdr');
  });

  it('are shown with their time in the zone of the configuration', () => {
    expect(found({ timezone: 'Asia/Vladivostok' })).toContain('the newest of 2026-11-20 21:59:00');
  });

  it('are not wanted', () => {
    expect(judgeCdrs({ ...facts, dir: undefined }).map(({ state }) => state)).toEqual(['unchecked']);
  });

  it('are judged on disk also without a link', () => {
    const none = { none: 'no link' };
    expect(judged({ settings: none, status: none, uptime: none })).toEqual([
      'cdr settings: unchecked',
      'cdr files: ok',
    ]);
  });

  it.each([
    ['no file of settings', { text: "can't find anything" }, /no json_cdr\.conf\.xml/],
    ['an empty log-dir', settings({ 'log-dir': '' }), /"log-dir" .* is empty/],
    [
      'another folder',
      settings({ 'log-dir': '/var/log/cdr' }),
      /into \/var\/log\/cdr, callbackd reads them from \/cdr/,
    ],
    ['callers only', settings({ 'log-b-leg': 'false' }), /"log-b-leg"/],
    ['encoded values', settings({ 'encode-values': 'true' }), /"encode-values"/],
  ])('are set wrong: %s', (_, wrong, expected) => {
    expect(judged({ settings: wrong })).toEqual(['cdr settings: problem', 'cdr files: ok']);
    expect(found({ settings: wrong })).toMatch(expected);
  });

  it('can move away by themselves', () => {
    expect(judged({ settings: settings({ rotate: 'true' }) })[0]).toBe('cdr settings: warning');
  });

  it.each([
    ['ENOENT', /does not exist/],
    ['EACCES', /may not read/],
    ['EIO', /cannot be read \(EIO\)/],
  ])('cannot be read: %s', (error, expected) => {
    expect(judged({ folder: { error } })[1]).toBe('cdr files: problem');
    expect(found({ folder: { error } })).toMatch(expected);
  });

  it('are none, and none is expected', () => {
    const status = { text: '2 session(s) since startup\n2 session(s) - peak 4, last 5min 4 ' };
    expect(judged({ folder: { files: 0 }, status })[1]).toBe('cdr files: ok');
  });

  it('are none, though legs have ended', () => {
    expect(found({ folder: { files: 0 } })).toContain('has had 10 legs since it was started');
    expect(judged({ folder: { files: 3, newestAt: now - 2 * hour } })[1]).toBe('cdr files: warning');
  });

  it('stopped coming: the latest call has none', () => {
    const folder = { files: 10, newestAt: now - hour / 2 };
    expect(judged({ folder, latestCallEndedAt: now - 60_000 })[1]).toBe('cdr files: warning');
    expect(judged({ folder, latestCallEndedAt: now - hour / 2 + 30_000 })[1]).toBe('cdr files: ok');
  });
});
