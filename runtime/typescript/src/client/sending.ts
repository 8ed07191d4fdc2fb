/**
 * Sending many items in batches, so that at the end it is known of each item what became of it.
 *
 * The API takes or refuses a batch as a whole (contract §6.3). So a refused batch is split until the items at fault stand
 * alone; a batch that is too heavy is split as well, and further batches are smaller for a while. Splitting keeps the order:
 * the first half goes before the second, and both before anything that comes later.
 */

import {
  ApiError,
  AuthenticationError,
  ConflictError,
  InvalidResponseError,
  ServerTimeoutError,
  TransportError,
  type PygenError,
} from "../errors.js";
import { MOST_ITEMS } from "./batches.js";
import { PageSize } from "./page-size.js";
import { withNote } from "./walk.js";

const ABOUT_ITEMS = new Set([400, 403, 404, 409, 422]);
/** An item that breaks the server; 502 to 504 say nothing about the items, and were tried again already. */
const SPLIT_TOO = 500;
const TOO_LARGE = 413;
/** Refusals in a row after which a batch is no longer split: then it is not some items that are at fault. */
const MOST_REFUSALS = 200;
/** So many are allowed to each further batch all the same; if most of its items are good, one of the first parts is taken. */
const FRESH_REFUSALS = 8;

/**
 * The server took an item and said this about it; or refused it; or it is not known, and why. `afterLoss`: an earlier try got
 * lost that may have been acted on, so this may be the echo of its work.
 */
export type ItemOutcome<R> =
  | { readonly type: "answered"; readonly value: R; readonly afterLoss: boolean }
  | { readonly type: "refused"; readonly error: PygenError; readonly together: number }
  | { readonly type: "lost"; readonly error: PygenError };

/** What a walk over items needs. */
export interface SendingOptions<T, R> {
  /**
   * Sends a batch; answers in the order of its items, with undefined where the server did not mention one. `lost` is to be
   * called for each try that the server may have acted on without saying so.
   */
  readonly send: (batch: readonly T[], lost: () => void) => Promise<readonly (R | undefined)[]>;
  /** Batches under way at once. */
  readonly parallel: number;
  /** Whether a refused batch is split. */
  readonly split: boolean;
  /** Finds out which items of a refused batch an earlier try has written whose answer never came; undefined: it has not. */
  readonly recover?: (batch: readonly T[], error: PygenError) => Promise<readonly (ItemOutcome<R> | undefined)[]>;
  /** Called with the items to send at once when that changes. */
  readonly tell: (items: number) => void;
}

type Batch = readonly number[];

/** One walk over items, from the first to the last. */
export class Sending<T, R> {
  readonly size: PageSize;
  readonly #items: readonly T[];
  readonly #options: SendingOptions<T, R>;
  readonly #outcomes: ItemOutcome<R>[] = [];
  #next = 0;
  #again: Batch[] = [];
  /** Sent, and perhaps written by a try that got lost. */
  readonly #doubtful = new Set<number>();
  /** Of these, what has not been read back since. */
  readonly #unread = new Set<number>();
  /** Too heavy, although the batch cannot be smaller. */
  readonly #alone = new Set<number>();
  #refusals = 0;
  #end: PygenError | undefined;
  #broken = false;

  constructor(items: readonly T[], options: SendingOptions<T, R>) {
    this.size = new PageSize(MOST_ITEMS, options.tell);
    this.#items = items;
    this.#options = options;
  }

