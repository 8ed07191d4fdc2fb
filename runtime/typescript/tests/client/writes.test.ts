import { describe, expect, it } from "vitest";
import {
  AuthenticationError,
  ConflictError,
  DeadlineError,
  throwForFailures,
  UsageError,
  viewReference,
  WriteError,
  type DeleteReference,
  type JsonObject,
  type RawEdgeWrite,
  type RawNodeWrite,
  type UpsertResult,
} from "../../src/index.js";
import { turns } from "../support/clock.js";
import {
  hang,
  json,
  networkError,
  rawNode,
  refusal,
  setup,
  type Reply,
  type Seen,
  type Setup,
} from "../support/fake.js";

const view = viewReference({ space: "s", externalId: "V", version: "1" });

function nodes(count: number, more: Partial<RawNodeWrite> = {}): RawNodeWrite[] {
  return Array.from({ length: count }, (_, index) => ({
    instanceType: "node",
    space: "s",
    externalId: `n${String(index)}`,
    ...more,
  }));
}

function edge(externalId: string, from: string, to: string): RawEdgeWrite {
  const id = (each: string) => ({ space: "s", externalId: each });
  return { instanceType: "edge", space: "s", externalId, type: id("type"), startNode: id(from), endNode: id(to) };
}

function itemsOf({ body }: Seen): readonly JsonObject[] {
  return body.items as readonly JsonObject[];
}

function namesOf(seen: Seen): string[] {
  return itemsOf(seen).map((item) => item.externalId as string);
}

/** What the server says of items. */
function told(items: readonly JsonObject[], more: JsonObject = {}): Response {
  const results = items.map(({ instanceType, space, externalId }) => ({
    instanceType,
    space,
    externalId,
    version: 1,
    wasModified: true,
    createdTime: 1,
    lastUpdatedTime: 1,
    ...more,
  }));
  return json({ items: results });
}

const accept = (seen: Seen): Response => told(itemsOf(seen));

/** Refuses every batch that holds one of these, as the server does. */
function poisoned(names: readonly string[], status = 400): (seen: Seen) => Response {
  return (seen) => (namesOf(seen).some((name) => names.includes(name)) ? refusal(status, "bad item") : accept(seen));
}

function counts(result: UpsertResult): Record<string, number> {
  const { written, unchanged, writtenOrUnchanged, skipped, failed, unknown } = result;
  const lists = { written, unchanged, writtenOrUnchanged, skipped, failed, unknown };
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, list]) => (list.length > 0 ? [[name, list.length]] : [])),
  );
}

function upsert(one: Setup, ...args: Parameters<Setup["client"]["instances"]["upsert"]>): Promise<UpsertResult> {
  return one.clock.run(one.client.instances.upsert(...args));
}

