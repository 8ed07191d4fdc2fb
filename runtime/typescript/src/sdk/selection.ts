/** Objects that are reached somehow, and sets of them. */

import type { CallOptions } from "../client/core.js";
import { nodeKey } from "./lookup.js";
import type { StreamOptions } from "./parts.js";
import { Shown } from "./shown.js";

/** What gives objects page by page: a query, a path, what can be reached, or what is made of these. */
export interface Source<T> {
  pages(options?: StreamOptions): AsyncIterable<readonly T[]>;
  toString(): string;
}

/** Objects that are reached somehow, each once; described, but not fetched before they are wanted. */
export abstract class Selection<T> extends Shown implements Source<T>, AsyncIterable<T> {
  /** Page by page. */
  abstract pages(options?: StreamOptions): AsyncGenerator<readonly T[], undefined>;

  /** One by one. */
  async *iterate(options: StreamOptions = {}): AsyncGenerator<T, undefined> {
    for await (const page of this.pages(options)) yield* page;
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, undefined> {
    return this.iterate();
  }

  /** All of them, in memory. */
  async toArray(options: StreamOptions = {}): Promise<T[]> {
    const found: T[] = [];
    for await (const page of this.pages(options)) for (const one of page) found.push(one);
    return found;
  }

  /** The first one; undefined if there is none. */
  async first(options: CallOptions = {}): Promise<T | undefined> {
    for await (const page of this.pages({ ...options, prefetch: 0 })) if (page.length > 0) return page[0];
    return undefined;
  }

  /** How many there are; they are walked. */
  async count(options: StreamOptions = {}): Promise<number> {
    let count = 0;
    for await (const page of this.pages(options)) count += page.length;
    return count;
  }

  /** What is here or there. */
  or(other: Source<T>): Selection<T> {
    return new Combined(this, other, "or");
  }

  /** What is both here and there. */
  and(other: Source<T>): Selection<T> {
    return new Combined(this, other, "and");
  }

  /** What is here, but not there. */
  without(other: Source<T>): Selection<T> {
    return new Combined(this, other, "without");
  }
}

/**
 * It is done here, by ids: the API combines result sets only after it has cut them at 10,000 rows. For `and` and `without` the ids of
 * the second are all met before the first object comes.
 */
class Combined<T> extends Selection<T> {
  readonly #one: Source<T>;
  readonly #other: Source<T>;
  readonly #how: "or" | "and" | "without";

  constructor(one: Source<T>, other: Source<T>, how: "or" | "and" | "without") {
    super();
    this.#one = one;
    this.#other = other;
    this.#how = how;
  }

  override toString(): string {
    return `(${String(this.#one)} ${this.#how} ${String(this.#other)})`;
  }

  override async *pages(options: StreamOptions = {}): AsyncGenerator<readonly T[], undefined> {
    const seen = new Set<string>();
    if (this.#how === "or") {
      yield* newOnes(this.#one, seen, options);
      yield* newOnes(this.#other, seen, options);
      return;
    }
    for await (const page of this.#other.pages(options)) for (const one of page) seen.add(keyOf(one));
    for await (const page of this.#one.pages(options)) {
      const kept = page.filter((one) => seen.has(keyOf(one)) === (this.#how === "and"));
      if (kept.length > 0) yield kept;
    }
  }
}

/** What was not met before, page by page. */
async function* newOnes<T>(
  source: Source<T>,
  seen: Set<string>,
  options: StreamOptions,
): AsyncGenerator<readonly T[], undefined> {
  for await (const page of source.pages(options)) {
    const kept = unseen(page, seen);
    if (kept.length > 0) yield kept;
  }
}

/** Those that were not met before; they have been from now on. */
export function unseen<T>(objects: Iterable<T>, seen: Set<string>): readonly T[] {
  const found: T[] = [];
  for (const one of objects) {
    const key = keyOf(one);
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(one);
  }
  return found;
}

function keyOf(one: unknown): string {
  // Objects of a view have ids; a selection only does not say so, because it does not know which view.
  return nodeKey(one as { readonly space: string; readonly externalId: string });
}
