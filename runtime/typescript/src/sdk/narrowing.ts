/** What a relation is narrowed to: a condition, an order, a number. */

import { UsageError } from "../errors.js";
import type { Filter } from "../schema/filters.js";
import { both } from "./filters.js";
import { type Property, propertyOf } from "./properties.js";
import { sortOf } from "./sorting.js";
import type { AnyView } from "./view.js";

/** A node, and the edge that leads to it; undefined for relations without edges. */
export interface Found {
  readonly edge: object | undefined;
  readonly node: object;
}

/** Which targets of a relation are wanted. */
export class Narrowing {
  readonly filter: Filter | undefined;
  readonly order: readonly string[];
  readonly most: number | undefined;

  constructor(filter?: Filter, order: readonly string[] = [], most?: number) {
    this.filter = filter;
    this.order = order;
    this.most = most;
  }

  and(filter: Filter | undefined): Narrowing {
    return new Narrowing(both(this.filter, filter), this.order, this.most);
  }

  /** @throws UsageError - A property is unknown or has no order, or there are more than five. */
  sorted(view: AnyView, keys: readonly string[]): Narrowing {
    sortOf(view, keys);
    return new Narrowing(this.filter, keys, this.most);
  }

  limited(most: number): Narrowing {
    if (!Number.isInteger(most) || most < 0) throw new UsageError(`limit is ${most}: give a whole number, 0 or more`);
    return new Narrowing(this.filter, this.order, most);
  }

  /** Targets that meet the condition, put in order and cut. */
  arrange(view: AnyView, found: readonly Found[]): readonly Found[] {
    const keys = this.order.map((key): [Property, boolean] => [
      propertyOf(view, key.replace(/^-/, "")),
      key.startsWith("-"),
    ]);
    const sorted = keys.length > 0 ? [...found].sort((one, other) => compareBy(keys, one.node, other.node)) : found;
    return this.most === undefined ? sorted : sorted.slice(0, this.most);
  }
}

/** All targets, in the order in which they come. */
export const EVERYTHING = new Narrowing();

/** In the order of the API: what has no value comes last, whichever way it goes; texts by code points. */
function compareBy(keys: readonly [Property, boolean][], one: object, other: object): number {
  for (const [property, descending] of keys) {
    const left = valueOf(one, property);
    const right = valueOf(other, property);
    if (left === null || right === null) {
      if (left !== right) return left === null ? 1 : -1;
      continue;
    }
    const found = compare(left, right);
    if (found !== 0) return descending ? -found : found;
  }
  return 0;
}

type Comparable = number | bigint | string | boolean | Date | null;

function valueOf(owner: object, { name, kind }: Property): Comparable {
  const value = (owner as Readonly<Record<string, Comparable>>)[name] ?? null;
  return kind === "int64Text" && typeof value === "string" ? BigInt(value) : value;
}

function compare(left: NonNullable<Comparable>, right: NonNullable<Comparable>): number {
  if (typeof left === "string" && typeof right === "string") return byCodePoint(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** JavaScript compares by UTF-16 units, which puts what lies beyond U+FFFF before U+E000. */
function byCodePoint(left: string, right: string): number {
  const others = right[Symbol.iterator]();
  for (const one of left) {
    const other = others.next();
    if (other.done) return 1;
    if (one !== other.value) return (one.codePointAt(0) ?? 0) - (other.value.codePointAt(0) ?? 0);
  }
  return others.next().done ? 0 : -1;
}
