/** What a relation leads to from several objects, by one request: all of it, or nothing if one request cannot bring all of it. */

import type { Filter } from "../schema/filters.js";
import { type NodeId, viewReference } from "../schema/ids.js";
import type { RawInstance } from "../schema/instances.js";
import type { QueryReply, ResultSet, Select, SelectSource } from "../schema/queries.js";
import type { AnyBranch } from "./branch.js";
import { MOST_SETS, pointingAt } from "./containers.js";
import type { Journey } from "./include.js";
import { edgeFilter, idOf, membersFilter, MOST_IDS, MOST_IN_LISTS, nodeKey, rowsOf, selected } from "./lookup.js";
import type { Found } from "./narrowing.js";
import { readerOf, type ViewObject } from "./objects.js";
import { edgeReader, farEnd, idsOf, nearEnd, reverseFilter } from "./paths.js";
import { ownPointers, pointersIn, pointerSource } from "./pointers.js";
import { relate } from "./relate.js";
import type { AnyView, Direct, Edges, Reverse, Via } from "./view.js";

const TARGETS = "t";
const EDGES = "e";

/** Of an object that was asked for what the relation leads to, in the order of the relation. */
export type FoundOf = (owner: ViewObject) => readonly Found[];

interface Ask {
  readonly with: Record<string, ResultSet>;
  readonly select: Record<string, Select>;
}

/** From how many objects one request can follow a relation. */
export function mostTogether(via: Via): number {
  if (via.via !== "reverse") return MOST_IDS;
  return via.source.type === "container" ? MOST_SETS : via.throughList ? MOST_IN_LISTS : MOST_IDS;
}

/**
 * Follow a branch, but not those that begin at its targets.
 *
 * @param owners - No more than `mostTogether`, and along direct relations with no more than 1,000 ids.
 * @param branch - The branch.
 * @param journey - Who asks.
 * @returns Undefined if there is more than a page of it, or the targets do not tell whose they are.
 */
export async function together(
  owners: readonly ViewObject[],
  branch: AnyBranch,
  journey: Journey,
): Promise<FoundOf | undefined> {
  const { via } = branch.spec;
  if (via.via === "direct") return byIds(owners, branch, via, journey);
  if (via.via === "edges") return overEdges(owners, branch, via, journey);
  return (via.source.type === "container" ? throughContainer : backwards)(owners, branch, via, journey);
}

async function byIds(
  owners: readonly ViewObject[],
  branch: AnyBranch,
  via: Direct,
  journey: Journey,
): Promise<FoundOf | undefined> {
  const ids = [...new Map(owners.flatMap((one) => idsOf(one, via)).map((id) => [nodeKey(id), id])).values()];
  const rows = await nodesThat({ instanceReferences: ids }, branch, [], journey);
  if (rows === undefined) return undefined;
  const nodes = new Map(objectsOf(branch.target, rows, journey).map((one) => [nodeKey(idOf(one)), one]));
  return (owner) => idsOf(owner, via).flatMap((id) => alone(nodes.get(nodeKey(id))));
}

async function overEdges(
  owners: readonly ViewObject[],
  branch: AnyBranch,
  via: Edges,
  journey: Journey,
): Promise<FoundOf | undefined> {
  const { target, spec } = branch;
  const view = spec.edge?.();
  const filter = await membersFilter(branch, journey);
  const limit = MOST_IDS + 1;
  const reply = await send(
    {
      with: {
        [EDGES]: { edges: { direction: via.direction, filter: edgeFilter(via, owners.map(idOf)) }, limit },
        [TARGETS]: { nodes: { from: EDGES, filter }, limit },
      },
      select: {
        [EDGES]: view ? { sources: [{ source: viewReference(view.id), properties: ["*"] }] } : {},
        [TARGETS]: selected(target),
      },
    },
    journey,
  );
  if (reply === undefined) return undefined;
  const nodes = new Map(objectsOf(target, rowsOf(reply, TARGETS), journey).map((one) => [nodeKey(idOf(one)), one]));
  const found = new Map<string, Found[]>();
  const rows = rowsOf(reply, EDGES).filter((row) => row.instanceType === "edge");
  for (const [index, edge] of edgeReader(view)(rows, journey.client).entries()) {
    const row = rows[index];
    const node = row && nodes.get(nodeKey(farEnd(via, row)));
    if (node) add(found, nearEnd(via, row), { edge, node });
  }
  return foundOf(found);
}

