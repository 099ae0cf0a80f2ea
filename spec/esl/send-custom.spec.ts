import { describe, expect, it } from '@jest/globals';
import { commandReply } from './frames.js';
import { rig, upRig } from './rig.js';

describe('an event of our own', () => {
  it('is one command, answered by a command/reply', async () => {
    const { link, peer } = await upRig();
    const before = peer.answer;
    peer.answer = (command, connection) =>
      command.startsWith('sendevent') ? commandReply('+OK 6d0e') : before(command, connection);
    const [sent, after] = await Promise.all([link.sendCustom('callbackd::doctor', { nonce: 'n1' }), link.api('x')]);
    expect(sent).toEqual({ kind: 'ok', text: '6d0e' });
    expect(after.kind).toBe('ok');
    expect(peer.heard.entries).toContain('sendevent CUSTOM\nEvent-Subclass: callbackd::doctor\nnonce: n1');
  });

  it.each([
    ['a\nb', { x: 'y' }],
    ['a', { 'x\ny': 'z' }],
    ['a', { x: 'y\n\napi shutdown' }],
  ])('is never sent with a line break in it: %j %j', async (subclass, headers) => {
    const { link, peer } = await upRig();
    const heard = peer.heard.entries.length;
    expect((await link.sendCustom(subclass, headers)).kind).toBe('not-sent');
    expect(peer.heard.entries).toHaveLength(heard);
  });

  it('is not sent without a link', async () => {
    const { link } = await rig();
    expect((await link.sendCustom('a', {})).kind).toBe('not-sent');
  });
});
