/** Streams of pages: the page is the unit, fetched and read whole, one ahead of whoever reads. */

import { AbortScope } from "../transport/abort.js";
import { UsageError } from "../errors.js";
import type { Page } from "../schema/requests.js";
import type { Clock } from "../transport/clock.js";
import { Bell } from "./bell.js";
import { Leavable } from "./leavable.js";
import type { PageWalk } from "./walk.js";

/** How to read a stream of pages. */
export interface PagesOptions {
  /** Rows to end after; absent for all. */
  readonly limit?: number | undefined;
  /** Pages that may wait, or be on their way, while the reader works on one. Default 1; with 0 each is fetched when it is asked for. */
  readonly prefetch?: number | undefined;
  /** Rows to ask for at once; by default that of the client. */
  readonly pageSize?: number | undefined;
  /** Ends the stream: what is under way is aborted, and the reader is told the reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The pages of one walk, fetched ahead. For one reader at a time, and one time.
 *
 * Nothing is asked before the first page is wanted. Leaving a loop over it in any way (`break`, `return`, `throw`) aborts what
 * is under way and waits until it has ended, so that nothing stays behind. Empty pages are not handed out.
 */
export class PageStream<T> extends Leavable<Page<T>> {
  readonly #walk: PageWalk<T>;
  readonly #clock: Clock;
  readonly #ahead: number;
  readonly #scope: AbortController = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #pages: Page<T>[] = [];
  /** Rings when a page has come, or fetching has ended. */
  readonly #bell = new Bell();
  #fetching: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  constructor(walk: PageWalk<T>, clock: Clock, options: Pick<PagesOptions, "prefetch" | "signal">) {
    super();
    const { prefetch = 1, signal } = options;
    if (!Number.isInteger(prefetch) || prefetch < 0) {
      throw new UsageError(`prefetch must be a whole number of pages, 0 or more, not ${String(prefetch)}`);
    }
    this.#walk = walk;
    this.#clock = clock;
    this.#ahead = prefetch;
    this.#signal = signal;
  }

  /** Rows that are asked for at once now: fewer than were wanted while the server finds pages too heavy (408). */
  get pageSize(): number {
    return this.#walk.size;
  }

  /**
   * The next page that is not empty.
   *
   * @throws StreamError - Going on would lose or repeat rows.
   * @throws PygenError - A page could not be fetched; each further call throws the same, for the end of what came would be no end.
   * @throws The reason of the signal, when it is aborted.
   */
  async next(): Promise<IteratorResult<Page<T>, undefined>> {
    for (;;) {
      if (this.#closed) return { done: true, value: undefined };
      this.#signal?.throwIfAborted();
      const page = this.#pages.shift();
      if (page) {
        // A reader may work on its page for long without ever awaiting: a request that is not out by then gains nothing.
        if (this.#fetchTo(this.#ahead)) await this.#clock.turn();
        return { done: false, value: page };
      }
      if (this.#failure) throw this.#failure.error;
      if (this.#walk.finished && !this.#fetching) return { done: true, value: undefined };
      this.#fetchTo(Math.max(1, this.#ahead));
      await this.#bell.wait();
    }
  }

  /** Stop fetching: ends the loop, and what is under way. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#closed = true;
    this.#pages.length = 0;
    this.#scope.abort();
    await this.#fetching;
    return { done: true, value: undefined };
  }

  /** Fetch until so many pages wait; whether that began just now. */
  #fetchTo(pages: number): boolean {
    if (this.#fetching || this.#walk.finished || this.#failure || this.#pages.length >= pages) return false;
    this.#fetching = this.#fetch(pages);
    return true;
  }

  /** Never rejects: what goes wrong is told to the reader, after the pages that came before. */
  async #fetch(pages: number): Promise<void> {
    const scope = new AbortScope(this.#signal, this.#scope.signal);
    try {
      while (!this.#walk.finished && this.#pages.length < pages) {
        const page = await this.#walk.step(scope.signal);
        if (page.items.length > 0) this.#pages.push(page);
        this.#bell.ring();
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      scope.close();
      this.#fetching = undefined;
      this.#bell.ring();
    }
  }
}
