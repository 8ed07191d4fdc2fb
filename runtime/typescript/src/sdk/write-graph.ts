/** From write objects, however deep they are nested, to the nodes and edges that the API takes. */

import { UsageError } from "../errors.js";
import { instanceKey, type NodeId, type ViewId, viewKey, viewReference } from "../schema/ids.js";
import type { RawEdgeWrite, RawInstanceWrite, RawNodeWrite, WritableValue } from "../schema/instances.js";
import { edgeIdOfEnds } from "./edge-ids.js";
import { ViewObject } from "./objects.js";
import { type Property, tableOf } from "./properties.js";
import type { AnyView, Edges, RelationSpec } from "./view.js";
import { merged } from "./write-merge.js";
import { inOrder } from "./write-order.js";

/** A write object: keys as its view's interface has them. */
type Write = Readonly<Record<string, unknown>>;

/** A node or edge that is put together from all objects that speak of it. */
interface Draft {
  readonly kind: "node" | "edge";
  readonly id: NodeId | undefined;
  readonly ends?: { readonly type: NodeId; readonly start: NodeId; readonly end: NodeId };
  readonly space: string;
  readonly nodeType?: NodeId | null;
  readonly existingVersion?: number;
  readonly sources: { readonly view: ViewId; readonly values: Readonly<Record<string, WritableValue>> }[];
}

/** A list of edges that was given for a node. */
export interface EdgeList {
  readonly owner: NodeId;
  readonly via: Edges;
}

/** What write objects say. */
export interface Graph {
  /** Nodes that are pointed at before those that point at them, then edges. */
  readonly items: readonly RawInstanceWrite[];
  /** Those of the edges whose ids were made from their ends. */
  readonly made: ReadonlySet<RawInstanceWrite>;
  /** The lists of edges that were given, also empty ones. */
  readonly lists: readonly EdgeList[];
}

/** Keys of write objects that are no properties. */
const NODE_KEYS: ReadonlySet<string> = new Set(["space", "externalId", "nodeType", "existingVersion"]);
const EDGE_KEYS: ReadonlySet<string> = new Set([
  "space",
  "externalId",
  "edgeType",
  "startNode",
  "endNode",
  "existingVersion",
]);

/**
 * The nodes and edges that write objects speak of, each once.
 *
 * @param view - The view of the objects.
 * @param writes - The objects.
 * @param defaultSpace - The space of nodes that name none.
 * @throws UsageError - Something cannot be written.
 * @throws WriteConflictError - Two objects contradict each other.
 */
export async function graphOf(
  view: AnyView,
  writes: readonly object[],
  defaultSpace: string | undefined,
): Promise<Graph> {
  const graph = new WriteGraph(defaultSpace);
  for (const write of writes) graph.add(view, write as Write);
  return await graph.drafted();
}

class WriteGraph {
  readonly #defaultSpace: string | undefined;
  readonly #drafts: Draft[] = [];
  readonly #met = new Map<object, NodeId>();
  readonly #lists: EdgeList[] = [];
  /** Objects that wait for their turn: graphs may be deeper than the stack, and cyclic. */
  readonly #waiting: (() => void)[] = [];

  constructor(defaultSpace: string | undefined) {
    this.#defaultSpace = defaultSpace;
  }

