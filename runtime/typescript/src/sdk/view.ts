/**
 * Views at run time: what a generated SDK says of each, apart from its types.
 *
 * The functions say of themselves that they change nothing, so that bundlers leave out views that are not used.
 */

import type { NodeId, SourceReference, ViewId } from "../schema/ids.js";
import type { Direction } from "../schema/queries.js";

/** What a property holds. `int64Text` and `timestampText` are kept as the texts that they are sent as. */
export type Kind =
  | "text"
  | "boolean"
  | "int32"
  | "int64"
  | "int64Text"
  | "float32"
  | "float64"
  | "timestamp"
  | "timestampText"
  | "date"
  | "json"
  | "node";

/** A kind; with `[]` a list of it, with `?` it may be without a value. */
export type Spec = Kind | `${Kind}?` | `${Kind}[]` | `${Kind}[]?`;

/** What a property holds, and its id in the view where that is another name. */
export type PropertySpec = Spec | readonly [spec: Spec, source: string];

/** A direct relation, or a list of them: the property of the object that has the ids. */
export interface Direct {
  readonly via: "direct";
  readonly property: string;
}

/** Direct relations that lead here: the property, in a view or container. */
export interface Reverse {
  readonly via: "reverse";
  readonly source: SourceReference;
  readonly property: string;
  readonly throughList: boolean;
}

/** Edges of one type, in one direction. */
export interface Edges {
  readonly via: "edges";
  readonly type: NodeId;
  readonly direction: Direction;
}

/** How a relation gets to its nodes. */
export type Via = Direct | Reverse | Edges;

/** A relation of a view. */
export interface RelationSpec {
  readonly via: Via;
  readonly many: boolean;
  /** The view of the nodes that it leads to; a function, because views lead to one another. */
  readonly target: () => AnyView;
  /** The view of the edges' own properties. */
  readonly edge?: () => AnyView;
}

/** A view, as a generated SDK describes it. */
export interface ViewDefinition {
  readonly id: ViewId;
  readonly usedFor: "node" | "edge";
  /** The type that nodes get that say none, because the view's filter asks for it. */
  readonly nodeType?: NodeId;
  /** The type that edges get that say none and stand in no relation, because all relations with such edges have this one. */
  readonly edgeType?: NodeId;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  /** Properties that the service alone writes. */
  readonly readOnly?: readonly string[];
  /** Properties that may be empty, and get a value of the model's when they are created without one. */
  readonly defaulted?: readonly string[];
  readonly relations?: Readonly<Record<string, RelationSpec>>;
}

declare const types: unique symbol;

/** A view whose objects are `T`, and are written as `W`; `never` where they cannot be written. */
export interface View<T, W = never> extends ViewDefinition {
  /** There is nothing here when the program runs. */
  readonly [types]?: { readonly read: T; readonly write: W };
}

/** Any view. */
export type AnyView = View<unknown, unknown>;

/**
 * Describe a view. Generated code calls this.
 *
 * @param definition - What the view is.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineView<T, W = never>(definition: ViewDefinition): View<T, W> {
  return definition;
}

/** Through a direct relation of the object; `property` is where the object has the ids. */
/* @__NO_SIDE_EFFECTS__ */
export function direct(property: string): Direct {
  return { via: "direct", property };
}

/** Through the direct relations of other nodes that lead to the object. */
/* @__NO_SIDE_EFFECTS__ */
export function reverse(source: SourceReference, property: string, options: { throughList?: boolean } = {}): Reverse {
  return { via: "reverse", source, property, throughList: options.throughList ?? false };
}

/** Through edges. */
/* @__NO_SIDE_EFFECTS__ */
export function edges(type: NodeId, direction: Direction): Edges {
  return { via: "edges", type, direction };
}

/** A relation to one node at most. */
/* @__NO_SIDE_EFFECTS__ */
export function toOne(target: () => AnyView, via: Via, edge?: () => AnyView): RelationSpec {
  return edge === undefined ? { via, many: false, target } : { via, many: false, target, edge };
}

/** A relation to any number of nodes. */
/* @__NO_SIDE_EFFECTS__ */
export function toMany(target: () => AnyView, via: Via, edge?: () => AnyView): RelationSpec {
  return edge === undefined ? { via, many: true, target } : { via, many: true, target, edge };
}