async function backwards(
  owners: readonly ViewObject[],
  branch: AnyBranch,
  via: Reverse,
  journey: Journey,
): Promise<FoundOf | undefined> {
  const { source } = via;
  const { target } = branch;
  if (source.type === "container") return undefined;
  const own = ownPointers(target, via);
  const sources = own === undefined ? [pointerSource(source, via)] : [];
  const rows = await nodesThat(reverseFilter(via, owners.map(idOf)), branch, sources, journey);
  if (rows === undefined) return undefined;
  const found = new Map<string, Found[]>();
  for (const [index, node] of objectsOf(target, rows, journey).entries()) {
    const row = rows[index];
    const pointers = own ? idsOf(node, own) : row ? pointersIn(row, source, via) : [];
    if (pointers.length === 0) return undefined;
    for (const id of new Map(pointers.map((one) => [nodeKey(one), one])).values()) {
      add(found, id, { edge: undefined, node });
    }
  }
  return foundOf(found);
}

async function throughContainer(
  owners: readonly ViewObject[],
  branch: AnyBranch,
  via: Reverse,
  journey: Journey,
): Promise<FoundOf | undefined> {
  const parts = await pointingAt(owners.map(idOf), branch, via, journey);
  const rows = parts.flatMap((part, index) => (part ?? []).map((row) => [owners[index], row] as const));
  if (parts.includes(undefined)) return undefined;
  // Read together, because all of them are siblings.
  const nodes = objectsOf(
    branch.target,
    rows.map(([, row]) => row),
    journey,
  );
  const found = new Map<string, Found[]>();
  for (const [index, [owner]] of rows.entries()) {
    const node = nodes[index];
    if (owner && node) add(found, idOf(owner), { edge: undefined, node });
  }
  return foundOf(found);
}

async function nodesThat(
  filter: Filter,
  branch: AnyBranch,
  sources: readonly SelectSource[],
  journey: Journey,
): Promise<readonly RawInstance[] | undefined> {
  const wanted = await membersFilter(branch, journey);
  const set = { nodes: { filter: { and: [wanted, filter] } }, limit: MOST_IDS + 1 };
  const select = { [TARGETS]: selected(branch.target, sources) };
  const reply = await send({ with: { [TARGETS]: set }, select }, journey);
  return reply && rowsOf(reply, TARGETS);
}

/** The reply, if nothing was cut short. */
async function send(ask: Ask, { client, signal }: Journey): Promise<QueryReply | undefined> {
  const reply = await client.instances.query(ask, { signal });
  const isWhole = Object.keys(ask.with).every((name) => (reply.nextCursor[name] ?? null) === null);
  return isWhole ? reply : undefined;
}

function objectsOf(target: AnyView, rows: readonly RawInstance[], { client }: Journey): readonly ViewObject[] {
  return readerOf(target, relate)(rows, client);
}

function foundOf(found: ReadonlyMap<string, readonly Found[]>): FoundOf {
  return (owner) => found.get(nodeKey(idOf(owner))) ?? [];
}

function add(found: Map<string, Found[]>, id: NodeId, one: Found): void {
  const key = nodeKey(id);
  const list = found.get(key);
  if (list === undefined) found.set(key, [one]);
  else list.push(one);
}

function alone(node: object | undefined): readonly Found[] {
  return node === undefined ? [] : [{ edge: undefined, node }];
}