  add(view: AnyView, write: Write): void {
    if (view.usedFor === "edge") this.#edge(view, write);
    else if (!this.#met.has(write)) this.#visit(view, write);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) next();
  }

  async drafted(): Promise<Graph> {
    const items = new Map<string, RawInstanceWrite>();
    const named = new Set<string>();
    for (const draft of this.#drafts) {
      const item = await itemOf(draft);
      const key = instanceKey(item);
      const known = items.get(key);
      items.set(key, known === undefined ? item : merged(known, item));
      if (draft.id !== undefined) named.add(key);
    }
    const made = new Set([...items].flatMap(([key, item]) => (named.has(key) ? [] : [item])));
    return { items: inOrder([...items.values()]), made, lists: this.#lists };
  }

  /** The id of a node; if it is an object that was not met before, it is visited later. */
  #refer(view: AnyView | undefined, given: unknown): NodeId {
    if (typeof given !== "object" || given === null)
      throw new UsageError(`${String(given)} is no node, and no id of one`);
    const known = this.#met.get(given);
    if (known !== undefined) return known;
    const write = given as Write;
    if (!isId(write) && view !== undefined) return this.#visit(view, write);
    if (isId(write)) return this.#idOf("a node", write);
    throw new UsageError("a node that is written along with an edge must stand in a relation that says what it is");
  }

  /** Write a node when its turn comes. */
  #visit(view: AnyView, write: Write): NodeId {
    const id = this.#idOf(view.id.externalId, write);
    this.#met.set(write, id);
    this.#waiting.push(() => {
      this.#node(view, write, id);
    });
    return id;
  }

  #idOf(name: string, { externalId, space = this.#defaultSpace }: Write): NodeId {
    if (typeof externalId !== "string" || !externalId) throw new UsageError(`${name} has no externalId`);
    if (typeof space === "string" && space) return { space, externalId };
    throw new UsageError(`${name} ${externalId} names no space: give it one, or the client a defaultSpace`);
  }

  #node(view: AnyView, write: Write, id: NodeId): void {
    this.#drafts.push({
      kind: "node",
      id,
      space: id.space,
      ...baseOf(write, view.nodeType),
      sources: [{ view: view.id, values: this.#values(view, write, NODE_KEYS) }],
    });
    for (const [name, spec] of Object.entries(view.relations ?? {})) {
      const { via } = spec;
      if (via.via !== "edges" || write[name] === undefined) continue;
      this.#lists.push({ owner: id, via });
      for (const one of each(write[name])) this.#linked(spec, via, id, one);
    }
  }

  /** An edge in the relation of a node: the id or write object of the other node, or the edge itself. */
  #linked(spec: RelationSpec, via: Edges, owner: NodeId, given: unknown): void {
    if (isEdge(given)) {
      const { edgeType = via.type } = given;
      if (!isId(edgeType) || !isSame(edgeType, via.type)) {
        throw new UsageError(`an edge in a relation of ${owner.externalId} has another edgeType than the relation`);
      }
      const near = via.direction === "outwards" ? "startNode" : "endNode";
      this.#edge(spec.edge?.(), { [near]: owner, ...given, edgeType: via.type }, spec.target(), [near, owner]);
      return;
    }
    const other = this.#refer(spec.target(), given);
    const [start, end] = via.direction === "outwards" ? [owner, other] : [other, owner];
    this.#drafts.push({
      kind: "edge",
      id: undefined,
      ends: { type: via.type, start, end },
      space: start.space,
      sources: [],
    });
  }

  #edge(view: AnyView | undefined, write: Write, target?: AnyView, owner?: readonly [string, NodeId]): void {
    const { space, externalId, edgeType = view?.edgeType } = write;
    if (!isId(edgeType)) throw new UsageError("an edge that stands in no relation needs an edgeType");
    const end = (name: string): NodeId => {
      const id = this.#refer(target ?? endView(view, name), write[name]);
      if (owner?.[0] === name && !isSame(owner[1], id)) {
        throw new UsageError(`an edge in a relation of ${owner[1].externalId} has another ${name}, ${id.externalId}`);
      }
      return id;
    };
    const start = end("startNode");
    const ends = { type: edgeType, start, end: end("endNode") };
    const own = typeof space === "string" && space ? space : start.space;
    this.#drafts.push({
      kind: "edge",
      id: typeof externalId === "string" && externalId ? { space: own, externalId } : undefined,
      ends,
      space: own,
      ...baseOf(write),
      sources: view === undefined ? [] : [{ view: view.id, values: this.#values(view, write, EDGE_KEYS) }],
    });
  }

  /** What goes into the view: properties, and direct relations as the ids of what they lead to. */
  #values(view: AnyView, write: Write, others: ReadonlySet<string>): Record<string, WritableValue> {
    const values: Record<string, WritableValue> = {};
    for (const [name, given] of Object.entries(write)) {
      const relation = view.relations?.[name];
      if (given === undefined || others.has(name) || relation?.via.via === "edges") continue;
      const property = writable(view, name, relation);
      values[property.source] = relation ? this.#ids(relation.target(), given) : encoded(property, given);
    }
    return values;
  }

  #ids(target: AnyView, given: unknown): WritableValue {
    const refer = (one: unknown): WritableValue => ({ ...this.#refer(target, one) });
    if (given === null) return null;
    return Array.isArray(given) ? given.map(refer) : refer(given);
  }
}

