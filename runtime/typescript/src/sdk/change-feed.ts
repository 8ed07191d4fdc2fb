/**
 * Reads a change feed batch by batch (contract §6.7).
 *
 * The very first request asks for a cursor to the changes from then on, and brings nothing. Only then comes what is there, and only
 * after that the changes since that cursor. So the token of the first batch, an empty one, holds all that is needed to miss nothing
 * of what is told later.
 */

import type { PygenClient } from "../client/client.js";
import { PageSize } from "../client/page-size.js";
import {
  CursorExpiredError,
  InvalidResponseError,
  RepeatedCursorError,
  ServerTimeoutError,
  UsageError,
} from "../errors.js";
import { encodeJson } from "../schema/encode.js";
import type { Filter } from "../schema/filters.js";
import { viewReference } from "../schema/ids.js";
import type { RawInstance } from "../schema/instances.js";
import type { QueryReply, SyncMode, SyncRequest } from "../schema/queries.js";
import type { TargetUnit } from "../schema/requests.js";
import { AbortScope, sleep } from "../transport/abort.js";
import { changesOf } from "./change-rows.js";
import { fingerprint, type Place, readPlace } from "./change-token.js";
import type { ChangeBatch, ChangeOptions, Gap } from "./changes.js";
import { both } from "./filters.js";
import type { AnyView } from "./view.js";

const SET = "changes";
const INTERVAL = 10_000;

/** What is followed. */
export interface Followed {
  readonly client: PygenClient;
  readonly view: AnyView;
  readonly filter?: Filter | undefined;
  readonly units?: readonly TargetUnit[];
}

/**
 * What happens to the objects of a view: first what is there, then every change, without end. The first batch is empty: it notes
 * where the changes begin. While there is nothing new the feed asks again at intervals, and each answer is a batch.
 *
 * Every change is told at least once, and those of one object in their order. Nothing runs between two batches, and the place moves
 * only when a batch is handed out: whoever comes back goes on where they were. For one reader at a time.
 */
export class ChangeFeed<T> implements AsyncIterableIterator<ChangeBatch<T>, undefined> {
  readonly #followed: Followed;
  readonly #options: ChangeOptions;
  readonly #size: PageSize;
  #place: Place;
  #last: { readonly live: boolean; readonly at: number } | undefined;
  #under: AbortScope | undefined;
  #ended = false;

  /**
   * @throws CheckpointError - `since` is no token, or that of another feed.
   * @throws UsageError - An option cannot work.
   */
  constructor(followed: Followed, options: ChangeOptions) {
    const { since, backfill = true, interval = INTERVAL, onExpired = "raise" } = options;
    if (!(interval >= 0)) throw new UsageError(`interval must be 0 or more milliseconds, not ${interval}`);
    if (!["raise", "restart", "missDeletes"].includes(onExpired)) {
      throw new UsageError(`onExpired must be "raise", "restart" or "missDeletes", not ${onExpired}`);
    }
    const { client, view, filter = null, units = [] } = followed;
    const mine = fingerprint(encodeJson([client.project, view.usedFor, view.id, filter, units]));
    this.#followed = followed;
    this.#options = options;
    this.#size = new PageSize(client.settings.pageSize, () => undefined);
    this.#place =
      since === undefined
        ? { pygen: 1, changes: mine, cursor: null, backfilling: backfill, page: null }
        : readPlace(since, mine);
  }

