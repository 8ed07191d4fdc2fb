/** How many requests may be under way at once, for each kind of operation (contract §1.8). */

import { UsageError } from "../errors.js";

/** What a request does, as far as the project's concurrency budget cares. */
export type Operation = "read" | "write" | "delete" | "search";

/**
 * Requests that are under way at once at most; the defaults stay below a project's documented budget.
 *
 * Clients of the same project with the same limits share them. While the server refuses for load (429), fewer are under way.
 */
export interface Limits {
  /** Instance list, byids, query, sync, aggregate; a project allows 8. Default 4. */
  readonly read: number;
  /** Instance upserts; a project allows 4. Default 2. */
  readonly write: number;
  /** Instance deletes; a project allows 2. Default 1. */
  readonly delete: number;
  /** Instance searches; they share the project's 8 with reads. Default 2. */
  readonly search: number;
}

/** Limits with defaults for what is not given. */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  const limits: Limits = { read: 4, write: 2, delete: 1, search: 2, ...given };
  for (const [operation, limit] of Object.entries(limits)) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new UsageError(
        `the limit for ${operation} requests must be a whole number of at least 1, not ${String(limit)}`,
      );
    }
  }
  return limits;
}
