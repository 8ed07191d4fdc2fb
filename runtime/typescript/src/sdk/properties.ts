/** The properties of a view as a table: where each stands in the API, and how it is read and written. */

import { UsageError } from "../errors.js";
import type { FilterValue, PropertyReference } from "../schema/filters.js";
import { viewKey } from "../schema/ids.js";
import { type Decode, decoder, encodeMilliseconds, encoder, parseSpec } from "./kinds.js";
import type { AnyView, Kind, PropertySpec } from "./view.js";

/** A property of a view, or of every node or edge. */
export interface Property {
  /** As it is called on the object. */
  readonly name: string;
  /** As it is called in the view. */
  readonly source: string;
  readonly reference: PropertyReference;
  readonly kind: Kind;
  readonly list: boolean;
  readonly nullable: boolean;
  readonly decode: Decode;
  readonly encode: (value: unknown) => FilterValue;
}

/** What a view has. */
export interface Table {
  /** The view's own, in the order of the model. */
  readonly own: readonly Property[];
  /** The same and those that every node or edge has, by name. */
  readonly all: ReadonlyMap<string, Property>;
}

const tables = new WeakMap<AnyView, Table>();

/** The properties of a view. */
export function tableOf(view: AnyView): Table {
  let table = tables.get(view);
  if (table === undefined) {
    const own = Object.entries(view.properties).map(([name, spec]) => ownProperty(view, name, spec));
    table = { own, all: new Map([...baseProperties(view.usedFor), ...own].map((one) => [one.name, one])) };
    tables.set(view, table);
  }
  return table;
}

/**
 * A property by its name on the object.
 *
 * @throws UsageError - There is none of that name.
 */
export function propertyOf(view: AnyView, name: string): Property {
  const found = tableOf(view).all.get(name);
  if (found !== undefined) return found;
  const names = [...tableOf(view).all.keys()].join(", ");
  throw new UsageError(`${view.id.externalId} has no property ${JSON.stringify(name)}; it has ${names}`);
}

function ownProperty(view: AnyView, name: string, spec: PropertySpec): Property {
  const [short, source] = typeof spec === "string" ? [spec, name] : spec;
  const parsed = parseSpec(short);
  return {
    name,
    source,
    reference: [view.id.space, viewKey(view.id), source],
    ...parsed,
    decode: decoder(parsed),
    encode: encoder(parsed.kind),
  };
}

const NODE_BASE: readonly (readonly [string, string, Kind])[] = [
  ["nodeType", "type", "node"],
  ["space", "space", "text"],
  ["externalId", "externalId", "text"],
  ["version", "version", "int64"],
  ["createdTime", "createdTime", "timestamp"],
  ["lastUpdatedTime", "lastUpdatedTime", "timestamp"],
];

const EDGE_BASE: readonly (readonly [string, string, Kind])[] = [
  ["edgeType", "type", "node"],
  ["startNode", "startNode", "node"],
  ["endNode", "endNode", "node"],
  ...NODE_BASE.slice(1),
];

function baseProperties(usedFor: "node" | "edge"): Property[] {
  return (usedFor === "node" ? NODE_BASE : EDGE_BASE).map(([name, source, kind]) => {
    const parsed = { kind, list: false, nullable: name === "nodeType" };
    return {
      name,
      source,
      reference: [usedFor, source],
      ...parsed,
      decode: decoder(parsed),
      // Moments of the server's own are compared as milliseconds.
      encode: kind === "timestamp" ? encodeMilliseconds : encoder(kind),
    };
  });
}
