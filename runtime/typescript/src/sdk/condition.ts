/** Conditions as values that can be combined. */

import type { Filter } from "../schema/filters.js";

/** A condition; `and`, `or` and `not` make others of it. */
export class Condition {
  readonly filter: Filter;

  constructor(filter: Filter) {
    this.filter = filter;
  }

  /** Both hold. */
  and(...others: readonly Condition[]): Condition {
    return new Condition({ and: [this.filter, ...others.map((one) => one.filter)] });
  }

  /** At least one holds. */
  or(...others: readonly Condition[]): Condition {
    return new Condition({ or: [this.filter, ...others.map((one) => one.filter)] });
  }

  /** It does not hold. */
  not(): Condition {
    return new Condition({ not: this.filter });
  }
}
