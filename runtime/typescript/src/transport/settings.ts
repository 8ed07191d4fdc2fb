/** Everything about a client that has a sensible default. */

import { UsageError } from "../errors.js";
import { systemClock, type Clock } from "./clock.js";
import type { AttemptHook } from "./events.js";
import { limitsOf, type Limits } from "./limits.js";
import { retryPolicyOf, type RetryPolicy } from "./retry.js";

/** What can be different from call to call: see `PygenClient.withOptions`. All times are milliseconds. */
export interface CallSettings {
  /** What one call may take with all retries and waits, one page of a stream being a call; `Infinity` for no end. Default 300,000. */
  readonly timeout?: number;
  /** How long nothing may come from the server. Its own queries end with 408 well before the default, 60,000. */
  readonly readTimeout?: number;
  /** How often to send again at most, or when. */
  readonly retries?: number | Partial<RetryPolicy>;
  /** Rows in a page, 1 to 1,000, which is the default. */
  readonly pageSize?: number;
}

/** How a client behaves. */
export interface ClientOptions extends CallSettings {
  /** Requests under way at once, for each kind of operation. */
  readonly limits?: Partial<Limits>;
  /** Sent as `x-cdp-app`, so that the owner of a project can tell who asks. Default `pygen`. */
  readonly appName?: string;
  /** Told of each attempt; for logs and metrics. */
  readonly onAttempt?: AttemptHook;
  /** For tests. */
  readonly clock?: Clock;
}

/** Options that have been checked, with all defaults. */
export interface Settings {
  readonly timeout: number;
  readonly readTimeout: number;
  readonly retry: RetryPolicy;
  readonly pageSize: number;
  readonly limits: Limits;
  readonly appName: string;
  readonly onAttempt: AttemptHook | undefined;
  readonly clock: Clock;
}

/**
 * Check options, and fill in the defaults.
 *
 * @throws UsageError - A value cannot work.
 */
export function settingsOf(options: ClientOptions): Settings {
  const { timeout = 300_000, readTimeout = 60_000, pageSize = 1000, appName = "pygen" } = options;
  if (!(timeout > 0) || !(readTimeout > 0)) throw new UsageError("time-outs must be more than 0 milliseconds");
  checkPageSize(pageSize);
  if (!/^[\x20-\x7e]+$/.test(appName)) throw new UsageError("appName must be printable ASCII: it is sent in a header");
  return {
    timeout,
    readTimeout,
    pageSize,
    appName,
    retry: retryPolicyOf(options.retries),
    limits: limitsOf(options.limits),
    onAttempt: options.onAttempt,
    clock: options.clock ?? systemClock,
  };
}

/** The same settings but for what is given. */
export function withCallSettings(settings: Settings, given: CallSettings): Settings {
  const { onAttempt, retry, ...same } = settings;
  return { ...settingsOf({ ...same, retries: retry, ...given }), onAttempt };
}

/** @throws UsageError - It is no whole number from 1 to 1,000. */
export function checkPageSize(pageSize: number): void {
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000) {
    throw new UsageError(`pageSize must be a whole number from 1 to 1000, not ${String(pageSize)}`);
  }
}
