/** When to try again. Pure: no clock, no timer, no randomness of its own. */

import { UsageError } from "../errors.js";
import { isBusy, type FaultKind, type Outcome } from "./wire.js";

/** Full-jitter exponential back-off, with the server's `Retry-After` as a floor. All times are milliseconds. */
export interface RetryPolicy {
  /**
   * Times that a request is sent at most, those not counted that were refused for load (429); with 1, nothing is ever sent
   * again. Default 10.
   */
  readonly attempts: number;
  /**
   * Times that a request is refused for load (429) at most. Default 100, because waiting is all that helps: it is the
   * `timeout` of the call that ends this.
   */
  readonly busyAttempts: number;
  /** Times that it is tried while no connection can be made: a wrong host name should be told soon. Default 4. */
  readonly connectAttempts: number;
  /** Times that it is tried while answers are no JSON: a page of a proxy rarely goes away by itself. Default 2. */
  readonly unreadableAttempts: number;
  /** The wait after the first try lies between 0 and this, and doubles with each further one. Default 500. */
  readonly firstWait: number;
  /** The doubling ends at this. Default 60,000. */
  readonly longestWait: number;
  /** A server that asks to wait longer than this is not waited for. Default 120,000. */
  readonly longestRetryAfter: number;
}

/** Statuses that are worth another try. */
const TRANSIENT = new Set([429, 502, 503, 504]);

/** What to do about an outcome: wait so long and try again, or, without a `wait`, settle for it. */
export interface Verdict {
  readonly wait: number | undefined;
  /** Why to settle although a retry would be thinkable; empty if there is nothing to explain. */
  readonly why: string;
}

/** A policy with defaults for what is not given; a number is how often to send again at most. */
export function retryPolicyOf(given: number | Partial<RetryPolicy> = {}): RetryPolicy {
  if (typeof given === "number" && !(Number.isInteger(given) && given >= 0)) {
    throw new UsageError(`retries must be a whole number of at least 0, not ${String(given)}`);
  }
  const policy: RetryPolicy = {
    attempts: 10,
    busyAttempts: 100,
    connectAttempts: 4,
    unreadableAttempts: 2,
    firstWait: 500,
    longestWait: 60_000,
    longestRetryAfter: 120_000,
    ...(typeof given === "number" ? { attempts: given + 1, busyAttempts: given + 1 } : given),
  };
  const least = Math.min(policy.attempts, policy.busyAttempts, policy.connectAttempts, policy.unreadableAttempts);
  if (!(least >= 1)) throw new UsageError("a retry policy needs at least one attempt of each kind");
  if (!(Math.min(policy.firstWait, policy.longestWait, policy.longestRetryAfter) >= 0)) {
    throw new UsageError("the waits of a retry policy must be 0 milliseconds or more");
  }
  return policy;
}

/**
 * What to do about an outcome.
 *
 * @param tries - How many tries of the call ended like this one, itself included: refused for load (429), or otherwise.
 * @param jitter - Random number from 0 to 1.
 */
export function verdictOn(outcome: Outcome, policy: RetryPolicy, tries: number, jitter: number): Verdict {
  if (tries >= triesFor(outcome, policy)) return { wait: undefined, why: "" };
  const wait = backOff(policy, tries, jitter);
  const floor = outcome.type === "answer" ? retryAfter(outcome.headers) : undefined;
  if (floor === undefined || floor <= policy.longestRetryAfter) return { wait: Math.max(wait, floor ?? 0), why: "" };
  const asked = `the server asks to wait ${String(floor / 1000)} s`;
  return { wait: undefined, why: `${asked}, and ${String(policy.longestRetryAfter / 1000)} s is the most allowed` };
}

/** Milliseconds to wait after so many tries, if the server does not say. */
export function backOff(policy: Pick<RetryPolicy, "firstWait" | "longestWait">, tries: number, jitter: number): number {
  return Math.min(policy.longestWait, policy.firstWait * 2 ** Math.min(tries - 1, 60)) * jitter;
}

function triesFor(outcome: Outcome, policy: RetryPolicy): number {
  if (outcome.type === "fault") return triesAfterFault(outcome.kind, policy);
  if (isBusy(outcome)) return policy.attempts > 1 ? policy.busyAttempts : 1;
  // Only the text "true" counts: a well-known client once took any text for a yes, "false" included.
  const invited = outcome.headers.get("cdf-is-auto-retryable")?.trim().toLowerCase() === "true";
  return invited || TRANSIENT.has(outcome.status) ? policy.attempts : 1;
}

function triesAfterFault(kind: FaultKind, policy: RetryPolicy): number {
  switch (kind) {
    case "hopeless":
    case "unexpected":
      return 1;
    case "connect":
    case "unreached":
      return Math.min(policy.connectAttempts, policy.attempts);
    case "unreadable":
      return Math.min(policy.unreadableAttempts, policy.attempts);
    default:
      return policy.attempts;
  }
}

/**
 * Retries that a client may still spend, so that a struggling server is not buried by all its clients at once.
 *
 * A retry costs 5, one after a time-out 10, and one after a refusal for load (429) nothing: the gate sees to those. A success
 * pays back what its last retry cost that was not free, or 1.
 */
export class RetryBudget {
  readonly #capacity: number;
  #left: number;

  /** @param capacity - What the budget holds when full. */
  constructor(capacity = 500) {
    this.#capacity = this.#left = capacity;
  }

  /** Pay for a retry after this outcome: the price, or undefined if too little is left. */
  spend(outcome: Outcome): number | undefined {
    if (isBusy(outcome)) return 0;
    const price = outcome.type === "fault" && outcome.kind === "timeout" ? 10 : 5;
    if (price > this.#left) return undefined;
    this.#left -= price;
    return price;
  }

  /** A request succeeded whose last retry cost so much. */
  repay(price: number): void {
    this.#left = Math.min(this.#capacity, this.#left + Math.max(price, 1));
  }
}

/**
 * Milliseconds that the server asks to wait, given as seconds or a date; undefined if absent or nonsense.
 *
 * A date is measured against the response's own `Date`, because the clocks of the two sides may differ by hours.
 */
export function retryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text) * 1000;
  const [then, now] = [moment(text), moment(headers.get("date") ?? "")];
  if (then === undefined || now === undefined || then < now) return undefined;
  return then - now;
}

function moment(text: string): number | undefined {
  // `Date.parse` makes a date of nearly everything; those of HTTP end like this.
  const parsed = /^[A-Za-z]{3}.*\d\d:\d\d:\d\d GMT$/.test(text.trim()) ? Date.parse(text) : NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}
