/** The filter language of the API (contract §7), as plain JSON: exactly one operator in each object. */

import type { NodeId, SourceReference } from "./ids.js";
import type { WritableValue } from "./instances.js";

/** Where a property stands: `["node", "externalId"]`, or space, `View/version` and property (contract §7.2). */
export type PropertyReference = readonly string[];

/** A value, or what stands for one: a parameter of the query, or another property of the same instance. */
export type FilterValue =
  WritableValue | NodeId | { readonly parameter: string } | { readonly property: PropertyReference };

/** Bounds of a range; at least one, and not both kinds of one side. */
export interface Bounds {
  readonly gt?: FilterValue;
  readonly gte?: FilterValue;
  readonly lt?: FilterValue;
  readonly lte?: FilterValue;
}

interface OfProperty {
  readonly property: PropertyReference;
}

type Values = readonly FilterValue[] | { readonly parameter: string } | { readonly property: PropertyReference };

/** A condition on instances. */
export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | { readonly matchAll: Record<string, never> }
  | { readonly equals: OfProperty & { readonly value: FilterValue } }
  | { readonly in: OfProperty & { readonly values: Values } }
  | { readonly containsAny: OfProperty & { readonly values: Values } }
  | { readonly containsAll: OfProperty & { readonly values: Values } }
  | { readonly prefix: OfProperty & { readonly value: FilterValue } }
  | { readonly exists: OfProperty }
  | { readonly range: OfProperty & Bounds }
  | {
      readonly overlaps: {
        readonly startProperty: PropertyReference;
        readonly endProperty: PropertyReference;
      } & Bounds;
    }
  | { readonly hasData: readonly SourceReference[] }
  | { readonly instanceReferences: readonly NodeId[] }
  | { readonly nested: { readonly scope: PropertyReference; readonly filter: Filter } };
