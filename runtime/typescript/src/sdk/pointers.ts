/** Which nodes a node points at, through the direct relation of a view that it may not have been read through. */

import { type NodeId, type SourceReference, viewKey, type ViewReference } from "../schema/ids.js";
import type { RawInstance } from "../schema/instances.js";
import { isArray } from "../schema/json.js";
import type { SelectSource } from "../schema/queries.js";
import { decoder } from "./kinds.js";
import type { Journey } from "./include.js";
import { idOf, nodeKey } from "./lookup.js";
import { idsOf } from "./paths.js";
import type { ViewObject } from "./objects.js";
import { tableOf } from "./properties.js";
import type { AnyView, Direct, Reverse } from "./view.js";

const SET = "n";

/** Of some nodes of a view, a page at most, what each points at; without a request if the view has the property. */
export async function pointersOf(
  nodes: readonly ViewObject[],
  target: AnyView,
  via: Reverse,
  journey: Journey,
): Promise<(node: ViewObject) => readonly NodeId[]> {
  const own = ownPointers(target, via);
  if (own !== undefined) return (node) => idsOf(node, own);
  if (via.source.type === "container") return () => [];
  const found = await asked(nodes, via, via.source, journey);
  return (node) => found.get(nodeKey(idOf(node))) ?? [];
}

/** Where the objects of a view themselves hold what they point at; undefined if they do not. */
export function ownPointers(target: AnyView, { source, property }: Reverse): Direct | undefined {
  if (!isView(source, target)) return undefined;
  const own = tableOf(target).own.find((one) => one.source === property);
  return own && { via: "direct", property: own.name };
}

/** What to select of nodes to learn what they point at. */
export function pointerSource(source: ViewReference, { property }: Reverse): SelectSource {
  return { source, properties: [property] };
}

/** What a node points at, by what was selected of it. */
export function pointersIn(row: RawInstance, source: ViewReference, { property }: Reverse): readonly NodeId[] {
  const value = row.properties?.[source.space]?.[viewKey(source)]?.[property];
  const values = isArray(value) ? value : value === undefined ? [] : [value];
  return values.flatMap((one) => (decode(one) as NodeId | undefined) ?? []);
}

async function asked(
  nodes: readonly ViewObject[],
  via: Reverse,
  source: ViewReference,
  { client, signal }: Journey,
): Promise<ReadonlyMap<string, readonly NodeId[]>> {
  const found = new Map<string, readonly NodeId[]>();
  // A query, unlike a list, also tells of nodes that lack something else of this view.
  const pages = client.stream(
    async (cursor, limit, scope) => {
      const reply = await client.instances.query(
        {
          with: { [SET]: { nodes: { filter: { instanceReferences: nodes.map(idOf) } }, limit } },
          select: { [SET]: { sources: [pointerSource(source, via)] } },
          ...(cursor !== undefined && { cursors: { [SET]: cursor } }),
        },
        { signal: scope },
      );
      return { items: reply.items[SET] ?? [], nextCursor: reply.nextCursor[SET] ?? null };
    },
    { prefetch: 0, signal },
  );
  for await (const { items } of pages) {
    for (const row of items) found.set(nodeKey(row), pointersIn(row, source, via));
  }
  return found;
}

const decode = decoder({ kind: "node", list: false, nullable: true });

function isView(source: SourceReference, { id }: AnyView): boolean {
  const { space, externalId } = source;
  return source.type === "view" && space === id.space && externalId === id.externalId && source.version === id.version;
}
