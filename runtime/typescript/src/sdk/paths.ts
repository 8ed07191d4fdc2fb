/** The ways that relations go: ids that objects hold, filters for those that point at them, ends of edges. */

import { InvalidResponseError } from "../errors.js";
import type { Filter, PropertyReference } from "../schema/filters.js";
import type { NodeId, SourceReference } from "../schema/ids.js";
import type { RawEdge, RawInstance } from "../schema/instances.js";
import { type Reader, readerOf, type ViewObject } from "./objects.js";
import { relate } from "./relate.js";
import type { AnyView, Direct, Edges, Reverse } from "./view.js";

/** How an edge is seen that has no view, or no data in it. */
export const BARE_EDGE: AnyView = {
  id: { space: "", externalId: "Edge", version: "" },
  usedFor: "edge",
  properties: {},
};

/** The ids that an object itself holds. */
export function idsOf(owner: ViewObject, { property }: Direct): readonly NodeId[] {
  const held = (owner as unknown as Readonly<Record<string, NodeId | readonly NodeId[] | null>>)[property] ?? [];
  return isIds(held) ? held : [held];
}

/** What points at one of some nodes. */
export function reverseFilter({ source, property, throughList }: Reverse, ids: readonly NodeId[]): Filter {
  const reference = sourcePath(source, property);
  if (throughList) return { containsAny: { property: reference, values: ids } };
  return ids.length === 1 && ids[0] !== undefined
    ? { equals: { property: reference, value: ids[0] } }
    : { in: { property: reference, values: ids } };
}

/** The end at which an edge has the object that its relation stands on. */
export function nearEnd({ direction }: Edges, edge: RawEdge): NodeId {
  return direction === "outwards" ? edge.startNode : edge.endNode;
}

/** The end to which an edge leads. */
export function farEnd({ direction }: Edges, edge: RawEdge): NodeId {
  return direction === "outwards" ? edge.endNode : edge.startNode;
}

/** Makes objects of edges. Those that lack what the view of the edges requires come without any properties. */
export function edgeReader(view: AnyView = BARE_EDGE): Reader {
  const bare = readerOf(BARE_EDGE, relate);
  if (view === BARE_EDGE) return bare;
  const read = readerOf(view, relate);
  return (rows, client) => {
    const whole = (some: readonly RawInstance[], otherwise: () => ViewObject[]): ViewObject[] => {
      try {
        return read(some, client);
      } catch (error) {
        if (error instanceof InvalidResponseError) return otherwise();
        throw error;
      }
    };
    return whole(rows, () => rows.flatMap((row) => whole([row], () => bare([row], client))));
  };
}

function sourcePath(source: SourceReference, property: string): PropertyReference {
  const name = source.type === "view" ? `${source.externalId}/${source.version}` : source.externalId;
  return [source.space, name, property];
}

function isIds(held: NodeId | readonly NodeId[]): held is readonly NodeId[] {
  return Array.isArray(held);
}
