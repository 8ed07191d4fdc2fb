/** Asking for instances: requests of the API in, its raw answers out (contract §6.5 to §6.8). */

import { CursorExpiredError, IncompleteError, ServerTimeoutError } from "../errors.js";
import type { InstanceReference } from "../schema/ids.js";
import type { RawInstance } from "../schema/instances.js";
import type { QueryReply, QueryRequest, SyncRequest } from "../schema/queries.js";
import type { AggregateItem, AggregateRequest, ByIdsRequest, ListRequest, SearchRequest } from "../schema/requests.js";
import { inBatches } from "./batches.js";
import type { CallOptions, Core } from "./core.js";
import type { PagesOptions, PageStream } from "./page-stream.js";
import { aggregateItems, instancePage, resultSets } from "./shapes.js";
import { isExpiredCursor, withNote } from "./walk.js";

/** Groups that one aggregate answers at most; there is no next page. */
const MOST_GROUPS = 1000;

/** Matches that one search answers at most. */
const MOST_FOUND = 1000;

/** See `Instances.pages`. */
export function pages(core: Core, request: ListRequest, options: PagesOptions): PageStream<RawInstance> {
  return core.stream(
    (cursor, limit, signal) => core.post("/list", { ...request, limit, cursor }, instancePage, "read", signal),
    options,
  );
}

/** See `Instances.byIds`. */
export function byIds(core: Core, request: ByIdsRequest, { signal }: CallOptions): Promise<RawInstance[]> {
  return inBatches(request.items, core.settings.limits.read, signal, (batch, scope) =>
    batchById(core, request, batch, scope),
  );
}

/** One batch; if it is too heavy, its two halves one after the other. */
async function batchById(
  core: Core,
  request: ByIdsRequest,
  items: readonly InstanceReference[],
  signal: AbortSignal | undefined,
): Promise<readonly RawInstance[]> {
  try {
    return (await core.post("/byids", { ...request, items }, instancePage, "read", signal)).items;
  } catch (error) {
    if (!(error instanceof ServerTimeoutError)) throw error;
    if (items.length <= 1) throw withNote(error, "The batch had been reduced to a single item: ask for fewer views.");
  }
  const middle = Math.floor(items.length / 2);
  const first = await batchById(core, request, items.slice(0, middle), signal);
  return [...first, ...(await batchById(core, request, items.slice(middle), signal))];
}

/** See `Instances.search`. */
export async function search(
  core: Core,
  request: SearchRequest,
  { signal }: CallOptions,
): Promise<readonly RawInstance[]> {
  const body = { instanceType: "node", operator: "AND", limit: MOST_FOUND, ...request };
  return (await core.post("/search", body, instancePage, "search", signal)).items;
}

/** See `Instances.aggregate`. */
export async function aggregate(
  core: Core,
  request: AggregateRequest,
  { signal }: CallOptions,
): Promise<readonly AggregateItem[]> {
  const all = request.groupBy !== undefined && request.limit === undefined;
  const body = all ? { ...request, limit: MOST_GROUPS } : request;
  const items = await core.post("/aggregate", body, aggregateItems, "read", signal);
  if (all && items.length >= MOST_GROUPS) {
    throw new IncompleteError(
      `grouping ${request.view.externalId} by ${request.groupBy.join(", ")} gives ${String(MOST_GROUPS)} groups or more, and ` +
        "the API tells no more than that: add a filter, or say limit to have the first ones",
      { method: "POST", path: "/models/instances/aggregate" },
    );
  }
  return items;
}

/** See `Instances.query` and `Instances.sync`. */
export async function graph(
  core: Core,
  below: "/query" | "/sync",
  request: QueryRequest | SyncRequest,
  { signal }: CallOptions,
): Promise<QueryReply> {
  try {
    return await core.post(below, request, resultSets, "read", signal);
  } catch (error) {
    if (!isExpiredCursor(error)) throw error;
    throw new CursorExpiredError(`a cursor is too old; start again without it (${error.message})`, error, {
      cause: error,
    });
  }
}
