/** What can be asked of one view: the bases of the classes that generated SDKs have for theirs. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import { UsageError } from "../errors.js";
import { instanceKey, type InstanceReference, viewKey, viewReference } from "../schema/ids.js";
import { withMore } from "./branch.js";
import type { ChangeFeed } from "./change-feed.js";
import type { ChangeOptions } from "./changes.js";
import type { Choice, Conditions, Fields, PropertyKey, Selected, SortKey, Where } from "./conditions.js";
import { conditionsFilter } from "./filters.js";
import type { Figures, Groups, Metrics } from "./groups.js";
import { fill } from "./include.js";
import { readerOf, type ViewObject } from "./objects.js";
import { propertyOf } from "./properties.js";
import { Query } from "./query.js";
import { relate } from "./relate.js";
import type { Reference } from "./resources.js";
import { Shown } from "./shown.js";
import type { AnyView, View } from "./view.js";

const LISTED = 25; // objects that `list` gives if nothing else is said

/** Where a client's views get what they need. */
export interface Scope {
  readonly client: PygenClient;
  /** The space of ids that do not name one. */
  readonly defaultSpace: string | undefined;
}

/** What was found of several ids, in their order, and what was not. */
export interface Retrieved<T> {
  readonly items: readonly T[];
  readonly missing: readonly { readonly space: string; readonly externalId: string }[];
}

/** How many to list. */
export interface ListOptions<T> extends CallOptions {
  /** 25 if not said; `Infinity` for all. */
  readonly limit?: number;
  readonly sort?: readonly SortKey<T>[];
}

/** How to search. */
export interface SearchOptions<T> extends CallOptions {
  /** Text properties to look in; absent: all. */
  readonly properties?: readonly PropertyKey<T>[];
  /** Conditions that matches also meet. */
  readonly filter?: Conditions<T>;
  /** Whether all words must be found, which is what happens if nothing is said, or one. */
  readonly operator?: "AND" | "OR";
  /** 1 to 1,000; 25 if not said. */
  readonly limit?: number;
}

/** Reads the objects of a view. */
export class ReadApi<T> extends Shown {
  /** The view. */
  readonly view: AnyView;
  protected readonly scope: Scope;

  constructor(view: View<T, unknown>, scope: Scope) {
    super();
    this.view = view;
    this.scope = scope;
  }

  override toString(): string {
    return `${this.constructor.name} of ${this.view.id.space}:${viewKey(this.view.id)}`;
  }

  /** All objects, as a lazy query. */
  all(): Query<T> {
    return new Query({ client: this.scope.client, view: this.view });
  }

  /** Those that meet these conditions, all of them, as a lazy query. */
  filter(conditions: Conditions<T>): Query<T> {
    return this.all().filter(conditions);
  }

  /** Those of which this is true, as a lazy query. */
  where(condition: Where<T>): Query<T> {
    return this.all().where(condition);
  }

  /** All objects, in an order; see `Query.sort`. */
  sort(...keys: readonly SortKey<T>[]): Query<T> {
    return this.all().sort(...keys);
  }

  /** All objects, with what relations lead to; see `Query.include`. */
  include(...choices: readonly Choice<T>[]): Query<T> {
    return this.all().include(...choices);
  }

  /** All objects, with these properties only; see `Query.select`. */
  select<K extends PropertyKey<T>>(...properties: readonly K[]): Query<T, Selected<T, K>> {
    return this.all().select(...properties);
  }

  /** Figures over all objects; see `Query.aggregate`. */
  aggregate<M extends Metrics>(metrics: (fields: Fields<T>) => M, options: CallOptions = {}): Promise<Figures<M>> {
    return this.all().aggregate(metrics, options);
  }

  /** All objects by the values of some properties; see `Query.groupBy`. */
  groupBy<K extends PropertyKey<T>>(...properties: readonly K[]): Groups<T, K> {
    return this.all().groupBy(...properties);
  }

