/** Nodes and edges as they go over the wire (contract §6); nothing here knows a model. */

import type { InstanceType, NodeId, SourceReference } from "./ids.js";
import type { JsonValue } from "./json.js";

/** Space → `View/version` → property → value. Integers beyond 2^53 are tagged texts: see `int64Of` and `plain`. */
export type RawProperties = Readonly<Record<string, Readonly<Record<string, RawValues>>>>;

/** Property → value, of one view. What has no value is absent. */
export type RawValues = Readonly<Record<string, JsonValue>>;

interface RawResource {
  readonly space: string;
  readonly externalId: string;
  readonly version: number;
  /** Milliseconds since 1970, UTC. */
  readonly createdTime: number;
  /** Milliseconds since 1970, UTC. */
  readonly lastUpdatedTime: number;
  /** Milliseconds since 1970, UTC; only in change feeds, of what was deleted. */
  readonly deletedTime?: number | null;
  readonly properties?: RawProperties | null;
}

/** A node as it is answered. */
export interface RawNode extends RawResource {
  readonly instanceType: "node";
  readonly type?: NodeId | null;
}

/** An edge as it is answered. */
export interface RawEdge extends RawResource {
  readonly instanceType: "edge";
  readonly type: NodeId;
  readonly startNode: NodeId;
  readonly endNode: NodeId;
}

/** A node or an edge as it is answered. */
export type RawInstance = RawNode | RawEdge;

/**
 * A value that can be written: JSON, a `bigint` for int64 beyond 2^53, a `Date` for a timestamp, or anything with a
 * `toJSON()` that gives one of these. `undefined` in an object is left out.
 */
export type WritableValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Date
  | readonly WritableValue[]
  | { readonly [key: string]: WritableValue }
  | { toJSON(): unknown };

/** Property values written through one view or container; null clears a value, what is absent stays (contract §6.3). */
export interface SourceWrite {
  readonly source: SourceReference;
  readonly properties: Readonly<Record<string, WritableValue>>;
}

/** A node as it is sent. */
export interface RawNodeWrite {
  readonly instanceType: "node";
  readonly space: string;
  readonly externalId: string;
  /** Absent: left as it is. Null: cleared. */
  readonly type?: NodeId | null;
  readonly sources?: readonly SourceWrite[];
  /** Refused if it was changed since; 0: refused if it exists. */
  readonly existingVersion?: number;
}

/** An edge as it is sent. */
export interface RawEdgeWrite {
  readonly instanceType: "edge";
  readonly space: string;
  readonly externalId: string;
  readonly type: NodeId;
  readonly startNode: NodeId;
  readonly endNode: NodeId;
  readonly sources?: readonly SourceWrite[];
  readonly existingVersion?: number;
}

/** What an upsert takes. */
export type RawInstanceWrite = RawNodeWrite | RawEdgeWrite;

/** What an upsert did to one item. */
export interface InstanceResult {
  readonly instanceType: InstanceType;
  readonly space: string;
  readonly externalId: string;
  readonly version: number;
  readonly wasModified: boolean;
  readonly createdTime: number;
  readonly lastUpdatedTime: number;
}
