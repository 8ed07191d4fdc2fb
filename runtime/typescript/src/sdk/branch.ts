/** What `include` takes: relations to follow, each perhaps narrowed, with further relations to follow from there. */

import { IncludeDepthError, UsageError } from "../errors.js";
import type { Branches, Choice, Conditions, SortKey, Where } from "./conditions.js";
import { conditionsFilter, whereFilter } from "./filters.js";
import { EVERYTHING, type Narrowing } from "./narrowing.js";
import type { AnyView, RelationSpec } from "./view.js";

/** How far an include may lead. Each hop multiplies what one page of objects brings along. */
export const MOST_HOPS = 10;

/** A relation to follow, whatever it leads to. */
export class AnyBranch {
  readonly relation: string;
  readonly spec: RelationSpec;
  readonly narrowing: Narrowing;
  readonly branches: readonly AnyBranch[];

  constructor(
    relation: string,
    spec: RelationSpec,
    narrowing: Narrowing = EVERYTHING,
    branches: readonly AnyBranch[] = [],
  ) {
    this.relation = relation;
    this.spec = spec;
    this.narrowing = narrowing;
    this.branches = branches;
  }

  /** The view of what it leads to. */
  get target(): AnyView {
    return this.spec.target();
  }

  /** Its name, and those of the relations after it. */
  toString(): string {
    const { relation, branches } = this;
    return branches.length > 0 ? `${relation}(${branches.map(String).join(", ")})` : relation;
  }

  /** How far it leads. */
  get hops(): number {
    return 1 + Math.max(0, ...this.branches.map((one) => one.hops));
  }
}

/** A relation to follow, to objects with the interface `T`. Every method gives a new one. */
export class Branch<T> extends AnyBranch {
  /** Only targets that also meet these conditions. */
  filter(conditions: Conditions<T>): Branch<T> {
    return this.#narrowed(this.narrowing.and(conditionsFilter(this.target, conditions)));
  }

  /** Only targets of which this is true as well. */
  where(condition: Where<T>): Branch<T> {
    return this.#narrowed(this.narrowing.and(whereFilter(this.target, condition)));
  }

  /** The targets of each object in this order. */
  sort(...keys: readonly SortKey<T>[]): Branch<T> {
    return this.#narrowed(this.narrowing.sorted(this.target, keys));
  }

  /** So many targets of each object at most. All are fetched, because the API cannot count for each object. */
  limit(most: number): Branch<T> {
    return this.#narrowed(this.narrowing.limited(most));
  }

  /** Follow these relations of the targets too. */
  include(...choices: readonly Choice<T>[]): Branch<T> {
    const { relation, spec, narrowing, branches, target } = this;
    return new Branch(relation, spec, narrowing, withMore(target, branches, choices));
  }

  #narrowed(narrowing: Narrowing): Branch<T> {
    return new Branch(this.relation, this.spec, narrowing, this.branches);
  }
}

/**
 * Branches, and those that functions choose among the relations of a view.
 *
 * @throws UsageError - A function names no relation, or one that is there already.
 * @throws IncludeDepthError - It leads too far.
 */
export function withMore<T>(
  view: AnyView,
  branches: readonly AnyBranch[],
  choices: readonly Choice<T>[],
): readonly AnyBranch[] {
  const found = [...branches];
  for (const choose of choices) {
    const branch = chosen(view, choose);
    checkBranch(view, found, branch);
    found.push(branch);
  }
  return found;
}

/**
 * The branch that a function chooses among the relations of a view.
 *
 * @throws UsageError - It names no relation.
 */
export function chosen<T>(view: AnyView, choose: Choice<T>): AnyBranch {
  // The relations of the view are those that T's interface has.
  const branch: unknown = choose(relationsOf(view) as Branches<T>);
  if (branch instanceof AnyBranch && view.relations?.[branch.relation] === branch.spec) return branch;
  const names = Object.keys(view.relations ?? {}).join(", ") || "none";
  throw new UsageError(`a function that names a relation of ${view.id.externalId} is wanted; there are ${names}`);
}

function checkBranch(view: AnyView, before: readonly AnyBranch[], { relation, hops }: AnyBranch): void {
  const name = view.id.externalId;
  if (before.some((one) => one.relation === relation)) {
    throw new UsageError(`${name}.${relation} is included twice: name it once, with all that is to follow`);
  }
  if (hops > MOST_HOPS) {
    throw new IncludeDepthError(
      `including ${name}.${relation} leads ${hops} hops away, and ${MOST_HOPS} is the most: load the rest from what was found`,
    );
  }
}

function relationsOf(view: AnyView): Readonly<Record<string, AnyBranch>> {
  const entries = Object.entries(view.relations ?? {});
  return Object.fromEntries(entries.map(([name, spec]) => [name, new Branch(name, spec)]));
}
