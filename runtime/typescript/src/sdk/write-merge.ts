/** Write objects that speak of the same instance, put together. */

import { WriteConflictError } from "../errors.js";
import { encodeJson } from "../schema/encode.js";
import type { RawInstanceWrite, SourceWrite } from "../schema/instances.js";

/**
 * One item out of two that speak of the same instance.
 *
 * @throws WriteConflictError - They contradict each other.
 */
export function merged(one: RawInstanceWrite, other: RawInstanceWrite): RawInstanceWrite {
  agree(one, one, other, ["type", "startNode", "endNode", "existingVersion"]);
  const sources = new Map((one.sources ?? []).map((each) => [encodeJson(each.source), each]));
  for (const added of other.sources ?? []) {
    const key = encodeJson(added.source);
    sources.set(key, mergedSource(one, sources.get(key), added));
  }
  // Both are nodes or both are edges: that is part of what they were found to be the same by.
  const whole = { ...one, ...other };
  return sources.size > 0 ? { ...whole, sources: [...sources.values()] } : whole;
}

function mergedSource(item: RawInstanceWrite, known: SourceWrite | undefined, added: SourceWrite): SourceWrite {
  if (known === undefined) return added;
  agree(item, known.properties, added.properties, Object.keys(added.properties));
  return { source: added.source, properties: { ...known.properties, ...added.properties } };
}

/** What both say must be the same. */
function agree(item: RawInstanceWrite, one: object, other: object, names: readonly string[]): void {
  const [left, right] = [one, other] as Readonly<Record<string, unknown>>[];
  for (const name of names) {
    const [mine, yours] = [left?.[name], right?.[name]];
    if (mine !== undefined && yours !== undefined && encodeJson(mine) !== encodeJson(yours)) {
      throw new WriteConflictError(
        `${item.space}:${item.externalId} is given twice, with different values of ${name}; only one of them could win`,
      );
    }
  }
}
