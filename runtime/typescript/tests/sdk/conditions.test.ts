import { describe, expect, it } from "vitest";
import type { Filter, JsonObject } from "../../src/index.js";
import {
  defineView,
  type Conditions,
  type Fields,
  type Condition,
  type IntegerText,
  type IsoTimestamp,
  type NodeResource,
} from "../../src/sdk/index.js";
import { conditionsFilter, whereFilter } from "../../src/sdk/filters.js";
import { json, rawNode, setup } from "../support/fake.js";
import { ConsistencyClient, turbineView, type Turbine } from "./sample/index.js";

const of = (name: string) => ["consistency", "Turbine/1", name];
const moment = new Date("2026-01-02T03:04:05.678Z");
const id = { space: "s", externalId: "x" };

describe("conditions", () => {
  it.each<[Conditions<Turbine>, Filter]>([
    [{ name: "A" }, { equals: { property: of("name"), value: "A" } }],
    [{ name: ["A"] }, { in: { property: of("name"), values: ["A"] } }],
    [{ name: [] }, { not: { matchAll: {} } }],
    [{ capacity: null }, { not: { exists: { property: of("capacity") } } }],
    [{ capacity: { exists: false } }, { not: { exists: { property: of("capacity") } } }],
    [{ name: { prefix: "A" } }, { prefix: { property: of("name"), value: "A" } }],
    [{ serial: 2n ** 62n }, { equals: { property: of("serial"), value: 2n ** 62n } }],
    [{ installed: { gt: moment } }, { range: { property: of("installed"), gt: "2026-01-02T03:04:05.678Z" } }],
    [{ createdTime: { lt: moment } }, { range: { property: ["node", "createdTime"], lt: moment.getTime() } }],
    [{ tags: "a" }, { containsAny: { property: of("tags"), values: ["a"] } }],
    [{ tags: [] }, { not: { matchAll: {} } }],
    [{ tags: { containsAll: ["a", "b"] } }, { containsAll: { property: of("tags"), values: ["a", "b"] } }],
    [{ moments: moment }, { containsAny: { property: of("moments"), values: ["2026-01-02T03:04:05.678Z"] } }],
    [{ rotorId: id }, { equals: { property: of("rotor"), value: id } }],
    [{ sparesIds: [id] }, { containsAny: { property: of("spares"), values: [id] } }],
    [{ data: { exists: true } }, { exists: { property: of("data") } }],
    [
      { capacity: { gte: 1, lt: 2 }, running: true, name: undefined } as object,
      {
        and: [
          { range: { property: of("capacity"), gte: 1 } },
          { range: { property: of("capacity"), lt: 2 } },
          { equals: { property: of("running"), value: true } },
        ],
      },
    ],
  ])("are the filters of the API: %#", (conditions, filter) => {
    expect(conditionsFilter(turbineView, conditions)).toEqual(filter);
  });

  it("that are none ask for everything", () => {
    expect(conditionsFilter(turbineView, {})).toBeUndefined();
  });

  it("take whole objects for ids", () => {
    const rotor = { ...id, version: 1, name: "R" };
    expect(conditionsFilter(turbineView, { rotorId: rotor })).toEqual({ equals: { property: of("rotor"), value: id } });
  });
});

describe("functions of fields", () => {
  const scope = of("rotor");
  const weight = ["consistency", "Rotor/1", "weight"];

  it.each<[string, (t: Fields<Turbine>) => Condition, Filter]>([
    ["eq", (t) => t.name.eq("A"), { equals: { property: of("name"), value: "A" } }],
    ["eq null", (t) => t.capacity.eq(null), { not: { exists: { property: of("capacity") } } }],
    ["ne", (t) => t.name.ne("A"), { not: { equals: { property: of("name"), value: "A" } } }],
    ["in", (t) => t.count.in([1, 2]), { in: { property: of("count"), values: [1, 2] } }],
    ["in nothing", (t) => t.count.in([]), { not: { matchAll: {} } }],
    ["lt", (t) => t.ratio.lt(1), { range: { property: of("ratio"), lt: 1 } }],
    ["lte", (t) => t.day.lte("2026-01-01"), { range: { property: of("day"), lte: "2026-01-01" } }],
    ["gt", (t) => t.installed.gt(moment), { range: { property: of("installed"), gt: "2026-01-02T03:04:05.678Z" } }],
    ["gte", (t) => t.serial.gte(1n), { range: { property: of("serial"), gte: 1n } }],
    ["between", (t) => t.count.between(1, 2), { range: { property: of("count"), gte: 1, lte: 2 } }],
    ["prefix", (t) => t.name.prefix("A"), { prefix: { property: of("name"), value: "A" } }],
    ["exists", (t) => t.documents.exists(), { exists: { property: of("documents") } }],
    ["contains", (t) => t.tags.contains("a"), { containsAny: { property: of("tags"), values: ["a"] } }],
    ["containsAll", (t) => t.numbers.containsAll([1n]), { containsAll: { property: of("numbers"), values: [1n] } }],
    [
      "and, or, not",
      (t) => t.running.eq(true).and(t.name.eq("A").or(t.name.eq("B")).not()),
      {
        and: [
          { equals: { property: of("running"), value: true } },
          {
            not: {
              or: [{ equals: { property: of("name"), value: "A" } }, { equals: { property: of("name"), value: "B" } }],
            },
          },
        ],
      },
    ],
    ["nested", (t) => t.rotor.weight.gt(5), { nested: { scope, filter: { range: { property: weight, gt: 5 } } } }],
    [
      "nested twice",
      (t) => t.parent.rotor.weight.gt(5),
      {
        nested: { scope: of("parent"), filter: { nested: { scope, filter: { range: { property: weight, gt: 5 } } } } },
      },
    ],
  ])("%s", (_, where, filter) => {
    expect(whereFilter(turbineView, where)).toEqual(filter);
  });

  it("may be filters of the API", () => {
    const filter: Filter = { hasData: [] };
    expect(whereFilter(turbineView, filter)).toBe(filter);
  });
});

