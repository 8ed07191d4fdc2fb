/** Properties of a view as what conditions, groups and figures are made of: `t.capacity.gt(3)`, `t.capacity.avg()`. */

import type { Filter, FilterValue, PropertyReference } from "../schema/filters.js";
import type { Aggregation } from "../schema/requests.js";
import { Condition } from "./condition.js";
import { allOf, oneOf } from "./several.js";

/** A figure to work out; `V` is what it comes out as. */
export class Metric<V> {
  /** There is nothing here when the program runs. */
  declare readonly result?: V;
  readonly aggregation: Aggregation;

  constructor(aggregation: Aggregation) {
    this.aggregation = aggregation;
  }
}

/** How many values lie in one step of a histogram. */
export interface Bucket {
  readonly start: number;
  readonly count: number;
}

/** Makes of a value of the object what the API compares; see `kinds.ts`. */
export type Encode = (value: unknown) => FilterValue;

/** Puts a condition where a property is. */
export type Scope = (filter: Filter) => Filter;

/** A property with a value of its own. */
export class AnyField {
  /** Where the property stands, for filters of your own. */
  readonly reference: PropertyReference;
  protected readonly encode: Encode;
  readonly #scoped: Scope;

  /**
   * @param reference - Where the property stands.
   * @param encode - Makes of a value what the API compares.
   * @param scoped - Puts a condition where the property is: the view itself, or what a relation leads to.
   */
  constructor(reference: PropertyReference, encode: Encode, scoped: Scope) {
    this.reference = reference;
    this.encode = encode;
    this.#scoped = scoped;
  }

  /** It has a value. */
  exists(): Condition {
    return this.condition({ exists: { property: this.reference } });
  }

  /** How many objects have a value. */
  count(): Metric<number> {
    return new Metric({ count: { property: this.id } });
  }

  /** Its id in the view. */
  protected get id(): string {
    return this.reference[this.reference.length - 1] ?? "";
  }

  protected condition(filter: Filter): Condition {
    return new Condition(this.#scoped(filter));
  }
}

/** A property that holds JSON. */
export class JsonField extends AnyField {}

/** A property that can be compared for equality. */
export class Field<V> extends AnyField {
  /** It is this value; null: it has none. */
  eq(value: V | null): Condition {
    if (value === null) return this.exists().not();
    return this.condition({ equals: { property: this.reference, value: this.encode(value) } });
  }

  /** It is another value than this, or has none; null: it has a value. */
  ne(value: V | null): Condition {
    return this.eq(value).not();
  }

  /** It is one of these values; none of them: nothing is. */
  in(values: readonly V[]): Condition {
    return this.condition(oneOf("in", this.reference, values.map(this.encode)));
  }
}

/** A property that is true or false. */
export class BooleanField extends Field<boolean> {}

/** A property whose values have an order. */
export class OrderedField<V> extends Field<V> {
  lt(value: V): Condition {
    return this.condition({ range: { property: this.reference, lt: this.encode(value) } });
  }

  lte(value: V): Condition {
    return this.condition({ range: { property: this.reference, lte: this.encode(value) } });
  }

  gt(value: V): Condition {
    return this.condition({ range: { property: this.reference, gt: this.encode(value) } });
  }

  gte(value: V): Condition {
    return this.condition({ range: { property: this.reference, gte: this.encode(value) } });
  }

  /** It lies between these two, both included. */
  between(least: V, greatest: V): Condition {
    return this.condition({
      range: { property: this.reference, gte: this.encode(least), lte: this.encode(greatest) },
    });
  }
}

/** A text; its order is that of its code points, which nobody sorts people's texts by: there is no `lt` here. */
export class TextField<V extends string> extends Field<V> {
  /** It begins with this. */
  prefix(start: string): Condition {
    return this.condition({ prefix: { property: this.reference, value: start } });
  }
}

/** A property whose values can be worked with. */
export class NumberField<V> extends OrderedField<V> {
  avg(): Metric<number | null> {
    return new Metric({ avg: { property: this.id } });
  }

  sum(): Metric<V | null> {
    return new Metric({ sum: { property: this.id } });
  }

  min(): Metric<V | null> {
    return new Metric({ min: { property: this.id } });
  }

  max(): Metric<V | null> {
    return new Metric({ max: { property: this.id } });
  }

  /** How many values there are in each step of this width. */
  histogram(interval: number): Metric<readonly Bucket[]> {
    return new Metric({ histogram: { property: this.id, interval } });
  }
}

/** A property that holds several values. */
export class ListField<V> extends AnyField {
  /** It holds this value. */
  contains(value: V): Condition {
    return this.containsAny([value]);
  }

  /** It holds one of these at least. */
  containsAny(values: readonly V[]): Condition {
    return this.condition(oneOf("containsAny", this.reference, values.map(this.encode)));
  }

  /** It holds all of these, one at least. */
  containsAll(values: readonly V[]): Condition {
    return this.condition(allOf(this.reference, values.map(this.encode)));
  }
}
