/** How many rows to ask for while the server answers 408 (too heavy a query) above some size that nobody knows. */

const MOST_PATIENCE = 8;
const PRICE = 4;

/**
 * Falls when a page was too heavy, and doubles again after a while.
 *
 * A fall is a half, and each further one before a larger page has come divides by twice as much: 1,000 is at 1 after four
 * refusals. Trying a larger page costs a request if it is too early. So each page that comes saves up a quarter of a refusal,
 * and a larger page is tried only when all the refusals on the way from there down to a single row are paid for. However the
 * server behaves, no more than four requests and a fifth of all are refused, and 1,000 is reached again within 20 pages.
 * Besides, patience doubles with each refusal, up to 8 pages: below a size that stays, one request in nine is refused.
 */
export class PageSize {
  readonly #largest: number;
  readonly #tell: (rows: number) => void;
  readonly #mostSaved: number;
  #current: number;
  #divisor = 2;
  #saved: number;
  #patience = 1;
  #good = 0;
  #enlarged = false;

  /**
   * @param largest - Rows to ask for when all is well.
   * @param tell - Called with the rows to ask for when they change.
   */
  constructor(largest: number, tell: (rows: number) => void) {
    this.#largest = this.#current = largest;
    this.#tell = tell;
    this.#saved = this.#mostSaved = PRICE * refusalsFrom(largest);
  }

  /** Rows to ask for now. */
  get current(): number {
    return this.#current;
  }

  /** A page of so many rows was too heavy; if it was asked for before the last fall, that says nothing new. */
  shrink(refused: number): void {
    if (refused > this.#current) return;
    this.#saved = Math.max(0, this.#saved - PRICE);
    this.#patience = Math.min(MOST_PATIENCE, this.#patience * 2);
    this.#good = 0;
    this.#enlarged = false;
    this.#change(Math.max(1, Math.floor(refused / this.#divisor)));
    this.#divisor *= 2;
  }

  /** A page of the current size came. */
  grow(): void {
    if (this.#enlarged) {
      this.#patience = 1;
      this.#enlarged = false;
    }
    this.#good += 1;
    this.#saved = Math.min(this.#mostSaved, this.#saved + 1);
    const larger = Math.min(this.#largest, this.#current * 2);
    if (larger > this.#current && this.#good >= this.#patience && this.#saved >= PRICE * refusalsFrom(larger)) {
      this.#good = 0;
      this.#enlarged = true;
      this.#divisor = 2;
      this.#change(larger);
    }
  }

  #change(rows: number): void {
    this.#current = rows;
    this.#tell(rows);
  }
}

/** How many pages can be refused in a row, from this size down to a single row. */
function refusalsFrom(rows: number): number {
  let refusals = 0;
  for (let left = rows, divisor = 2; left > 1; divisor *= 2) {
    left = Math.max(1, Math.floor(left / divisor));
    refusals += 1;
  }
  return refusals;
}