interface Texts extends NodeResource {
  readonly digits: IntegerText | null;
  readonly when: IsoTimestamp | null;
}
const textsView = defineView<Texts>({
  id: { space: "s", externalId: "Texts", version: "1" },
  usedFor: "node",
  properties: { digits: "int64Text?", when: "timestampText?" },
});

describe("integers and moments that are kept as texts", () => {
  it("are written as what they are", () => {
    expect(
      conditionsFilter(textsView, { digits: "9223372036854775807", when: { gt: "2026-01-01T00:00:00Z" } }),
    ).toEqual({
      and: [
        { equals: { property: ["s", "Texts/1", "digits"], value: 2n ** 63n - 1n } },
        { range: { property: ["s", "Texts/1", "when"], gt: "2026-01-01T00:00:00Z" } },
      ],
    });
  });
});

describe("figures", () => {
  function answering(items: JsonObject[]) {
    const { client, server } = setup([json({ items })]);
    return { server, turbine: new ConsistencyClient({ client }).turbine };
  }

  it("are asked for and read by their names", async () => {
    const aggregates = [
      { aggregate: "avg", property: "capacity", value: 2.5 },
      { aggregate: "max", property: "count", value: 7 },
      { aggregate: "sum", property: "serial", value: 5 },
      { aggregate: "histogram", property: "ratio", interval: 10, buckets: [{ start: 0, count: 2 }] },
      { aggregate: "count", property: "name", value: 3 },
    ];
    const { server, turbine } = answering([{ aggregates }]);
    const found = await turbine.filter({ running: true }).aggregate((t) => ({
      mean: t.capacity.avg(),
      most: t.count.max(),
      total: t.serial.sum(),
      spread: t.ratio.histogram(10),
      named: t.name.count(),
    }));
    expect(found).toEqual({ mean: 2.5, most: 7, total: 5n, spread: [{ start: 0, count: 2 }], named: 3 });
    expect(server.seen[0]?.body).toMatchObject({
      aggregates: [
        { avg: { property: "capacity" } },
        { max: { property: "count" } },
        { sum: { property: "serial" } },
        { histogram: { property: "ratio", interval: 10 } },
        { count: { property: "name" } },
      ],
      filter: { equals: { value: true } },
    });
  });

  it("of nothing are null, and nothing is counted", async () => {
    const { turbine } = answering([]);
    const metrics = (t: Fields<Turbine>) => ({
      least: t.capacity.min(),
      some: t.name.count(),
      steps: t.count.histogram(1),
    });
    expect(await turbine.all().aggregate(metrics)).toEqual({ least: null, some: 0, steps: [] });
    expect(await turbine.all().limit(5).count()).toBe(0);
  });

  it("by group come with the values of the group", async () => {
    const group = { status: "active", serial: 5, rotor: null };
    const { server, turbine } = answering([
      { group, aggregates: [{ aggregate: "avg", property: "capacity", value: 1 }] },
    ]);
    const found = await turbine
      .all()
      .groupBy("status", "serial", "rotorId")
      .aggregate((t) => ({ mean: t.capacity.avg() }));
    expect(found).toEqual([{ group: { status: "active", serial: 5n, rotorId: null }, figures: { mean: 1 } }]);
    expect(await turbine.all().groupBy("status").values()).toEqual([{ status: "active" }]);
    expect(server.seen[0]?.body.groupBy).toEqual(["status", "serial", "rotor"]);
    expect(server.seen[1]?.body).not.toHaveProperty("aggregates");
  });

  it("are five at most, and must be of the types that the model says", async () => {
    const { turbine } = answering([{ group: { count: "many" } }]);
    const six = (t: Fields<Turbine>) =>
      Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, t.name.count()]));
    await expect(turbine.all().aggregate(six)).rejects.toThrow("five at most");
    await expect(turbine.all().groupBy("count").values()).rejects.toThrow("another type than the model says");
  });

  it("and searches are asked with the ids of the view", async () => {
    const row = rawNode("a", { properties: { consistency: { "Turbine/1": { name: "A" } } } });
    const { server, turbine } = answering([row]);
    const found = await turbine.search("a b", {
      properties: ["name"],
      filter: { running: true },
      operator: "OR",
      limit: 3,
    });
    expect(found.map((one) => one.name)).toEqual(["A"]);
    expect(server.seen[0]?.body).toMatchObject({ query: "a b", properties: ["name"], operator: "OR", limit: 3 });
  });
});
