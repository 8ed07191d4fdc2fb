/** Relations of an object: what reads them, whichever way they go. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import { DetachedError, UsageError } from "../errors.js";
import type { NodeId } from "../schema/ids.js";
import { readAhead } from "./ahead.js";
import { AnyBranch } from "./branch.js";
import { conditionsFilter, whereFilter } from "./filters.js";
import { batches, edgeFilter, edgePages, idOf, membersOf, MOST_IDS } from "./lookup.js";
import { EVERYTHING, type Found, type Narrowing } from "./narrowing.js";
import { contextOf, includedOf, type ViewObject } from "./objects.js";
import { BARE_EDGE, edgeReader, farEnd, idsOf, reverseFilter } from "./paths.js";
import { Query, type StreamOptions } from "./query.js";
import { Shown } from "./shown.js";
import { sortOf } from "./sorting.js";
import type { Direct, Edges, RelationSpec, Reverse } from "./view.js";

/** What stands on an object for one of its relations. */
export function relate(owner: ViewObject, name: string, spec: RelationSpec): RelationToMany | RelationToOne {
  return spec.many ? new RelationToMany(owner, name, spec) : new RelationToOne(owner, name, spec);
}

class Relation extends Shown {
  protected readonly owner: ViewObject;
  protected readonly name: string;
  protected readonly spec: RelationSpec;
  protected readonly narrowing: Narrowing;

  constructor(owner: ViewObject, name: string, spec: RelationSpec, narrowing = EVERYTHING) {
    super();
    this.owner = owner;
    this.name = name;
    this.spec = spec;
    this.narrowing = narrowing;
  }

  override toString(): string {
    const { owner, name, included } = this;
    const found = included === undefined ? "not loaded" : `${String(included.length)} loaded`;
    return `${name} of ${String(owner)} (${found})`;
  }

  /** What came with the object; undefined if nothing did, or if only the server can tell which of it is wanted. */
  protected get included(): readonly Found[] | undefined {
    if (this.narrowing.filter !== undefined) return undefined;
    const found = includedOf(this.owner, this.name);
    return found && this.narrowing.arrange(this.spec.target(), found);
  }

  /** Page by page. */
  protected async *foundPages(options: StreamOptions): AsyncGenerator<readonly Found[], undefined> {
    const found = this.included ?? (await this.#ahead(options));
    if (found !== undefined) {
      yield found;
      return;
    }
    const { narrowing, spec } = this;
    if (narrowing.order.length > 0 && spec.via.via !== "reverse") {
      const all: Found[] = [];
      for await (const page of this.#asked(options)) all.push(...page);
      yield narrowing.arrange(spec.target(), all);
      return;
    }
    yield* this.#upTo(narrowing.most ?? Infinity, options);
  }

  async *#upTo(most: number, options: StreamOptions): AsyncGenerator<readonly Found[], undefined> {
    let left = most;
    if (left === 0) return;
    for await (const page of this.#asked(options)) {
      yield page.length > left ? page.slice(0, left) : page;
      left -= page.length;
      if (left <= 0) return;
    }
  }

  /** The targets, as a query, when the relation goes backwards. */
  protected reverse(via: Reverse): Query<unknown> {
    const mine = reverseFilter(via, [idOf(this.owner)]);
    const view = this.spec.target();
    const { filter, order, most } = this.narrowing;
    const query = new Query({ client: this.client, view, filter: mine, sort: sortOf(view, order) });
    const narrowed = filter === undefined ? query : query.where(filter);
    return most === undefined ? narrowed : narrowed.limit(most);
  }

  protected get client(): PygenClient {
    const context = contextOf(this.owner);
    if (context !== undefined) return context.client;
    throw new DetachedError(`this object knows no client, so it cannot follow ${this.name}; retrieve it again`);
  }

  /** What is fetched for the object and those that came with it together; undefined if it has to be asked for alone. */
  async #ahead({ signal }: CallOptions): Promise<readonly Found[] | undefined> {
    const { owner, name, spec, narrowing } = this;
    if (narrowing.most === 0 || (spec.via.via === "direct" && idsOf(owner, spec.via).length === 0)) return undefined;
    const found = await readAhead(owner, new AnyBranch(name, spec, spec.many ? narrowing : EVERYTHING), signal);
    return found && narrowing.arrange(spec.target(), found);
  }

