/** From page to page by their cursors: nothing twice, nothing left out, no more asked for than wanted. */

import { ApiError, CursorExpiredError, PygenError, RepeatedCursorError, ServerTimeoutError } from "../errors.js";
import type { Page } from "../schema/requests.js";
import { PageSize } from "./page-size.js";

/**
 * Fetches the page at a cursor (undefined: the first) with at most so many rows.
 *
 * A page that is too heavy rejects with a `ServerTimeoutError`, and is asked for again with fewer rows.
 */
export type FetchPage<T> = (cursor: string | undefined, size: number, signal: AbortSignal) => Promise<Page<T>>;

/** Walks from page to page. */
export class PageWalk<T> {
  readonly #fetch: FetchPage<T>;
  readonly #limit: number;
  readonly #size: PageSize;
  readonly #seen = new Set<string>();
  #cursor: string | undefined;
  #rows = 0;
  #done: boolean;

  /**
   * @param limit - Rows to end after.
   * @param pageSize - Rows to ask for at once.
   * @param tell - Called with the rows to ask for when they change, because the server finds pages too heavy or no longer does.
   */
  constructor(fetch: FetchPage<T>, limit: number, pageSize: number, tell: (rows: number) => void) {
    this.#fetch = fetch;
    this.#limit = limit;
    this.#size = new PageSize(pageSize, tell);
    this.#done = limit === 0;
  }

  /** Whether the last page has been given. */
  get finished(): boolean {
    return this.#done;
  }

  /** Rows that are asked for at once now. */
  get size(): number {
    return this.#size.current;
  }

  /**
   * The next page, perhaps an empty one; `finished` says afterwards whether it was the last.
   *
   * @throws StreamError - Going on would lose or repeat rows.
   */
  async step(signal: AbortSignal): Promise<Page<T>> {
    const page = await this.#page(signal);
    const items = page.items.slice(0, this.#limit - this.#rows);
    this.#rows += items.length;
    this.#cursor = page.nextCursor ?? undefined;
    this.#done = this.#cursor === undefined || this.#rows >= this.#limit;
    if (this.#done || this.#cursor === undefined) return { items };
    if (this.#seen.has(this.#cursor)) {
      throw new RepeatedCursorError(
        "the server sent a cursor again that it had sent before, and rows would repeat: start the stream again, and report it if it stays so",
      );
    }
    this.#seen.add(this.#cursor);
    return { items, nextCursor: this.#cursor };
  }

  /** The page at the cursor; one that is too heavy is asked for again with fewer rows, a single row just once again. */
  async #page(signal: AbortSignal): Promise<Page<T>> {
    for (let single = 0; ;) {
      const size = Math.min(this.#size.current, this.#limit - this.#rows);
      try {
        const page = await this.#fetch(this.#cursor, size, signal);
        this.#size.grow();
        return page;
      } catch (error) {
        if (!(error instanceof ServerTimeoutError)) throw this.#told(error);
        single += Number(size === 1);
        if (single > 1)
          throw withNote(error, "The page had been reduced to a single row: simplify the filter or the sort order.");
        this.#size.shrink(size);
      }
    }
  }

  #told(error: unknown): unknown {
    if (!isExpiredCursor(error)) return error;
    return new CursorExpiredError(
      `the server no longer knows where this stream was, after ${String(this.#rows)} rows; start it again (${error.message})`,
      error,
      { cause: error },
    );
  }
}

/** Whether the server no longer knows a cursor; this text is its only sign. */
export function isExpiredCursor(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 400 && error.detail.toLowerCase().includes("cursor has expired");
}

/** The same error, with a sentence at its end. */
export function withNote<E extends PygenError>(error: E, note: string): E {
  error.message += `. ${note}`;
  return error;
}
