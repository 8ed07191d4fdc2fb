/** Where a change feed stands, as a small text that outlives the process. */

import { CheckpointError } from "../errors.js";

/** A place between two batches, and whose it is. */
export interface Place {
  /** The version of this form. */
  readonly pygen: 1;
  /** Fingerprint of the project, the view and the conditions. */
  readonly changes: string;
  /** Where the changes go on; null before the first request. */
  readonly cursor: string | null;
  /** Whether there is more to be told of what was there. */
  readonly backfilling: boolean;
  /** Where that goes on; null at its beginning. */
  readonly page: string | null;
}

/**
 * A place from its text.
 *
 * @throws CheckpointError - It is no such text, or that of another feed.
 */
export function readPlace(text: string, changes: string): Place {
  const place = parsed(text);
  if (!isPlace(place)) throw new CheckpointError("this is no token of a change feed");
  if (place.changes !== changes) {
    throw new CheckpointError(
      "the token belongs to another change feed: project, view and conditions must be those of the feed that it was taken from",
    );
  }
  return place;
}

/** A short text that differs, as far as anybody will see, when a longer one does; 53 bits, no secret and no defence. */
export function fingerprint(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== "object" || value === null) return false;
  const { pygen, changes, cursor, backfilling, page } = value as Partial<Record<keyof Place, unknown>>;
  return (
    pygen === 1 && typeof changes === "string" && isCursor(cursor) && isCursor(page) && typeof backfilling === "boolean"
  );
}

function isCursor(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}
