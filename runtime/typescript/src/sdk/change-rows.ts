/** Rows of a sync as changes of one view. */

import type { PygenClient } from "../client/client.js";
import { instanceKey } from "../schema/ids.js";
import type { RawInstance } from "../schema/instances.js";
import type { Change, Deleted } from "./changes.js";
import { readerOf } from "./objects.js";
import { relate } from "./relate.js";
import type { AnyView } from "./view.js";

/**
 * Rows as changes, in the server's order, but so that a life ends before the next one begins: a row of a living object tells how it
 * is now, so a deletion of the same id is that of an earlier life wherever it stands.
 */
export function changesOf<T>(view: AnyView, rows: readonly RawInstance[], client: PygenClient): readonly Change<T>[] {
  const read = readerOf(view, relate);
  const alive = new Set<string>();
  const late = new Map<string, Deleted[]>();
  for (const row of rows) {
    const key = instanceKey(row);
    const deleted = deletionOf(row);
    if (deleted === undefined) alive.add(key);
    else if (alive.has(key)) late.set(key, [...(late.get(key) ?? []), deleted]);
  }
  const told = new Set<string>();
  return rows.flatMap((row): readonly Change<T>[] => {
    const key = instanceKey(row);
    const deleted = deletionOf(row);
    if (deleted !== undefined) return told.has(key) ? [] : [deleted];
    const before = told.has(key) ? [] : (late.get(key) ?? []);
    told.add(key);
    // The reader makes one object of each row, of this view, whose interface T is.
    return [...before, { type: "upserted", item: read([row], client)[0] as T }];
  });
}

function deletionOf({ space, externalId, version, deletedTime }: RawInstance): Deleted | undefined {
  if (typeof deletedTime !== "number") return undefined;
  return { type: "deleted", id: { space, externalId }, version, deletedTime: new Date(deletedTime) };
}
