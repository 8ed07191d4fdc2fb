/**
 * Every error of pygen, as one tree.
 *
 * ```text
 * PygenError
 * ├── UsageError                 pygen was called wrongly: an argument or setting cannot work
 * │   ├── DetachedError          an object without a client was asked to fetch something
 * │   ├── CheckpointError        a token of a change feed is damaged, or belongs to another feed
 * │   ├── IncludeDepthError      an include leads too far from its roots
 * │   └── WriteConflictError     objects of one upsert say different things of the same instance
 * ├── RequestError               something about a request; knows its method, path, status, request id and attempts
 * │   ├── TransportError         no complete, readable answer came
 * │   │   ├── NotReachedError        the server could not be reached, or the connection broke
 * │   │   ├── DeadlineError          the time allowed for a call ran out
 * │   │   └── InvalidResponseError   an answer came, but it is cut short or not what the contract says
 * │   ├── ApiError               the server answered, and refused
 * │   │   ├── AuthenticationError    401, or the token endpoint refused the credentials
 * │   │   ├── PermissionDeniedError  403
 * │   │   ├── NotFoundError          404
 * │   │   ├── ServerTimeoutError     408: too heavy a query
 * │   │   ├── ConflictError          409, and 400 where the text speaks of a version conflict
 * │   │   ├── RateLimitedError       429, after all retries
 * │   │   └── ServerError            5xx, after all retries
 * │   ├── StreamError            a stream cannot go on without losing or repeating rows
 * │   │   ├── RepeatedCursorError    the server sent the same cursor twice
 * │   │   └── CursorExpiredError     the cursor is too old; start again
 * │   └── IncompleteError        the API gives no more than a part of what was asked for
 * ├── WriteError                 some items of a write or delete failed, or it is not known; the others are told apart
 * ├── NoInstanceError            there is no instance where there was to be one
 * └── SeveralInstancesError      there are several where there was to be one
 * ```
 *
 * A call that is aborted through its `AbortSignal` rejects with the reason of that signal, which is none of these.
 */

import type { DeleteResult, UpsertResult } from "./client/results.js";
import type { JsonObject } from "./schema/json.js";

/** Root of every error that pygen throws on purpose; the message says what happened, where, and what to do. */
export class PygenError extends Error {
  static {
    named(this, "PygenError");
  }
}

/** pygen was called in a way that cannot work. */
export class UsageError extends PygenError {
  static {
    named(this, "UsageError");
  }
}

/** An object that knows no client was asked to fetch something. */
export class DetachedError extends UsageError {
  static {
    named(this, "DetachedError");
  }
}

/** The text is no token of a change feed, or that of another one. */
export class CheckpointError extends UsageError {
  static {
    named(this, "CheckpointError");
  }
}

/** An include leads further from its roots than one query should. */
export class IncludeDepthError extends UsageError {
  static {
    named(this, "IncludeDepthError");
  }
}

/** Objects of one upsert say different things of the same instance; only one of them could win. */
export class WriteConflictError extends UsageError {
  static {
    named(this, "WriteConflictError");
  }
}

/** What is known of the request that an error is about. */
export interface RequestFacts {
  /** HTTP method; empty if there was no request. */
  readonly method: string;
  /** Path of the request, without host and query. */
  readonly path: string;
  /** How many times it was tried. */
  readonly attempts: number;
  /** Milliseconds that the call took, waits included. */
  readonly elapsed: number;
  /** HTTP status of the last answer; 0 if as much as that never came. */
  readonly status: number;
  /** The server's `x-request-id` for the last answer, if it sent one; quote it when asking for support. */
  readonly requestId: string | undefined;
}

/** Something about a request to the server, or about the answer to it. */
export class RequestError extends PygenError implements RequestFacts {
  static {
    named(this, "RequestError");
  }

  readonly method: string;
  readonly path: string;
  readonly attempts: number;
  readonly elapsed: number;
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(message: string, facts: Partial<RequestFacts> = {}, options?: ErrorOptions) {
    super(message, options);
    this.method = facts.method ?? "";
    this.path = facts.path ?? "";
    this.attempts = facts.attempts ?? 1;
    this.elapsed = facts.elapsed ?? 0;
    this.status = facts.status ?? 0;
    this.requestId = facts.requestId;
  }
}

/** No complete, readable answer came. */
export class TransportError extends RequestError {
  static {
    named(this, "TransportError");
  }
}

