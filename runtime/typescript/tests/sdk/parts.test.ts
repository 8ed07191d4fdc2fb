import { describe, expect, it } from "vitest";
import { InvalidResponseError, RepeatedCursorError, ServerTimeoutError, type RawInstance } from "../../src/index.js";
import { changesOf } from "../../src/sdk/change-rows.js";
import { decoder, parseSpec } from "../../src/sdk/kinds.js";
import { Narrowing } from "../../src/sdk/narrowing.js";
import type { Spec } from "../../src/sdk/view.js";
import { json, rawNode, refusal, setup } from "../support/fake.js";
import { ConsistencyClient, mastView, rotorView, turbineView, type Mast } from "./sample/index.js";

describe("targets of a relation", () => {
  const found = [
    { name: "\uFF5E", weight: 2 },
    { name: "\u{1F600}", weight: null },
    { name: "a", weight: 1 },
    { name: "ab", weight: 2 },
  ].map((node) => ({ edge: undefined, node }));

  it.each<[string[], string[]]>([
    [["name"], ["a", "ab", "\uFF5E", "\u{1F600}"]],
    [["-name"], ["\u{1F600}", "\uFF5E", "ab", "a"]],
    [
      ["weight", "name"],
      ["a", "ab", "\uFF5E", "\u{1F600}"],
    ],
    [
      ["-weight", "name"],
      ["ab", "\uFF5E", "a", "\u{1F600}"],
    ],
  ])("are sorted by %j as the server sorts: by code points, what has no value last", (keys, names) => {
    const sorted = new Narrowing().sorted(rotorView, keys).arrange(rotorView, found);
    expect(sorted.map(({ node }) => (node as { name: string }).name)).toEqual(names);
  });

  it("are cut after they are sorted", () => {
    const narrowing = new Narrowing().sorted(rotorView, ["name"]).limited(1);
    expect(narrowing.arrange(rotorView, found)).toEqual([found[2]]);
    expect(() => new Narrowing().limited(-1)).toThrow("limit is -1");
    expect(() => new Narrowing().sorted(turbineView, ["data"])).toThrow("holds JSON");
  });
});

describe("changes of one page", () => {
  const { client } = setup([json({})]);
  const alive = (name: string) => rawNode(name, { properties: { consistency: { "Mast/1": { name } } } });
  const gone = (name: string, version: number) => rawNode(name, { version, deletedTime: 5 });
  const tell = (...rows: readonly object[]) =>
    changesOf<Mast>(mastView, rows as RawInstance[], client).map((one) =>
      one.type === "upserted" ? `+${one.item.name}` : `-${one.id.externalId}${String(one.version)}`,
    );

  it("end a life before the next one begins", () => {
    expect(tell(alive("a"), gone("b", 1), gone("a", 2), alive("c"))).toEqual(["-a2", "+a", "-b1", "+c"]);
    expect(tell(gone("a", 1), gone("a", 2), alive("a"))).toEqual(["-a1", "-a2", "+a"]);
    expect(tell()).toEqual([]);
  });
});

describe("a change feed", () => {
  const view = json({ items: [{ filter: { exists: { property: ["node", "space"] } } }] });
  const rows = Array.from({ length: 250 }, (_, index) => rawNode(String(index), { deletedTime: 1 }));
  const reply = (count: number, cursor: string): Response =>
    json({ items: { changes: rows.slice(0, count) }, nextCursor: { changes: cursor } });

  it("asks for fewer rows when a page is too heavy, and only for members of the view", async () => {
    const { client, server } = setup([view, refusal(408), reply(0, "1")]);
    const feed = new ConsistencyClient({ client }).mast.changes();
    expect((await feed.next()).value?.changes).toEqual([]);
    const bodies = server.seen.filter((one) => one.path.endsWith("/sync")).map((one) => one.body);
    expect(bodies).toMatchObject([
      { with: { changes: { limit: 1000, mode: "noBackfill" } }, cursors: { changes: null } },
      {
        with: {
          changes: { limit: 500, nodes: { filter: { and: [{ hasData: [{ externalId: "Mast" }] }, { exists: {} }] } } },
        },
      },
    ]);
  });

  it("stops when the server goes in circles, says nothing of use, or finds a single row too heavy", async () => {
    const readAll = async (...replies: Response[]): Promise<void> => {
      const { client, clock } = setup([view, ...replies]);
      const small = client.withOptions({ pageSize: 1 });
      const feed = new ConsistencyClient({ client: small }).mast.changes({ backfill: false, interval: 5000 });
      await clock.run(feed.next());
      await clock.run(feed.next());
    };
    await expect(readAll(reply(0, "1"), reply(1, "1"))).rejects.toThrow(RepeatedCursorError);
    await expect(readAll(json({ items: {}, nextCursor: {} }))).rejects.toThrow(InvalidResponseError);
    await expect(readAll(refusal(408))).rejects.toThrow(ServerTimeoutError);
  });
});

describe("values", () => {
  it.each<[Spec, unknown, unknown]>([
    ["int64Text", 5, "5"],
    ["int64Text", "\0i9223372036854775807", "9223372036854775807"],
    ["int64Text", "5", undefined],
    ["timestampText", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
    ["timestamp", "no moment", undefined],
    ["timestamp", 5, undefined],
    ["text", "\0s\0a", "\0a"],
    ["float64", "\0i9007199254740993", 2 ** 53],
    ["int32", 1.5, undefined],
    ["boolean", "true", undefined],
    ["node", { space: "s" }, undefined],
    ["text[]", ["a", 1], undefined],
    ["text[]", "a", undefined],
    ["json", { "\0s\0a": ["\0i9007199254740993", null, true] }, { "\0a": [2 ** 53, null, true] }],
    ["json", ["\0s\0"], ["\0"]],
    ["json", "x", "x"],
  ])("of %s: %j", (spec, given, read) => {
    expect(decoder(parseSpec(spec))(given as string)).toEqual(read);
  });
});
