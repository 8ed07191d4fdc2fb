/** What every object of an SDK has, whatever its view. Types only: the objects are made by `objects.ts`. */

import type { EdgeId, NodeId } from "../schema/ids.js";

interface Resource {
  readonly space: string;
  readonly externalId: string;
  /** Grows with every change of the instance. */
  readonly version: number;
  readonly createdTime: Date;
  readonly lastUpdatedTime: Date;
}

/** A node, seen through a view. */
export interface NodeResource extends Resource {
  /** The node that says of which type this one is, if any. */
  readonly nodeType: NodeId | null;
}

/** An edge, seen through a view, or bare. */
export interface EdgeResource extends Resource {
  /** The node that says of which type this edge is. */
  readonly edgeType: NodeId;
  readonly startNode: NodeId;
  readonly endNode: NodeId;
}

/** A node or an edge. */
export type AnyResource = NodeResource | EdgeResource;

/** What every write object of a node has. */
export interface NodeWrite {
  readonly externalId: string;
  /** Absent: the default space of the client. */
  readonly space?: string;
  /** Absent: the one that the view asks for, if any; otherwise left as it is. Null: cleared. */
  readonly nodeType?: NodeId | null;
  /** Refused if the node was changed since this version; 0: refused if it exists. */
  readonly existingVersion?: number;
  /** An object that was read is no write object: `asWrite` of its view's API makes one of it. */
  readonly createdTime?: never;
}

/** What every write object of an edge has. Start and end may be left out where the relation that it stands in knows them. */
export interface EdgeWrite {
  /** Absent: made from the ends. */
  readonly externalId?: string;
  /** Absent: that of the start. */
  readonly space?: string;
  /** May be left out where the edge stands in a relation, or the view has edges of one type only. */
  readonly edgeType?: NodeId;
  readonly startNode?: NodeId | NodeWrite;
  readonly endNode?: NodeId | NodeWrite;
  readonly existingVersion?: number;
  /** An object that was read is no write object: `asWrite` of its view's API makes one of it. */
  readonly createdTime?: never;
}

/** One of the values that the model knew when the SDK was generated, or a newer one. */
export type OpenEnum<Known extends string> = Known | (string & NonNullable<unknown>);

/** Marks the texts that have a meaning of their own; there is nothing there when the program runs. */
export declare const meaning: unique symbol;

/** A text that is known to be of a certain kind; any string may be given where one is wanted. */
type Meaning<Kind extends string> = string & { readonly [meaning]?: Kind };

/** A calendar day, `2026-11-23`. */
export type CalendarDate = Meaning<"date">;

/** A moment, `2026-11-23T12:00:00.000Z`, in SDKs that keep timestamps as texts. */
export type IsoTimestamp = Meaning<"timestamp">;

/** An integer of 64 bits in decimal digits, in SDKs that keep such numbers as texts. */
export type IntegerText = Meaning<"integer">;

/** An id as calls take it: whole, or the external id in the client's default space. */
export type Reference = NodeId | EdgeId | string;
