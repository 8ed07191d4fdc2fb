/** Queries read in partitions: by which property, as the client is told. */

import type { KeyKind, PartitionKey } from "../client/partition.js";
import { UsageError } from "../errors.js";
import type { PropertyKey } from "./conditions.js";
import { propertyOf } from "./properties.js";
import type { AnyView, Kind } from "./view.js";

/** The properties of a view with one value and an order. */
export type OrderedKey<T> = {
  [K in PropertyKey<T>]: [NonNullable<T[K]>] extends [string | number | bigint | Date] ? K : never;
}[PropertyKey<T>];

/** How a query is read. */
export interface Split {
  readonly count: number;
  readonly by: PartitionKey;
}

const KINDS: Readonly<Partial<Record<Kind, KeyKind>>> = {
  text: "text",
  int32: "integer",
  int64: "integer",
  int64Text: "integer",
  float32: "float",
  float64: "float",
  timestamp: "timestamp",
  timestampText: "timestamp",
  date: "date",
};

/**
 * How to read the objects of a view by the values of a property.
 *
 * @throws UsageError - The property is unknown, or has no order.
 */
export function splitBy(view: AnyView, name: string, count: number): Split {
  const { kind, list, reference } = propertyOf(view, name);
  const own = reference.length > 2;
  // Moments of the server's own are compared as milliseconds.
  const held = !own && kind === "timestamp" ? "integer" : KINDS[kind];
  if (list || held === undefined) {
    const wanted = "it takes a text, a number, a moment or a day, one and not a list";
    throw new UsageError(`${view.id.externalId}.${name} cannot make partitions: ${wanted}`);
  }
  return { count, by: { property: reference, kind: held } };
}
