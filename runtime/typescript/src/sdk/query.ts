/** Lazy queries over one view: values that ask when they are iterated, and not before. */

import type { CallOptions } from "../client/core.js";
import { ItemStream } from "../client/item-stream.js";
import { SeveralInstancesError, NoInstanceError, UsageError } from "../errors.js";
import type { Filter } from "../schema/filters.js";
import { viewReference } from "../schema/ids.js";
import type { RawInstance } from "../schema/instances.js";
import type { ListRequest, Page } from "../schema/requests.js";
import { type AnyBranch, chosen, withMore } from "./branch.js";
import { ChangeFeed } from "./change-feed.js";
import type { ChangeOptions } from "./changes.js";
import type { Choice, Conditions, Fields, PropertyKey, Selected, SortKey, Where } from "./conditions.js";
import { Metric } from "./fields.js";
import { FilledPages } from "./filled-pages.js";
import { both, conditionsFilter, whereFilter } from "./filters.js";
import { figures, type Figures, Groups, type Metrics } from "./groups.js";
import { fill } from "./include.js";
import { edgePages } from "./lookup.js";
import { readerOf, type ViewObject } from "./objects.js";
import { type OrderedKey, splitBy } from "./partition.js";
import type { QueryParts, StreamOptions } from "./parts.js";
import { Path, type Hop } from "./path.js";
import { edgeReader } from "./paths.js";
import { propertyOf } from "./properties.js";
import { relate } from "./relate.js";
import { Reach, type ReachOptions } from "./reach.js";
import { readable, Shown } from "./shown.js";
import { sortOf } from "./sorting.js";
import { targetUnits, type Units } from "./units.js";

export type { QueryParts, StreamOptions } from "./parts.js";

/**
 * The objects of a view that meet conditions, in an order, up to a limit. Every method gives a new query; nothing is asked
 * before it is iterated, and each time it is iterated it asks again.
 */
export class Query<T, R = T> extends Shown implements AsyncIterable<R> {
  readonly #parts: QueryParts;

  constructor(parts: QueryParts) {
    super();
    this.#parts = parts;
  }

  /** Those that also meet these conditions, all of them. */
  filter(conditions: Conditions<T>): Query<T, R> {
    return this.#and(conditionsFilter(this.#parts.view, conditions));
  }

  /** Those of which this is true as well: `(t) => t.capacity.gt(3).or(t.name.prefix("A"))`. */
  where(condition: Where<T>): Query<T, R> {
    return this.#and(whereFilter(this.#parts.view, condition));
  }

  /** In this order, replacing any other: names of properties, `-` before one for the greatest first; five at most. */
  sort(...keys: readonly SortKey<T>[]): Query<T, R> {
    return this.#with({ sort: sortOf(this.#parts.view, keys) });
  }

  /** So many at most. */
  limit(most: number): Query<T, R> {
    if (!Number.isInteger(most) || most < 0) throw new UsageError(`limit is ${most}: give a whole number, 0 or more`);
    return this.#with({ limit: most });
  }

