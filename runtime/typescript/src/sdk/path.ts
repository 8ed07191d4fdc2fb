/** Following relations from a query: to the ends of a path, and along it. */

import { IncludeDepthError } from "../errors.js";
import { AnyBranch, type Branch, chosen, MOST_HOPS, withMore } from "./branch.js";
import type { Branches } from "./conditions.js";
import { includedOf, type ViewObject } from "./objects.js";
import type { StreamOptions } from "./parts.js";
import type { Query } from "./query.js";
import { Selection, unseen } from "./selection.js";

/** Names a relation, perhaps narrowed, to objects with the interface `N`. */
export type Hop<T, N> = (relations: Branches<T>) => Branch<N>;

/**
 * The ends of a path along relations, each once; `rows()` gives what lies on the way to them too. It is complete whatever the numbers,
 * and read page by page of the objects that it starts from. Ids that have been met are remembered, objects are not.
 */
export class Path<T, Way extends readonly unknown[]> extends Selection<T> {
  readonly #start: Query<unknown>;
  readonly #hops: readonly AnyBranch[];

  constructor(start: Query<unknown>, hops: readonly AnyBranch[]) {
    super();
    this.#start = start;
    this.#hops = hops;
  }

  /**
   * Go on along a relation of the ends.
   *
   * @throws UsageError - There is no such relation.
   * @throws IncludeDepthError - The path has ten hops already.
   */
  follow<N>(hop: Hop<T, N>): Path<N, readonly [...Way, N]> {
    const last = this.#hops.at(-1);
    if (last === undefined || this.#hops.length === MOST_HOPS) {
      throw new IncludeDepthError(`this path has ${String(MOST_HOPS)} hops already: begin another at its ends`);
    }
    return new Path(this.#start, [...this.#hops, chosen(last.target, hop)]);
  }

  override toString(): string {
    return [this.#start, ...this.#hops].map(String).join(" → ");
  }

  override async *pages(options: StreamOptions = {}): AsyncGenerator<readonly T[], undefined> {
    const seen = new Set<string>();
    for await (const roots of this.#roots(options)) {
      const ends = unseen(
        roots.flatMap((root) => this.#along(root).map((row) => row.at(-1) as T)),
        seen,
      );
      if (ends.length > 0) yield ends;
    }
  }

  /** Each way through: where it begins, what lies on the way, where it ends. */
  async *rows(options: StreamOptions = {}): AsyncGenerator<Way, undefined> {
    for await (const roots of this.#roots(options)) {
      // The hops lead from object to object as the interfaces in Way say.
      for (const root of roots) yield* this.#along(root) as readonly (readonly unknown[])[] as readonly Way[];
    }
  }

  #roots(options: StreamOptions): AsyncIterable<readonly ViewObject[]> {
    const whole = this.#hops.reduceRight<AnyBranch | undefined>((after, hop) => {
      if (after === undefined) return hop;
      const branches = withMore(hop.target, hop.branches, [() => after]);
      return new AnyBranch(hop.relation, hop.spec, hop.narrowing, branches);
    }, undefined);
    const query = whole === undefined ? this.#start : this.#start.include(() => whole);
    return query.pages(options) as AsyncIterable<readonly unknown[]> as AsyncIterable<readonly ViewObject[]>;
  }

  #along(root: ViewObject): readonly (readonly ViewObject[])[] {
    return this.#hops.reduce<readonly (readonly ViewObject[])[]>(
      (rows, { relation }) => rows.flatMap((row) => further(row, relation)),
      [[root]],
    );
  }
}

function further(row: readonly ViewObject[], relation: string): readonly (readonly ViewObject[])[] {
  const end = row.at(-1);
  const found = end && includedOf(end, relation);
  return (found ?? []).map(({ node }) => [...row, node as ViewObject]);
}
