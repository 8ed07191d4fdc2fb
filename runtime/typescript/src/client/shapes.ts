/** Answers as the contract gives them. Only what is relied upon is checked, so that newer servers may say more. */

import type { InstanceReference } from "../schema/ids.js";
import type { InstanceResult, RawInstance } from "../schema/instances.js";
import { isArray, isObject, type JsonObject, type JsonValue } from "../schema/json.js";
import type { QueryReply } from "../schema/queries.js";
import type { AggregateItem, Page } from "../schema/requests.js";
import { ShapeError } from "../transport/transport.js";

/** A page of instances. */
export function instancePage(json: JsonValue): Page {
  const page = object(json, "the answer");
  const { nextCursor } = page;
  if (nextCursor !== undefined && nextCursor !== null && typeof nextCursor !== "string") {
    throw new ShapeError("its nextCursor is no text");
  }
  const items = instances(page.items, "items");
  return typeof nextCursor === "string" ? { items, nextCursor } : { items };
}

/** Result sets of a query or sync. */
export function resultSets(json: JsonValue): QueryReply {
  const reply = object(json, "the answer");
  const sets = Object.entries(object(reply.items, "items"));
  const cursors =
    reply.nextCursor === undefined || reply.nextCursor === null ? {} : object(reply.nextCursor, "nextCursor");
  for (const [name, cursor] of Object.entries(cursors)) {
    if (cursor !== null && typeof cursor !== "string") throw new ShapeError(`nextCursor.${name} is no text`);
  }
  return {
    items: Object.fromEntries(sets.map(([name, rows]) => [name, instances(rows, `items.${name}`)])),
    nextCursor: cursors as QueryReply["nextCursor"],
  };
}

/** Figures of groups. */
export function aggregateItems(json: JsonValue): readonly AggregateItem[] {
  return objects(object(json, "the answer").items, "items") as readonly unknown[] as readonly AggregateItem[];
}

/** What an upsert did to each item. */
export function instanceResults(json: JsonValue): readonly InstanceResult[] {
  const items = instances(object(json, "the answer").items, "items");
  for (const [index, item] of items.entries()) {
    if (!("wasModified" in item)) throw new ShapeError(`items[${String(index)}] has no wasModified`);
  }
  return items as readonly unknown[] as readonly InstanceResult[];
}

/** Ids of instances. */
export function instanceReferences(json: JsonValue): readonly InstanceReference[] {
  return identified(object(json, "the answer").items, "items") as readonly unknown[] as readonly InstanceReference[];
}

function instances(value: JsonValue | undefined, where: string): readonly RawInstance[] {
  const rows = identified(value, where);
  for (const [index, row] of rows.entries()) {
    if (typeof row.version !== "number") throw new ShapeError(`${where}[${String(index)}] has no version`);
  }
  return rows as readonly unknown[] as readonly RawInstance[];
}

/** Objects that say which instance they are about. */
function identified(value: JsonValue | undefined, where: string): readonly JsonObject[] {
  const rows = objects(value, where);
  for (const [index, { instanceType, space, externalId }] of rows.entries()) {
    if (
      (instanceType !== "node" && instanceType !== "edge") ||
      typeof space !== "string" ||
      typeof externalId !== "string"
    ) {
      throw new ShapeError(`${where}[${String(index)}] is no instance`);
    }
  }
  return rows;
}

function objects(value: JsonValue | undefined, where: string): readonly JsonObject[] {
  if (!isArray(value)) throw new ShapeError(`${where} is no list`);
  for (const [index, one] of value.entries()) object(one, `${where}[${String(index)}]`);
  return value as readonly JsonObject[];
}

function object(value: JsonValue | undefined, where: string): JsonObject {
  if (!isObject(value)) throw new ShapeError(`${where} is no object`);
  return value;
}
