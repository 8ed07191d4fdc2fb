/** Units that values are to come in. */

import type { TargetUnit } from "../schema/requests.js";
import type { PropertyKey } from "./conditions.js";
import { propertyOf } from "./properties.js";
import type { AnyView } from "./view.js";

/** Properties that hold numbers, and the unit for each by its external id, `power:megaw`; or a system of units for all. */
export type Units<T> = string | { readonly [K in NumericKey<T>]?: string };

type NumericKey<T> = {
  [K in PropertyKey<T>]: NonNullable<T[K]> extends number | readonly number[] ? K : never;
}[PropertyKey<T>];

/**
 * Units as requests say them.
 *
 * @throws UsageError - A property is unknown.
 */
export function targetUnits<T>(view: AnyView, units: Units<T>): readonly TargetUnit[] {
  if (typeof units === "string") return [{ unit: { unitSystemName: units } }];
  const given = Object.entries<string | undefined>(units);
  return given.flatMap(([name, externalId]) =>
    externalId === undefined ? [] : [{ property: propertyOf(view, name).source, unit: { externalId } }],
  );
}
