/** Objects that came together, so that what one of them leads to can be fetched for all of them. */

import type { PygenClient } from "../client/client.js";
import { untilAborted } from "../transport/abort.js";

/** Who asks for what a relation of the objects leads to, one after the other. */
export class Turn {
  /** For how many of the objects it is asked at once; undefined: nothing is known yet. */
  most: number | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** Do some work when the work that came before has ended, however it did. */
  async take<R>(work: () => Promise<R>, signal: AbortSignal | undefined): Promise<R> {
    const before = this.#last;
    let done = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    this.#last = before.then(() => mine);
    try {
      await (signal === undefined ? before : untilAborted(before, signal));
      return await work();
    } finally {
      done();
    }
  }
}

/**
 * The client that fetched some objects together, and those of the objects that are still there. Each of the objects holds
 * this; it holds them weakly, so that to keep one is not to keep its page.
 */
export class Siblings<T extends object> {
  readonly client: PygenClient;
  readonly #turns = new Map<string, Turn>();
  #objects: readonly WeakRef<T>[] = [];

  constructor(client: PygenClient) {
    this.client = client;
  }

  /** These are the objects. */
  hold(objects: readonly T[]): void {
    this.#objects = objects.map((one) => new WeakRef(one));
  }

  /** Whether there are others than one alone. */
  get areSeveral(): boolean {
    return this.#objects.length > 1;
  }

  /** Who asks for a way to follow a relation; undefined for a new one when there are so many already. */
  turn(way: string, most: number): Turn | undefined {
    let turn = this.#turns.get(way);
    if (turn === undefined && this.#turns.size < most) {
      turn = new Turn();
      this.#turns.set(way, turn);
    }
    return turn;
  }

  /** The object, those that came behind it, then those that came before it. */
  *beside(one: T): Generator<T, undefined> {
    const objects = this.#objects;
    const place = Math.max(
      0,
      objects.findIndex((other) => other.deref() === one),
    );
    for (const other of [...objects.slice(place), ...objects.slice(0, place)]) {
      const found = other.deref();
      if (found !== undefined) yield found;
    }
  }
}
