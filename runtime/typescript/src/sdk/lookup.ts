/** Nodes and edges that are known by their ids, or by where they begin. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import type { PagesOptions, PageStream } from "../client/page-stream.js";
import { InvalidResponseError } from "../errors.js";
import type { Filter } from "../schema/filters.js";
import { instanceKey, type NodeId, viewReference } from "../schema/ids.js";
import type { RawEdge, RawInstance } from "../schema/instances.js";
import type { Sort } from "../schema/requests.js";
import type { QueryReply, Select, SelectSource } from "../schema/queries.js";
import type { AnyBranch } from "./branch.js";
import type { Journey } from "./include.js";
import { both } from "./filters.js";
import { Query } from "./query.js";
import type { AnyView, Edges } from "./view.js";

/** Ids that one filter takes. */
export const MOST_IDS = 1000;

/** Relations that one request may look for in lists. */
export const MOST_IN_LISTS = 100;

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

/** Which edges, in which order, and what of them. */
export interface EdgesWanted {
  /** Their properties in this view come along, if they have any. */
  readonly view: AnyView | undefined;
  readonly filter?: Filter | undefined;
  readonly sort?: readonly Sort[];
}

/** Edges page by page, with data in the view and without. */
export function edgePages(
  client: PygenClient,
  { view, filter, sort = [] }: EdgesWanted,
  options: PagesOptions,
): PageStream<RawEdge> {
  // A list would leave out edges without data in the view; a query does not.
  return client.stream<RawEdge>(async (cursor, limit, signal) => {
    const reply = await client.instances.query(
      {
        with: { edges: { edges: filter ? { filter } : {}, limit, ...(sort.length > 0 && { sort }) } },
        select: { edges: view && hasProperties(view) ? selected(view) : {} },
        ...(cursor !== undefined && { cursors: { edges: cursor } }),
      },
      { signal },
    );
    const items = (reply.items.edges ?? []).filter((row) => row.instanceType === "edge");
    return { items, nextCursor: reply.nextCursor.edges ?? null };
  }, options);
}

/** What edges are seen through that have no view of their own has none. */
function hasProperties({ properties }: AnyView): boolean {
  return Object.keys(properties).length > 0;
}

/** Which nodes are part of a relation: unlike a list, a query must be told what belongs to a view. */
export async function membersFilter({ target, narrowing }: AnyBranch, { client, signal }: Journey): Promise<Filter> {
  const own = await client.views.filter(target.id, { signal });
  const data: Filter = { hasData: [viewReference(target.id)] };
  return both(both(data, own), narrowing.filter) ?? data;
}

/** All properties of a view, and some of others. */
export function selected(view: AnyView, others: readonly SelectSource[] = []): Select {
  return { sources: [{ source: viewReference(view.id), properties: ["*"] }, ...others] };
}

/** A result set of a reply. */
export function rowsOf({ items }: QueryReply, name: string): readonly RawInstance[] {
  const rows = items[name];
  if (rows === undefined) throw new InvalidResponseError(`a query was answered without its result set ${name}`);
  return rows;
}

/** The edges of one type at some nodes. */
export function edgeFilter(via: Edges, nodes: readonly NodeId[]): Filter {
  const property = ["edge", via.direction === "outwards" ? "startNode" : "endNode"];
  const [first] = nodes;
  const there: Filter =
    nodes.length === 1 && first ? { equals: { property, value: first } } : { in: { property, values: nodes } };
  return { and: [{ equals: { property: ["edge", "type"], value: via.type } }, there] };
}

/** Parts of a list, each of so many at most. */
export function* batches<T>(items: readonly T[], most: number): Generator<readonly T[], undefined> {
  for (let start = 0; start < items.length; start += most) yield items.slice(start, start + most);
}

/** A text that is the same for the same id. */
export function nodeKey({ space, externalId }: NodeId): string {
  return instanceKey({ instanceType: "node", space, externalId });
}
