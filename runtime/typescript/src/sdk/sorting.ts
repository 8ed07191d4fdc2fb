/** Sort keys: names of properties, `-` before one for the greatest first. */

import { UsageError } from "../errors.js";
import type { Sort } from "../schema/requests.js";
import { propertyOf } from "./properties.js";
import type { AnyView } from "./view.js";

const MOST_SORT_KEYS = 5;

/**
 * Sort keys of the API.
 *
 * @throws UsageError - A property is unknown or has no order, is named twice, or there are more than five.
 */
export function sortOf(view: AnyView, keys: readonly string[]): readonly Sort[] {
  if (keys.length > MOST_SORT_KEYS) throw new UsageError(`${keys.length} sort keys given; the API takes five at most`);
  const names = keys.map((key) => key.replace(/^-/, ""));
  return keys.map((key, index) => {
    const property = propertyOf(view, names[index] ?? "");
    if (property.list || property.kind === "json") {
      throw new UsageError(`${property.name} holds ${property.list ? "lists" : "JSON"}, which has no order to sort by`);
    }
    if (names.indexOf(property.name) < index) {
      throw new UsageError(`${property.name} is a sort key twice; only the first could count`);
    }
    return { property: property.reference, ...(key.startsWith("-") && { direction: "descending" as const }) };
  });
}