  /** The first objects that meet these conditions. */
  list(conditions: Conditions<T> = {}, options: ListOptions<T> = {}): Promise<T[]> {
    const { limit = LISTED, sort = [], ...call } = options;
    const query = this.filter(conditions).sort(...sort);
    return (limit === Infinity ? query : query.limit(limit)).toArray(call);
  }

  /** The object with this id; undefined if there is none, or it has no data in the view. */
  async retrieve(id: Reference, options: CallOptions = {}): Promise<T | undefined> {
    const { items } = await this.retrieveMany([id], options);
    return items[0];
  }

  /** The objects with these ids, any number of them; each thousand is one request. */
  async retrieveMany(ids: readonly Reference[], options: CallOptions = {}): Promise<Retrieved<T>> {
    const wanted = ids.map((id) => this.reference(id));
    const sources = [{ source: viewReference(this.view.id) }];
    const unique = [...new Map(wanted.map((one) => [instanceKey(one), one])).values()];
    const rows = await this.scope.client.instances.byIds({ items: unique, sources }, options);
    const read = readerOf(this.view, relate)(rows, this.scope.client);
    const found = new Map(rows.map((row, index) => [instanceKey(row), read[index]]));
    return {
      // The reader makes objects of this view, whose interface T is.
      items: wanted.flatMap((one) => found.get(instanceKey(one)) ?? []) as T[],
      missing: unique
        .filter((one) => !found.has(instanceKey(one)))
        .map(({ space, externalId }) => ({ space, externalId })),
    };
  }

  /**
   * Tell objects what relations lead to, in a few requests for all of them: `[(t) => t.blades.include((b) => b.sensors)]`. It is read
   * without requests then. Complete, whatever the numbers.
   *
   * @returns The same objects.
   */
  async load<L extends readonly T[]>(
    objects: L,
    relations: readonly Choice<T>[],
    { signal }: CallOptions = {},
  ): Promise<L> {
    const branches = withMore(this.view, [], relations);
    // Objects of this view, made by the reader.
    await fill(objects as readonly unknown[] as readonly ViewObject[], branches, { client: this.scope.client, signal });
    return objects;
  }

  /** The best matches of a text search; the API tells 1,000 at most. */
  async search(words: string, options: SearchOptions<T> = {}): Promise<T[]> {
    const { properties, filter: conditions = {}, operator, limit = LISTED, ...call } = options;
    const filter = conditionsFilter(this.view, conditions);
    const rows = await this.scope.client.instances.search(
      {
        view: viewReference(this.view.id),
        query: words,
        instanceType: this.view.usedFor,
        limit,
        ...(properties && { properties: properties.map((name) => propertyOf(this.view, name).source) }),
        ...(operator && { operator }),
        ...(filter && { filter }),
      },
      call,
    );
    // As above.
    return readerOf(this.view, relate)(rows, this.scope.client) as T[];
  }

  /** How many there are that meet these conditions; counts of the server may lag behind writes by seconds. */
  count(conditions: Conditions<T> = {}, options: CallOptions = {}): Promise<number> {
    return this.filter(conditions).count(options);
  }

  /** What happens to the objects: first what is there, then every change, in batches with tokens to go on from; see `ChangeOptions`. */
  changes(options: ChangeOptions = {}): ChangeFeed<T> {
    return this.all().changes(options);
  }

  /** An id as requests name it. */
  protected reference(id: Reference): InstanceReference {
    if (typeof id !== "string") {
      return { instanceType: this.view.usedFor, space: id.space, externalId: id.externalId };
    }
    if (this.scope.defaultSpace === undefined) {
      throw new UsageError(
        `${JSON.stringify(id)} names no space: give { space, externalId }, or the client a defaultSpace`,
      );
    }
    return { instanceType: this.view.usedFor, space: this.scope.defaultSpace, externalId: id };
  }
}
