/** Time that passes only when nothing else happens: hours of waiting in no time. */

import type { Clock } from "../../src/transport/clock.js";

/** Turns of the event loop in which all happens that can happen without time. */
const TURNS = 5;
/** So often without a timer that could fire, and a test waits for something that never comes. */
const MOST_IDLE = 1000;

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  /** Jitter: what `random` gives. */
  jitter = 0.5;
  #now = 1000;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  turn(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  random(): number {
    return this.jitter;
  }

  /** Timers that are set now. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Let time pass, running the timers that are due. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (let timer = this.#first(); timer && timer.at <= until; timer = this.#first()) {
      this.#fire(timer);
      await turns();
    }
    this.#now = until;
    await turns();
  }

  /** Wait for a promise, letting time pass from timer to timer when nothing else happens. */
  async run<T>(promise: Promise<T>): Promise<T> {
    const state = { settled: false };
    const done = (): void => {
      state.settled = true;
    };
    promise.then(done, done);
    for (let idle = 0; idle < MOST_IDLE; idle += 1) {
      await turns();
      if (state.settled) return promise;
      const timer = this.#first();
      if (!timer) continue;
      this.#fire(timer);
      idle = 0;
    }
    throw new Error("deadlock: nothing happens, and no timer is set");
  }

  #first(): Timer | undefined {
    return this.#timers.reduce<Timer | undefined>(
      (first, one) => (first && first.at <= one.at ? first : one),
      undefined,
    );
  }

  #fire(timer: Timer): void {
    this.#timers = this.#timers.filter((one) => one !== timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.run();
  }
}

/** Some turns of the event loop: all that can happen without time has happened. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
