/** What became of each item of a call that writes or deletes. */

import { WriteError, type PygenError } from "../errors.js";
import type { DeleteReference, InstanceReference } from "../schema/ids.js";
import type { InstanceResult, RawInstanceWrite } from "../schema/instances.js";

/** An item that was not written or deleted, or of which that is not known. */
export interface ItemFailure<T> {
  /** The item, as it was given. */
  readonly item: T;
  /** Why. */
  readonly error: PygenError;
  /**
   * How many items the refused request held. More than 1 means that splitting was not wanted, or was given up because
   * request after request was refused: the item itself need not be at fault.
   */
  readonly together: number;
}

/** Every item of an upsert is in exactly one of these lists, each in the order of the items. */
export interface UpsertResult {
  /**
   * Created or changed. If the answer was lost on the way, an item with an `existingVersion` is read back, and taken for
   * written by this call if it is stored in a later version as it was to be.
   */
  readonly written: readonly InstanceResult[];
  /** Stored as they were to be before this call already. */
  readonly unchanged: readonly InstanceResult[];
  /**
   * Stored as they were to be. A try got lost, and the next found nothing to change: whether the lost one changed them cannot
   * be known, because the API does not tell. Empty unless a try got lost.
   */
  readonly writtenOrUnchanged: readonly InstanceResult[];
  /** Left alone because of their version, which `skipOnVersionConflict` asked for. */
  readonly skipped: readonly RawInstanceWrite[];
  /** Refused by the server, or never sent. */
  readonly failed: readonly ItemFailure<RawInstanceWrite>[];
  /** Sent, but no whole answer came, or the server failed. Sending them again is safe. */
  readonly unknown: readonly ItemFailure<RawInstanceWrite>[];
  /** Items in a batch at the end; less than 1,000 if the server found larger batches too heavy. */
  readonly batchSize: number;
}

/** Every id of a delete is in exactly one of these lists, each in the order of the ids. */
export interface DeleteResult {
  /** Deleted by this call. */
  readonly deleted: readonly InstanceReference[];
  /** Not there before this call already. */
  readonly absent: readonly InstanceReference[];
  /**
   * Not there any more. A try got lost, and the next found nothing to delete: whether the lost one deleted them cannot be
   * known, because the API does not tell. Empty unless a try got lost.
   */
  readonly deletedOrAbsent: readonly InstanceReference[];
  /** Refused by the server, or never sent. */
  readonly failed: readonly ItemFailure<DeleteReference>[];
  /** Sent, but no whole answer came, or the server failed. Sending them again is safe. */
  readonly unknown: readonly ItemFailure<DeleteReference>[];
  /** Ids in a batch at the end. */
  readonly batchSize: number;
}

/**
 * Throw if an item of a write or delete failed, or is unknown.
 *
 * @throws WriteError - With the result in it.
 */
export function throwForFailures(result: UpsertResult | DeleteResult): void {
  const { failed, unknown } = result;
  const first = failed[0] ?? unknown[0];
  if (first === undefined) return;
  const [verb, done] =
    "written" in result
      ? ["written", [result.written, result.unchanged, result.writtenOrUnchanged, result.skipped]]
      : ["deleted", [result.deleted, result.absent, result.deletedOrAbsent]];
  const total = [...done, failed, unknown].reduce((sum, one) => sum + one.length, 0);
  const counts = [
    ...(failed.length > 0 ? [`${String(failed.length)} were not ${verb}`] : []),
    ...(unknown.length > 0 ? [`of ${String(unknown.length)} it is not known`] : []),
  ].join(", ");
  throw new WriteError(
    `of ${String(total)} items ${counts}. The first is ` +
      `${first.item.space}:${first.item.externalId}: ${first.error.message} (the error's \`result\` tells what became of each item)`,
    result,
    first.error,
  );
}
