import { systemClock, type Clock } from '../time/clock.js';

/**
 * A clock that runs `factor` times faster than the wall's, from `start` on. Give the same one to the daemon and to the simulator
 * and both agree on every time stamp.
 */
export const fastClock = (factor: number, start = Date.now()): Clock => {
  const zero = Date.now();
  return {
    now: () => Math.floor(start + (Date.now() - zero) * factor),
    after: (ms, run) => systemClock.after(ms / factor, run),
  };
};
