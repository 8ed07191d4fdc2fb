/** What a client must know of views: the filters of those that have one of their own (contract §4.4). */

import type { Filter } from "../schema/filters.js";
import { type ViewId, viewKey } from "../schema/ids.js";
import { isArray, isObject, type JsonValue } from "../schema/json.js";
import { ShapeError } from "../transport/transport.js";
import type { CallOptions, Core } from "./core.js";

/** Views of the project. */
export class Views {
  readonly #core: Core;
  readonly #filters = new Map<string, Filter | undefined>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** The filter that says which instances belong to a view, if it has one; asked for once in the life of a client. */
  async filter({ space, externalId, version }: ViewId, { signal }: CallOptions = {}): Promise<Filter | undefined> {
    const key = `${space}:${viewKey({ space, externalId, version })}`;
    if (!this.#filters.has(key)) {
      const body = JSON.stringify({ items: [{ space, externalId, version }] });
      const call = { path: "/models/views/byids", operation: "read", body, read: firstFilter } as const;
      this.#filters.set(key, await this.#core.transport.call(call, signal));
    }
    return this.#filters.get(key);
  }
}

function firstFilter(json: JsonValue): Filter | undefined {
  const views = isObject(json) ? json.items : undefined;
  if (!isArray(views)) throw new ShapeError("items is no list");
  const [view] = views;
  const filter = isObject(view) ? view.filter : undefined;
  // Filters of views are filters as anybody may send them.
  return isObject(filter) ? (filter as unknown as Filter) : undefined;
}
