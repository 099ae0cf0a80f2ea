/**
 * A real FreeSWITCH and real SIP phones on the loopback interface, for tests of the whole way.
 *
 *   const missing = skipped();                           // says SKIPPED and why, when FreeSWITCH or sipp is not here
 *   const freeswitch = await startFreeswitch();          // .ports.esl .password .prompt .cdrDir .esl .stop()
 *   const trunk = await sippTrunk(freeswitch, { 74951230001: { ringMs: 1000, hangUpAfterMs: 4000 } });
 *   const phone = await sippPhone(freeswitch, { extension: '1001', behaviour: { ringMs: 500 } });
 *   await agents(freeswitch.esl, ['1001']);              // who is logged in to the queue sales@default
 *   const call = await sippClientCall(freeswitch, { number: '74951230001', dialled: '74951234567', hangUpAfterMs: 3000 });
 *   await call.ended();
 *   phone.press('1');                                   // a key, by RTP events
 *   phone.tones();                                       // [1000, 425, 440]: prompt, ringing, the client's voice
 *
 * Dialled numbers: 74951234567 the queue sales@default, 74951234501 the phone 1001 (5 s), …02 the menu main, …03 the phones 1001 and
 * 1002 together, …04 the phone 1001 (2 s) and then its voicemail, …05 the fifo hotline. `from: 'internal'` calls as an employee:
 * 100x a colleague, 7XXXXXXXXXX out through the trunk. Routes for callbackd: sofia/gateway/trunk/NUMBER.
 * RIG_KEEP=1 keeps the temp directory (FreeSWITCH's log, sipp's messages).
 */
import { programs } from './freeswitch.mjs';

export { startFreeswitch, freePort } from './freeswitch.mjs';
export { sippPhone, sippTrunk, sippClientCall } from './sipp.mjs';
export { Esl, EVENTS } from './esl.mjs';
export { agents, originate, runFlow } from './flow.mjs';
export { scenarios } from './scenarios.mjs';
export { SOUND, TONE } from './tones.mjs';

/**
 * Why the tests of this file can't run here, or undefined. Says so loudly.
 * @returns {string | undefined}
 */
export function skipped() {
  const { missing } = programs();
  if (missing) console.log(`SKIPPED: the tests with a real FreeSWITCH did not run: ${missing}`);
  return missing;
}
