/** What an upsert sends, and how: items, and the edges that are in no list any more. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import { type DeleteResult, throwForFailures, type UpsertResult } from "../client/results.js";
import type { UpsertOptions } from "../client/upserts.js";
import type { EdgeId, NodeId } from "../schema/ids.js";
import type { RawInstanceWrite } from "../schema/instances.js";
import { batches, edgeFilter, edgePages, MOST_IDS, nodeKey } from "./lookup.js";
import { nearEnd } from "./paths.js";
import { edgeKey, type EdgeList, type Graph } from "./write-graph.js";
import type { Edges } from "./view.js";

/** How write objects become items. */
export interface PlanOptions extends CallOptions {
  /**
   * Whether edges of a relation are removed that are not in the list given for it; otherwise they stay, which is the default. Of
   * relations that are not given nothing is removed.
   */
  readonly replaceEdges?: boolean | undefined;
  /** Whether `existingVersion` counts, which is the default; otherwise changes that others made meanwhile are overwritten. */
  readonly checkVersions?: boolean | undefined;
}

/** How to upsert write objects. */
export interface WriteOptions extends UpsertOptions, PlanOptions {}

/** An edge that is in no list any more, and the node whose list that is. */
export interface Removal {
  readonly edge: EdgeId;
  readonly owner: NodeId;
}

/** What an upsert sends. */
export interface WritePlan {
  /** Nodes and edges as the API takes them, in the order in which they are sent. */
  readonly items: readonly RawInstanceWrite[];
  /** Edges that are deleted when the node that they belong to has been written; none unless `replaceEdges` is set. */
  readonly removals: readonly Removal[];
}

/** What became of each node and edge of an upsert, and of the edges that were to be removed. */
export interface WriteResult extends UpsertResult {
  /** The edges that are in no list any more; those of nodes that were not written stay. */
  readonly removed: DeleteResult;
}

/** What an upsert of these nodes and edges sends; asks the server only if edges are to be replaced. */
export async function planOf(client: PygenClient, graph: Graph, options: PlanOptions): Promise<WritePlan> {
  const { replaceEdges = false, checkVersions = true, signal } = options;
  const plan = replaceEdges ? await replacing(client, graph, { signal }) : { items: graph.items, removals: [] };
  return checkVersions ? plan : { ...plan, items: plan.items.map(withoutVersion) };
}

/** Send a plan. */
export async function carryOut(client: PygenClient, plan: WritePlan, options: WriteOptions): Promise<WriteResult> {
  const result = await client.instances.upsert(plan.items, options);
  const { written, unchanged, writtenOrUnchanged } = result;
  const stored = new Set(
    [...written, ...unchanged, ...writtenOrUnchanged].flatMap((one) =>
      one.instanceType === "node" ? [nodeKey(one)] : [],
    ),
  );
  const gone = plan.removals.filter((one) => stored.has(nodeKey(one.owner)));
  const removed = await client.instances.delete(
    gone.map(({ edge }) => ({ instanceType: "edge", ...edge })),
    { signal: options.signal },
  );
  return { ...result, removed };
}

/**
 * Throw if an item failed or is unknown, or the removal of an edge.
 *
 * @throws WriteError - With the result in it.
 */
export function throwForAnyFailure(result: WriteResult): void {
  throwForFailures(result);
  throwForFailures(result.removed);
}

/** Edges between the same nodes as others that are there keep the ids of those; what else is there goes. */
async function replacing(client: PygenClient, graph: Graph, options: CallOptions): Promise<WritePlan> {
  const there = await edgesOfLists(client, graph.lists, options);
  const known = new Set(there.map(({ edge }) => nodeKey(edge)));
  const given = new Map(graph.items.flatMap((one) => (one.instanceType === "edge" ? [[nodeKey(one), one]] : [])));
  const made = new Map([...given.values()].flatMap((one) => (graph.made.has(one) ? [[edgeKey(one), one]] : [])));
  const names = new Map<RawInstanceWrite, EdgeId>();
  const removals = new Map<string, Removal>();
  for (const { owner, ends, edge } of there) {
    if (given.has(nodeKey(edge))) continue;
    const wanted = made.get(ends);
    if (wanted === undefined) removals.set(nodeKey(edge), { edge, owner });
    else if (!known.has(nodeKey(wanted)) && !names.has(wanted)) names.set(wanted, edge);
  }
  return { items: graph.items.map((one) => ({ ...one, ...names.get(one) })), removals: [...removals.values()] };
}

interface Stored extends Removal {
  /** Its type and its ends, as a text. */
  readonly ends: string;
}

async function edgesOfLists(client: PygenClient, lists: readonly EdgeList[], options: CallOptions): Promise<Stored[]> {
  const found: Stored[] = [];
  for (const [via, owners] of ownersByWay(lists)) {
    for (const some of batches(owners, MOST_IDS)) {
      for await (const { items } of edgePages(client, { view: undefined, filter: edgeFilter(via, some) }, options)) {
        for (const row of items) {
          const { space, externalId } = row;
          found.push({ owner: nearEnd(via, row), edge: { space, externalId }, ends: edgeKey(row) });
        }
      }
    }
  }
  return found;
}

function ownersByWay(lists: readonly EdgeList[]): Map<Edges, NodeId[]> {
  const owners = new Map<Edges, NodeId[]>();
  for (const { via, owner } of lists) owners.set(via, [...(owners.get(via) ?? []), owner]);
  return owners;
}

function withoutVersion(item: RawInstanceWrite): RawInstanceWrite {
  const copy: { existingVersion?: number } & Omit<RawInstanceWrite, "existingVersion"> = { ...item };
  delete copy.existingVersion;
  return copy as RawInstanceWrite;
}
