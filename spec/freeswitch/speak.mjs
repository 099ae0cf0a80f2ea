/** A speech engine for mod_tts_commandline: node speak.mjs LOG RATE VOICE FILE TEXT. What it is given goes to LOG, and FILE becomes a tone. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { TONE, wav } from './tones.mjs';

const [log, , voice, file, text] = process.argv.slice(2);
appendFileSync(log, `${JSON.stringify({ voice, text })}\n`);
writeFileSync(file, wav(TONE.speech, 1));
