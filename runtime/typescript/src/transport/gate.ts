/**
 * How many requests of one kind may be under way at once, found out by asking: the budget belongs to the whole project.
 *
 * Every refusal for load (429) takes places away, and many answers in a row give one back, as TCP does with its window. A
 * larger window costs a refused request if it is too early, so the patience until the next one is four times as long each time
 * it was: once the budget is found, far less than one request in a hundred is refused. What the server asks to wait, all
 * requests of the kind wait.
 */

import { sleep } from "./abort.js";
import type { Clock } from "./clock.js";
import { onAbort } from "./on-abort.js";
import type { Limits, Operation } from "./limits.js";
import { backOff, retryAfter } from "./retry.js";
import { isOk, type Outcome } from "./wire.js";

const PATIENCE = 25;
const MOST_PATIENCE = 1600;
/** Of the window, when it turns out to be too large. */
const KEPT = 0.8;
const REST = { firstWait: 1000, longestWait: 15_000 };

/** The places of one kind of operation. */
export class Gate {
  readonly #most: number;
  readonly #clock: Clock;
  #window: number;
  #taken = 0;
  #waiting: (() => void)[] = [];
  #opens = -Infinity;
  /** Times that the window shrank; an answer to a request from before the last time says nothing new. */
  #shrunk = 0;
  #refusedAlone = 0;
  #patience = PATIENCE;
  #good = 0;
  #enlarged = false;

  /** @param most - Places when all is well. */
  constructor(most: number, clock: Clock) {
    this.#most = this.#window = most;
    this.#clock = clock;
  }

  /** Requests that may be under way at once. */
  get window(): number {
    return this.#window;
  }

  /** Milliseconds for which no request may start; not positive if one may. */
  get closedFor(): number {
    return this.#opens - this.#clock.now();
  }

  /**
   * Wait for a place; give what is returned to `leave`.
   *
   * @throws The reason of the signal, when it is aborted; then there is nothing to leave.
   */
  async enter(signal: AbortSignal): Promise<number> {
    await this.#take(signal);
    try {
      for (let closed = this.closedFor; closed > 0; closed = this.closedFor) await sleep(this.#clock, closed, signal);
    } catch (error) {
      this.#free();
      throw error;
    }
    return this.#shrunk;
  }

  /** Free the place, and learn from the outcome, if there is one. */
  leave(entered: number, outcome: Outcome | undefined): void {
    if (outcome?.type === "answer") {
      const asked = isOk(outcome) ? undefined : retryAfter(outcome.headers);
      if (asked !== undefined) this.#close(asked);
      if (outcome.status !== 429) this.#answered();
      else if (entered === this.#shrunk) this.#refused();
    }
    this.#free();
  }

  #take(signal: AbortSignal): Promise<void> {
    if (this.#taken < this.#window) {
      this.#taken += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        forget();
        resolve();
      };
      const forget = onAbort(signal, () => {
        this.#waiting = this.#waiting.filter((one) => one !== admit);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a reason is what the caller chose
        reject(signal.reason);
      });
      if (!signal.aborted) this.#waiting.push(admit);
    });
  }

  #free(): void {
    this.#taken -= 1;
    this.#admit();
  }

  #admit(): void {
    while (this.#taken < this.#window) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#taken += 1;
      next();
    }
  }

  #refused(): void {
    const window = this.#window;
    this.#shrunk += 1;
    if (window === 1) {
      // Even one is too many, so others need the whole budget: leave it to them for a while.
      this.#refusedAlone += 1;
      this.#close(backOff(REST, this.#refusedAlone, this.#clock.random()));
    }
    this.#window = Math.max(1, Math.min(window - 1, Math.floor(window * KEPT)));
    if (this.#enlarged) this.#patience = Math.min(MOST_PATIENCE, this.#patience * 4);
    this.#good = 0;
    this.#enlarged = false;
  }

  #answered(): void {
    this.#refusedAlone = 0;
    this.#good += 1;
    if (this.#good < this.#patience) return;
    if (this.#enlarged) this.#patience = PATIENCE; // the larger window has lasted
    this.#good = 0;
    this.#enlarged = this.#window < this.#most;
    this.#window = Math.min(this.#most, this.#window + 1);
    this.#admit();
  }

  #close(milliseconds: number): void {
    this.#opens = Math.max(this.#opens, this.#clock.now() + milliseconds);
  }
}

/** One gate for each kind of operation. */
export class Gates {
  readonly #of: Readonly<Record<Operation, Gate>>;

  constructor(limits: Limits, clock: Clock) {
    this.#of = {
      read: new Gate(limits.read, clock),
      write: new Gate(limits.write, clock),
      delete: new Gate(limits.delete, clock),
      search: new Gate(limits.search, clock),
    };
  }

  /** The gate for one kind of operation. */
  of(operation: Operation): Gate {
    return this.#of[operation];
  }
}

const known = new WeakMap<Clock, Map<string, WeakRef<Gates>>>();

/**
 * The gates of a project: the same for all clients that have the same limits.
 *
 * The budget is the project's, so clients that can know of each other share what they may use of it.
 */
export function gatesOf(baseUrl: string, project: string, limits: Limits, clock: Clock): Gates {
  const ofClock = known.get(clock) ?? new Map<string, WeakRef<Gates>>();
  known.set(clock, ofClock);
  const key = JSON.stringify([baseUrl, project, limits.read, limits.write, limits.delete, limits.search]);
  const found = ofClock.get(key)?.deref();
  if (found) return found;
  for (const [old, gates] of ofClock) if (!gates.deref()) ofClock.delete(old);
  const made = new Gates(limits, clock);
  ofClock.set(key, new WeakRef(made));
  return made;
}
