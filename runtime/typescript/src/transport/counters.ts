/** What a client has done so far, in numbers. */

import type { AttemptEvent } from "./events.js";

/** A client's numbers at one moment; those of a client and its `withOptions` views are the same. */
export interface Counters {
  /** Attempts that were sent. */
  readonly requests: number;
  /** Attempts after the first of their call. */
  readonly retries: number;
  /** Attempts without a whole, readable answer. */
  readonly failures: number;
  /** Attempts that were answered with a status other than 2xx. */
  readonly refusals: number;
  /** Those of them with 429. */
  readonly rateLimited: number;
  /** Those of them with 408: too heavy a query. */
  readonly timedOut: number;
  /** Rows asked for, or items sent, at once by whoever last changed that because of a 408; 0 if nobody had to. */
  readonly lastSize: number;
  /** Waits before a retry. */
  readonly waits: number;
  /** Milliseconds in them. */
  readonly waited: number;
  /** Milliseconds that attempts waited for a token and for a place among the requests of their kind. */
  readonly queued: number;
  /** Bytes of bodies sent, compressed where they were. */
  readonly bytesSent: number;
  /** Bytes of bodies received, unpacked. */
  readonly bytesReceived: number;
  /** Requests that are being sent or answered now. */
  readonly underWay: number;
}

/** Counts events. */
export class Meter {
  readonly #numbers: { -readonly [Name in keyof Counters]: number } = {
    requests: 0,
    retries: 0,
    failures: 0,
    refusals: 0,
    rateLimited: 0,
    timedOut: 0,
    lastSize: 0,
    waits: 0,
    waited: 0,
    queued: 0,
    bytesSent: 0,
    bytesReceived: 0,
    underWay: 0,
  };

  /** The numbers as they are now. */
  snapshot(): Counters {
    return { ...this.#numbers };
  }

  /** Take an event into account. */
  count(event: AttemptEvent): void {
    const numbers = this.#numbers;
    if (event.type === "started") {
      numbers.requests += 1;
      numbers.retries += Number(event.attempt.number > 1);
      numbers.bytesSent += event.sent;
      numbers.underWay += 1;
    } else if (event.type === "ended") {
      numbers.failures += Number(event.error !== undefined);
      numbers.refusals += Number(event.error === undefined && !(event.status >= 200 && event.status < 300));
      numbers.rateLimited += Number(event.status === 429);
      numbers.timedOut += Number(event.status === 408);
      numbers.queued += event.queued;
      numbers.bytesReceived += event.received;
      numbers.underWay -= 1;
    } else {
      numbers.waits += Number(event.wait > 0);
      numbers.waited += event.wait;
    }
  }

  /** A stream or a write asks for, or sends, so many items at once from now on. */
  resized(items: number): void {
    this.#numbers.lastSize = items;
  }
}
