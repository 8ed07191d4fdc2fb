/** Upserting instances, so that it is known of each what became of it (contract §6.3). */

import { TransportError } from "../errors.js";
import { encodeJson } from "../schema/encode.js";
import { instanceKey, type NodeId } from "../schema/ids.js";
import type { InstanceResult, RawInstanceWrite } from "../schema/instances.js";
import type { ByIdsRequest } from "../schema/requests.js";
import { MOST_ITEMS } from "./batches.js";
import type { CallOptions, Core } from "./core.js";
import { bodyOf, failuresIn, ofType, prepared, sendAll, type Prepared, type Sent, type Settled } from "./prepared.js";
import { readBack, type Read } from "./read-back.js";
import { byIds } from "./reads.js";
import type { UpsertResult } from "./results.js";
import { Sending, type ItemOutcome } from "./sending.js";
import { instanceResults } from "./shapes.js";

/** How to upsert. */
export interface UpsertOptions extends CallOptions {
  /** Whether properties that are not given are cleared; otherwise they stay, which is the default. */
  readonly replace?: boolean | undefined;
  /** Whether missing targets of direct relations are created, which is the default. */
  readonly autoCreateDirectRelations?: boolean | undefined;
  /** Whether missing start nodes of edges are created. Default false. */
  readonly autoCreateStartNodes?: boolean | undefined;
  /** Whether missing end nodes of edges are created. Default false. */
  readonly autoCreateEndNodes?: boolean | undefined;
  /** Whether items that were changed since their `existingVersion` are left alone instead of being failures. Default false. */
  readonly skipOnVersionConflict?: boolean | undefined;
  /** Whether a refused request is split, which is the default; otherwise up to 1,000 items are written all or none. */
  readonly split?: boolean | undefined;
}

const SKIPPED = Symbol("left alone because of its version");
type Told = InstanceResult | typeof SKIPPED;
type Write = Prepared<RawInstanceWrite>;

/** See `Instances.upsert`. */
export async function upsertInstances(
  core: Core,
  items: readonly RawInstanceWrite[],
  options: UpsertOptions,
): Promise<UpsertResult> {
  const given = prepared(items);
  const read: Read = (request: ByIdsRequest) => byIds(core, request, options);
  const { outcomes, batchSize } = await sendInOrder(core, given, options, read);
  const settled = given.map(({ item, key }) => [item, outcomes.get(key)] as const);
  return resultOf(await lookAtSkipped(settled, read), batchSize);
}

async function sendInOrder(
  core: Core,
  given: readonly Write[],
  options: UpsertOptions,
  read: Read,
): Promise<Sent<Told>> {
  const { signal, autoCreateDirectRelations = true, skipOnVersionConflict = false } = options;
  const many = given.length > MOST_ITEMS;
  const flags = flagsOf(options);
  const sent: Sent<Told> = { outcomes: new Map(), batchSize: MOST_ITEMS };
  // Nodes before edges. What fits one request stays together, and is written all or none.
  for (const group of many ? [ofType(given, "node"), ofType(given, "edge")] : [given]) {
    const items = doubtfulLast(group, sent.outcomes);
    const sending = new Sending<Write, Told>(items, {
      // Without auto-creation a node may need one that comes before it.
      parallel: many && autoCreateDirectRelations ? core.settings.limits.write : 1,
      split: options.split ?? true,
      tell: (size) => {
        core.transport.tellSize(size);
      },
      send: async (batch, lost) => {
        const results = await core.write("", bodyOf(batch, flags), instanceResults, lost, signal);
        const told = new Map<string, Told>(results.map((one) => [instanceKey(one), one]));
        return batch.map(({ key, item }) => told.get(key) ?? unmentioned(item, skipOnVersionConflict));
      },
      recover: (batch, error) => readBack(batch.map(itemOf), error, read, true),
    });
    await sendAll(items, sending, sent);
  }
  return sent;
}

function flagsOf(options: UpsertOptions): string {
  const flags = {
    replace: options.replace ?? false,
    autoCreateDirectRelations: options.autoCreateDirectRelations ?? true,
    autoCreateStartNodes: options.autoCreateStartNodes ?? false,
    autoCreateEndNodes: options.autoCreateEndNodes ?? false,
    skipOnVersionConflict: options.skipOnVersionConflict ?? false,
  };
  return `,${encodeJson(flags).slice(1, -1)}`;
}

/** What it means that the server answered without naming an item: it leaves out what it skips, which needs a version. */
function unmentioned(item: RawInstanceWrite, skip: boolean): Told | undefined {
  return skip && item.existingVersion !== undefined ? SKIPPED : undefined;
}

/** Edges that hang on a node that was not written go last: they will most likely be refused, and must not spoil good batches. */
function doubtfulLast(group: readonly Write[], outcomes: ReadonlyMap<string, ItemOutcome<Told>>): readonly Write[] {
  const isMissing = ({ space, externalId }: NodeId): boolean => {
    const outcome = outcomes.get(instanceKey({ instanceType: "node", space, externalId }));
    return outcome !== undefined && outcome.type !== "answered";
  };
  const isDoubtful = ({ item }: Write): boolean =>
    item.instanceType === "edge" && [item.startNode, item.endNode, item.type].some(isMissing);
  return [...group.filter((one) => !isDoubtful(one)), ...group.filter(isDoubtful)];
}

/** What was skipped after a try got lost may be in its new version because that one wrote it: what is stored tells. */
async function lookAtSkipped(
  settled: readonly Settled<RawInstanceWrite, Told>[],
  read: Read,
): Promise<readonly Settled<RawInstanceWrite, Told>[]> {
  const doubtful = settled.filter(([, one]) => one?.type === "answered" && one.value === SKIPPED && one.afterLoss);
  if (doubtful.length === 0) return settled;
  const unreadable = new TransportError(
    "POST /models/instances skipped this item because of its version, which an earlier try may have given it whose answer was " +
      "lost; it cannot be read back, as it was written through a container, through more than 10 views, or has too little " +
      "data for its views: see what is stored",
    { method: "POST", path: "/models/instances" },
  );
  const found = await readBack(
    doubtful.map(([item]) => item),
    unreadable,
    read,
    false,
  );
  const skipped = { type: "answered", value: SKIPPED, afterLoss: false } as const;
  const told = new Map(doubtful.map(([item], index) => [item, found[index] ?? skipped]));
  return settled.map(([item, one]) => [item, told.get(item) ?? one]);
}

function resultOf(settled: readonly Settled<RawInstanceWrite, Told>[], batchSize: number): UpsertResult {
  const written: InstanceResult[] = [];
  const unchanged: InstanceResult[] = [];
  const writtenOrUnchanged: InstanceResult[] = [];
  const skipped: RawInstanceWrite[] = [];
  for (const [item, one] of settled) {
    if (one?.type !== "answered") continue;
    const { value, afterLoss } = one;
    if (value === SKIPPED) skipped.push(item);
    else if (value.wasModified) written.push(value);
    else if (afterLoss && value.version !== item.existingVersion) writtenOrUnchanged.push(value);
    else unchanged.push(value);
  }
  return { written, unchanged, writtenOrUnchanged, skipped, ...failuresIn(settled), batchSize };
}

function itemOf({ item }: Write): RawInstanceWrite {
  return item;
}
