/** Many items, sent in as many requests as the API's limits ask for. */

import { PygenError } from "../errors.js";
import { AbortScope } from "../transport/abort.js";

/** Items that one instance request may hold. */
export const MOST_ITEMS = 1000;

/**
 * Send items in batches and put the answers together in the order of the items.
 *
 * @param items - What to send; nothing is sent if there are none.
 * @param parallel - Batches under way at once.
 * @param send - Sends one batch.
 * @throws PygenError - What the first failing batch threw; its message says which items these were. No further batch is
 * started, and those under way are aborted.
 */
export async function inBatches<T, R>(
  items: readonly T[],
  parallel: number,
  signal: AbortSignal | undefined,
  send: (batch: readonly T[], signal: AbortSignal | undefined) => Promise<readonly R[]>,
): Promise<R[]> {
  if (items.length <= MOST_ITEMS) return items.length > 0 ? [...(await send(items, signal))] : [];
  const scope = new AbortScope(signal);
  const answers: (readonly R[])[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let start = next; start < items.length; start = next) {
      next = start + MOST_ITEMS;
      try {
        answers[start / MOST_ITEMS] = await send(items.slice(start, next), scope.signal);
      } catch (error) {
        if (!scope.signal.aborted) scope.abort(located(error, start, items.length));
        throw scope.signal.reason;
      }
    }
  };
  try {
    const workers = Array.from({ length: Math.min(parallel, Math.ceil(items.length / MOST_ITEMS)) }, work);
    const ended = await Promise.allSettled(workers);
    if (ended.some((one) => one.status === "rejected")) throw scope.signal.reason;
  } finally {
    scope.close();
  }
  return answers.flat();
}

/** The same error, with the range of items in its message. */
function located(error: unknown, start: number, total: number): unknown {
  if (error instanceof PygenError) {
    const end = Math.min(start + MOST_ITEMS, total);
    error.message = `items ${String(start + 1)} to ${String(end)} of ${String(total)} failed: ${error.message}`;
  }
  return error;
}