/** The server could not be reached, or the connection broke before the answer was whole. */
export class NotReachedError extends TransportError {
  static {
    named(this, "NotReachedError");
  }
}

/** The time allowed for the whole call, retries and waits included, ran out. */
export class DeadlineError extends TransportError {
  static {
    named(this, "DeadlineError");
  }
}

/** An answer came, but it is cut short, not JSON, or not of the shape that the contract gives. */
export class InvalidResponseError extends TransportError {
  static {
    named(this, "InvalidResponseError");
  }
}

/** What the server said when it refused. */
export interface Refusal {
  /** The server's own message. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Identifiers that the server says do not exist. */
  readonly missing?: readonly JsonObject[];
  /** Identifiers that the server says exist already. */
  readonly duplicated?: readonly JsonObject[];
}

/** The server answered, and refused (contract §1.5); the message ends with what to do about it. */
export class ApiError extends RequestError {
  static {
    named(this, "ApiError");
  }

  readonly detail: string;
  readonly missing: readonly JsonObject[];
  readonly duplicated: readonly JsonObject[];

  constructor(refusal: Refusal, facts: RequestFacts) {
    const tried = facts.attempts > 1 ? ` after ${String(facts.attempts)} attempts in ${seconds(facts.elapsed)}` : "";
    const quote = facts.requestId === undefined ? "" : ` [request id ${facts.requestId}]`;
    const advice = refusal.hint === undefined ? "" : `; ${refusal.hint}`;
    super(
      `${facts.method} ${facts.path} answered ${String(facts.status)}${tried}: ${refusal.detail}${advice}${quote}`,
      facts,
    );
    this.detail = refusal.detail;
    this.missing = refusal.missing ?? [];
    this.duplicated = refusal.duplicated ?? [];
  }
}

/** The token was refused (401), or no token could be had: check the credentials. */
export class AuthenticationError extends ApiError {
  static {
    named(this, "AuthenticationError");
  }
}

/** The token is good but lacks a capability (403). */
export class PermissionDeniedError extends ApiError {
  static {
    named(this, "PermissionDeniedError");
  }
}

/** The project or endpoint does not exist (404). */
export class NotFoundError extends ApiError {
  static {
    named(this, "NotFoundError");
  }
}

/** The server gave up on a heavy query (408): ask for fewer rows or a simpler filter. */
export class ServerTimeoutError extends ApiError {
  static {
    named(this, "ServerTimeoutError");
  }
}

/** A conflicting change happened first (409, or 400 where the text speaks of a version conflict). */
export class ConflictError extends ApiError {
  static {
    named(this, "ConflictError");
  }
}

/** The server still refused for load (429) when the retries were used up. */
export class RateLimitedError extends ApiError {
  static {
    named(this, "RateLimitedError");
  }
}

/** The server failed (5xx), and still did when the retries were used up. */
export class ServerError extends ApiError {
  static {
    named(this, "ServerError");
  }
}

/** Some items of a call were not written or deleted, or it is not known; `result` tells what became of each item. */
export class WriteError extends PygenError {
  static {
    named(this, "WriteError");
  }

  readonly result: UpsertResult | DeleteResult;

  constructor(message: string, result: UpsertResult | DeleteResult, cause?: PygenError) {
    super(message, { cause });
    this.result = result;
  }
}

/** There is no instance where there was to be one, or an id was asked for that the view does not have. */
export class NoInstanceError extends PygenError {
  static {
    named(this, "NoInstanceError");
  }
}

/** There are several instances where there was to be one. */
export class SeveralInstancesError extends PygenError {
  static {
    named(this, "SeveralInstancesError");
  }
}

/** There is more than the API can give in one answer, and no way to ask for the rest: narrow the request down. */
export class IncompleteError extends RequestError {
  static {
    named(this, "IncompleteError");
  }
}

/** A stream cannot go on without losing or repeating rows. */
export class StreamError extends RequestError {
  static {
    named(this, "StreamError");
  }
}

/** The server sent a cursor that it had sent before: going on would repeat rows for ever. */
export class RepeatedCursorError extends StreamError {
  static {
    named(this, "RepeatedCursorError");
  }
}

/** The server no longer knows the cursor: start the stream again. */
export class CursorExpiredError extends StreamError {
  static {
    named(this, "CursorExpiredError");
  }
}

/** Milliseconds as people read them. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Names an error as its class, also after a bundler has given the class another name. */
function named(type: { readonly prototype: object }, name: string): void {
  Object.defineProperty(type.prototype, "name", { value: name, configurable: true, writable: true });
}
