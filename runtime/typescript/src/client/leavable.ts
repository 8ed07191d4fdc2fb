/** What every stream of ours has in common. */

/** An iterator that a loop can leave in any way, after which nothing of it is under way. */
export abstract class Leavable<T> implements AsyncIterableIterator<T, undefined> {
  abstract next(): Promise<IteratorResult<T, undefined>>;

  /** Stop: ends the loop, and what is under way. */
  abstract return(): Promise<IteratorReturnResult<undefined>>;

  /** The same as `return`, and throws what is given. */
  async throw(error: unknown): Promise<IteratorResult<T, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