describe("upsert", () => {
  it("sends what it is told to, and says what was done", async () => {
    const one = setup([(seen) => told(itemsOf(seen), { wasModified: false })]);
    const [item] = nodes(1, {
      sources: [{ source: view, properties: { big: 2n ** 62n, when: new Date(0), none: null, not: undefined } }],
    });
    const result = await upsert(one, item ? [item] : [], { replace: true, autoCreateEndNodes: true });
    expect(one.server.seen[0]?.text).toBe(
      '{"items":[{"instanceType":"node","space":"s","externalId":"n0","sources":[{"source":{"type":"view","space":"s",' +
        '"externalId":"V","version":"1"},"properties":{"big":4611686018427387904,"when":"1970-01-01T00:00:00.000Z","none":null}}]}],' +
        '"replace":true,"autoCreateDirectRelations":true,"autoCreateStartNodes":false,"autoCreateEndNodes":true,"skipOnVersionConflict":false}',
    );
    expect(counts(result)).toEqual({ unchanged: 1 });
  });

  it("sends nothing when there is nothing to send", async () => {
    const one = setup([accept]);
    expect(counts(await upsert(one, []))).toEqual({});
    expect(one.server.seen).toHaveLength(0);
  });

  it("sends batches side by side, all nodes before the first edge", async () => {
    const one = setup([accept], { limits: { write: 3 } });
    const items = [edge("e0", "n0", "n1"), ...nodes(3500), edge("e1", "n1", "n2")];
    expect(counts(await upsert(one, items))).toEqual({ written: 3502 });
    expect(one.server.seen.map((seen) => itemsOf(seen).length)).toEqual([1000, 1000, 1000, 500, 2]);
    expect(namesOf(one.server.seen[4] as Seen)).toEqual(["e0", "e1"]);
  });

  it("keeps the results in the order of the items", async () => {
    const items = [edge("e0", "n0", "n1"), ...nodes(1200)];
    const result = await upsert(setup([accept]), items);
    expect(result.written.map((each) => each.externalId)).toEqual(items.map((each) => each.externalId));
  });

  it("sends nodes one batch after the other when one may need another", async () => {
    const one = setup([hang], { limits: { write: 4 } });
    const stop = new AbortController();
    const sending = one.client.instances.upsert(nodes(3000), { autoCreateDirectRelations: false, signal: stop.signal });
    await turns();
    expect(one.server.seen).toHaveLength(1);
    stop.abort("enough");
    await expect(sending).rejects.toBe("enough");
    expect(one.server.seen).toHaveLength(1);
  });

  it.each([400, 403, 404, 409, 422])("isolates the items that are refused with %d", async (status) => {
    const one = setup([poisoned(["n3", "n700"], status)]);
    const result = await upsert(one, nodes(1000));
    expect(counts(result)).toEqual({ written: 998, failed: 2 });
    expect(result.failed.map(({ item, together }) => [item.externalId, together])).toEqual([
      ["n3", 1],
      ["n700", 1],
    ]);
    expect(result.failed[0]?.error.message).toContain("bad item");
    expect(one.server.seen.length).toBeLessThan(45);
  });

  it("keeps the order while it splits", async () => {
    const one = setup([poisoned(["n2"])]);
    await upsert(one, nodes(4));
    expect(one.server.seen.map(namesOf)).toEqual([
      ["n0", "n1", "n2", "n3"],
      ["n0", "n1"],
      ["n2", "n3"],
      ["n2"],
      ["n3"],
    ]);
  });

  it("gives up splitting when all is refused", async () => {
    const one = setup([refusal(403)]);
    const result = await upsert(one, nodes(3000));
    expect(counts(result)).toEqual({ failed: 3000 });
    expect(one.server.seen.length).toBeLessThan(250);
    expect(result.failed.some(({ together }) => together > 1)).toBe(true);
  });

  it("writes all or none if splitting is not wanted", async () => {
    const one = setup([poisoned(["n3"])]);
    const result = await upsert(one, nodes(10), { split: false });
    expect(counts(result)).toEqual({ failed: 10 });
    expect([one.server.seen.length, result.failed[0]?.together]).toEqual([1, 10]);
  });

  it("finds the item that breaks the server, of which it cannot be known", async () => {
    const result = await upsert(setup([poisoned(["n3"], 500)]), nodes(20));
    expect(counts(result)).toEqual({ written: 19, unknown: 1 });
    expect(result.unknown[0]?.item.externalId).toBe("n3");
  });

  it("makes batches smaller while they are too heavy, and says how small", async () => {
    const one = setup([(seen) => (itemsOf(seen).length > 200 ? refusal(408) : accept(seen))]);
    const result = await upsert(one, nodes(1000));
    const { written, writtenOrUnchanged } = result;
    expect(written.length + writtenOrUnchanged.length).toBe(1000);
    expect(result.batchSize).toBeLessThan(1000);
  });

  it("splits what is too large without doubt about it", async () => {
    const one = setup([(seen) => (itemsOf(seen).length > 1 ? refusal(413) : poisoned(["n1"], 413)(seen))]);
    const result = await upsert(one, nodes(2));
    expect(counts(result)).toEqual({ written: 1, failed: 1 });
    expect(result.failed[0]?.error.message).toContain("reduced to this single item");
  });

  it("asks twice before it believes that a single item is too heavy", async () => {
    const one = setup([refusal(408)]);
    expect(counts(await upsert(one, nodes(1)))).toEqual({ unknown: 1 });
    expect(one.server.seen).toHaveLength(2);
  });

  it.each<[string, Reply]>([
    ["the connection breaks", networkError("ECONNRESET")],
    ["the server fails", refusal(503)],
    ["the answer is cut", json('{"items":[')],
    ["the answer is strange", json({ items: 3 })],
  ])("does not know of any item when %s", async (_, reply) => {
    expect(counts(await upsert(setup([reply]), nodes(3)))).toEqual({ unknown: 3 });
  });

  it.each<[string, Reply]>([
    ["is refused for load to the end", refusal(429)],
    ["cannot be sent", networkError("ECONNREFUSED")],
  ])("knows that nothing was written when it %s", async (_, reply) => {
    expect(counts(await upsert(setup([reply], { timeout: Infinity }), nodes(3)))).toEqual({ failed: 3 });
  });

  it("does not know of what was under way when time ran out", async () => {
    const result = await upsert(setup([hang], { timeout: 1000 }), nodes(3));
    expect(counts(result)).toEqual({ unknown: 3 });
    expect(result.unknown[0]?.error).toBeInstanceOf(DeadlineError);
  });

  it("sends nothing more once the credentials are refused", async () => {
    const one = setup([accept, refusal(401)], { limits: { write: 1 } });
    const result = await upsert(one, nodes(9000));
    expect(counts(result)).toEqual({ written: 1000, failed: 8000 });
    expect(result.failed[0]?.error).toBeInstanceOf(AuthenticationError);
    expect(one.server.seen).toHaveLength(3);
  });

  it("does not take for unchanged what a lost try may have changed", async () => {
    const lost = (seen: Seen): Response => told(itemsOf(seen), { wasModified: false });
    expect(counts(await upsert(setup([networkError("ECONNRESET"), lost]), nodes(2)))).toEqual({
      writtenOrUnchanged: 2,
    });
    expect(counts(await upsert(setup([refusal(429), lost]), nodes(2)))).toEqual({ unchanged: 2 });
  });

  it("does not know of items that the server does not mention, unless they were to be skipped", async () => {
    const silent = json({ items: [] });
    expect(counts(await upsert(setup([silent]), nodes(2)))).toEqual({ unknown: 2 });
    const options = { skipOnVersionConflict: true };
    expect(counts(await upsert(setup([silent]), nodes(2, { existingVersion: 1 }), options))).toEqual({ skipped: 2 });
    expect(counts(await upsert(setup([silent]), nodes(2), options))).toEqual({ unknown: 2 });
  });

  it("sends edges last that hang on what was not written", async () => {
    const one = setup([poisoned(["n0", "e0"])]);
    const items = [...nodes(1500), edge("e0", "n0", "n1"), edge("e1", "n1", "n2")];
    expect(counts(await upsert(one, items))).toEqual({ written: 1500, failed: 2 });
    expect(one.server.seen.map(namesOf).filter((names) => names.some((name) => name.startsWith("e")))[0]).toEqual([
      "e1",
      "e0",
    ]);
  });

  it.each([
    [[...nodes(1), ...nodes(1)], /n0 is given more than once/],
    [
      nodes(1, { sources: [{ source: view, properties: { a: { b: [NaN] } } }] }),
      /^node s:n0\.sources\[0\]\.properties\.a\.b\[0\] is NaN/,
    ],
    [nodes(1, { sources: [{ source: view, properties: { a: -Infinity } }] }), /is -Infinity/],
  ])("refuses what would go wrong, before anything is sent", async (items, message) => {
    const one = setup([accept]);
    await expect(upsert(one, [...nodes(0), ...items])).rejects.toThrow(message);
    await expect(upsert(one, items)).rejects.toThrow(UsageError);
    expect(one.server.seen).toHaveLength(0);
  });

  it("can be aborted, and leaves nothing behind", async () => {
    const one = setup([hang]);
    const stop = new AbortController();
    const sending = one.client.instances.upsert(nodes(5000), { signal: stop.signal });
    await turns();
    stop.abort("enough");
    await expect(sending).rejects.toBe("enough");
    expect([one.server.underWay, one.clock.pending, one.server.seen.length]).toEqual([0, 0, 2]);
  });
});

