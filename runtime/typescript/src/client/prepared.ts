/** Items that are to be written or deleted, checked before anything is sent, and what became of each. */

import { UsageError } from "../errors.js";
import { encodeJson } from "../schema/encode.js";
import { instanceKey, type InstanceReference, type InstanceType } from "../schema/ids.js";
import type { ItemFailure } from "./results.js";
import type { ItemOutcome, Sending } from "./sending.js";

/** An item, its key and its JSON, made once. */
export interface Prepared<T> {
  readonly item: T;
  readonly key: string;
  readonly json: string;
}

/** What became of each item, by its key, and how many went together in the end. */
export interface Sent<R> {
  readonly outcomes: Map<string, ItemOutcome<R>>;
  batchSize: number;
}

/** An item, and what became of it. */
export type Settled<T, R> = readonly [item: T, outcome: ItemOutcome<R> | undefined];

/**
 * Items with their keys and JSON.
 *
 * @throws UsageError - An item is given twice, or holds something that has no JSON form.
 */
export function prepared<T extends InstanceReference>(items: readonly T[]): Prepared<T>[] {
  const seen = new Set<string>();
  return items.map((item) => {
    const key = instanceKey(item);
    const name = `${item.instanceType} ${item.space}:${item.externalId}`;
    if (seen.has(key)) throw new UsageError(`${name} is given more than once; only one of them could win`);
    seen.add(key);
    return { item, key, json: encodeJson(item, name) };
  });
}

/** Those of one type. */
export function ofType<T extends InstanceReference>(given: readonly Prepared<T>[], type: InstanceType): Prepared<T>[] {
  return given.filter(({ item }) => item.instanceType === type);
}

/** Send some items, and note what became of them. */
export async function sendAll<T, R>(
  items: readonly Prepared<T>[],
  sending: Sending<Prepared<T>, R>,
  sent: Sent<R>,
): Promise<void> {
  const outcomes = await sending.run();
  for (const [index, { key }] of items.entries()) {
    const outcome = outcomes[index];
    if (outcome) sent.outcomes.set(key, outcome);
  }
  sent.batchSize = Math.min(sent.batchSize, sending.size.current);
}

/** The items that failed, and those of which it is not known. */
export function failuresIn<T, R>(
  settled: readonly Settled<T, R>[],
): { failed: ItemFailure<T>[]; unknown: ItemFailure<T>[] } {
  const failed: ItemFailure<T>[] = [];
  const unknown: ItemFailure<T>[] = [];
  for (const [item, one] of settled) {
    if (one?.type === "refused") failed.push({ item, error: one.error, together: one.together });
    if (one?.type === "lost") unknown.push({ item, error: one.error, together: 1 });
  }
  return { failed, unknown };
}

/** The body of a request about these. */
export function bodyOf(batch: readonly Prepared<unknown>[], more = ""): string {
  return `{"items":[${batch.map((one) => one.json).join(",")}]${more}}`;
}