  /**
   * Send everything; the outcome of each item, in the order of the items.
   *
   * @throws What `send` threw, unless it is an error of the API or on the way to it.
   */
  async run(): Promise<readonly ItemOutcome<R>[]> {
    const workers = Math.min(this.#options.parallel, Math.ceil(this.#items.length / MOST_ITEMS));
    const ended = await Promise.allSettled(Array.from({ length: workers }, () => this.#work()));
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    return this.#outcomes;
  }

  async #work(): Promise<void> {
    for (let batch = this.#take(); batch.length > 0 && !this.#broken; batch = this.#take()) {
      if (this.#end) this.#giveUp(batch, this.#end);
      else await this.#sendOne(batch);
    }
  }

  async #sendOne(batch: Batch): Promise<void> {
    const lost = (): void => {
      for (const index of batch) {
        this.#doubtful.add(index);
        this.#unread.add(index);
      }
    };
    try {
      this.#took(batch, await this.#options.send(this.#of(batch), lost));
    } catch (error) {
      if (error instanceof ApiError || error instanceof TransportError) {
        await this.#failed(batch, error);
      } else {
        this.#broken = true;
        throw error;
      }
    }
  }

  #of(batch: Batch): T[] {
    return batch.flatMap((index) => this.#items.slice(index, index + 1));
  }

  #take(): Batch {
    const again = this.#again.shift();
    if (again) return again;
    this.#refusals = Math.min(this.#refusals, MOST_REFUSALS - FRESH_REFUSALS);
    const start = this.#next;
    this.#next = Math.min(start + this.size.current, this.#items.length);
    return Array.from({ length: this.#next - start }, (_, index) => start + index);
  }

  #took(batch: Batch, answers: readonly (R | undefined)[]): void {
    this.#refusals = 0;
    if (batch.length >= this.size.current) this.size.grow();
    for (const [place, index] of batch.entries()) {
      const value = answers[place];
      this.#outcomes[index] =
        value === undefined
          ? { type: "lost", error: untold() }
          : { type: "answered", value, afterLoss: this.#doubtful.has(index) };
    }
  }

  async #failed(batch: Batch, error: ApiError | TransportError): Promise<void> {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 408 || status === TOO_LARGE) {
      this.#tooHeavy(batch, error);
    } else if (ABOUT_ITEMS.has(status)) {
      if (!(await this.#recovered(batch, error))) {
        this.#refused(batch, { type: "refused", error, together: batch.length });
      }
    } else if (status === SPLIT_TOO) {
      this.#refused(batch, { type: "lost", error });
    } else {
      if (error instanceof AuthenticationError) this.#end = error;
      this.#giveUp(batch, error);
    }
  }

  #tooHeavy(batch: Batch, error: PygenError): void {
    const timedOut = error instanceof ServerTimeoutError;
    if (batch.length > 1 && this.#options.split) {
      this.size.shrink(batch.length);
      this.#divide(batch, Math.min(this.size.current, Math.floor(batch.length / 2)));
    } else if (timedOut && !batch.some((index) => this.#alone.has(index))) {
      for (const index of batch) this.#alone.add(index);
      this.#again.unshift(batch);
    } else {
      if (batch.length === 1) withNote(error, "The batch had been reduced to this single item.");
      this.#settle(batch, timedOut ? { type: "lost", error } : { type: "refused", error, together: batch.length });
    }
  }

  #refused(batch: Batch, outcome: ItemOutcome<R>): void {
    this.#refusals += 1;
    if (batch.length > 1 && this.#options.split && this.#refusals <= MOST_REFUSALS) {
      this.#divide(batch, Math.ceil(batch.length / 2));
    } else {
      this.#settle(batch, outcome);
    }
  }

  /** Whether a version conflict turned out to be the echo of an earlier try, for some items at least. */
  async #recovered(batch: Batch, error: ApiError | TransportError): Promise<boolean> {
    const { recover } = this.#options;
    if (!recover || !(error instanceof ConflictError) || !batch.some((index) => this.#unread.has(index))) return false;
    const found = await recover(this.#of(batch), error);
    const left: number[] = [];
    for (const [place, index] of batch.entries()) {
      const outcome = found[place];
      this.#unread.delete(index);
      if (outcome) this.#outcomes[index] = outcome;
      else left.push(index);
    }
    if (left.length > 0 && left.length < batch.length) this.#again.unshift(left);
    return left.length < batch.length;
  }

  /** Send it again in parts of this size, before anything else. */
  #divide(batch: Batch, size: number): void {
    const parts: Batch[] = [];
    for (let start = 0; start < batch.length; start += size) parts.push(batch.slice(start, start + size));
    this.#again.unshift(...parts);
  }

  /** These are not sent again, and were not taken before, unless they are in doubt. */
  #giveUp(batch: Batch, error: PygenError): void {
    for (const index of batch) {
      this.#outcomes[index] = this.#doubtful.has(index)
        ? { type: "lost", error }
        : { type: "refused", error, together: batch.length };
    }
  }

  #settle(batch: Batch, outcome: ItemOutcome<R>): void {
    for (const index of batch) this.#outcomes[index] = outcome;
  }
}

function untold(): InvalidResponseError {
  return new InvalidResponseError(
    "POST /models/instances was answered, but the answer does not say what became of this item: see what is stored, or send it again",
    { method: "POST", path: "/models/instances", status: 200 },
  );
}
