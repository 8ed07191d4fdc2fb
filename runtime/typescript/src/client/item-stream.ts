/** Rows one by one, out of a stream of pages. */

import type { Page } from "../schema/requests.js";
import { Leavable } from "./leavable.js";

/** Where pages come from: a `PageStream`, or what is built on one. */
export type Pages<T> = AsyncIterator<Page<T>, undefined>;

/**
 * The rows of a stream of pages, one by one; leaving the loop leaves the stream of pages.
 *
 * Written by hand instead of as an async generator, which costs three times as much for each row.
 */
export class ItemStream<T, R = T> extends Leavable<R> {
  readonly #pages: Pages<T>;
  readonly #decode: (rows: readonly T[]) => readonly R[];
  #rows: readonly R[] = [];
  #next = 0;

  /**
   * @param pages - The pages.
   * @param decode - Makes of the rows of a page what is to be handed out.
   */
  constructor(pages: Pages<T>, decode: (rows: readonly T[]) => readonly R[]) {
    super();
    this.#pages = pages;
    this.#decode = decode;
  }

  next(): Promise<IteratorResult<R, undefined>> {
    if (this.#next < this.#rows.length) {
      // Within bounds: checked just now. `undefined` may be a row of its own.
      return Promise.resolve({ done: false, value: this.#rows[this.#next++] as R });
    }
    return this.#turn();
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#rows = [];
    await this.#pages.return?.();
    return { done: true, value: undefined };
  }

  /** All rows that are left, in memory. */
  async toArray(): Promise<R[]> {
    const found = this.#rows.slice(this.#next);
    this.#rows = [];
    try {
      for (let page = await this.#pages.next(); !page.done; page = await this.#pages.next()) {
        for (const row of this.#decode(page.value.items)) found.push(row);
      }
    } finally {
      await this.#pages.return?.();
    }
    return found;
  }

  async #turn(): Promise<IteratorResult<R, undefined>> {
    for (;;) {
      this.#rows = []; // a page that has been read is not kept while the next one comes
      const page = await this.#pages.next();
      if (page.done) return page;
      this.#rows = await this.#decoded(page.value.items);
      this.#next = 0;
      if (this.#rows.length > 0) return { done: false, value: this.#rows[this.#next++] as R };
    }
  }

  /** A loop does not leave an iterator that throws: so what is under way is ended here. */
  async #decoded(rows: readonly T[]): Promise<readonly R[]> {
    try {
      return this.#decode(rows);
    } catch (error) {
      await this.#pages.return?.();
      throw error;
    }
  }
}