describe("a version conflict after a lost try", () => {
  const conflict = refusal(409, "A version conflict caused the ingest to fail.");
  const when = "2026-01-02T03:04:05.6Z";
  const properties = { when, f: 0.1, list: [1, 2], json: { a: null }, big: 2n ** 60n, flag: true };
  const items = (count: number): RawNodeWrite[] =>
    nodes(count, { existingVersion: 1, sources: [{ source: view, properties }] });
  const stored = (name: string, version: number, more: JsonObject = {}): JsonObject => {
    const there = {
      when: "2026-01-02T03:04:05.600+00:00",
      f: Math.fround(0.1),
      list: [1, 2],
      json: { a: null },
      flag: true,
    };
    return rawNode(name, { version, properties: { s: { "V/1": { ...there, big: "BIG", ...more } } } });
  };
  const found = (...there: JsonObject[]): Response =>
    json(JSON.stringify({ items: there }).replaceAll('"BIG"', String(2n ** 60n)));

  it("is the echo of our own write if it is stored as it was to be", async () => {
    const one = setup([networkError("ECONNRESET"), conflict, found(stored("n0", 2), stored("n1", 2))]);
    expect(counts(await upsert(one, items(2)))).toEqual({ written: 2 });
    expect(one.server.seen[2]?.body).toMatchObject({ sources: [{ source: view }] });
  });

  it("is a conflict if something else is stored", async () => {
    const other = (seen: Seen): Response =>
      seen.path.endsWith("/byids") ? found(stored("n0", 2), stored("n1", 2, { f: 2 })) : conflict.clone();
    const one = setup([networkError("ECONNRESET"), conflict, other]);
    const result = await upsert(one, items(2));
    expect(counts(result)).toEqual({ written: 1, failed: 1 });
    expect(result.failed[0]?.error).toBeInstanceOf(ConflictError);
  });

  it("is a conflict for the whole batch if one of it was surely not written", async () => {
    const there = (seen: Seen): Response => {
      const names = namesOf(seen);
      if (!seen.path.endsWith("/byids")) return names.includes("n0") ? conflict.clone() : accept(seen);
      return found(
        ...[stored("n0", 2), stored("n1", 1, { f: 2 })].filter((each) => names.includes(each.externalId as string)),
      );
    };
    const one = setup([networkError("ECONNRESET"), there]);
    expect(counts(await upsert(one, items(2)))).toEqual({ written: 1, failed: 1 });
  });

  it("cannot be told when it was written through a container, or cannot be read back", async () => {
    const source = { type: "container", space: "s", externalId: "C" } as const;
    const through = nodes(1, { existingVersion: 1, sources: [{ source, properties: { a: 1 } }] });
    expect(
      counts(
        await upsert(setup([networkError("ECONNRESET"), conflict, found(rawNode("n0", { version: 2 }))]), through),
      ),
    ).toEqual({ unknown: 1 });
    expect(counts(await upsert(setup([networkError("ECONNRESET"), conflict, refusal(403)]), items(1)))).toEqual({
      unknown: 1,
    });
    const hidden = (seen: Seen): Response => (seen.body.sources ? found() : found(rawNode("n0", { version: 2 })));
    expect(counts(await upsert(setup([networkError("ECONNRESET"), conflict, hidden]), items(1)))).toEqual({
      unknown: 1,
    });
  });

  it("is just a conflict when no try was lost, or the item has no version", async () => {
    const one = setup([refusal(429), conflict]);
    expect(counts(await upsert(one, items(1)))).toEqual({ failed: 1 });
    expect(one.server.seen).toHaveLength(2);
    expect(counts(await upsert(setup([networkError("ECONNRESET"), conflict, found()]), nodes(1)))).toEqual({
      failed: 1,
    });
  });

  it("is looked into when items were skipped, too", async () => {
    const one = setup([
      networkError("ECONNRESET"),
      json({ items: [] }),
      found(stored("n0", 2), stored("n1", 3, { f: 7 })),
    ]);
    expect(counts(await upsert(one, items(2), { skipOnVersionConflict: true }))).toEqual({ written: 1, skipped: 1 });
  });

  it("compares the ends and the type of edges", async () => {
    const write = { ...edge("e0", "a", "b"), existingVersion: 1 };
    const ends = (to: string): JsonObject => JSON.parse(JSON.stringify(edge("e0", "a", to))) as JsonObject;
    const there = (to: string): JsonObject => rawNode("e0", { ...ends(to), version: 2 });
    expect(counts(await upsert(setup([networkError("ECONNRESET"), conflict, found(there("b"))]), [write]))).toEqual({
      written: 1,
    });
    expect(
      counts(await upsert(setup([networkError("ECONNRESET"), conflict, found(there("c")), conflict]), [write])),
    ).toEqual({ failed: 1 });
  });
});

