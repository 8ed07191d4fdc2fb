/** Pages of objects that are told what their relations lead to, one page ahead of whoever reads. */

import type { CallOptions } from "../client/core.js";
import { Leavable } from "../client/leavable.js";
import type { Page } from "../schema/requests.js";
import { AbortScope } from "../transport/abort.js";

/** Where the pages come from, and how each is filled. */
export interface Filling<T, R> {
  readonly pages: AsyncIterableIterator<Page<T>, undefined>;
  /** Makes objects of a page and fills them. */
  readonly fill: (rows: readonly T[], options: CallOptions) => Promise<readonly R[]>;
  /** Whether to fill the next page while one is read. */
  readonly ahead: boolean;
}

type Result<R> = IteratorResult<Page<R>, undefined>;

/** Pages of objects that are filled. Leaving a loop over it aborts what is under way and waits until it has ended. */
export class FilledPages<T, R> extends Leavable<Page<R>> {
  readonly #filling: Filling<T, R>;
  readonly #scope: AbortScope;
  #next: Promise<Result<R>> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(filling: Filling<T, R>, { signal }: CallOptions) {
    super();
    this.#filling = filling;
    this.#scope = new AbortScope(signal);
  }

  async next(): Promise<Result<R>> {
    if (this.#failure) throw this.#failure.error;
    const result = await (this.#next ?? this.#step());
    this.#next = undefined;
    if (result.done) this.#scope.close();
    else if (this.#filling.ahead) {
      this.#next = this.#step();
      this.#next.catch(() => undefined); // it is told when the page is asked for
    }
    return result;
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#scope.abort(new DOMException("the loop was left", "AbortError"));
    await Promise.allSettled([this.#next]);
    this.#next = undefined;
    await this.#filling.pages.return?.();
    return { done: true, value: undefined };
  }

  async #step(): Promise<Result<R>> {
    try {
      const page = await this.#filling.pages.next();
      if (page.done) return page;
      const items = await this.#filling.fill(page.value.items, { signal: this.#scope.signal });
      return { done: false, value: { ...page.value, items } };
    } catch (error) {
      this.#failure = { error };
      this.#scope.close();
      await this.#filling.pages.return?.();
      throw error;
    }
  }
}
