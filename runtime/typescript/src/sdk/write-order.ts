/** In which order nodes and edges are written: what is needed before what needs it. */

import { instanceKey, type NodeId } from "../schema/ids.js";
import type { RawInstanceWrite } from "../schema/instances.js";
import { nodeKey } from "./lookup.js";

/**
 * Nodes before edges, and nodes that others point at before those, otherwise as they come; circles are broken somewhere.
 * A request that is refused is split, and then each part must find what it needs.
 */
export function inOrder(items: readonly RawInstanceWrite[]): readonly RawInstanceWrite[] {
  const nodes = new Map(items.flatMap((one) => (one.instanceType === "node" ? [[instanceKey(one), one]] : [])));
  const ordered: RawInstanceWrite[] = [];
  const begun = new Set<string>();
  for (const key of nodes.keys()) {
    if (begun.has(key)) continue;
    begun.add(key);
    // A stack of its own, because chains may be longer than that of the platform.
    const stack = [step(key, nodes)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = firstOf(top.needs, (one) => nodes.has(one) && !begun.has(one));
      if (next === undefined) {
        if (top.item !== undefined) ordered.push(top.item);
        stack.pop();
      } else {
        begun.add(next);
        stack.push(step(next, nodes));
      }
    }
  }
  return [...ordered, ...items.filter((one) => one.instanceType === "edge")];
}

interface Step {
  readonly item: RawInstanceWrite | undefined;
  /** What is left of them to be looked at. */
  readonly needs: IterableIterator<string>;
}

function step(key: string, nodes: ReadonlyMap<string, RawInstanceWrite>): Step {
  const item = nodes.get(key);
  const values = item?.sources?.flatMap((source) => Object.values(source.properties).flat()) ?? [];
  const needs = [item?.type, ...values].filter(isId).map(nodeKey);
  return { item, needs: needs.values() };
}

/** The first that fits; the next search goes on behind it. */
function firstOf<V>(values: Iterator<V>, fits: (value: V) => boolean): V | undefined {
  for (let next = values.next(); !next.done; next = values.next()) if (fits(next.value)) return next.value;
  return undefined;
}

function isId(value: unknown): value is NodeId {
  if (typeof value !== "object" || value === null) return false;
  const { space, externalId } = value as Partial<NodeId>;
  return typeof space === "string" && typeof externalId === "string";
}
