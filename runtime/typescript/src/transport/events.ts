/** What happens to each request, told as typed values: the counters and the hook `onAttempt` both live on these. */

import type { Operation } from "./limits.js";

/** One try at one call. */
export interface Attempt {
  /** Number of the call, unique in this process; all its attempts share it. */
  readonly call: number;
  /** 1 for the first attempt of the call. */
  readonly number: number;
  /** Whose limit it counts against. */
  readonly operation: Operation;
  readonly method: string;
  /** Path below the project. */
  readonly path: string;
}

/** A request is being sent. An `AttemptEnded` follows in any case, also if the call is aborted. */
export interface AttemptStarted {
  readonly type: "started";
  readonly attempt: Attempt;
  /** Bytes of the body. */
  readonly sent: number;
}

/** A request has been answered, or failed. */
export interface AttemptEnded {
  readonly type: "ended";
  readonly attempt: Attempt;
  /** HTTP status; 0 if as much as that did not come. */
  readonly status: number;
  readonly requestId: string | undefined;
  /** Why there is no whole, readable answer; undefined if there is one, a refusal included. */
  readonly error: string | undefined;
  /** Milliseconds from asking until sending: waits for a token and for a place among the requests of its kind. */
  readonly queued: number;
  /** Milliseconds from sending until the answer was whole. */
  readonly duration: number;
  /** Bytes of the body, unpacked. */
  readonly received: number;
}

/** An attempt failed, and there will be another. */
export interface RetryScheduled {
  readonly type: "retry";
  readonly attempt: Attempt;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly error: string | undefined;
  /** Milliseconds until the next. */
  readonly wait: number;
}

/** What the hook `onAttempt` is told. None of these holds a body or a secret. */
export type AttemptEvent = AttemptStarted | AttemptEnded | RetryScheduled;

/** Called with each event, synchronously. What it throws goes to the console, and disturbs no request. */
export type AttemptHook = (event: AttemptEvent) => void;
