/** Which nodes a node points at, through the direct relation of a view that it may not have been read through. */

import { type NodeId, type SourceReference, viewKey, type ViewReference } from "../schema/ids.js";
import { isArray, type JsonValue } from "../schema/json.js";
import { decoder } from "./kinds.js";
import type { Journey } from "./include.js";
import { idOf, nodeKey } from "./lookup.js";
import { idsOf } from "./paths.js";
import type { ViewObject } from "./objects.js";
import { tableOf } from "./properties.js";
import type { AnyView, Reverse } from "./view.js";

const SET = "n";

/** Of some nodes of a view, a page at most, what each points at; without a request if the view has the property. */
export async function pointersOf(
  nodes: readonly ViewObject[],
  target: AnyView,
  via: Reverse,
  journey: Journey,
): Promise<(node: ViewObject) => readonly NodeId[]> {
  const { source, property } = via;
  if (source.type === "container") return () => [];
  const own = isView(source, target) ? tableOf(target).own.find((one) => one.source === property) : undefined;
  if (own !== undefined) return (node) => idsOf(node, { via: "direct", property: own.name });
  const found = await asked(nodes, source, property, journey);
  return (node) => found.get(nodeKey(idOf(node))) ?? [];
}

async function asked(
  nodes: readonly ViewObject[],
  source: ViewReference,
  property: string,
  { client, signal }: Journey,
): Promise<ReadonlyMap<string, readonly NodeId[]>> {
  const found = new Map<string, readonly NodeId[]>();
  // A query, unlike a list, also tells of nodes that lack something else of this view.
  const pages = client.stream(
    async (cursor, limit, scope) => {
      const reply = await client.instances.query(
        {
          with: { [SET]: { nodes: { filter: { instanceReferences: nodes.map(idOf) } }, limit } },
          select: { [SET]: { sources: [{ source, properties: [property] }] } },
          ...(cursor !== undefined && { cursors: { [SET]: cursor } }),
        },
        { signal: scope },
      );
      return { items: reply.items[SET] ?? [], nextCursor: reply.nextCursor[SET] ?? null };
    },
    { prefetch: 0, signal },
  );
  for await (const { items } of pages) {
    for (const row of items) {
      const value = row.properties?.[source.space]?.[viewKey(source)]?.[property];
      found.set(nodeKey(row), nodeIds(value));
    }
  }
  return found;
}

const decode = decoder({ kind: "node", list: false, nullable: true });

function nodeIds(value: JsonValue | undefined): readonly NodeId[] {
  const values = isArray(value) ? value : value === undefined ? [] : [value];
  return values.flatMap((one) => (decode(one) as NodeId | undefined) ?? []);
}

function isView(source: SourceReference, { id }: AnyView): boolean {
  const { space, externalId } = source;
  return source.type === "view" && space === id.space && externalId === id.externalId && source.version === id.version;
}