  /** With these properties only, beside what every object has; relations are not among them. */
  select<K extends PropertyKey<T>>(...properties: readonly K[]): Query<T, Selected<T, K>> {
    for (const name of properties) propertyOf(this.#parts.view, name);
    if (this.#parts.branches) throw new UsageError("select leaves out relations, so nothing can be included with it");
    return new Query({ ...this.#parts, only: properties });
  }

  /**
   * With what relations lead to, which is then read without requests: `(t) => t.rotor`,
   * `(t) => t.blades.where((b) => b.length.gt(60)).include((b) => b.sensors)`. Complete, whatever the numbers; a few requests for each page.
   *
   * @throws UsageError - A function names no relation, or one that is included already.
   * @throws IncludeDepthError - It leads more than ten hops away.
   */
  include(...choices: readonly Choice<T>[]): Query<T, R> {
    const { view, only, branches = [] } = this.#parts;
    if (only) throw new UsageError("select leaves out relations, so nothing can be included with it");
    return this.#with({ branches: withMore(view, branches, choices) });
  }

  /**
   * With values in these units: of some properties, `{ capacity: "power:megaw" }`, or of all that have one, `"SI"`, a system of units.
   * Filters and sort keys still mean the units that are stored.
   */
  units(units: Units<T>): Query<T, R> {
    return this.#with({ units: targetUnits(this.#parts.view, units) });
  }

  /**
   * Read in so many ranges side by side, 64 at most, for scans that wait for the network: `partitions(8)`, or by the values of another
   * property than the external id, best one with an index. Each object comes exactly once, in no order; only if its value changes
   * meanwhile may it be missed or come twice, and external ids never change. The ranges are found by a few requests first, and share
   * the client's limits (`limits: { read: 8 }`).
   *
   * @throws UsageError - The property has no order; when it is read: there is a sort order or a limit, or `prefetch` is 0.
   */
  partitions(most: number, property: OrderedKey<T> | "externalId" = "externalId"): Query<T, R> {
    if (this.#parts.dataOptional) throw new UsageError("the edges of one object are read with one cursor");
    return this.#with({ split: splitBy(this.#parts.view, property, most) });
  }

  /** The objects one by one, the next page fetched while this one is read. */
  iterate(options: StreamOptions = {}): AsyncIterableIterator<R> {
    return this.#items(options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<R> {
    return this.iterate();
  }

  /** The objects page by page. */
  async *pages(options: StreamOptions = {}): AsyncGenerator<readonly R[], undefined> {
    if (this.#parts.branches) {
      for await (const page of this.#filled(this.#parts.branches, options)) yield page.items;
      return;
    }
    const read = this.#reader();
    for await (const page of this.#rows(options)) yield read(page.items);
  }

  /** How many there are, up to the limit; counted by the server, whose counts may lag behind writes by seconds. */
  async count(options: CallOptions = {}): Promise<number> {
    const { limit = Infinity, dataOptional } = this.#parts;
    if (dataOptional) return walkedCount(this.pages(options));
    const { all } = await figures(this.#parts, () => ({ all: new Metric<number>({ count: {} }) }), options);
    return Math.min(limit, all);
  }

  /** Figures over all of them, whatever the limit: `(t) => ({ mean: t.capacity.avg() })`; five at most. */
  aggregate<M extends Metrics>(metrics: (fields: Fields<T>) => M, options: CallOptions = {}): Promise<Figures<M>> {
    return figures(this.#parts, metrics, options);
  }

  /** By the values of some properties; five at most. */
  groupBy<K extends PropertyKey<T>>(...properties: readonly K[]): Groups<T, K> {
    return new Groups(this.#parts, properties);
  }

  /** All of them, in memory. */
  async toArray(options: StreamOptions = {}): Promise<R[]> {
    return await this.#items(options).toArray();
  }

  /** The first one; undefined if there is none. */
  async first(options: CallOptions = {}): Promise<R | undefined> {
    const [first] = await this.#few(1, options);
    return first;
  }

  /**
   * The only one.
   *
   * @throws NoInstanceError - There is none.
   * @throws SeveralInstancesError - There are several.
   */
  async one(options: CallOptions = {}): Promise<R> {
    const [first, second] = await this.#few(2, options);
    const name = this.#parts.view.id.externalId;
    if (second !== undefined)
      throw new SeveralInstancesError(`more than one ${name} meets the conditions; use first()`);
    if (first === undefined) throw new NoInstanceError(`no ${name} meets the conditions; first() gives undefined then`);
    return first;
  }

  /**
   * What happens to the objects that meet the conditions, batch by batch, without end.
   *
   * @throws UsageError - The query has an order, a limit, a projection, includes or partitions.
   */
  changes(options: ChangeOptions = {}): ChangeFeed<T> {
    const { client, view, filter, units, sort = [], limit, only, branches, split } = this.#parts;
    if (sort.length > 0 || limit !== undefined || only || branches || split) {
      throw new UsageError(
        "changes come whole, as they happen and without end: leave out sort, limit, select, include and partitions",
      );
    }
    return new ChangeFeed({ client, view, filter, ...(units && { units }) }, options);
  }

  /** The body of the request that the first page is asked with, for people. */
  explain(): string {
    return readable(this.#request());
  }

  /**
   * Along a relation, and on from there: `(t) => t.blades.sort("-length")`. The path gives what lies at its end, each once.
   *
   * @throws UsageError - There is no such relation.
   */
  follow<N>(hop: Hop<T, N>): Path<N, readonly [T, N]> {
    return new Path(this, [chosen(this.#parts.view, hop)]);
  }

  /**
   * Along a relation to objects of the same view, again and again: all that can be reached, the nearest first, each once.
   *
   * @throws UsageError - The relation leads to another view, or an option cannot work.
   */
  reach(hop: Hop<T, T>, options: ReachOptions<T> = {}): Reach<T> {
    const { client, view } = this.#parts;
    return new Reach(this as Query<unknown> as Query<T>, client, view, hop, options);
  }

  override toString(): string {
    const { filter, sort = [], limit, only, branches } = this.#parts;
    const said = { filter, ...(sort.length > 0 && { sort }), limit, select: only, include: branches?.map(String) };
    const line = readable(said).replace(/\n\s*/g, " ");
    return `Query of ${this.#parts.view.id.externalId}${line === "{}" ? "" : ` ${line}`}`;
  }

  #reader(): (rows: readonly RawInstance[]) => R[] {
    const { view, only, client, dataOptional } = this.#parts;
    const read = dataOptional ? edgeReader(view) : readerOf(view, relate, only);
    // The reader makes objects of this view, whose interface R is.
    return (rows) => read(rows, client) as R[];
  }

  #items(options: StreamOptions): { toArray(): Promise<R[]> } & AsyncIterableIterator<R> {
    const { branches } = this.#parts;
    if (branches) return new ItemStream(this.#filled(branches, options), (objects) => objects);
    return new ItemStream(this.#rows(options), this.#reader());
  }

  #filled(branches: readonly AnyBranch[], options: StreamOptions): FilledPages<RawInstance, R> {
    const { client } = this.#parts;
    const read = this.#reader();
    const ahead = options.prefetch !== 0;
    const filled = async (rows: readonly RawInstance[], { signal }: CallOptions): Promise<R[]> => {
      const objects = read(rows);
      // They are objects of this view; R is its interface.
      await fill(objects as readonly unknown[] as readonly ViewObject[], branches, { client, signal });
      return objects;
    };
    return new FilledPages({ pages: this.#rows(options), fill: filled, ahead }, options);
  }

  #few(most: number, options: CallOptions): Promise<R[]> {
    const { limit = most } = this.#parts;
    const few = this.#with({ limit: Math.min(limit, most), split: undefined });
    return few.toArray({ ...options, prefetch: 0 });
  }

  #rows(options: StreamOptions): AsyncIterableIterator<Page, undefined> {
    const { client, limit, split } = this.#parts;
    if (split) return client.instances.partitions(this.#request(), { ...options, ...split, limit });
    const bounded = limit === undefined ? options : { ...options, limit };
    if (this.#parts.dataOptional) return edgePages(client, this.#parts, bounded);
    return client.instances.pages(this.#request(), bounded);
  }

  #request(): ListRequest {
    const { view, filter, sort = [], units } = this.#parts;
    return {
      instanceType: view.usedFor,
      sources: [{ source: viewReference(view.id), ...(units && { targetUnits: units }) }],
      ...(filter && { filter }),
      ...(sort.length > 0 && { sort }),
    };
  }

  #and(filter: Filter | undefined): Query<T, R> {
    return this.#with({ filter: both(this.#parts.filter, filter) });
  }

  #with(parts: Partial<QueryParts>): Query<T, R> {
    return new Query({ ...this.#parts, ...parts });
  }
}

/** The API counts only what has data in a view. */
async function walkedCount(pages: AsyncIterable<readonly unknown[]>): Promise<number> {
  let count = 0;
  for await (const page of pages) count += page.length;
  return count;
}
