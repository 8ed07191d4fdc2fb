/**
 * Backwards through the property of a container. The nodes that are found do not tell at whom they point, so each object gets a
 * result set of its own, 50 of them in a request.
 */

import type { NodeId } from "../schema/ids.js";
import type { RawInstance } from "../schema/instances.js";
import type { AnyBranch } from "./branch.js";
import type { Journey } from "./include.js";
import { membersFilter, rowsOf, selected } from "./lookup.js";
import { reverseFilter } from "./paths.js";
import type { Reverse } from "./view.js";

/** Result sets that one request may have. */
export const MOST_SETS = 50;

const ROWS = 1000; // in the whole answer

/**
 * The nodes that point at some objects, by one request.
 *
 * @param ids - The objects, 50 at most.
 * @returns In the same order what was found for each; undefined for those that have more than their part of 1,000 rows.
 */
export async function pointingAt(
  ids: readonly NodeId[],
  branch: AnyBranch,
  via: Reverse,
  journey: Journey,
): Promise<readonly (readonly RawInstance[] | undefined)[]> {
  const wanted = await membersFilter(branch, journey);
  const limit = Math.floor(ROWS / ids.length) + 1;
  const named = ids.map((id, index) => [`t${String(index)}`, id] as const);
  const setOf = (id: NodeId) => ({ nodes: { filter: { and: [wanted, reverseFilter(via, [id])] } }, limit });
  const reply = await journey.client.instances.query(
    {
      with: Object.fromEntries(named.map(([name, id]) => [name, setOf(id)])),
      select: Object.fromEntries(named.map(([name]) => [name, selected(branch.target)])),
    },
    { signal: journey.signal },
  );
  return named.map(([name]) => ((reply.nextCursor[name] ?? null) === null ? rowsOf(reply, name) : undefined));
}
