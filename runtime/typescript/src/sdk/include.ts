/** Telling objects what their relations lead to: a few requests for many objects, complete whatever the numbers. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import { ServerTimeoutError } from "../errors.js";
import type { NodeId } from "../schema/ids.js";
import type { RawInstance } from "../schema/instances.js";
import type { AnyBranch } from "./branch.js";
import { MOST_SETS, pointingAt } from "./containers.js";
import { batches, edgeFilter, edgePages, idOf, membersOf, MOST_IDS, MOST_IN_LISTS, nodeKey } from "./lookup.js";
import type { Found } from "./narrowing.js";
import { readerOf, setIncluded, type ViewObject } from "./objects.js";
import { edgeReader, farEnd, idsOf, nearEnd, reverseFilter } from "./paths.js";
import { pointersOf } from "./pointers.js";
import { Query } from "./query.js";
import { relate } from "./relate.js";
import type { AnyView, Direct, Edges, Reverse } from "./view.js";

/** What was found for each object, by its key and then by that of the edge or node, each of which counts once. */
type Sorted = Map<string, Map<string, Found>>;

/** Where branches are followed. */
export interface Journey extends CallOptions {
  readonly client: PygenClient;
}

/** Follow branches from some objects, and tell the objects what was found. */
export async function fill(
  owners: readonly ViewObject[],
  branches: readonly AnyBranch[],
  journey: Journey,
): Promise<void> {
  if (owners.length === 0) return;
  for (const branch of branches) {
    const found = await follow(owners, branch, journey);
    const nodes = new Set<ViewObject>();
    for (const owner of owners) {
      const kept = branch.narrowing.arrange(branch.target, found(owner));
      setIncluded(owner, branch.relation, kept);
      for (const one of kept) nodes.add(one.node as ViewObject);
    }
    await fill([...nodes], branch.branches, journey);
  }
}

/** What a branch leads to from each of some objects, in the order of the relation. */
export async function follow(
  owners: readonly ViewObject[],
  branch: AnyBranch,
  journey: Journey,
): Promise<(owner: ViewObject) => readonly Found[]> {
  const { via } = branch.spec;
  if (via.via === "direct") return followDirect(owners, branch, via, journey);
  const found: Sorted = new Map(owners.map((one) => [nodeKey(idOf(one)), new Map<string, Found>()]));
  if (via.via === "edges") await followEdges(found, owners, branch, via, journey);
  else await followReverse(found, owners, branch, via, journey);
  return (owner) => [...(found.get(nodeKey(idOf(owner)))?.values() ?? [])];
}

async function followDirect(
  owners: readonly ViewObject[],
  branch: AnyBranch,
  via: Direct,
  journey: Journey,
): Promise<(owner: ViewObject) => readonly Found[]> {
  const ids = owners.flatMap((one) => idsOf(one, via));
  const found = await membersOf(journey.client, branch.target, ids, branch.narrowing.filter, journey);
  return (owner) => idsOf(owner, via).flatMap((id) => alone(found(id)));
}

async function followEdges(
  found: Sorted,
  owners: readonly ViewObject[],
  branch: AnyBranch,
  via: Edges,
  journey: Journey,
): Promise<void> {
  const { client } = journey;
  const view = branch.spec.edge?.();
  for (const ids of batches(unique(owners.map(idOf)), MOST_IDS)) {
    for await (const { items } of edgePages(client, { view, filter: edgeFilter(via, ids) }, journey)) {
      const far = items.map((row) => farEnd(via, row));
      const member = await membersOf(client, branch.target, far, branch.narrowing.filter, journey);
      for (const [index, edge] of edgeReader(view)(items, client).entries()) {
        const row = items[index];
        const node = row && member(farEnd(via, row));
        if (node) found.get(nodeKey(nearEnd(via, row)))?.set(nodeKey(row), { edge, node });
      }
    }
  }
}

async function followReverse(
  found: Sorted,
  owners: readonly ViewObject[],
  branch: AnyBranch,
  via: Reverse,
  journey: Journey,
): Promise<void> {
  const { client, signal } = journey;
  if (via.source.type === "container") {
    await followContainer(found, owners, branch, via, journey);
    return;
  }
  const most = via.throughList ? MOST_IN_LISTS : MOST_IDS;
  for (const ids of batches(unique(owners.map(idOf)), most)) {
    const query = narrowed(client, branch.target, branch).where(reverseFilter(via, ids));
    for await (const page of query.pages({ signal })) {
      const nodes = page as ViewObject[];
      const pointers = await pointersOf(nodes, branch.target, via, journey);
      for (const node of nodes) {
        for (const id of pointers(node)) {
          found.get(nodeKey(id))?.set(nodeKey(idOf(node)), { edge: undefined, node });
        }
      }
    }
  }
}

async function followContainer(
  found: Sorted,
  owners: readonly ViewObject[],
  branch: AnyBranch,
  via: Reverse,
  journey: Journey,
): Promise<void> {
  const { client, signal } = journey;
  const read = readerOf(branch.target, relate);
  for (const ids of batches(unique(owners.map(idOf)), MOST_SETS)) {
    const parts = await fewEach(ids, branch, via, journey);
    for (const [index, id] of ids.entries()) {
      const mine = found.get(nodeKey(id));
      const part = parts[index];
      const pages = part
        ? [read(part, client)]
        : narrowed(client, branch.target, branch)
            .where(reverseFilter(via, [id]))
            .pages({ signal });
      for await (const page of pages as AsyncIterable<ViewObject[]> | ViewObject[][]) {
        for (const node of page) mine?.set(nodeKey(idOf(node)), { edge: undefined, node });
      }
    }
  }
}

/** What points at each of some objects; nothing for those that have too much of it to be asked for together. */
async function fewEach(
  ids: readonly NodeId[],
  branch: AnyBranch,
  via: Reverse,
  journey: Journey,
): Promise<readonly (readonly RawInstance[] | undefined)[]> {
  try {
    return await pointingAt(ids, branch, via, journey);
  } catch (error) {
    if (error instanceof ServerTimeoutError) return [];
    throw error;
  }
}

function narrowed(client: PygenClient, view: AnyView, { narrowing }: AnyBranch): Query<unknown> {
  return new Query({ client, view, filter: narrowing.filter });
}

function alone(node: object | undefined): readonly Found[] {
  return node === undefined ? [] : [{ edge: undefined, node }];
}

function unique(ids: readonly NodeId[]): readonly NodeId[] {
  return [...new Map(ids.map((id) => [nodeKey(id), id])).values()];
}