/** A value as it is written. What cannot be written is refused when the request is encoded. */
function encoded({ list, encode }: Property, given: unknown): WritableValue {
  return (list && Array.isArray(given) ? given.map(encode) : encode(given)) as WritableValue;
}

/** What the nodes at one end of the edges of a view are, if the view says so. */
function endView(view: AnyView | undefined, end: string): AnyView | undefined {
  const relations = Object.values(view?.relations ?? {});
  return relations.find(({ via }) => via.via === "direct" && via.property === end)?.target();
}

function isSame(one: NodeId, other: NodeId): boolean {
  return one.space === other.space && one.externalId === other.externalId;
}

/** The property that a key of a write object means. */
function writable(view: AnyView, name: string, relation: RelationSpec | undefined): Property {
  const wanted = relation?.via.via === "direct" ? relation.via.property : name;
  const property = tableOf(view).own.find((one) => one.name === wanted);
  if (property !== undefined) return property;
  throw new UsageError(
    `${viewKey(view.id)} has no ${name} that could be written; an object that was read is no write object, asWrite makes one of it`,
  );
}

function baseOf(write: Write, usualType?: NodeId): Pick<Draft, "nodeType" | "existingVersion"> {
  const { nodeType = usualType, existingVersion } = write;
  return {
    ...(nodeType !== undefined && { nodeType: nodeType as NodeId | null }),
    ...(typeof existingVersion === "number" && { existingVersion }),
  };
}

async function itemOf(draft: Draft): Promise<RawInstanceWrite> {
  const { existingVersion, nodeType, ends, space } = draft;
  // The API wants a property in each source.
  const said = draft.sources.filter(({ values }) => Object.keys(values).length > 0);
  const sources = said.map(({ view, values }) => ({ source: viewReference(view), properties: values }));
  const base = { ...(sources.length > 0 && { sources }), ...(existingVersion !== undefined && { existingVersion }) };
  if (ends === undefined) {
    return { instanceType: "node", space, externalId: draft.id?.externalId ?? "", ...base, ...typed(nodeType) };
  }
  const externalId = draft.id?.externalId ?? (await edgeIdOfEnds(ends));
  const { type, start: startNode, end: endNode } = ends;
  return { instanceType: "edge", space, externalId, type, startNode, endNode, ...base };
}

/** A text that is the same for edges of one type between the same nodes. */
export function edgeKey({ type, startNode, endNode }: Pick<RawEdgeWrite, "type" | "startNode" | "endNode">): string {
  return [type, startNode, endNode].flatMap(({ space, externalId }) => [space, externalId]).join("\0");
}

function typed(nodeType: NodeId | null | undefined): Pick<RawNodeWrite, "type"> {
  return nodeType === undefined ? {} : { type: nodeType };
}

/** Whether this says no more than which node is meant; an object that was read says which one it is. */
function isId(given: unknown): given is NodeId {
  if (typeof given !== "object" || given === null) return false;
  if (given instanceof ViewObject) return true;
  return Object.keys(given).every((key) => key === "space" || key === "externalId") && "externalId" in given;
}

function isEdge(given: unknown): given is Write {
  return typeof given === "object" && given !== null && ("startNode" in given || "endNode" in given);
}

function each(given: unknown): readonly unknown[] {
  if (given === undefined || given === null) return [];
  return Array.isArray(given) ? given : [given];
}
