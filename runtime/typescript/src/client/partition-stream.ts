/** Several streams of pages read as one: those of the partitions of a scan. */

import type { RawInstance } from "../schema/instances.js";
import type { ListRequest, Page } from "../schema/requests.js";
import { AbortScope } from "../transport/abort.js";
import type { Clock } from "../transport/clock.js";
import { checkPageSize } from "../transport/settings.js";
import { Bell } from "./bell.js";
import type { Core } from "./core.js";
import { Leavable } from "./leavable.js";
import type { PageStream } from "./page-stream.js";
import { conditions, keyOf, type PartitionsOptions, withConditions } from "./partition.js";
import { Cuts } from "./partition-cuts.js";
import { Probes } from "./partition-probes.js";
import { pages } from "./reads.js";

/**
 * The pages of all partitions, in the order in which they come. For one reader at a time, and one time.
 *
 * Nothing is asked before the first page is wanted. Leaving a loop over it in any way aborts what is under way and waits until
 * it has ended. Empty pages are not handed out.
 */
export class PartitionStream<T> extends Leavable<Page<T>> {
  readonly #open: (scope: AbortScope) => Promise<readonly PageStream<T>[]>;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #bell = new Bell();
  /** Pages that have come, each with the partition that it came from. */
  readonly #ready: { readonly part: PageStream<T>; readonly items: readonly T[] }[] = [];
  #parts: readonly PageStream<T>[] = [];
  #opening: Promise<void> | undefined;
  #scope: AbortScope | undefined;
  /** Partitions whose next page is on its way, and what opens them. */
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  /**
   * @param open - Finds the partitions; called when the first page is wanted.
   */
  constructor(
    open: (scope: AbortScope) => Promise<readonly PageStream<T>[]>,
    clock: Clock,
    signal: AbortSignal | undefined,
  ) {
    super();
    this.#open = open;
    this.#clock = clock;
    this.#signal = signal;
  }

  /**
   * The next page of any partition.
   *
   * @throws StreamError - Going on would lose or repeat rows.
   * @throws PygenError - A page could not be fetched; each further call throws the same, for the end of what came would be no end.
   * @throws The reason of the signal, when it is aborted.
   */
  async next(): Promise<IteratorResult<Page<T>, undefined>> {
    this.#opening ??= this.#begin();
    for (;;) {
      if (this.#closed) return { done: true, value: undefined };
      this.#signal?.throwIfAborted();
      const found = this.#ready.shift();
      if (found) {
        // A reader may work on its page for long without ever awaiting: a request that is not out by then gains nothing.
        if (this.#fetchFrom(found.part)) await this.#clock.turn();
        return { done: false, value: { items: found.items } };
      }
      if (this.#failure) {
        await this.#end();
        throw this.#failure.error;
      }
      if (this.#underWay === 0) return { done: true, value: undefined };
      await this.#bell.wait();
    }
  }

  /** Stop fetching: ends the loop, and what is under way. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#closed = true;
    this.#ready.length = 0;
    await this.#end();
    return { done: true, value: undefined };
  }

  /** Find the partitions, and ask for the first page of each. Never rejects, nor does what asks for further pages. */
  async #begin(): Promise<void> {
    const scope = (this.#scope = new AbortScope(this.#signal));
    await this.#watched(async () => {
      this.#parts = await this.#open(scope);
      for (const part of this.#parts) this.#fetchFrom(part);
    });
    scope.close();
  }

  /** Ask for the next page of a partition, unless all has ended; whether that happened. */
  #fetchFrom(part: PageStream<T>): boolean {
    if (this.#closed || this.#failure) return false;
    void this.#watched(async () => {
      const page = await part.next();
      if (!page.done) this.#ready.push({ part, items: page.value.items });
    });
    return true;
  }

  async #watched(work: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    try {
      await work();
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#underWay -= 1;
      this.#bell.ring();
    }
  }

  async #end(): Promise<void> {
    this.#scope?.abort(new DOMException("the loop was left", "AbortError"));
    await this.#opening;
    await Promise.all(this.#parts.map((part) => part.return()));
  }
}

/**
 * The stream of a scan in partitions.
 *
 * @throws UsageError - It cannot be read so.
 */
export function inPartitions(
  core: Core,
  request: ListRequest,
  options: PartitionsOptions,
): PartitionStream<RawInstance> {
  const key = keyOf(request, options);
  const { count, prefetch = 1, pageSize = core.settings.pageSize, signal } = options;
  checkPageSize(pageSize);
  const open = async (scope: AbortScope): Promise<PageStream<RawInstance>[]> => {
    const cuts = await new Cuts(new Probes(core, request, key, scope), key, count, pageSize).find();
    // A page that waits here has been fetched ahead by the stream that reads them as one.
    const each = { prefetch: prefetch - 1, pageSize, signal };
    return conditions(key, cuts).map((one) => pages(core, withConditions(request, one), each));
  };
  return new PartitionStream(open, core.settings.clock, signal);
}
