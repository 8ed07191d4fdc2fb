/**
 * What can be asked of the objects of a view, worked out from its interface: conditions, sort keys, fields, projections.
 * Types only; `filters.ts` and `fields.ts` do the work.
 */

import type { Filter } from "../schema/filters.js";
import type { NodeId } from "../schema/ids.js";
import type { JsonObject } from "../schema/json.js";
import type { BooleanField, Field, JsonField, ListField, NumberField, OrderedField, TextField } from "./fields.js";
import type { AnyBranch, Branch } from "./branch.js";
import type { Condition } from "./condition.js";
import type { target, ToOne } from "./relations.js";
import type { meaning } from "./resources.js";

/** The properties of a view that lead to other objects. */
export type RelationKey<T> = {
  [K in keyof T]-?: typeof target extends keyof T[K] ? K : never;
}[keyof T] &
  string;

/** The properties of a view that have values of their own. */
export type PropertyKey<T> = Exclude<keyof T & string, RelationKey<T>>;

type Has<V, Key> = Key extends keyof V ? true : false;
type Nullable<V> = null extends V ? null : never;

/** Whether a value is any JSON at all, which cannot be compared. */
type IsJson<V> = [JsonObject] extends [V] ? true : false;

/** Texts with an order of their own, such as days, and all other values that have one. */
type IsOrdered<V> = [V] extends [number | bigint | Date] ? true : Has<V, typeof meaning>;

/** At least one bound. */
export interface Between<V> {
  readonly gt?: V;
  readonly gte?: V;
  readonly lt?: V;
  readonly lte?: V;
}

/** Whether there is a value. */
export interface Exists {
  readonly exists: boolean;
}

interface StartsWith {
  readonly prefix: string;
}

interface Holds<V> {
  readonly containsAny?: readonly V[];
  readonly containsAll?: readonly V[];
}

/** The value itself, one of several, or what else can be said of it. */
type ValueCondition<V> =
  IsJson<V> extends true
    ? Exists
    : [V] extends [readonly (infer Item)[]]
      ? IsJson<Item> extends true
        ? Exists
        : Item | readonly Item[] | Holds<Item> | Exists
      : IsOrdered<V> extends true
        ? V | readonly V[] | Between<V> | Exists
        : [V] extends [string]
          ? V | readonly V[] | StartsWith | Exists
          : V | readonly V[] | Exists;

/**
 * Conditions on the objects of a view, by property; all that are given must hold.
 *
 * A value: equal to it, or, of a list, holding it. Several: equal to one of them, or holding one. Null: has no value. An empty
 * list of values matches nothing.
 */
export type Conditions<T> = {
  readonly [K in PropertyKey<T>]?: ValueCondition<NonNullable<T[K]>> | Nullable<T[K]>;
};

type SortableKey<T> = {
  [K in PropertyKey<T>]: IsJson<NonNullable<T[K]>> extends true
    ? never
    : [NonNullable<T[K]>] extends [readonly unknown[]]
      ? never
      : K;
}[PropertyKey<T>];

/** A property to sort by; `-` before it: the greatest first. */
export type SortKey<T> = SortableKey<T> | `-${SortableKey<T>}`;

/** What every object keeps, whatever else is chosen. */
type Identity = "space" | "externalId" | "version" | "createdTime" | "lastUpdatedTime";

/** An object with some of its properties only. */
export type Selected<T, K extends PropertyKey<T>> = Pick<T, K | (Identity & keyof T)>;

/** What can be said of one property in `where`, `groupBy` and `aggregate`. */
export type FieldOf<V> =
  IsJson<V> extends true
    ? JsonField
    : [V] extends [readonly (infer Item)[]]
      ? ListField<Item>
      : [V] extends [number | bigint]
        ? NumberField<V>
        : [V] extends [Date]
          ? OrderedField<V>
          : Has<V, typeof meaning> extends true
            ? [Exclude<V[typeof meaning & keyof V], undefined>] extends ["integer"]
              ? NumberField<V>
              : OrderedField<V>
            : [V] extends [boolean]
              ? BooleanField
              : [V] extends [string]
                ? TextField<V>
                : [V] extends [NodeId]
                  ? Field<NodeId>
                  : never;

/** The properties of a view as what conditions are made of; direct relations lead to the properties of their targets. */
export type Fields<T> = { readonly [K in PropertyKey<T>]: FieldOf<NonNullable<T[K]>> } & {
  readonly [K in RelationKey<T> as T[K] extends ToOne<unknown> ? K : never]: T[K] extends ToOne<infer U>
    ? Fields<U>
    : never;
};

/** What a relation leads to. */
type TargetOf<R> = typeof target extends keyof R ? Exclude<R[typeof target], undefined> : never;

/** The relations of a view as what `include` follows. */
export type Branches<T> = { readonly [K in RelationKey<T>]: Branch<TargetOf<T[K]>> };

/** Names a relation to include: `(t) => t.blades`, or `(t) => t.blades.where(…).include((b) => b.sensors)`. */
export type Choice<T> = (relations: Branches<T>) => AnyBranch;

/** A condition as a function of the fields, or as a filter of the API. */
export type Where<T> = ((fields: Fields<T>) => Condition) | Condition | Filter;
