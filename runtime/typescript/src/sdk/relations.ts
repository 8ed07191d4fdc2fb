/**
 * Relations as they stand on the objects of an SDK: values that ask when they are awaited or iterated, and not before.
 *
 * Types only. A relation that was included answers from memory; on an object that knows no client, such as a copy that
 * went through JSON, asking is a `DetachedError`.
 */

import type { CallOptions } from "../client/core.js";
import type { NodeId } from "../schema/ids.js";
import type { Conditions, SortKey, Where } from "./conditions.js";
import type { Query, StreamOptions } from "./query.js";

/** Marks what leads to other objects; there is nothing there when the program runs. */
export declare const target: unique symbol;

interface Relation<T> {
  readonly [target]?: T;
}

/** A direct relation to one node. */
export interface ToOne<T> extends Relation<T> {
  /** Where it leads, without a request. */
  readonly id: NodeId | null;
  /** What was included; undefined: nothing was, so `get` asks. */
  readonly loaded: T | null | undefined;
  /** The node; null if there is none, or none with data in the view. */
  get(options?: CallOptions): Promise<T | null>;
}

/** The one node whose direct relation leads here. */
export interface ReverseToOne<T> extends Relation<T> {
  readonly loaded: T | null | undefined;
  /** The node, the first of them if there are several; null if there is none. */
  get(options?: CallOptions): Promise<T | null>;
}

/** Many nodes: of a list of direct relations, of direct relations that lead here, or at the other end of edges. */
export interface ToMany<T> extends Relation<T>, AsyncIterable<T> {
  /** What was included; undefined: nothing was, so reading asks. */
  readonly loaded: readonly T[] | undefined;
  /** Those that also meet these conditions. */
  filter(conditions: Conditions<T>): this;
  /** Those of which this is true as well: `(b) => b.length.gt(60)`. */
  where(condition: Where<T>): this;
  /** In this order. Along direct relations and edges all targets are fetched before the first. */
  sort(...keys: SortKey<T>[]): this;
  /** So many at most. */
  limit(most: number): this;
  iterate(options?: StreamOptions): AsyncIterableIterator<T>;
  /** Page by page; a page may be empty. */
  pages(options?: StreamOptions): AsyncIterableIterator<readonly T[]>;
  toArray(options?: StreamOptions): Promise<T[]>;
  first(options?: CallOptions): Promise<T | undefined>;
  /** How many there are: counted by the server if the relation goes backwards, otherwise walked. */
  count(options?: CallOptions): Promise<number>;
}

/** An edge and the node at its other end. */
export interface Linked<T, E> {
  readonly edge: E;
  readonly node: T;
}

/** The one node at the other end of an edge. */
export interface EdgeToOne<T, E> extends ReverseToOne<T> {
  /** The edge and the node; null if there is none. */
  linked(options?: CallOptions): Promise<Linked<T, E> | null>;
}

/** Many nodes at the other end of edges. */
export interface EdgeToMany<T, E> extends ToMany<T> {
  /** Each edge with the node at its other end. */
  linked(options?: StreamOptions): AsyncIterableIterator<Linked<T, E>>;
  /**
   * The edges themselves, as a lazy query, those without properties too. One that lacks what its view requires comes without any.
   *
   * @throws UsageError - The relation was narrowed: narrow the query instead.
   */
  edges(): Query<E>;
}
