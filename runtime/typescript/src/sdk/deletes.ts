/** Deleting: exactly what is given, and what its relations lead to only when asked. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import { UsageError } from "../errors.js";
import type { DeleteReference, EdgeId, NodeId } from "../schema/ids.js";
import { instanceKey } from "../schema/ids.js";
import { type AnyBranch, withMore } from "./branch.js";
import type { Choice } from "./conditions.js";
import { follow, type Journey } from "./include.js";
import { batches, idOf, MOST_IDS } from "./lookup.js";
import { ViewObject } from "./objects.js";
import type { AnyView } from "./view.js";

/** How to delete. */
export interface DeleteOptions<T> extends CallOptions {
  /** Relations whose targets are deleted too: `[(t) => t.blades.include((b) => b.sensors)]`. Only of objects that were read. */
  readonly cascade?: readonly Choice<T>[] | undefined;
}

/** What a delete deletes. */
export interface DeletePlan {
  /** Nodes and edges that are deleted by their ids, each once. */
  readonly ids: readonly DeleteReference[];
  /** Edges that the server deletes as well, because they touch one of the nodes. */
  readonly edges: readonly EdgeId[];
}

/**
 * What is given, and what relations of it lead to, each once.
 *
 * @throws UsageError - What relations lead to is asked of an id, or there is no such relation.
 */
export async function idsToDelete<T>(
  view: AnyView,
  given: readonly unknown[],
  references: readonly DeleteReference[],
  cascade: readonly Choice<T>[],
  journey: Journey,
): Promise<readonly DeleteReference[]> {
  const found = new Map(references.map((one) => [instanceKey(one), one]));
  const branches = withMore(view, [], cascade);
  if (branches.length > 0) await collect(found, given.map(readObject), branches, journey);
  return [...found.values()];
}

/** The edges that begin or end at nodes, without those that are deleted anyway. */
export async function touching(
  client: PygenClient,
  ids: readonly DeleteReference[],
  { signal }: CallOptions,
): Promise<readonly EdgeId[]> {
  const mine = new Set(ids.map(instanceKey));
  const nodes = ids.flatMap((one): NodeId[] => (one.instanceType === "node" ? [idOf(one)] : []));
  const found = new Map<string, EdgeId>();
  for (const values of batches(nodes, MOST_IDS)) {
    for (const near of ["startNode", "endNode"]) {
      const filter = { in: { property: ["edge", near], values } };
      for await (const { items } of client.instances.pages({ instanceType: "edge", filter }, { signal })) {
        for (const row of items) if (!mine.has(instanceKey(row))) found.set(instanceKey(row), idOf(row));
      }
    }
  }
  return [...found.values()];
}

async function collect(
  found: Map<string, DeleteReference>,
  owners: readonly ViewObject[],
  branches: readonly AnyBranch[],
  journey: Journey,
): Promise<void> {
  for (const branch of branches) {
    if (owners.length === 0) return;
    const lead = await follow(owners, branch, journey);
    const targets = new Map<string, ViewObject>();
    for (const owner of owners) {
      for (const { node } of branch.narrowing.arrange(branch.target, lead(owner))) {
        const one: DeleteReference = { instanceType: "node", ...idOf(node) };
        targets.set(instanceKey(one), node as ViewObject);
        found.set(instanceKey(one), one);
      }
    }
    await collect(found, [...targets.values()], branch.branches, journey);
  }
}

function readObject(given: unknown): ViewObject {
  if (given instanceof ViewObject) return given;
  throw new UsageError("cascade needs objects that were read, whose relations are known, and not ids");
}
