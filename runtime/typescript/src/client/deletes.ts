/** Deleting instances, so that it is known of each what became of it (contract §6.4). */

import { instanceKey, type DeleteReference, type InstanceReference } from "../schema/ids.js";
import { MOST_ITEMS } from "./batches.js";
import type { CallOptions, Core } from "./core.js";
import { bodyOf, failuresIn, ofType, prepared, sendAll, type Prepared, type Sent } from "./prepared.js";
import type { DeleteResult } from "./results.js";
import { Sending } from "./sending.js";
import { instanceReferences } from "./shapes.js";

/** See `Instances.delete`. */
export async function deleteInstances(
  core: Core,
  ids: readonly DeleteReference[],
  { signal }: CallOptions,
): Promise<DeleteResult> {
  const given = prepared([...new Map(ids.map((one) => [instanceKey(one), one])).values()]);
  const many = given.length > MOST_ITEMS;
  const sent: Sent<boolean> = { outcomes: new Map(), batchSize: MOST_ITEMS };
  // Deleting a node deletes its edges, which may be too much for one request: so they go first.
  for (const group of many ? [ofType(given, "edge"), ofType(given, "node")] : [given]) {
    const sending = new Sending<Prepared<DeleteReference>, boolean>(group, {
      parallel: many ? core.settings.limits.delete : 1,
      split: true,
      tell: (items) => {
        core.transport.tellSize(items);
      },
      send: async (batch, lost) => {
        const found = await core.write("/delete", bodyOf(batch), instanceReferences, lost, signal);
        const deleted = new Set(found.map(instanceKey));
        return batch.map(({ key }) => deleted.has(key));
      },
    });
    await sendAll(group, sending, sent);
  }
  return resultOf(given, sent);
}

function resultOf(given: readonly Prepared<DeleteReference>[], { outcomes, batchSize }: Sent<boolean>): DeleteResult {
  const deleted: InstanceReference[] = [];
  const absent: InstanceReference[] = [];
  const deletedOrAbsent: InstanceReference[] = [];
  const settled = given.map(({ item, key }) => [item, outcomes.get(key)] as const);
  for (const [{ instanceType, space, externalId }, one] of settled) {
    if (one?.type !== "answered") continue;
    const list = one.value ? deleted : one.afterLoss ? deletedOrAbsent : absent;
    list.push({ instanceType, space, externalId });
  }
  return { deleted, absent, deletedOrAbsent, ...failuresIn(settled), batchSize };
}
