/** Nodes and edges (contract §6). */

import type { DeleteReference } from "../schema/ids.js";
import type { RawInstance, RawInstanceWrite } from "../schema/instances.js";
import type { QueryReply, QueryRequest, SyncReply, SyncRequest } from "../schema/queries.js";
import type { AggregateItem, AggregateRequest, ByIdsRequest, ListRequest, SearchRequest } from "../schema/requests.js";
import type { CallOptions, Core } from "./core.js";
import { deleteInstances } from "./deletes.js";
import type { PagesOptions, PageStream } from "./page-stream.js";
import type { PartitionsOptions } from "./partition.js";
import { inPartitions, type PartitionStream } from "./partition-stream.js";
import { aggregate, byIds, graph, pages, search } from "./reads.js";
import type { DeleteResult, UpsertResult } from "./results.js";
import { upsertInstances, type UpsertOptions } from "./upserts.js";

/**
 * Instances, as `client.instances`, without a model: requests of the API in, its answers out.
 *
 * Everything that asks throws the same: `ApiError` (by its subclass) if the server refused, `TransportError` if no whole
 * answer came in time, `UsageError` if an argument cannot work, and the reason of the signal if it is aborted.
 */
export class Instances {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Nodes or edges page by page, some pages ahead of the reader. Nothing is asked before the first one is wanted. */
  pages(request: ListRequest, options: PagesOptions = {}): PageStream<RawInstance> {
    return pages(this.#core, request, options);
  }

  /**
   * The same, read in several ranges side by side, as far as the client's limits let them: each instance exactly once, in no
   * order. The ranges are found by a few requests first. Where a page takes long to come, this is so many times as fast.
   *
   * @throws UsageError - The request has an order, or the key cannot make partitions.
   */
  partitions(request: ListRequest, options: PartitionsOptions): PartitionStream<RawInstance> {
    return inPartitions(this.#core, request, options);
  }

  /**
   * The instances with these ids; those not found are left out, the order is open. 1,000 ids go in a request, and fewer if the
   * server finds that too heavy.
   */
  byIds(request: ByIdsRequest, options: CallOptions = {}): Promise<readonly RawInstance[]> {
    return byIds(this.#core, request, options);
  }

  /** The best matches of a text search, at most 1,000; the API has no way to ask for more. */
  search(request: SearchRequest, options: CallOptions = {}): Promise<readonly RawInstance[]> {
    return search(this.#core, request, options);
  }

  /**
   * Count, average, least, greatest, sum or histogram, of everything or by group.
   *
   * @throws IncompleteError - There are more groups than the API tells (1,000), and the request did not say how many it wants.
   */
  aggregate(request: AggregateRequest, options: CallOptions = {}): Promise<readonly AggregateItem[]> {
    return aggregate(this.#core, request, options);
  }

  /**
   * One page of a graph query: of each selected result set what its limit allows, and a cursor if there may be more.
   *
   * @throws ServerTimeoutError - The query was too heavy; lower the limits of the result sets that others start from.
   * @throws CursorExpiredError - The server no longer knows a cursor.
   */
  query(request: QueryRequest, options: CallOptions = {}): Promise<QueryReply> {
    return graph(this.#core, "/query", request, options);
  }

  /**
   * One page of a change feed; the reply's cursors lead to what comes next, now or later.
   *
   * @throws CursorExpiredError - A cursor is more than 3 days old.
   */
  sync(request: SyncRequest, options: CallOptions = {}): Promise<SyncReply> {
    return graph(this.#core, "/sync", request, options);
  }

  /**
   * Create nodes and edges, or change those that exist; everything that can be written is.
   *
   * Up to 1,000 items go in one request, and the server writes all of them or none. If it refuses, the request is split until
   * the items at fault stand alone. More items go in several requests, side by side unless the order could matter, and all
   * nodes before the first edge. What became of each item is in the result, which does not throw: see `throwForFailures`.
   *
   * @throws UsageError - Before anything is sent: an item is given twice, holds a number that is not finite, or a value that
   * has no JSON form.
   */
  upsert(items: readonly RawInstanceWrite[], options: UpsertOptions = {}): Promise<UpsertResult> {
    return upsertInstances(this.#core, items, options);
  }

  /**
   * Delete nodes and edges; with a node go all edges that touch it. 1,000 in a request, the edges first. What became of each
   * id is in the result, which does not throw: see `throwForFailures`.
   */
  delete(ids: readonly DeleteReference[], options: CallOptions = {}): Promise<DeleteResult> {
    return deleteInstances(this.#core, ids, options);
  }
}
