/** One listener for each abort signal, however many calls it is given to: platforms warn of more than ten as of a leak. */

const hubs = new WeakMap<AbortSignal, AbortHub>();

/** Run something when a signal is aborted, at once if it is; what is returned takes it back. */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  if (signal.aborted) {
    run();
    return () => undefined;
  }
  const hub = hubs.get(signal) ?? new AbortHub(signal);
  hubs.set(signal, hub);
  return hub.add(run);
}

class AbortHub {
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#pass, { once: true });
  }

  add(run: () => void): () => void {
    const one = (): void => {
      run(); // a function of its own, so that the same one can be added twice
    };
    this.#waiting.add(one);
    return () => {
      if (this.#waiting.delete(one) && this.#waiting.size === 0) this.#leave();
    };
  }

  readonly #pass = (): void => {
    hubs.delete(this.#signal);
    for (const run of this.#waiting) run();
  };

  #leave(): void {
    this.#signal.removeEventListener("abort", this.#pass);
    hubs.delete(this.#signal);
  }
}
