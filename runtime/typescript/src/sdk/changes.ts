/** What a change feed tells: objects that were created or changed, and deletions, in batches. */

import type { NodeId } from "../schema/ids.js";

/** An object was created or changed, or was there when the feed began. */
export interface Upserted<T> {
  readonly type: "upserted";
  /** As it is now; several changes between two polls are told as one. */
  readonly item: T;
}

/** An object was deleted; perhaps one that was never told of, if it came and went between two polls. */
export interface Deleted {
  readonly type: "deleted";
  readonly id: NodeId;
  /** Its last version. */
  readonly version: number;
  readonly deletedTime: Date;
}

/** One change. */
export type Change<T> = Upserted<T> | Deleted;

/** What could not be told, because the server had forgotten where the feed was. */
export type Gap = "restart" | "missDeletes";

/** Changes that came together, in the order in which they happened; perhaps none. */
export interface ChangeBatch<T> {
  /** What was deleted and made again comes as a deletion, then as an upsert. */
  readonly changes: readonly Change<T>[];
  /** Where the feed stands after this batch, as JSON of a few hundred bytes without secrets; save it when the changes are used. */
  readonly token: string;
  /** Whether these objects were there when the feed began, and did not change just now. */
  readonly backfill: boolean;
  /** Whether this is all that the server knew of when it answered. */
  readonly live: boolean;
  /** Set on the one batch that follows on an expired cursor. */
  readonly gap: Gap | undefined;
}

/** How to follow changes. */
export interface ChangeOptions {
  /** The token of an earlier batch; absent: begin. */
  readonly since?: string | undefined;
  /** Whether to begin with what is there, which is the default. */
  readonly backfill?: boolean | undefined;
  /**
   * What to do when the server no longer knows where the feed was, which is so after 3 days without a poll: `raise`, the default,
   * throws a `CursorExpiredError`; `restart` tells everything anew (deletions meanwhile are not told: forget what you hold when a
   * batch says so); `missDeletes` goes on, although deletions may go untold.
   */
  readonly onExpired?: "raise" | Gap | undefined;
  /** Milliseconds between two polls once there is nothing more to be told; 10,000 if not said. */
  readonly interval?: number | undefined;
  /** Whether to end when all that the server knows of has been told, instead of waiting for more. */
  readonly untilLive?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}