  /** All that meet the condition; backwards already in order, and no more than are wanted. */
  #asked(options: StreamOptions): AsyncGenerator<Found[], undefined> {
    const { via } = this.spec;
    if (via.via === "direct") return this.#direct(via, options);
    return via.via === "reverse" ? this.#reverse(via, options) : this.#edges(via, options);
  }

  async *#direct(via: Direct, options: StreamOptions): AsyncGenerator<Found[], undefined> {
    for (const some of batches(idsOf(this.owner, via), MOST_IDS)) {
      const found = await this.#members(some, options);
      yield some.flatMap((id) => found(id) ?? []).map((node) => ({ edge: undefined, node }));
    }
  }

  async *#reverse(via: Reverse, options: StreamOptions): AsyncGenerator<Found[], undefined> {
    for await (const page of this.reverse(via).pages(options)) {
      // Objects of a view are objects; the query only does not say so, because it does not know which view.
      yield page.map((node) => ({ edge: undefined, node: node as object }));
    }
  }

  async *#edges(via: Edges, options: StreamOptions): AsyncGenerator<Found[], undefined> {
    const { client, spec } = this;
    for await (const { items } of edgePages(
      client,
      { view: spec.edge?.(), filter: edgeFilter(via, [idOf(this.owner)]) },
      options,
    )) {
      const found = await this.#members(
        items.map((row) => farEnd(via, row)),
        options,
      );
      yield edgeReader(spec.edge?.())(items, client).flatMap((edge, index) => {
        const row = items[index];
        const node = row && found(farEnd(via, row));
        return node === undefined ? [] : [{ edge, node }];
      });
    }
  }

  #members(ids: readonly NodeId[], options: CallOptions): Promise<(id: NodeId) => object | undefined> {
    return membersOf(this.client, this.spec.target(), ids, this.narrowing.filter, options);
  }
}

/** A relation to one node at most. */
export class RelationToOne extends Relation {
  get id(): NodeId | null {
    return this.spec.via.via === "direct" ? (idsOf(this.owner, this.spec.via)[0] ?? null) : null;
  }

  get loaded(): object | null | undefined {
    const { included } = this;
    return included === undefined ? undefined : (included[0]?.node ?? null);
  }

  async get(options: CallOptions = {}): Promise<object | null> {
    return (await this.linked(options))?.node ?? null;
  }

  async linked(options: CallOptions = {}): Promise<Found | null> {
    const first = new RelationToOne(this.owner, this.name, this.spec, this.narrowing.limited(1));
    for await (const page of first.foundPages({ ...options, prefetch: 0 })) {
      if (page[0] !== undefined) return page[0];
    }
    return null;
  }
}

/** A relation to any number of nodes. */
export class RelationToMany extends Relation implements AsyncIterable<object> {
  get loaded(): readonly object[] | undefined {
    return this.included?.map((one) => one.node);
  }

  filter(conditions: object): RelationToMany {
    return this.#narrowed(this.narrowing.and(conditionsFilter(this.spec.target(), conditions)));
  }

  where(condition: unknown): RelationToMany {
    return this.#narrowed(this.narrowing.and(whereFilter(this.spec.target(), condition)));
  }

  sort(...keys: readonly string[]): RelationToMany {
    return this.#narrowed(this.narrowing.sorted(this.spec.target(), keys));
  }

  limit(most: number): RelationToMany {
    return this.#narrowed(this.narrowing.limited(most));
  }

  async *iterate(options: StreamOptions = {}): AsyncGenerator<object, undefined> {
    for await (const page of this.foundPages(options)) for (const one of page) yield one.node;
  }

  [Symbol.asyncIterator](): AsyncGenerator<object, undefined> {
    return this.iterate();
  }

  /** Page by page; a page may be empty. */
  async *pages(options: StreamOptions = {}): AsyncGenerator<readonly object[], undefined> {
    for await (const page of this.foundPages(options)) yield page.map((one) => one.node);
  }

  /** @throws UsageError - The relation was narrowed. */
  edges(): Query<unknown> {
    const { client, owner, spec, narrowing, name } = this;
    if (spec.via.via !== "edges") throw new UsageError(`${name} does not lead over edges`);
    if (narrowing !== EVERYTHING) {
      throw new UsageError("edges() are those of the whole relation: narrow the query that it gives, or use linked()");
    }
    const filter = edgeFilter(spec.via, [idOf(owner)]);
    return new Query({ client, view: spec.edge?.() ?? BARE_EDGE, filter, dataOptional: true });
  }

  async *linked(options: StreamOptions = {}): AsyncGenerator<Found, undefined> {
    for await (const page of this.foundPages(options)) yield* page;
  }

  async toArray(options: StreamOptions = {}): Promise<object[]> {
    const found: object[] = [];
    for await (const page of this.foundPages(options)) for (const one of page) found.push(one.node);
    return found;
  }

  async first(options: CallOptions = {}): Promise<object | undefined> {
    const [first] = await this.limit(Math.min(1, this.narrowing.most ?? 1)).toArray({ ...options, prefetch: 0 });
    return first;
  }

  /** Counted by the server if the relation goes backwards, otherwise walked. */
  async count(options: CallOptions = {}): Promise<number> {
    const { via } = this.spec;
    if (via.via === "reverse" && this.included === undefined) return this.reverse(via).count(options);
    let count = 0;
    for await (const page of this.foundPages(options)) count += page.length;
    return count;
  }

  #narrowed(narrowing: Narrowing): RelationToMany {
    return new RelationToMany(this.owner, this.name, this.spec, narrowing);
  }
}
