import { ManualClock, type Clock, type Timer } from '../../../lib/time/clock.js';

/** A clock that is moved by hand, for parts that are killed and started anew. */
export class HandClock extends ManualClock {
  /** A clock of the same time whose timers die with their owner. */
  mortal(): { clock: Clock; die: () => void } {
    const own = new Set<Timer>();
    const clock: Clock = {
      now: () => this.now(),
      after: (ms, run) => {
        const timer = this.after(ms, () => {
          own.delete(timer);
          run();
        });
        own.add(timer);
        return {
          cancel: () => {
            own.delete(timer);
            timer.cancel();
          },
        };
      },
    };
    return { clock, die: () => own.forEach((timer) => timer.cancel()) };
  }
}
