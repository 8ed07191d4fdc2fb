/** Waiting that can be ended from outside, and that leaves neither timers nor listeners behind. */

import type { Clock } from "./clock.js";
import { onAbort } from "./on-abort.js";

/** An abort signal of its own that follows others and a timer, until it is closed. */
export class AbortScope {
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];

  /**
   * @param followed - Signals whose abort is passed on, with its reason.
   */
  constructor(...followed: readonly (AbortSignal | undefined)[]) {
    for (const signal of followed) {
      if (!signal) continue;
      const undo = onAbort(signal, () => {
        this.abort(signal.reason);
      });
      this.#undo.push(undo);
    }
  }

  /** Aborted when one of the followed signals or the timer says so. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Abort, now. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
    this.close();
  }

  /** Abort after so many milliseconds; not at all if they are infinite. */
  abortAfter(clock: Clock, milliseconds: number, reason: unknown): void {
    if (milliseconds === Infinity) return;
    this.#undo.push(
      clock.after(milliseconds, () => {
        this.abort(reason);
      }),
    );
  }

  /** Stop following and counting. */
  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}

/**
 * Wait so many milliseconds.
 *
 * @throws The reason of the signal, as soon as it is aborted.
 */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  let cancel = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    if (!signal.aborted) cancel = clock.after(milliseconds, resolve);
  });
  return untilAborted(waiting, signal).finally(() => {
    cancel();
  });
}

/**
 * Wait for a promise, but not beyond the abort of a signal; what becomes of the promise after that is nobody's concern.
 *
 * @throws The reason of the signal, as soon as it is aborted.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a reason is what the caller chose
      reject(signal.reason);
    });
    promise.then(resolve, reject).finally(forget);
  });
}
