import { beforeAll, describe, expect, it } from "vitest";
import {
  int64Of,
  plain,
  throwForFailures,
  type JsonValue,
  type RawInstance,
  type ViewReference,
} from "../../src/index.js";
import { deployThings } from "../support/model.js";
import { hasServer, sharedServer } from "../support/server.js";

describe.skipIf(!hasServer)("values on their way to the server and back", () => {
  const server = sharedServer();
  let view: ViewReference;

  beforeAll(async () => {
    view = await deployThings(server, "ts_values");
  });

  async function roundTrip(properties: Record<string, unknown>): Promise<Readonly<Record<string, JsonValue>>> {
    const { instances } = server.client();
    const id = { instanceType: "node", space: view.space, externalId: "one" } as const;
    const sources = [{ source: view, properties: properties as Record<string, JsonValue> }];
    throwForFailures(await instances.upsert([{ ...id, sources }], { replace: true }));
    const [found]: (RawInstance | undefined)[] = [
      ...(await instances.byIds({ items: [id], sources: [{ source: view }] })),
    ];
    return found?.properties?.[view.space]?.["Thing/1"] ?? {};
  }

  it.each([2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 0n, -1n])(
    "keep all digits of the int64 %d",
    async (number) => {
      const found = await roundTrip({ number, numbers: [number, 1n] });
      expect([int64Of(found.number), (found.numbers as JsonValue[]).map(int64Of)]).toEqual([number, [number, 1n]]);
    },
  );

  it("are what was written", async () => {
    const properties = {
      name: '9007199254740993 "quoted" \\ é😀\n',
      exact: 0.1,
      day: "2026-01-02",
      data: { a: [1, { b: null }], "9007199254740993": 1.5 },
      tags: [],
      next: { space: view.space, externalId: "other" },
    };
    expect(plain(await roundTrip({ ...properties, number: 2n ** 60n, when: new Date(1234567) }))).toEqual({
      ...properties,
      number: 2 ** 60,
      when: "1970-01-01T00:20:34.567+00:00",
    });
  });

  it("can be found again by a filter with all digits", async () => {
    await roundTrip({ number: 2n ** 53n + 1n });
    const property = [view.space, "Thing/1", "number"];
    const count = async (value: bigint): Promise<number> => {
      const pages = server.client().instances.pages({ instanceType: "node", filter: { equals: { property, value } } });
      return (await pages.next()).value?.items.length ?? 0;
    };
    expect([await count(2n ** 53n + 1n), await count(2n ** 53n)]).toEqual([1, 0]);
  });

  it("are counted, searched and queried", async () => {
    await roundTrip({ name: "needle", exact: 2.5 });
    const { instances } = server.client();
    expect(await instances.search({ view, query: "needle" })).toHaveLength(1);
    const [all] = await instances.aggregate({
      view,
      instanceType: "node",
      aggregates: [{ count: {} }, { avg: { property: "exact" } }],
    });
    expect(all?.aggregates?.map((one) => one.value)).toEqual([1, 2.5]);
    const reply = await instances.query({
      with: { a: { nodes: { filter: { hasData: [view] } }, limit: 10 } },
      select: { a: { sources: [{ source: view, properties: ["name"] }] } },
    });
    expect(reply.items.a).toHaveLength(1);
    const feed = await instances.sync({
      with: { a: { nodes: { filter: { hasData: [view] } }, limit: 100, mode: "onePhase" } },
      select: { a: {} },
    });
    expect([feed.items.a?.length, typeof feed.nextCursor.a]).toEqual([1, "string"]);
  });
});
