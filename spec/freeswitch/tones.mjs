/** Tones: A-law coding, a WAV writer, and a Goertzel detector that says which known tone a piece of sound is. */

const RATE = 8000;

/** The tones of the rig in Hz. No two are heard from the same source, so what a party heard tells whom it was connected with. */
export const TONE = { prompt: 1000, client: 440, employee: 880, ringing: 425, queueMusic: 600, speech: 1600 };

/** What each of callbackd's sound files is in the rig: a tone of its own, so that it is known which was played. */
export const SOUND = {
  callback: 1000,
  accept: 1100,
  'client-busy': 1200,
  'client-no-answer': 1300,
  'client-unreachable': 1400,
  'client-invalid': 1500,
  afterwards: 1700,
  thanks: 1900,
  dialled: 2100,
  'times-lost': 2200,
  'seconds-waited': 2300,
  'minutes-waited': 2400,
  plus: 2500,
  label: 700,
  'digits/0': 2600,
  'digits/1': 2700,
  'digits/2': 2800,
  'digits/3': 2900,
  'digits/4': 3000,
  'digits/5': 3100,
  'digits/6': 3200,
  'digits/7': 3300,
  'digits/8': 3400,
  'digits/9': 3500,
  ...Object.fromEntries(
    [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90].map((number) => [
      `digits/${number}`,
      3600,
    ]),
  ),
};

function encode(sample) {
  let value = sample >> 3;
  const mask = value >= 0 ? 0xd5 : 0x55;
  if (value < 0) value = -value - 1;
  let segment = 0;
  while (segment < 7 && value >= 32 << segment) segment++;
  const low = segment < 2 ? (value >> 1) & 15 : (value >> segment) & 15;
  return ((segment << 4) | low) ^ mask;
}

function decode(byte) {
  const value = byte ^ 0x55;
  const segment = (value & 0x70) >> 4;
  let sample = ((value & 15) << 4) + 8;
  if (segment > 0) sample = (sample + 0x100) << (segment - 1);
  return value & 0x80 ? sample : -sample;
}

const DECODED = Int16Array.from({ length: 256 }, (_, byte) => decode(byte));

const sine = (hz, index) => Math.round(8000 * Math.sin((2 * Math.PI * hz * index) / RATE));

/** @returns {Buffer} one second of A-law; whole periods, so it can be repeated (hz must be an integer) */
export function alawSecond(hz) {
  return Buffer.from(Array.from({ length: RATE }, (_, index) => encode(sine(hz, index))));
}

/** @param {Buffer} bytes A-law @returns {Int16Array} samples */
export function fromAlaw(bytes) {
  return Int16Array.from(bytes, (byte) => DECODED[byte]);
}

/** @returns {Buffer} a mono 16-bit WAV file of a sine tone */
export function wav(hz, seconds) {
  const count = Math.round(RATE * seconds);
  const file = Buffer.alloc(44 + 2 * count);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + 2 * count, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(2 * RATE, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * count, 40);
  for (let index = 0; index < count; index++) file.writeInt16LE(sine(hz, index), 44 + 2 * index);
  return file;
}

/** The part of the samples' energy that lies at `hz`, 0..1 (Goertzel). */
export function share(samples, hz) {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / RATE);
  let [one, two, energy] = [0, 0, 0];
  for (const sample of samples) {
    [one, two] = [sample + factor * one - two, one];
    energy += sample * sample;
  }
  const power = one * one + two * two - factor * one * two;
  return energy === 0 ? 0 : (2 * power) / (samples.length * energy);
}

/** @returns {number | 'silence' | 'other'} the rig's tone that fills these samples, in Hz */
export function toneOf(samples) {
  const loudness = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  if (loudness < 200) return 'silence';
  const [best] = [...new Set([...Object.values(TONE), ...Object.values(SOUND)])]
    .map((hz) => ({ hz, share: share(samples, hz) }))
    .sort((a, b) => b.share - a.share);
  return best.share > 0.6 ? best.hz : 'other';
}
