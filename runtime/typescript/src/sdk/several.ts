/** Conditions with several values, of which there may be none: the API takes no empty list. */

import { UsageError } from "../errors.js";
import type { Filter, FilterValue, PropertyReference } from "../schema/filters.js";

/** It is, or holds, one of these values; none of them: nothing is. */
export function oneOf(
  operator: "in" | "containsAny",
  property: PropertyReference,
  values: readonly FilterValue[],
): Filter {
  if (values.length === 0) return { not: { matchAll: {} } };
  return operator === "in" ? { in: { property, values } } : { containsAny: { property, values } };
}

/**
 * It holds all of these values.
 *
 * @throws UsageError - There are none.
 */
export function allOf(property: PropertyReference, values: readonly FilterValue[]): Filter {
  if (values.length === 0) throw new UsageError("containsAll needs a value: everything holds all of none");
  return { containsAll: { property, values } };
}
