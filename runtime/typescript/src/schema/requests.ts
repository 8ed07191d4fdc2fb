/** What instance calls ask and answer, one page at a time (contract §6.5, §6.8). */

import type { Filter, PropertyReference } from "./filters.js";
import type { InstanceReference, InstanceType, ViewReference } from "./ids.js";
import type { JsonValue } from "./json.js";
import type { RawInstance } from "./instances.js";

/** A unit that values are to come in; filters and sort orders still mean the stored one. */
export interface TargetUnit {
  readonly unit: { readonly externalId: string } | { readonly unitSystemName: string };
  /** Absent, with a system of units: all properties that have a unit. */
  readonly property?: string;
}

/** A view whose properties are wanted. */
export interface SourceRequest {
  readonly source: ViewReference;
  readonly targetUnits?: readonly TargetUnit[];
}

/** A sort key; at most five in a request. */
export interface Sort {
  readonly property: PropertyReference;
  readonly direction?: "ascending" | "descending";
  readonly nullsFirst?: boolean;
}

/** Body of `POST /models/instances/list`, without what paging adds. */
export interface ListRequest {
  readonly instanceType: InstanceType;
  /** Only instances with data in all of these views come, with their properties. */
  readonly sources?: readonly SourceRequest[];
  readonly filter?: Filter;
  readonly sort?: readonly Sort[];
  readonly includeTyping?: boolean;
}

/** Body of `POST /models/instances/byids`; any number of items, those not found are left out of the answer. */
export interface ByIdsRequest {
  readonly items: readonly InstanceReference[];
  readonly sources?: readonly SourceRequest[];
}

/** Body of `POST /models/instances/search`: at most 1,000 matches, best first; there is no next page. */
export interface SearchRequest {
  readonly view: ViewReference;
  /** Words to look for; absent or empty: everything that meets the filter. */
  readonly query?: string;
  /** Ids of the text properties to look in; absent: all. */
  readonly properties?: readonly string[];
  readonly instanceType?: InstanceType;
  /** Whether all words must be found, or one; the API's own default is OR, this client's is AND. */
  readonly operator?: "AND" | "OR";
  readonly filter?: Filter;
  readonly sort?: readonly Omit<Sort, "nullsFirst">[];
  readonly targetUnits?: readonly TargetUnit[];
  /** 1 to 1,000, which is also this client's default. */
  readonly limit?: number;
}

/** One figure to work out; properties are bare ids of the view. */
export type Aggregation =
  | { readonly count: { readonly property?: string } }
  | { readonly avg: { readonly property: string } }
  | { readonly min: { readonly property: string } }
  | { readonly max: { readonly property: string } }
  | { readonly sum: { readonly property: string } }
  | { readonly histogram: { readonly property: string; readonly interval: number } };

/** Body of `POST /models/instances/aggregate`. */
export interface AggregateRequest {
  readonly view: ViewReference;
  readonly instanceType: InstanceType;
  /** At most 5. Absent, with `groupBy`: the distinct values. */
  readonly aggregates?: readonly Aggregation[];
  /** At most 5 properties whose values make the groups. */
  readonly groupBy?: readonly string[];
  readonly filter?: Filter;
  readonly query?: string;
  readonly properties?: readonly string[];
  readonly operator?: "AND" | "OR";
  readonly targetUnits?: readonly TargetUnit[];
  /** Groups at most, 1 to 1,000. Absent: all, and an error if there are more than the API tells. */
  readonly limit?: number;
}

/** One figure of one group. */
export interface AggregateValue {
  /** `count`, `avg`, `min`, `max`, `sum`, `histogram`, or one that came later. */
  readonly aggregate: string;
  readonly property?: string;
  /** Null or absent for a histogram, and for the average, least, greatest or sum of nothing. Tagged beyond 2^53: see `int64Of`. */
  readonly value?: JsonValue;
  readonly interval?: number;
  readonly buckets?: readonly { readonly start: number; readonly count: number }[];
}

/** The figures of one group, or of everything. */
export interface AggregateItem {
  readonly group?: Readonly<Record<string, JsonValue>> | null;
  readonly aggregates?: readonly AggregateValue[];
  readonly instanceType?: InstanceType;
}

/** One page of answers; without `nextCursor` it is the last one. */
export interface Page<T = RawInstance> {
  readonly items: readonly T[];
  readonly nextCursor?: string | null;
}
