import { describe, expect, it } from "vitest";
import {
  CursorExpiredError,
  IncompleteError,
  InvalidResponseError,
  NotFoundError,
  viewReference,
  type AggregateRequest,
  type InstanceReference,
  type JsonObject,
} from "../../src/index.js";
import { turns } from "../support/clock.js";
import { hang, json, rawNode, refusal, setup, type Seen } from "../support/fake.js";

const view = viewReference({ space: "s", externalId: "V", version: "1" });

function ids(count: number): InstanceReference[] {
  return Array.from({ length: count }, (_, index) => ({ instanceType: "node", space: "s", externalId: String(index) }));
}

function asked({ body }: Seen): readonly JsonObject[] {
  return body.items as readonly JsonObject[];
}

const answer = (seen: Seen): Response => json({ items: asked(seen).map((one) => rawNode(one.externalId as string)) });

describe("byIds", () => {
  it("asks for 1,000 at a time, some side by side, and keeps the order", async () => {
    const one = setup([answer], { limits: { read: 2 } });
    const found = await one.client.instances.byIds({ items: ids(3500), sources: [{ source: view }] });
    expect(found.map((row) => row.externalId)).toEqual(ids(3500).map((each) => each.externalId));
    expect(one.server.seen.map((seen) => asked(seen).length)).toEqual([1000, 1000, 1000, 500]);
    expect(one.server.seen[0]?.body.sources).toEqual([{ source: view }]);
  });

  it("asks for nothing when there is nothing to ask for", async () => {
    const one = setup([answer]);
    expect(await one.client.instances.byIds({ items: [] })).toEqual([]);
    expect(one.server.seen).toHaveLength(0);
  });

  it("halves what is too heavy", async () => {
    const one = setup([(seen) => (asked(seen).length > 300 ? refusal(408) : answer(seen))]);
    const found = await one.client.instances.byIds({ items: ids(1000) });
    expect(found.map((row) => row.externalId)).toEqual(ids(1000).map((each) => each.externalId));
  });

  it("says which ids the failing request was about, and aborts the others", async () => {
    const one = setup([(seen) => (asked(seen)[0]?.externalId === "1000" ? refusal(404, "gone") : hang(seen))]);
    const failing = one.client.instances.byIds({ items: ids(2500) });
    await expect(failing).rejects.toThrow(/^items 1001 to 2000 of 2500 failed: .*gone/);
    await expect(failing).rejects.toThrow(NotFoundError);
    expect([one.server.underWay, one.clock.pending]).toEqual([0, 0]);
  });

  it("can be aborted as a whole", async () => {
    const one = setup([hang]);
    const stop = new AbortController();
    const asking = one.client.instances.byIds({ items: ids(9000) }, { signal: stop.signal });
    await turns();
    stop.abort("enough");
    await expect(asking).rejects.toBe("enough");
    expect([one.server.underWay, one.clock.pending, one.server.seen.length]).toEqual([0, 0, 4]);
  });
});

describe("search", () => {
  it("asks for all that the API gives, and for all words", async () => {
    const one = setup([json({ items: [rawNode("a")] })]);
    expect(await one.client.instances.search({ view, query: "feed pump" })).toHaveLength(1);
    expect(one.server.seen[0]?.body).toEqual({
      view,
      query: "feed pump",
      instanceType: "node",
      operator: "AND",
      limit: 1000,
    });
    await one.client.instances.search({ view, operator: "OR", instanceType: "edge", limit: 3 });
    expect(one.server.seen[1]?.body).toEqual({ view, instanceType: "edge", operator: "OR", limit: 3 });
  });
});

describe("aggregate", () => {
  const request: AggregateRequest = { view, instanceType: "node", aggregates: [{ count: {} }] };
  const groups = (count: number): Response =>
    json({ items: Array.from({ length: count }, () => ({ aggregates: [] })) });

  it("gives the figures", async () => {
    const items = [{ aggregates: [{ aggregate: "count", value: 3 }] }];
    const one = setup([json({ items })]);
    expect(await one.client.instances.aggregate(request)).toEqual(items);
    expect(one.server.seen[0]?.body).toEqual(request);
  });

  it("refuses to give a part of the groups as if it were all", async () => {
    const one = setup([groups(999), groups(1000), groups(1000)]);
    const grouped = { ...request, groupBy: ["a", "b"] };
    expect(await one.client.instances.aggregate(grouped)).toHaveLength(999);
    expect(one.server.seen[0]?.body.limit).toBe(1000);
    await expect(one.client.instances.aggregate(grouped)).rejects.toThrow(IncompleteError);
    expect(await one.client.instances.aggregate({ ...grouped, limit: 1000 })).toHaveLength(1000);
  });
});

describe("query and sync", () => {
  const request = { with: { a: { nodes: {}, limit: 10 } }, select: { a: {} } };

  it("give rows and cursors of each result set", async () => {
    const one = setup([
      json({ items: { a: [rawNode("x")], b: [] }, nextCursor: { a: "c", b: null } }),
      json({ items: { a: [] } }),
    ]);
    const reply = await one.client.instances.query(request);
    expect(reply).toEqual({ items: { a: [rawNode("x")], b: [] }, nextCursor: { a: "c", b: null } });
    const feed = { with: { a: { nodes: {}, limit: 10, mode: "onePhase" } }, select: { a: {} } } as const;
    expect(await one.client.instances.sync(feed)).toEqual({ items: { a: [] }, nextCursor: {} });
    expect(one.server.seen.map((seen) => seen.path)).toEqual(["/models/instances/query", "/models/instances/sync"]);
    expect(one.server.seen[0]?.body).toEqual(request);
  });

  it("tell a cursor that has expired from other refusals", async () => {
    const one = setup([refusal(400, "Cursor has expired"), refusal(400, "Cursor is bad")]);
    await expect(one.client.instances.query(request)).rejects.toThrow(CursorExpiredError);
    await expect(one.client.instances.query(request)).rejects.toThrow(/Cursor is bad/);
  });

  it.each([
    { items: [] },
    { items: { a: {} } },
    { items: { a: [{}] } },
    { items: {}, nextCursor: { a: 1 } },
    { items: {}, nextCursor: 1 },
  ])("refuse %o", async (reply) => {
    await expect(setup([json(reply)]).client.instances.query(request)).rejects.toThrow(InvalidResponseError);
  });
});
