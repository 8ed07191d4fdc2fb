/** From objects that were read to what writes them. */

import { UsageError } from "../errors.js";
import { ViewObject } from "./objects.js";
import { tableOf } from "./properties.js";
import type { EdgeResource, NodeResource } from "./resources.js";
import type { AnyView } from "./view.js";

/**
 * What writes an object as it was read, and is refused if the object was changed since. What was empty is left alone; only where the
 * model has a default it is told to be empty. Edges, and what points at the object, are not part of it.
 *
 * @throws UsageError - It was not read through a client.
 */
export function writeBack(view: AnyView, object: unknown): Record<string, unknown> {
  if (!(object instanceof ViewObject)) {
    throw new UsageError(
      `asWrite takes a ${view.id.externalId} that a client has read: copies are not known to be whole`,
    );
  }
  const read = object as ViewObject & (NodeResource | EdgeResource) & Readonly<Record<string, unknown>>;
  const { space, externalId, version } = read;
  const write: Record<string, unknown> = { space, externalId, existingVersion: version };
  for (const name of ["nodeType", "edgeType", "startNode", "endNode"]) keep(write, name, read[name]);
  const relations = relationsByIds(view);
  const { readOnly = [], defaulted = [] } = view;
  for (const { name } of tableOf(view).own) {
    if (readOnly.includes(name)) continue;
    const key = relations.get(name) ?? name;
    if (read[name] === null && defaulted.includes(name)) write[key] = null;
    keep(write, key, read[name]);
  }
  return write;
}

function keep(write: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== null && value !== undefined) write[name] = value;
}

/** Direct relations by the property that holds their ids: write objects name the relation. */
function relationsByIds({ relations = {} }: AnyView): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(relations).flatMap(([name, { via }]): [string, string][] =>
      via.via === "direct" ? [[via.property, name]] : [],
    ),
  );
}