describe("delete", () => {
  const references = (count: number): DeleteReference[] =>
    nodes(count).map(({ space, externalId }) => ({ instanceType: "node", space, externalId }));

  it("says what was deleted and what was not there", async () => {
    const one = setup([(seen) => json({ items: itemsOf(seen).filter((item) => item.externalId !== "n1") })]);
    const result = await one.client.instances.delete([...references(3), ...references(1)]);
    expect([result.deleted.length, result.absent]).toEqual([
      2,
      [{ instanceType: "node", space: "s", externalId: "n1" }],
    ]);
    expect(one.server.seen.map(namesOf)).toEqual([["n0", "n1", "n2"]]);
  });

  it("does not take for absent what a lost try may have deleted", async () => {
    const one = setup([networkError("ECONNRESET"), json({ items: [] })]);
    const result = await one.clock.run(one.client.instances.delete(references(2)));
    expect([result.deletedOrAbsent.length, result.absent.length]).toEqual([2, 0]);
  });

  it("deletes edges before nodes, when it takes several requests", async () => {
    const one = setup([(seen) => json({ items: itemsOf(seen) })]);
    const edges: DeleteReference[] = Array.from({ length: 1001 }, (_, index) => ({
      instanceType: "edge",
      space: "s",
      externalId: `e${String(index)}`,
    }));
    const result = await one.client.instances.delete([...references(2), ...edges]);
    expect(result.deleted).toHaveLength(1003);
    expect(one.server.seen.map((seen) => namesOf(seen)[0])).toEqual(["e0", "e1000", "n0"]);
  });

  it("isolates what is refused, and can be aborted", async () => {
    const one = setup([(seen) => (namesOf(seen).includes("n1") ? refusal(400) : json({ items: itemsOf(seen) }))]);
    const result = await one.client.instances.delete(references(4));
    expect([result.deleted.length, result.failed.length, result.unknown.length]).toEqual([3, 1, 0]);
    await expect(one.client.instances.delete(references(1), { signal: AbortSignal.abort("no") })).rejects.toBe("no");
  });
});

describe("throwForFailures", () => {
  it("throws an error that holds the result", async () => {
    const result = await upsert(setup([poisoned(["n1"])]), nodes(3));
    expect(() => {
      throwForFailures(result);
    }).toThrow(/^of 3 items 1 were not written\. The first is s:n1: POST/);
    const unknown = await upsert(setup([refusal(503)]), nodes(3));
    const error = ((): unknown => {
      try {
        throwForFailures(unknown);
      } catch (each) {
        return each;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(WriteError);
    expect(error).toMatchObject({
      result: unknown,
      message: expect.stringContaining("of 3 it is not known") as string,
    });
    const deleted = await setup([refusal(400)]).client.instances.delete([
      { instanceType: "node", space: "s", externalId: "x" },
    ]);
    expect(() => {
      throwForFailures(deleted);
    }).toThrow(/1 were not deleted/);
  });

  it("does not throw when all went well", async () => {
    throwForFailures(await upsert(setup([accept]), nodes(3)));
  });
});
