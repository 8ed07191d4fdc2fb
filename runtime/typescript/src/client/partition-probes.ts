/** What a scan asks before it is cut into partitions: the least and the greatest value of the key, and counts. */

import { ServerTimeoutError } from "../errors.js";
import type { Filter, FilterValue } from "../schema/filters.js";
import type { RawInstance } from "../schema/instances.js";
import { type JsonValue, numberOf } from "../schema/json.js";
import type { AggregateItem, ListRequest } from "../schema/requests.js";
import type { AbortScope } from "../transport/abort.js";
import type { Core } from "./core.js";
import { isNullable, type PartitionKey, withConditions } from "./partition.js";
import { aggregate, pages } from "./reads.js";
import { withNote } from "./walk.js";

/** The least and the greatest value there is. */
export type Ends = readonly [least: JsonValue, greatest: JsonValue];

/** Asks about the instances of one scan. */
export class Probes {
  readonly #core: Core;
  readonly #request: ListRequest;
  readonly #key: PartitionKey;
  readonly #scope: AbortScope;

  /**
   * @param request - What is scanned. Values come in the units that filters mean.
   * @param scope - Ends what is under way; aborted with the first failure.
   */
  constructor(core: Core, { sources, ...request }: ListRequest, key: PartitionKey, scope: AbortScope) {
    this.#core = core;
    this.#request = { ...request, ...(sources && { sources: sources.map(({ source }) => ({ source })) }) };
    this.#key = key;
    this.#scope = scope;
  }

  /** The least and the greatest value, of those above one and at most another, where they are given; undefined if there is none. */
  async ends(above?: FilterValue, upto?: FilterValue): Promise<Ends | undefined> {
    const { property } = this.#key;
    const request = withConditions(
      this.#request,
      above === undefined ? undefined : { range: { property, gt: above } },
      upto === undefined ? undefined : { range: { property, lte: upto } },
    );
    const [least, greatest] = await this.together([
      () => this.#end(request, "ascending"),
      () => this.#end(request, "descending"),
    ]);
    return least === undefined || greatest === undefined ? undefined : [least, greatest];
  }

  /** How many instances have at most this value, or any; undefined if the API cannot count them. */
  async count(upto?: FilterValue): Promise<number | undefined> {
    const view = this.#request.sources?.[0]?.source;
    if (!view) return undefined;
    const { property } = this.#key;
    const counted: Filter = upto === undefined ? { exists: { property } } : { range: { property, lte: upto } };
    const { instanceType, filter } = withConditions(this.#request, counted);
    const request = { view, instanceType, aggregates: [{ count: {} }], ...(filter && { filter }) };
    try {
      return countOf(await aggregate(this.#core, request, { signal: this.#scope.signal }));
    } catch (error) {
      if (error instanceof ServerTimeoutError) return undefined; // the partitions will be less even
      throw error;
    }
  }

  /**
   * What some questions are answered; they go side by side, as far as the client's limits let them.
   *
   * @throws What the first that failed threw, when the others have ended.
   */
  async together<T>(asks: readonly (() => Promise<T>)[]): Promise<T[]> {
    const asking = asks.map((ask) => ask());
    for (const one of asking) {
      one.catch((error: unknown) => {
        this.#scope.abort(error);
      });
    }
    await Promise.allSettled(asking);
    this.#scope.signal.throwIfAborted();
    return Promise.all(asking);
  }

  async #end(request: ListRequest, direction: "ascending" | "descending"): Promise<JsonValue | undefined> {
    const { property } = this.#key;
    const sort = [{ property, direction, ...(isNullable(this.#key) && { nullsFirst: false }) }];
    const one = pages(this.#core, { ...request, sort }, { limit: 1, prefetch: 0, signal: this.#scope.signal });
    try {
      const page = await one.next();
      return valueIn(page.value?.items[0], property) ?? undefined;
    } catch (error) {
      if (!(error instanceof ServerTimeoutError)) throw error;
      throw withNote(
        error,
        `The least and the greatest ${property.join(".")} are needed to find partitions: make them by a property with an index, or read with one cursor.`,
      );
    }
  }
}

function countOf([all]: readonly AggregateItem[]): number {
  return numberOf(all?.aggregates?.[0]?.value) ?? 0;
}

function valueIn(row: RawInstance | undefined, property: readonly string[]): JsonValue | undefined {
  const [space = "", view = "", name] = property;
  if (name !== undefined) return row?.properties?.[space]?.[view]?.[name];
  // What every instance has stands on the instance itself.
  return (row as Readonly<Record<string, JsonValue>> | undefined)?.[view];
}