  /** Where the feed stands, after what has been handed out. */
  get token(): string {
    return JSON.stringify(this.#place);
  }

  /**
   * The next batch, when there is one.
   *
   * @throws CursorExpiredError - The server no longer knows the place, and nothing else was asked for.
   */
  async next(): Promise<IteratorResult<ChangeBatch<T>, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    const { untilLive = false, signal } = this.#options;
    const scope = new AbortScope(signal);
    this.#under = scope;
    try {
      await this.#wait(scope.signal);
      const [batch, place] = await this.#fetch(scope.signal);
      this.#last = { live: batch.live, at: this.#followed.client.settings.clock.now() };
      this.#place = place;
      this.#ended = untilLive && batch.live;
      return { done: false, value: batch };
    } finally {
      scope.close();
      this.#under = undefined;
    }
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#ended = true;
    this.#under?.abort(new DOMException("the feed was left", "AbortError"));
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Let the interval go by after a batch that was live. */
  async #wait(signal: AbortSignal): Promise<void> {
    if (!this.#last?.live) return;
    const { clock } = this.#followed.client.settings;
    const { interval = INTERVAL } = this.#options;
    await sleep(clock, Math.max(0, this.#last.at + interval - clock.now()), signal);
  }

  async #fetch(signal: AbortSignal): Promise<[ChangeBatch<T>, Place]> {
    try {
      return await this.#page(this.#place, signal);
    } catch (error) {
      if (!(error instanceof CursorExpiredError)) throw error;
      const { onExpired = "raise" } = this.#options;
      if (onExpired === "missDeletes") return this.#page(this.#place, signal, onExpired);
      if (onExpired === "restart") {
        return this.#page({ ...this.#place, cursor: null, page: null, backfilling: true }, signal, onExpired);
      }
      const advice = "begin again without since, or choose onExpired: it keeps that for 3 days";
      throw new CursorExpiredError(
        `the server no longer knows where this change feed was; ${advice} (${error.message})`,
        error,
        { cause: error },
      );
    }
  }

  async #page(place: Place, signal: AbortSignal, gap?: Gap): Promise<[ChangeBatch<T>, Place]> {
    const backfilling = place.backfilling && place.cursor !== null;
    const before = backfilling ? place.page : place.cursor;
    const [size, reply] = await this.#ask(backfilling ? "twoPhase" : "noBackfill", before, gap, signal);
    const [rows, after] = [reply.items[SET], reply.nextCursor[SET]];
    if (rows === undefined || typeof after !== "string") {
      throw new InvalidResponseError("a sync was answered without its result set or its cursor");
    }
    const short = rows.length < size;
    if (before === after && !short) {
      throw new RepeatedCursorError(
        "the server sent the cursor again that it was given: changes would repeat for ever",
      );
    }
    const end = this.#after(place, after, short);
    return [this.#batch(rows, end, backfilling, short && !place.backfilling, gap), end];
  }

  /** The place after a page that ended at a cursor. */
  #after(place: Place, cursor: string, short: boolean): Place {
    if (!place.backfilling || place.cursor === null) return { ...place, cursor };
    return { ...place, page: short ? null : cursor, backfilling: !short };
  }

  #batch(
    rows: readonly RawInstance[],
    end: Place,
    backfill: boolean,
    live: boolean,
    gap: Gap | undefined,
  ): ChangeBatch<T> {
    const { view, client } = this.#followed;
    return { changes: changesOf<T>(view, rows, client), token: JSON.stringify(end), backfill, live, gap };
  }

  /** Rows asked for, and the answer; a page that is too heavy is asked for again with half the rows or fewer. */
  async #ask(
    mode: SyncMode,
    cursor: string | null,
    gap: Gap | undefined,
    signal: AbortSignal,
  ): Promise<[number, QueryReply]> {
    const { client, view, filter } = this.#followed;
    // Unlike a list, a sync must be told what belongs to a view.
    const own = await client.views.filter(view.id, { signal });
    const members = both(both({ hasData: [viewReference(view.id)] }, own), filter);
    for (;;) {
      const size = this.#size.current;
      const request = this.#request(mode, cursor, members, size);
      const missing = gap === "missDeletes" && { allowExpiredCursorsAndAcceptMissedDeletes: true };
      try {
        const reply = await client.instances.sync({ ...request, ...missing }, { signal });
        this.#size.grow();
        return [size, reply];
      } catch (error) {
        if (!(error instanceof ServerTimeoutError) || size === 1) throw error;
        this.#size.shrink(size);
      }
    }
  }

  #request(mode: SyncMode, cursor: string | null, filter: Filter | undefined, limit: number): SyncRequest {
    const { view, units } = this.#followed;
    const which = filter === undefined ? {} : { filter };
    const source = { source: viewReference(view.id), properties: ["*"], ...(units && { targetUnits: units }) };
    return {
      with: { [SET]: view.usedFor === "node" ? { nodes: which, limit, mode } : { edges: which, limit, mode } },
      select: { [SET]: { sources: [source] } },
      cursors: { [SET]: cursor },
    };
  }
}
