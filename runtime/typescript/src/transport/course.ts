/** How far one call has come: its tries, and its time. */

import { DeadlineError, seconds, type PygenError, type RequestFacts } from "../errors.js";
import { AbortScope } from "./abort.js";
import type { Attempt } from "./events.js";
import { errorOf } from "./failures.js";
import type { Settings } from "./settings.js";
import { isBusy, requestIdOf, type Outcome } from "./wire.js";

const TOO_LATE = Symbol("no time is left");

let calls = 0;

/** How far a call has come. Close it when it has ended. */
export class Course {
  readonly #settings: Settings;
  readonly #started: number;
  readonly #scope: AbortScope;
  #attempt: Attempt;
  #busy = 0;
  #last: Outcome | undefined;

  constructor(
    what: Pick<Attempt, "operation" | "method" | "path">,
    settings: Settings,
    signal: AbortSignal | undefined,
  ) {
    this.#settings = settings;
    this.#started = settings.clock.now();
    this.#attempt = { call: ++calls, number: 1, operation: what.operation, method: what.method, path: what.path };
    this.#scope = new AbortScope(signal);
    if (!this.signal.aborted) this.#scope.abortAfter(settings.clock, settings.timeout, TOO_LATE);
  }

  /** The try that is under way. */
  get attempt(): Attempt {
    return this.#attempt;
  }

  /** Aborted when the caller wants that, or no time is left. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** Milliseconds that it may still take. */
  get left(): number {
    return this.#settings.timeout - this.#elapsed;
  }

  /** The try that is under way has ended. */
  ended(outcome: Outcome): void {
    this.#last = outcome;
    this.#busy += Number(isBusy(outcome));
  }

  /** Another try begins. */
  again(): void {
    this.#attempt = { ...this.#attempt, number: this.#attempt.number + 1 };
  }

  /** How many tries so far ended like this one: refused for load, or otherwise. */
  triesLike(outcome: Outcome): number {
    return isBusy(outcome) ? this.#busy : this.#attempt.number - this.#busy;
  }

  /** What is known of the call. */
  facts(outcome = this.#last): RequestFacts {
    return {
      method: this.#attempt.method,
      path: this.#attempt.path,
      attempts: this.#attempt.number,
      elapsed: this.#elapsed,
      status: outcome?.status ?? 0,
      requestId: outcome && requestIdOf(outcome),
    };
  }

  /** The error that an outcome means. */
  errorOf(outcome: Outcome, why = ""): PygenError {
    return errorOf(outcome, this.facts(outcome), why);
  }

  /** The error when no time is left. */
  tooLate(): DeadlineError {
    const { method, path, number } = this.#attempt;
    const before = this.#last ? ` (the last to end: ${said(this.#last)})` : "";
    return new DeadlineError(
      `${method} ${path} was not answered within ${seconds(this.#settings.timeout)}, ${String(number)} attempts included` +
        `${before}; ask for less, or allow more with withOptions({ timeout })`,
      this.facts(),
    );
  }

  /** What to throw when a wait ended with this error. */
  translate(error: unknown): unknown {
    return error === TOO_LATE ? this.tooLate() : error;
  }

  close(): void {
    this.#scope.close();
  }

  get #elapsed(): number {
    return this.#settings.clock.now() - this.#started;
  }
}

function said(outcome: Outcome): string {
  return outcome.type === "fault" ? outcome.reason : String(outcome.status);
}
