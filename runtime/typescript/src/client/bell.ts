/** Waking who waits for something to have happened. */
export class Bell {
  #waiting: (() => void)[] = [];

  /** Until it rings the next time. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Wake all who wait. */
  ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
