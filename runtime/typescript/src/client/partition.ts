/** Partitions of a scan: conditions of which every instance meets exactly one, whatever order the server compares values in. */

import { UsageError } from "../errors.js";
import type { Filter, FilterValue, PropertyReference } from "../schema/filters.js";
import { viewKey } from "../schema/ids.js";
import type { ListRequest } from "../schema/requests.js";
import type { PagesOptions } from "./page-stream.js";

const MOST = 64;

/** What every instance has, and can be ordered by. */
const BASE: readonly string[] = ["externalId", "space", "version", "createdTime", "lastUpdatedTime"];

/** What the values of a key are. Times that the service keeps, such as `["node", "createdTime"]`, are integers. */
export type KeyKind = "text" | "integer" | "float" | "timestamp" | "date";

/** What tells the partitions of a scan apart. */
export interface PartitionKey {
  /**
   * A property with one value and an order, as filters refer to it, best one with an index: `["node", "externalId"]`,
   * `[space, "View/version", property]`.
   */
  readonly property: PropertyReference;
  readonly kind: KeyKind;
}

/** How to read a scan in partitions: without a limit; `prefetch` counts for each of them, and is 1 or more. */
export interface PartitionsOptions extends PagesOptions {
  /** How many at most, 1 to 64; instances without a value in the key are one more. */
  readonly count: number;
  /** What tells them apart; by default the external id. */
  readonly by?: PartitionKey | undefined;
}

/**
 * The key of a scan, checked.
 *
 * @throws UsageError - The scan cannot be read so.
 */
export function keyOf(request: ListRequest, options: PartitionsOptions): PartitionKey {
  checkCounts(options);
  if (request.sort?.length) {
    throw new UsageError("partitions come side by side, in no order: leave out the sort order, or the partitions");
  }
  if (options.limit !== undefined) {
    throw new UsageError(
      "with partitions, which instances come first is chance: leave out the limit and stop reading, or leave out the partitions",
    );
  }
  const key = options.by ?? { property: [request.instanceType, "externalId"], kind: "text" };
  checkKey(request, key.property);
  return key;
}

function checkCounts({ count, prefetch = 1 }: PartitionsOptions): void {
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new UsageError(`partitions is ${String(count)}: give a whole number from 1 to ${MOST}`);
  }
  if (!Number.isInteger(prefetch) || prefetch < 1) {
    throw new UsageError("partitions are fetched side by side, so each fetches ahead: prefetch must be 1 page or more");
  }
}

function checkKey({ sources }: ListRequest, property: PropertyReference): void {
  const name = property.join(".");
  const [first, second = "", third] = property;
  if (third === undefined) {
    if (BASE.includes(second)) return;
    throw new UsageError(`${name} cannot make partitions; ${BASE.join(", ")} can, and properties of the view`);
  }
  const view = sources?.[0]?.source;
  if (view && view.space === first && viewKey(view) === second) return;
  throw new UsageError(`${name} cannot make partitions of instances that are not read through its view`);
}

/** Whether instances may have no value: what every instance has is referred to by two words. */
export function isNullable({ property }: PartitionKey): boolean {
  return property.length > 2;
}

/**
 * A condition for each partition; undefined: all instances.
 *
 * The cuts are the nodes of a binary tree, and a partition is a way through it: at each cut a value is either at most that,
 * or more. So every value goes one way and no other, even if the server does not order the cuts as they are given.
 *
 * @param cuts - The values to cut at, each the last one of its partition.
 */
export function conditions(key: PartitionKey, cuts: readonly FilterValue[]): readonly (Filter | undefined)[] {
  if (cuts.length === 0) return [undefined];
  const { property } = key;
  const found: Filter[] = ways(property, cuts, []).map((and) => ({ and }));
  return isNullable(key) ? [...found, { not: { exists: { property } } }] : found;
}

function ways(property: PropertyReference, cuts: readonly FilterValue[], before: readonly Filter[]): Filter[][] {
  const middle = Math.floor(cuts.length / 2);
  const cut = cuts[middle];
  if (cut === undefined) return [[...before]];
  return [
    ...ways(property, cuts.slice(0, middle), [...before, { range: { property, lte: cut } }]),
    ...ways(property, cuts.slice(middle + 1), [...before, { range: { property, gt: cut } }]),
  ];
}

/** A request for the instances that also meet these conditions. */
export function withConditions(request: ListRequest, ...more: readonly (Filter | undefined)[]): ListRequest {
  const and = [request.filter, ...more].filter((one) => one !== undefined);
  const [only] = and;
  return only === undefined ? request : { ...request, filter: and.length === 1 ? only : { and } };
}
