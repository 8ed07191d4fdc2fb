/** Writing through views: write objects in, what became of each in the result. */

import type { CallOptions } from "../client/core.js";
import { type DeleteResult, throwForFailures, type UpsertResult } from "../client/results.js";
import type { UpsertOptions } from "../client/upserts.js";
import type { RawInstanceWrite } from "../schema/instances.js";
import { ReadApi } from "./api.js";
import type { Reference } from "./resources.js";
import { itemsOf } from "./write-graph.js";

/** Reads and writes the objects of a view. */
export class WriteApi<T, W extends object> extends ReadApi<T> {
  /**
   * Create objects, or change those that exist: with everything that is nested in them, and edges for relations that are edges.
   * Properties that are not given stay as they are; null clears one. See the options for more.
   *
   * @throws UsageError - Something cannot be written; nothing was sent.
   * @throws WriteError - Some items failed, or it is not known; its `result` tells what became of each. Not with `tryUpsert`.
   */
  async upsert(items: W | readonly W[], options: UpsertOptions = {}): Promise<UpsertResult> {
    const result = await this.tryUpsert(items, options);
    throwForFailures(result);
    return result;
  }

  /** The same, where failures of items are in the result only. */
  async tryUpsert(items: W | readonly W[], options: UpsertOptions = {}): Promise<UpsertResult> {
    return this.scope.client.instances.upsert(await this.planUpsert(items), options);
  }

  /** What an upsert would send: the nodes and edges as the API takes them. */
  planUpsert(items: W | readonly W[]): Promise<RawInstanceWrite[]> {
    return itemsOf(this.view, isList(items) ? items : [items], this.scope.defaultSpace);
  }

  /**
   * Delete by ids, or objects that were read. With nodes go all edges that touch them.
   *
   * @throws WriteError - Some could not be deleted, or it is not known; its `result` tells which.
   */
  async delete(ids: Reference | readonly Reference[], options: CallOptions = {}): Promise<DeleteResult> {
    const result = await this.tryDelete(ids, options);
    throwForFailures(result);
    return result;
  }

  /** The same, where failures are in the result only. */
  async tryDelete(ids: Reference | readonly Reference[], options: CallOptions = {}): Promise<DeleteResult> {
    const references = (isList(ids) ? ids : [ids]).map((id) => this.reference(id));
    return this.scope.client.instances.delete(references, options);
  }
}

function isList<V>(given: V | readonly V[]): given is readonly V[] {
  return Array.isArray(given);
}
