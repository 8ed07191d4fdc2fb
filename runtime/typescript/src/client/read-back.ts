/** Telling a version conflict from the echo of a write of our own whose answer was lost. */

import { PygenError } from "../errors.js";
import { encodeJson } from "../schema/encode.js";
import { instanceKey, viewKey, type NodeId, type ViewReference } from "../schema/ids.js";
import type { InstanceResult, RawInstance, RawInstanceWrite, SourceWrite } from "../schema/instances.js";
import { isObject, parseJson } from "../schema/json.js";
import type { ByIdsRequest } from "../schema/requests.js";
import { sameValue } from "./same-value.js";
import type { ItemOutcome } from "./sending.js";

const MOST_VIEWS = 10;

/** Retrieves instances. */
export type Read = (request: ByIdsRequest) => Promise<readonly RawInstance[]>;

type Found = ItemOutcome<InstanceResult> | undefined;
/** An item that says which version it is based on. */
type Versioned = RawInstanceWrite & { readonly existingVersion: number };

/** An instance as it is stored, and whether its properties are those of all views that it was to be written through. */
interface Stored {
  readonly instance: RawInstance;
  readonly whole: boolean;
}

/**
 * Which items an earlier try of our own has written, although a later one was refused for their versions.
 *
 * Those that are stored as they were to be written are taken for ours, the others for changed by somebody else.
 *
 * @param items - What was refused, or skipped, for a version conflict after a try that may have been acted on.
 * @param error - The refusal.
 * @param read - Retrieves instances.
 * @param together - Whether these are one batch, which is written as a whole: if one of its items was to be changed and is
 * still in the version that it was based on, none was written.
 * @returns For each item: that it is written; undefined if it is not, or has no version to go by; or that it cannot be told,
 * because it was written through containers or too many views, or has too little data to be read through its views.
 */
export async function readBack(
  items: readonly RawInstanceWrite[],
  error: PygenError,
  read: Read,
  together: boolean,
): Promise<readonly Found[]> {
  const versioned = items.filter(isVersioned);
  let stored: ReadonlyMap<string, Stored>;
  try {
    stored = await storedOf(versioned, read);
  } catch (trouble) {
    if (!(trouble instanceof PygenError)) throw trouble;
    return items.map((item) => (isVersioned(item) ? { type: "lost", error: trouble } : undefined));
  }
  if (together && versioned.some((item) => isAsBefore(item, stored.get(instanceKey(item))))) {
    return items.map(() => undefined);
  }
  return items.map((item) => (isVersioned(item) ? told(item, stored.get(instanceKey(item)), error) : undefined));
}

/** What is stored of items, as far as it can be read. */
async function storedOf(items: readonly Versioned[], read: Read): Promise<ReadonlyMap<string, Stored>> {
  const groups = new Map<string, { views: readonly ViewReference[] | undefined; items: Versioned[] }>();
  for (const item of items) {
    const views = viewsOf(item);
    const key = JSON.stringify(views ?? null);
    const group = groups.get(key) ?? { views, items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  const found = new Map<string, Stored>();
  for (const { views, items: group } of groups.values())
    await readInto(found, group, views ?? [], read, views !== undefined);
  // A view hides what it lacks some data of, which writing through it allows.
  const hidden = items.filter((item) => item.sources !== undefined && !found.has(instanceKey(item)));
  if (hidden.length > 0) await readInto(found, hidden, [], read, false);
  return found;
}

async function readInto(
  found: Map<string, Stored>,
  items: readonly Versioned[],
  views: readonly ViewReference[],
  read: Read,
  whole: boolean,
): Promise<void> {
  const ids = items.map(({ instanceType, space, externalId }) => ({ instanceType, space, externalId }));
  const sources = views.map((source) => ({ source }));
  for (const instance of await read(sources.length > 0 ? { items: ids, sources } : { items: ids })) {
    found.set(instanceKey(instance), { instance, whole });
  }
}

/** Whether an item was to be changed, and was not. */
function isAsBefore(item: Versioned, stored: Stored | undefined): boolean {
  if (!stored) return true;
  return stored.instance.version <= item.existingVersion && stored.whole && !isAsWritten(item, stored.instance);
}

/** What the server would have said, had its answer arrived; undefined if this is not what was written. */
function told(item: Versioned, stored: Stored | undefined, error: PygenError): Found {
  if (!stored || stored.instance.version <= item.existingVersion) return undefined;
  if (!stored.whole) return { type: "lost", error };
  if (!isAsWritten(item, stored.instance)) return undefined;
  const { instanceType, space, externalId, version, createdTime, lastUpdatedTime } = stored.instance;
  const value = { instanceType, space, externalId, version, wasModified: true, createdTime, lastUpdatedTime };
  return { type: "answered", value, afterLoss: true };
}

function isAsWritten(item: Versioned, stored: RawInstance): boolean {
  if (item.type != null && !sameId(item.type, stored.type)) return false;
  if (item.instanceType === "edge") {
    if (stored.instanceType !== "edge") return false;
    if (!sameId(item.startNode, stored.startNode) || !sameId(item.endNode, stored.endNode)) return false;
  }
  return (item.sources ?? []).every((source) => isStored(source, stored));
}

function isStored({ source, properties }: SourceWrite, stored: RawInstance): boolean {
  if (source.type !== "view") return false;
  const there = stored.properties?.[source.space]?.[viewKey(source)] ?? {};
  const written = parseJson(encodeJson(properties));
  return (
    isObject(written) && Object.entries(written).every(([name, value]) => sameValue(value ?? null, there[name] ?? null))
  );
}

/** The views that an item is written through; undefined if it cannot be read back through them. */
function viewsOf(item: RawInstanceWrite): readonly ViewReference[] | undefined {
  const sources = (item.sources ?? []).map(({ source }) => source);
  const views = sources.filter((one): one is ViewReference => one.type === "view");
  const byKey = new Map(views.map((one) => [`${one.space}:${viewKey(one)}`, one]));
  if (byKey.size > MOST_VIEWS || views.length < sources.length) return undefined;
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}

function isVersioned(item: RawInstanceWrite): item is Versioned {
  return item.existingVersion !== undefined;
}

function sameId(one: NodeId, other: NodeId | null | undefined): boolean {
  return one.space === other?.space && one.externalId === other.externalId;
}
