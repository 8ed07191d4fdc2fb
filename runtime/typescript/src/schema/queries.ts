/**
 * Graph queries and change feeds: what `/query` and `/sync` ask and answer (contract §6.6, §6.7).
 *
 * The shapes are those of the API, key by key. Where the API's own default cuts a result short or depends on who asks
 * (limits, directions, distances), these types make you say it.
 */

import type { Filter } from "./filters.js";
import type { SourceReference, ViewReference } from "./ids.js";
import type { RawInstance, WritableValue } from "./instances.js";
import type { Sort, TargetUnit } from "./requests.js";

/** Rows that one result set of a query may hold. */
export const MOST_QUERIED = 10_000;

/** Rows that one result set of a sync may hold. */
export const MOST_SYNCED = 2_000;

/** Along a relation, or against it. */
export type Direction = "outwards" | "inwards";

/** A direct relation to follow: the property, in a view or container. */
export interface Through {
  readonly source: SourceReference;
  readonly identifier: string;
}

/** Nodes: all that meet a filter, or those that another result set leads to. */
export interface Nodes {
  /** The result set to start from; absent: all nodes. */
  readonly from?: string;
  /** Which end of the edges in `from` is meant, seen in the direction in which those were followed. */
  readonly chainTo?: "destination" | "source";
  /** The direct relation to follow, when `from` is a set of nodes; say `direction` with it. */
  readonly through?: Through;
  /** The API's own default is inwards. A list of direct relations cannot be followed inwards. */
  readonly direction?: Direction;
  readonly filter?: Filter;
}

/** Edges: all that meet a filter, or those that are reached from another result set, breadth first. */
export interface Edges {
  readonly from?: string;
  readonly chainTo?: "destination" | "source";
  readonly direction?: Direction;
  /** How many edges far to go; absent: for as long as edges are found. */
  readonly maxDistance?: number;
  readonly filter?: Filter;
  /** On the node that an edge leads to; without it the edge does not count. */
  readonly nodeFilter?: Filter;
  /** On the node that an edge leads to; with it the edge is not followed any further. */
  readonly terminationFilter?: Filter;
  /** Edges from each node at most, 1 to 2,000; only with `from` and a `maxDistance` of 1, and not for sync. */
  readonly limitEach?: number;
}

/** A result set of nodes; `limit` is 1 to 10,000, and 100 for the API if it is not said. */
export interface NodeSet {
  readonly nodes: Nodes;
  readonly sort?: readonly Sort[];
  readonly limit: number;
}

/** A result set of edges. */
export interface EdgeSet {
  readonly edges: Edges;
  readonly sort?: readonly Sort[];
  readonly postSort?: readonly Sort[];
  readonly limit: number;
}

type Members = readonly (string | SetOperation)[];

interface SetParts {
  readonly except?: readonly string[];
  readonly limit: number;
}

/** A result set made of others; not for sync. */
export type SetOperation =
  | (SetParts & { readonly union: Members })
  | (SetParts & { readonly unionAll: Members })
  | (SetParts & { readonly intersection: Members });

/** What a query may be asked to work out. */
export type ResultSet = NodeSet | EdgeSet | SetOperation;

/** Properties of one view that are wanted; `"*"` stands for all. */
export interface SelectSource {
  readonly source: ViewReference;
  readonly properties: readonly string[];
  readonly targetUnits?: readonly TargetUnit[];
}

/** What is wanted of one result set. Instances without data in the views still come. */
export interface Select {
  readonly sources?: readonly SelectSource[];
}

/** Body of `POST /models/instances/query`. */
export interface QueryRequest {
  readonly with: Readonly<Record<string, ResultSet>>;
  readonly select: Readonly<Record<string, Select>>;
  readonly cursors?: Readonly<Record<string, string | null>>;
  readonly parameters?: Readonly<Record<string, WritableValue>>;
}

/** How a feed begins: what exists, then changes; the same in two phases; or changes from now on. */
export type SyncMode = "onePhase" | "twoPhase" | "noBackfill";

interface FeedParts {
  /** 1 to 2,000; less than 100 is discouraged. */
  readonly limit: number;
  readonly mode: SyncMode;
  /** With `twoPhase` only. */
  readonly backfillSort?: readonly Sort[];
  readonly skipAlreadyDeleted?: boolean;
}

/** A result set of nodes that is followed. */
export interface NodeFeed extends FeedParts {
  readonly nodes: Nodes;
}

/** A result set of edges that is followed. */
export interface EdgeFeed extends FeedParts {
  readonly edges: Edges;
}

/** Body of `POST /models/instances/sync`. */
export interface SyncRequest {
  readonly with: Readonly<Record<string, NodeFeed | EdgeFeed>>;
  readonly select: Readonly<Record<string, Select>>;
  readonly cursors?: Readonly<Record<string, string | null>>;
  readonly parameters?: Readonly<Record<string, WritableValue>>;
  readonly allowExpiredCursorsAndAcceptMissedDeletes?: boolean;
}

/** Answer of a query: of each selected result set its rows, and a cursor if there may be more. */
export interface QueryReply {
  readonly items: Readonly<Record<string, readonly RawInstance[]>>;
  readonly nextCursor: Readonly<Record<string, string | null>>;
}

/** Answer of a sync: rows with a `deletedTime` were deleted; there is always a cursor. */
export type SyncReply = QueryReply;
