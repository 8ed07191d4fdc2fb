/** Time as the runtime sees it: injected, so that tests can run hours in no time. */

/** What would make a test slow or unsteady. */
export interface Clock {
  /** Milliseconds on a clock that never jumps, whatever happens to the wall clock. */
  now(): number;
  /** Run something after so many milliseconds; what is returned takes it back. */
  after(milliseconds: number, run: () => void): () => void;
  /** Let other things happen, for one turn of the event loop. */
  turn(): Promise<void>;
  /** A number from 0 up to, not including, 1; spreads the waits of many clients. */
  random(): number;
}

/** Timers of the platform count in 32 bits; a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Node has something quicker than a timer. */
const { setImmediate: soon = (run: () => void): unknown => setTimeout(run, 0) } = globalThis as {
  setImmediate?: (run: () => void) => unknown;
};

/** The clock of the platform. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, Math.min(milliseconds, LONGEST_TIMER));
    return () => {
      clearTimeout(timer);
    };
  },
  turn: () =>
    new Promise((resolve) => {
      soon(resolve);
    }),
  random: () => Math.random(),
};
