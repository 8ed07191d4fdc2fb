/** What goes over the wire and what comes back, without saying how: the seam between policy and `fetch`. */

import { printable } from "./text.js";

/** One request, encoded once and sent as often as needed. */
export interface WireRequest {
  readonly method: string;
  /** Path below the project. */
  readonly path: string;
  readonly body: Uint8Array;
  /** Whether the body is compressed. */
  readonly gzipped: boolean;
  /** Milliseconds without a byte from the server after which it has failed. */
  readonly readTimeout: number;
}

/** A whole answer. */
export interface Answer {
  readonly type: "answer";
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Bytes of the body, unpacked. */
  readonly received: number;
}

/**
 * Why no answer came; decides how often it is worth trying.
 *
 * - `connect`: no connection, so the server did nothing.
 * - `unreached`: the platform does not tell more than that it failed, as browsers do.
 * - `broken`: the connection broke.
 * - `timeout`: nothing came for too long.
 * - `cut`: the answer is cut short.
 * - `unreadable`: the answer is no JSON.
 * - `unexpected`: the answer has another shape than the contract gives.
 * - `hopeless`: it cannot work.
 */
export type FaultKind =
  "connect" | "unreached" | "broken" | "timeout" | "cut" | "unreadable" | "unexpected" | "hopeless";

/** No whole, readable answer came. */
export interface Fault {
  readonly type: "fault";
  readonly kind: FaultKind;
  /** What went wrong, for people; holds no secret. */
  readonly reason: string;
  /** HTTP status, if as much as that came; otherwise 0. */
  readonly status: number;
  readonly requestId: string | undefined;
  readonly received: number;
}

/** What came of one try. */
export type Outcome = Answer | Fault;

/** Sends one request once. `fetch` stands behind this, or a test. */
export interface Wire {
  /**
   * Send the request and read the whole answer.
   *
   * @throws The reason of the signal, when it is aborted.
   */
  send(request: WireRequest, token: string, signal: AbortSignal): Promise<Outcome>;
}

/** Whether the server did what was asked. */
export function isOk(outcome: Outcome): boolean {
  return outcome.type === "answer" && outcome.status >= 200 && outcome.status < 300;
}

/** Whether the server refused for load, and so did nothing. */
export function isBusy(outcome: Outcome): boolean {
  return outcome.type === "answer" && outcome.status === 429;
}

/** Whether the server may have done what was asked, although it did not say so. */
export function leavesOpen(outcome: Outcome): boolean {
  if (outcome.type === "fault") return outcome.kind !== "connect" && outcome.kind !== "hopeless";
  return outcome.status === 408 || outcome.status >= 500;
}

/** The server's name for a request. */
export function requestIdOf(outcome: Outcome): string | undefined {
  return outcome.type === "fault" ? outcome.requestId : requestIdIn(outcome.headers);
}

/** The server's name for a request, from the headers of its answer. */
export function requestIdIn(headers: Headers): string | undefined {
  return printable(headers.get("x-request-id") ?? "") || undefined;
}

/** What went wrong in a try, if no whole, readable answer came. */
export function faultReason(outcome: Outcome | undefined): string | undefined {
  return outcome?.type === "fault" ? outcome.reason : undefined;
}

/** A fault of which no more is known than its reason. */
export function fault(kind: FaultKind, reason: string, response?: Response, received = 0): Fault {
  return {
    type: "fault",
    kind,
    reason,
    status: response?.status ?? 0,
    requestId: response ? requestIdIn(response.headers) : undefined,
    received,
  };
}
