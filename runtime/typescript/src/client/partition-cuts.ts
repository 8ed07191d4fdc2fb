/**
 * Where to cut a scan so that its partitions are about even: found with a few cheap requests.
 *
 * Values are spaced evenly between the least and the greatest one, and the server counts how many instances lie below each.
 * Where a cut is still far off, the same is done again with what lies between the two nearest of these. Counts come from an
 * index that may lag, and the API counts only what has a view: all that suffers is how even the partitions are.
 */

import type { FilterValue } from "../schema/filters.js";
import type { PartitionKey } from "./partition.js";
import type { Ends, Probes } from "./partition-probes.js";
import { valuesBetween } from "./partition-values.js";

/** A cut is good when it is off by less than this part of a partition. */
const EVEN = 8;
/** Questions for each partition. */
const MOST_PROBES = 10;
/** Values to count below at once. */
const FEWEST = 3;

/** A value, and how many instances have at most that. */
interface Mark {
  /** Undefined: an end of the scan. */
  readonly value: FilterValue | undefined;
  readonly below: number;
}

/** Finds where to cut one scan. */
export class Cuts {
  readonly #probes: Probes;
  readonly #key: PartitionKey;
  readonly #most: number;
  readonly #pageSize: number;
  #budget = 0;
  #slack = 0;

  /**
   * @param probes - Asks the server.
   * @param most - Partitions at most.
   * @param pageSize - Instances in a page; there is no more than one partition for each page.
   */
  constructor(probes: Probes, key: PartitionKey, most: number, pageSize: number) {
    this.#probes = probes;
    this.#key = key;
    this.#most = most;
    this.#pageSize = pageSize;
  }

  /** The values to cut at, in order; none where one partition is enough. */
  async find(): Promise<readonly FilterValue[]> {
    if (this.#most === 1) return [];
    const [ends, total] = (await this.#probes.together<Ends | number | undefined>([
      () => this.#probes.ends(),
      () => this.#probes.count(),
    ])) as [Ends | undefined, number | undefined];
    const parts = total === undefined ? this.#most : Math.min(this.#most, Math.ceil(total / this.#pageSize));
    if (parts <= 1 || !ends || isOneValue(ends)) return [];
    if (total === undefined) return this.#between(ends, parts - 1);
    this.#budget = Math.min(MOST_PROBES * parts, Math.floor(total / this.#pageSize / 2));
    this.#slack = total / (parts * EVEN);
    const targets = Array.from({ length: parts - 1 }, (_, index) => (total * (index + 1)) / parts);
    const found = await this.#near(targets, { value: undefined, below: 0 }, { value: undefined, below: total }, ends);
    return found.length > 0 ? found : this.#between(ends, parts - 1);
  }

  /**
   * Values that about so many instances lie below, in order; none if nothing could be found out.
   *
   * @param targets - How many instances.
   * @param low - What the values lie above.
   * @param high - What they lie below.
   * @param ends - The least and the greatest value between the two, if they are known.
   */
  async #near(targets: readonly number[], low: Mark, high: Mark, ends?: Ends): Promise<FilterValue[]> {
    const marks = targets.length === 0 ? [] : await this.#marks(Math.max(targets.length, FEWEST), low, high, ends);
    const gaps = [...marks, high].map((upper, index) => {
      const lower = marks[index - 1] ?? low;
      return { lower, upper, far: targets.filter((one) => this.#isFar(one, lower, upper)) };
    });
    if (marks.length === 0) return [];
    const nearer = await this.#probes.together(
      gaps.map(
        ({ far, lower, upper }) =>
          () =>
            this.#near(far, lower, upper),
      ),
    );
    const better = new Set(gaps.flatMap(({ far }, index) => (nearer[index]?.length ? far : [])));
    const chosen = new Set(targets.filter((one) => !better.has(one)).map((one) => nearest(marks, one)));
    return nearer.flatMap((found, index) => {
      const mark = marks[index - 1];
      return mark?.value !== undefined && chosen.has(mark) ? [mark.value, ...found] : found;
    });
  }

  /** Values between two others that have instances on either side, in the order of the server. */
  async #marks(number: number, low: Mark, high: Mark, known?: Ends): Promise<Mark[]> {
    this.#budget -= known ? number : number + 2;
    if (this.#budget < 0) return [];
    const ends = known ?? (await this.#probes.ends(low.value, high.value));
    if (!ends || isOneValue(ends)) return [];
    const values = this.#between(ends, number);
    const counts = await this.#probes.together(values.map((value) => () => this.#probes.count(value)));
    const byCount = new Map(values.map((value, index) => [counts[index], value]));
    return [...byCount]
      .flatMap(([below, value]) =>
        below !== undefined && low.below < below && below < high.below ? { below, value } : [],
      )
      .sort((one, other) => one.below - other.below);
  }

  #isFar(target: number, low: Mark, high: Mark): boolean {
    return low.below + this.#slack < target && target < high.below - this.#slack;
  }

  #between([least, greatest]: Ends, number: number): FilterValue[] {
    return valuesBetween(this.#key, least, greatest, number);
  }
}

function nearest(marks: readonly Mark[], target: number): Mark | undefined {
  const off = (mark: Mark): number => Math.abs(mark.below - target);
  return marks.reduce<Mark | undefined>((best, one) => (best && off(best) <= off(one) ? best : one), undefined);
}

function isOneValue([least, greatest]: Ends): boolean {
  return least === greatest;
}
