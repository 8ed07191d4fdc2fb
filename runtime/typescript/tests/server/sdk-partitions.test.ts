import { beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../src/index.js";
import { deploySample, sampleClient, SPACE } from "../sdk/deploy.js";
import type { Turbine } from "../sdk/sample/index.js";
import { hasServer, ownServer } from "../support/server.js";

const COUNT = 700;

describe.skipIf(!hasServer)("queries in partitions", () => {
  const server = ownServer();
  const client = () => sampleClient(server, { pageSize: 50, limits: { read: 8 } });
  const ids = Array.from({ length: COUNT }, (_, index) => `turbine-${String(index).padStart(4, "0")}`);

  beforeAll(async () => {
    await deploySample(server);
    const { turbine } = client();
    await turbine.upsert(
      ids.map((externalId, index) => ({
        externalId,
        name: `T${String((index * 7919) % COUNT)}`,
        status: index % 2 ? "active" : "retired",
        capacity: index % 5 ? index / 8 : null,
        serial: 2n ** 62n + BigInt(index),
        count: index % 3,
        installed: new Date(1_700_000_000_000 + index * 1e7),
        day: `2024-01-${String((index % 28) + 1).padStart(2, "0")}`,
        rotor: { space: SPACE, externalId: "rotor" },
      })),
    );
    await client().rotor.upsert({ externalId: "rotor", name: "R" });
  });

  it.each([
    "externalId",
    "space",
    "version",
    "createdTime",
    "name",
    "status",
    "capacity",
    "serial",
    "count",
    "installed",
    "day",
  ] as const)("by %s give what one cursor gives", async (property) => {
    const found = await client().turbine.all().partitions(5, property).toArray();
    expect(found.map((one) => one.externalId).sort()).toEqual(ids);
  });

  it("go through everything that reads a query", async () => {
    const query = client().turbine.filter({ status: "active" }).partitions(4);
    const some = ids.filter((_, index) => index % 2);
    const looped: Turbine[] = [];
    for await (const one of query) looped.push(one);
    expect(looped.map((one) => one.externalId).sort()).toEqual(some);
    const pages: Turbine[] = [];
    for await (const page of query.pages({ prefetch: 2 })) pages.push(...page);
    expect(pages.map((one) => one.externalId).sort()).toEqual(some);
    const chosen = await query.select("name").toArray();
    expect(chosen.map((one) => one.externalId).sort()).toEqual(some);
    const included = await query.include((t) => t.rotor).toArray();
    expect(included.map((one) => one.rotor.loaded?.name)).toEqual(some.map(() => "R"));
    expect([await query.count(), typeof (await query.first())?.name]).toEqual([some.length, "string"]);
  });

  it("can be left, and stay one query with one cursor when there is one", async () => {
    for await (const one of client().turbine.all().partitions(8)) {
      expect(one.name).toMatch(/^T/);
      break;
    }
    expect(await client().turbine.all().partitions(1).toArray()).toHaveLength(COUNT);
  });

  it("have no order, no limit, and no changes", async () => {
    const query = client().turbine.all().partitions(4);
    await expect(query.sort("name").toArray()).rejects.toThrow(UsageError);
    await expect(query.limit(5).toArray()).rejects.toThrow(UsageError);
    await expect(query.toArray({ prefetch: 0 })).rejects.toThrow(UsageError);
    expect(() => query.changes()).toThrow(UsageError);
  });

  it("are made by a property with an order", () => {
    const query = client().turbine.all();
    // @ts-expect-error -- a list has no order
    expect(() => query.partitions(4, "tags")).toThrow(/cannot make partitions/);
    // @ts-expect-error -- JSON has none
    expect(() => query.partitions(4, "data")).toThrow(/cannot make partitions/);
    // @ts-expect-error -- nor have ids
    expect(() => query.partitions(4, "rotorId")).toThrow(/cannot make partitions/);
    // @ts-expect-error -- there is none of that name
    expect(() => query.partitions(4, "colour")).toThrow(/no property "colour"/);
  });
});
