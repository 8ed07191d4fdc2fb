/** Nodes and edges that are known by their ids, or by where they begin. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import type { PageStream } from "../client/page-stream.js";
import type { Filter } from "../schema/filters.js";
import { instanceKey, type NodeId, viewReference } from "../schema/ids.js";
import type { RawEdge } from "../schema/instances.js";
import { both } from "./filters.js";
import { Query, type StreamOptions } from "./query.js";
import type { AnyView, Edges } from "./view.js";

/** Ids that one filter takes. */
export const MOST_IDS = 1000;

/** The id of an object. */
export function idOf(owner: object): NodeId {
  const { space, externalId } = owner as NodeId;
  return { space, externalId };
}

/** Of the nodes with these ids those that have data in a view and meet a condition, to be looked up by id. */
export async function membersOf(
  client: PygenClient,
  view: AnyView,
  ids: readonly NodeId[],
  filter: Filter | undefined,
  options: CallOptions,
): Promise<(id: NodeId) => object | undefined> {
  const unique = [...new Map(ids.map((id) => [nodeKey(id), idOf(id)])).values()];
  const found = new Map<string, object>();
  for (const some of batches(unique, MOST_IDS)) {
    const wanted: Filter = { instanceReferences: some };
    const query = new Query<unknown>({ client, view, filter: both(wanted, filter) });
    for (const one of await query.toArray({ signal: options.signal, prefetch: 0 })) {
      found.set(nodeKey(idOf(one as object)), one as object);
    }
  }
  return (id) => found.get(nodeKey(id));
}

/** The edges of one type at some nodes, 1,000 at most, page by page, with their properties in a view if they have any. */
export function edgePages(
  client: PygenClient,
  via: Edges,
  nodes: readonly NodeId[],
  view: AnyView | undefined,
  options: StreamOptions,
): PageStream<RawEdge> {
  const near = via.direction === "outwards" ? "startNode" : "endNode";
  const property = ["edge", near];
  const [first] = nodes;
  const there: Filter =
    nodes.length === 1 && first ? { equals: { property, value: first } } : { in: { property, values: nodes } };
  const filter: Filter = { and: [{ equals: { property: ["edge", "type"], value: via.type } }, there] };
  const sources = view && [{ source: viewReference(view.id), properties: ["*"] }];
  // A list would leave out edges without data in the view; a query does not.
  return client.stream<RawEdge>(async (cursor, limit, signal) => {
    const reply = await client.instances.query(
      {
        with: { edges: { edges: { filter }, limit } },
        select: { edges: sources ? { sources } : {} },
        ...(cursor !== undefined && { cursors: { edges: cursor } }),
      },
      { signal },
    );
    const items = (reply.items.edges ?? []).filter((row) => row.instanceType === "edge");
    return { items, nextCursor: reply.nextCursor.edges ?? null };
  }, options);
}

/** Parts of a list, each of so many at most. */
export function* batches<T>(items: readonly T[], most: number): Generator<readonly T[], undefined> {
  for (let start = 0; start < items.length; start += most) yield items.slice(start, start + most);
}

/** A text that is the same for the same id. */
export function nodeKey({ space, externalId }: NodeId): string {
  return instanceKey({ instanceType: "node", space, externalId });
}
