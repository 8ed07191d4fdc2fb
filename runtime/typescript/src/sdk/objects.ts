/** The objects of an SDK: made from rows of answers, with relations that know how to ask. */

import type { PygenClient } from "../client/client.js";
import { InvalidResponseError } from "../errors.js";
import { viewKey } from "../schema/ids.js";
import type { RawInstance, RawValues } from "../schema/instances.js";
import type { Found } from "./narrowing.js";
import { type Property, tableOf } from "./properties.js";
import { Siblings } from "./siblings.js";
import type { AnyView, RelationSpec } from "./view.js";

/** What an object needs to follow its relations: the client, and the objects that came with it. */
export type Context = Siblings<ViewObject>;

/** Makes what stands on an object for a relation. */
export type RelationMaker = (owner: ViewObject, name: string, spec: RelationSpec) => unknown;

let setContext: (owner: ViewObject, context: Context) => void;

/** What knows the client of an object; undefined for what is no object of an SDK. */
export let contextOf: (owner: object) => Context | undefined;
/** What was included of a relation: undefined if nothing was. */
export let includedOf: (owner: ViewObject, relation: string) => readonly Found[] | undefined;
/** Keep what was included of a relation with the object. */
export let setIncluded: (owner: ViewObject, relation: string, found: readonly Found[]) => void;
/** Whether something was fetched ahead for the object, handed out since or not. */
export let isAhead: (owner: ViewObject, key: string) => boolean;
/** Keep what was fetched ahead until it is taken. */
export let setAhead: (owner: ViewObject, key: string, found: readonly Found[]) => void;
/** Hand out what was fetched ahead: once. */
export let takeAhead: (owner: ViewObject, key: string) => readonly Found[] | undefined;

/**
 * What every object derives from. The properties of its view are its own fields; relations stand on the prototype and are
 * neither copied nor printed, and neither is the client.
 */
export class ViewObject {
  #context: Context | undefined;
  #included: Map<string, readonly Found[]> | undefined;
  #ahead: Map<string, readonly Found[] | undefined> | undefined;

  static {
    setContext = (owner, context) => {
      owner.#context = context;
    };
    contextOf = (owner) => (#context in owner ? owner.#context : undefined);
    includedOf = (owner, relation) => owner.#included?.get(relation);
    setIncluded = (owner, relation, found) => {
      (owner.#included ??= new Map()).set(relation, found);
    };
    isAhead = (owner, key) => owner.#ahead?.has(key) ?? false;
    setAhead = (owner, key, found) => {
      (owner.#ahead ??= new Map()).set(key, found);
    };
    takeAhead = (owner, key) => {
      const found = owner.#ahead?.get(key);
      if (found !== undefined) owner.#ahead?.set(key, undefined);
      return found;
    };
  }

  toString(): string {
    const { space, externalId } = this as unknown as RawInstance;
    return `${this.constructor.name}(${space}:${externalId})`;
  }

  /** Plain data: integers of 64 bits as texts of digits, moments as ISO texts. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries(Object.entries(this).map(([name, value]) => [name, withoutBigInts(value)]));
  }
}

type ObjectClass = new () => ViewObject & Record<string, unknown>;

/** Reads rows of one view. */
export interface Reader {
  /** All rows of a page, whose objects know one another from then on. */
  (rows: readonly RawInstance[], client: PygenClient): ViewObject[];
}

const classes = new WeakMap<AnyView, ObjectClass>();

/**
 * What makes objects of a view out of rows.
 *
 * @param view - The view.
 * @param relate - Makes relations; given here because relations build on queries, which build on objects.
 * @param only - The properties that were asked for; absent: all.
 */
export function readerOf(view: AnyView, relate: RelationMaker, only?: readonly string[]): Reader {
  const type = classOf(view, relate);
  const wanted = tableOf(view).own.filter((one) => only === undefined || only.includes(one.name));
  const edge = view.usedFor === "edge";
  const leadsOn = only === undefined && Object.keys(view.relations ?? {}).length > 0;
  return (rows, client) => {
    const context: Context = new Siblings(client);
    const objects = rows.map((row) => {
      const made = new type();
      setContext(made, context);
      readBase(made, row, edge);
      readProperties(made, row, view, wanted);
      return made;
    });
    if (leadsOn && objects.length > 1) context.hold(objects);
    return objects;
  };
}

function readBase(made: Record<string, unknown>, row: RawInstance, edge: boolean): void {
  made.space = row.space;
  made.externalId = row.externalId;
  made.version = row.version;
  made.createdTime = new Date(row.createdTime);
  made.lastUpdatedTime = new Date(row.lastUpdatedTime);
  if (row.instanceType === "edge") {
    made.edgeType = row.type;
    made.startNode = row.startNode;
    made.endNode = row.endNode;
  } else {
    made.nodeType = row.type ?? null;
  }
  if (edge !== (row.instanceType === "edge")) {
    throw new InvalidResponseError(`the server sent the ${row.instanceType} ${named(row)} where others were asked for`);
  }
}

function readProperties(
  made: Record<string, unknown>,
  row: RawInstance,
  view: AnyView,
  wanted: readonly Property[],
): void {
  const values: RawValues = row.properties?.[view.id.space]?.[viewKey(view.id)] ?? {};
  for (const property of wanted) {
    const value = values[property.source] ?? null;
    if (value === null) {
      if (!property.nullable) throw misfit(view, property, row, "has no value");
      made[property.name] = null;
      continue;
    }
    const read = property.decode(value);
    if (read === undefined) throw misfit(view, property, row, "does not have the type that the model says");
    made[property.name] = read;
  }
}

function misfit(view: AnyView, property: Property, row: RawInstance, what: string): InvalidResponseError {
  return new InvalidResponseError(
    `${viewKey(view.id)} ${named(row)}: ${property.source} ${what}; if the model was changed, generate the SDK again`,
  );
}

function named(row: RawInstance): string {
  return JSON.stringify(`${row.space}:${row.externalId}`);
}

/** The class of the objects of a view: the relations are getters of its prototype. */
function classOf(view: AnyView, relate: RelationMaker): ObjectClass {
  let type = classes.get(view);
  if (type === undefined) {
    type = class extends ViewObject {} as ObjectClass;
    Object.defineProperty(type, "name", { value: view.id.externalId });
    for (const [name, spec] of Object.entries(view.relations ?? {})) {
      Object.defineProperty(type.prototype, name, {
        get(this: ViewObject) {
          return relate(this, name, spec);
        },
      });
    }
    classes.set(view, type);
  }
  return type;
}

function withoutBigInts(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return Array.isArray(value) ? value.map(withoutBigInts) : value;
}
