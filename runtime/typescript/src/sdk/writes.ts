/** Writing through views: write objects in, what became of each in the result. */

import { type DeleteResult, throwForFailures } from "../client/results.js";
import type { DeleteReference } from "../schema/ids.js";
import { ReadApi } from "./api.js";
import { type DeleteOptions, type DeletePlan, idsToDelete, touching } from "./deletes.js";
import type { Reference } from "./resources.js";
import { writeBack } from "./write-back.js";
import { graphOf } from "./write-graph.js";
import {
  carryOut,
  planOf,
  type PlanOptions,
  throwForAnyFailure,
  type WriteOptions,
  type WritePlan,
  type WriteResult,
} from "./write-plan.js";

/** Reads and writes the objects of a view. */
export class WriteApi<T, W extends object> extends ReadApi<T> {
  /**
   * Create objects, or change those that exist: with everything that is nested in them, and edges for relations that are edges.
   * Properties that are not given stay as they are; null clears one. See the options for more.
   *
   * @throws UsageError - Something cannot be written; nothing was sent.
   * @throws WriteError - Some items failed, or it is not known; its `result` tells what became of each. Not with `tryUpsert`.
   */
  async upsert(items: W | readonly W[], options: WriteOptions = {}): Promise<WriteResult> {
    const result = await this.tryUpsert(items, options);
    throwForAnyFailure(result);
    return result;
  }

  /** The same, where failures of items are in the result only. */
  async tryUpsert(items: W | readonly W[], options: WriteOptions = {}): Promise<WriteResult> {
    return carryOut(this.scope.client, await this.planUpsert(items, options), options);
  }

  /** What an upsert would send. The server is asked only with `replaceEdges`. */
  async planUpsert(items: W | readonly W[], options: PlanOptions = {}): Promise<WritePlan> {
    const graph = await graphOf(this.view, isList(items) ? items : [items], this.scope.defaultSpace);
    return planOf(this.scope.client, graph, options);
  }

  /**
   * What writes an object as it was read: sent back unchanged it changes nothing, and if somebody has changed the object since, it
   * is refused. `upsert({ ...turbines.asWrite(turbine), name: "New" })`. What was empty is left alone; edges are not part of it.
   *
   * @throws UsageError - It was not read through a client.
   */
  asWrite(object: T): W {
    // The keys are those of the view's write objects.
    return writeBack(this.view, object) as W;
  }

  /**
   * Delete by ids, or objects that were read: those and no others, but for edges that touch a node, which go with it, and what
   * `cascade` names.
   *
   * @throws WriteError - Some could not be deleted, or it is not known; its `result` tells which.
   */
  async delete(ids: Reference | readonly Reference[], options: DeleteOptions<T> = {}): Promise<DeleteResult> {
    const result = await this.tryDelete(ids, options);
    throwForFailures(result);
    return result;
  }

  /** The same, where failures are in the result only. */
  async tryDelete(ids: Reference | readonly Reference[], options: DeleteOptions<T> = {}): Promise<DeleteResult> {
    return this.scope.client.instances.delete(await this.#toDelete(ids, options), options);
  }

  /** What a delete would delete, without deleting it; also the edges that the server would delete with the nodes. */
  async planDelete(ids: Reference | readonly Reference[], options: DeleteOptions<T> = {}): Promise<DeletePlan> {
    const wanted = await this.#toDelete(ids, options);
    return { ids: wanted, edges: await touching(this.scope.client, wanted, options) };
  }

  #toDelete(
    ids: Reference | readonly Reference[],
    { cascade = [], signal }: DeleteOptions<T>,
  ): Promise<readonly DeleteReference[]> {
    const given = isList(ids) ? ids : [ids];
    const references = given.map((id) => this.reference(id));
    return idsToDelete(this.view, given, references, cascade, { client: this.scope.client, signal });
  }
}

function isList<V>(given: V | readonly V[]): given is readonly V[] {
  return Array.isArray(given);
}
