/** Following one relation again and again, as far as it goes. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import { UsageError } from "../errors.js";
import type { Filter } from "../schema/filters.js";
import { viewKey } from "../schema/ids.js";
import { type AnyBranch, chosen } from "./branch.js";
import type { Where } from "./conditions.js";
import { whereFilter } from "./filters.js";
import { fill, follow } from "./include.js";
import { batches, idOf, membersOf, MOST_IDS } from "./lookup.js";
import type { ViewObject } from "./objects.js";
import type { StreamOptions } from "./parts.js";
import type { Hop } from "./path.js";
import type { Query } from "./query.js";
import { Selection, unseen } from "./selection.js";
import type { AnyView } from "./view.js";

/** How far to go. */
export interface ReachOptions<T> {
  /** How often the relation is followed at most, 1 or more; absent: as long as something new is found. */
  readonly maxDistance?: number | undefined;
  /** From what meets this condition it is not followed any further. */
  readonly until?: Where<T> | undefined;
}

/** What lies at one distance, or a part of it. */
export interface Distance<T> {
  /** How often the relation was followed to get there. */
  readonly distance: number;
  readonly items: readonly T[];
}

/**
 * All that can be reached, the nearest first, each once; circles end by themselves. It is followed distance by distance, by the ids of
 * what was found: nothing is cut short, and memory holds the objects of one distance.
 */
export class Reach<T> extends Selection<T> {
  readonly #start: Query<T>;
  readonly #client: PygenClient;
  readonly #hop: AnyBranch;
  readonly #most: number;
  readonly #until: Filter | undefined;

  /** @throws UsageError - The relation leads to another view, or the distance is no number from 1 on. */
  constructor(start: Query<T>, client: PygenClient, view: AnyView, hop: Hop<T, T>, options: ReachOptions<T>) {
    super();
    const { maxDistance: most = Infinity, until } = options;
    this.#start = start;
    this.#client = client;
    this.#hop = againAndAgain(view, hop);
    if (!(most >= 1))
      throw new UsageError(`maxDistance is ${String(most)}: give 1 or more, or nothing for as far as it goes`);
    this.#most = most;
    this.#until = until && whereFilter(view, until);
  }

  override toString(): string {
    const often = this.#most === Infinity ? "as far as it goes" : `${String(this.#most)} times`;
    return `${String(this.#start)} → ${String(this.#hop)}, ${often}`;
  }

  override async *pages(options: StreamOptions = {}): AsyncGenerator<readonly T[], undefined> {
    for await (const { items } of this.distances(options)) yield items;
  }

  /** How far, and what is found there; in parts if it is much. */
  async *distances(options: StreamOptions = {}): AsyncGenerator<Distance<T>, undefined> {
    const journey = { client: this.#client, signal: options.signal };
    const seen = new Set<string>();
    // Objects of a view, of which T is the interface.
    let frontier = (await this.#start.toArray(options)) as readonly unknown[] as readonly ViewObject[];
    for (let distance = 1; frontier.length > 0 && distance <= this.#most; distance += 1) {
      const found: ViewObject[] = [];
      for (const some of batches(frontier, MOST_IDS)) {
        const leads = await follow(some, this.#hop, journey);
        const { narrowing, target } = this.#hop;
        const nodes = some.flatMap((one) =>
          narrowing.arrange(target, leads(one)).map(({ node }) => node as ViewObject),
        );
        const items = unseen(nodes, seen);
        if (items.length === 0) continue;
        await fill(items, this.#hop.branches, journey);
        found.push(...items);
        yield { distance, items: items as readonly unknown[] as readonly T[] };
      }
      frontier = await this.#open(found, options);
    }
  }

  /** Those that are to be followed further. */
  async #open(found: readonly ViewObject[], { signal }: CallOptions): Promise<readonly ViewObject[]> {
    if (this.#until === undefined || found.length === 0) return found;
    const ends = await membersOf(this.#client, this.#hop.target, found.map(idOf), this.#until, { signal });
    return found.filter((one) => ends(idOf(one)) === undefined);
  }
}

function againAndAgain<T>(view: AnyView, hop: Hop<T, T>): AnyBranch {
  const branch = chosen(view, hop);
  const { target, relation } = branch;
  if (target.id.space === view.id.space && viewKey(target.id) === viewKey(view.id)) return branch;
  throw new UsageError(
    `${view.id.externalId}.${relation} leads to ${target.id.externalId}, from where it cannot be followed again: use follow`,
  );
}
