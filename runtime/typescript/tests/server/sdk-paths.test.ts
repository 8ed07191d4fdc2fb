import { beforeAll, describe, expect, it } from "vitest";
import { IncludeDepthError, UsageError } from "../../src/index.js";
import { deploySample, plantFarm, sampleClient, SPACE } from "../sdk/deploy.js";
import type { ConsistencyClient } from "../sdk/sample/index.js";
import { hasServer, ownServer } from "../support/server.js";

const id = (externalId: string) => ({ space: SPACE, externalId });
const names = (found: readonly { readonly name: string }[]) => found.map((one) => one.name).sort();

describe.skipIf(!hasServer)("a path", () => {
  const server = ownServer();
  let client: ConsistencyClient;

  beforeAll(async () => {
    await deploySample(server);
    client = sampleClient(server);
    await plantFarm(client);
    // A chain of parents that ends in a circle: n-3 → n-2 → n-1 → n-0 → n-3.
    const chain = [0, 1, 2, 3].map((n) => ({
      externalId: `n-${String(n)}`,
      name: `N${String(n)}`,
      capacity: n,
      parent: id(`n-${String((n + 3) % 4)}`),
    }));
    await client.turbine.upsert(chain);
  });

  it("gives what lies at its end, each once, and what lies on the way", async () => {
    const start = client.turbine.filter({ name: ["A", "B"] }).sort("name");
    const path = start.follow((t) => t.blades.sort("-length")).follow((b) => b.sensors);
    expect(names(await path.toArray())).toEqual(["Sensor 1", "Sensor 2"]);
    expect([await path.count(), (await path.first())?.name.slice(0, 6)]).toEqual([2, "Sensor"]);
    const rows: string[] = [];
    for await (const [turbine, blade, sensor] of path.rows())
      rows.push([turbine, blade, sensor].map((one) => one.name).join());
    expect(rows.sort()).toEqual([
      "A,Blade 1,Sensor 1",
      "A,Blade 2,Sensor 1",
      "A,Blade 2,Sensor 2",
      "B,Blade 3,Sensor 2",
    ]);
    expect(
      await start
        .filter({ name: "nobody" })
        .follow((t) => t.rotor)
        .toArray(),
    ).toEqual([]);
  });

  it("is combined with others by ids", async () => {
    const ofA = client.turbine.filter({ name: "A" }).follow((t) => t.blades);
    const late = client.blade.filter({ length: { gt: 61 } });
    expect(names(await ofA.or(late).toArray())).toEqual(["Blade 1", "Blade 2", "Blade 3"]);
    expect(names(await ofA.and(late).toArray())).toEqual(["Blade 2"]);
    expect(names(await ofA.without(late).toArray())).toEqual(["Blade 1"]);
    expect(names(await ofA.without(late).or(ofA.and(late)).toArray())).toEqual(["Blade 1", "Blade 2"]);
  });

  it("goes as far as there is something new, or as it may", async () => {
    const start = client.turbine.filter({ name: "N3" });
    expect((await start.reach((t) => t.parent).toArray()).map((one) => one.name)).toEqual(["N2", "N1", "N0", "N3"]);
    const found: [number, string[]][] = [];
    for await (const { distance, items } of start.reach((t) => t.parent, { maxDistance: 2 }).distances()) {
      found.push([distance, names(items)]);
    }
    expect(found).toEqual([
      [1, ["N2"]],
      [2, ["N1"]],
    ]);
    const until = start.reach((t) => t.parent, { until: (t) => t.capacity.lt(2) });
    expect(names(await until.toArray())).toEqual(["N1", "N2"]);
    const children = client.turbine.filter({ name: "A" }).reach((t) => t.children.include((c) => c.parent));
    expect((await children.toArray()).map((one) => one.parent.loaded?.name)).toEqual(["A", "A"]);
  });

  it("ends with its signal, and leaves nothing under way when its loop is left", async () => {
    const path = client.turbine.all().follow((t) => t.blades);
    await expect(path.toArray({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    for await (const one of client.turbine.all().reach((t) => t.parent)) if (one.name) break;
    const before = client.pygen.counters.requests;
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.pygen.counters.requests).toBe(before);
  });

  it("is refused where it cannot be", () => {
    const all = client.turbine.all();
    expect(() => all.reach((t) => t.rotor as never)).toThrow("use follow");
    expect(() => all.reach((t) => t.parent, { maxDistance: 0 })).toThrow(UsageError);
    expect(() => all.follow(() => undefined as never)).toThrow("there are rotor, spares");
    let path = all.follow((t) => t.parent);
    for (let hops = 1; hops < 10; hops += 1) path = path.follow((t) => t.parent) as never;
    expect(() => path.follow((t) => t.parent)).toThrow(IncludeDepthError);
  });

  it("along edges tells of the edges themselves", async () => {
    const a = await client.turbine.retrieve("a");
    if (!a) throw new Error("a is missing");
    const edges = a.masts.edges();
    expect((await edges.sort("metres").toArray()).map((one) => [one.metres, one.startNode])).toEqual([
      [12.5, id("a")],
      [30, id("a")],
    ]);
    expect(await edges.count()).toBe(2);
    expect((await edges.filter({ metres: { gt: 20 } }).first())?.endNode).toEqual(id("mast-2"));
    const bare = await a.neighbours.edges().toArray();
    expect(bare.map((one) => one.endNode.externalId).sort()).toEqual(["b", "c"]);
    expect(() => a.masts.limit(1).edges()).toThrow(UsageError);
    expect(() => edges.partitions(2)).toThrow(UsageError);
    const pages: number[] = [];
    for await (const page of a.masts.pages()) pages.push(page.length);
    expect(pages).toEqual([2]);
  });

  it("along edges counts those without properties, too", async () => {
    const edge = {
      instanceType: "edge",
      space: SPACE,
      externalId: "bare",
      type: { space: "consistency", externalId: "turbine.masts" },
    };
    await server.post("/models/instances", { items: [{ ...edge, startNode: id("c"), endNode: id("mast-1") }] });
    const c = await client.turbine.retrieve("c");
    const found = await c?.masts.edges().toArray();
    expect(found?.map((one) => [one.externalId, Object.keys(one).includes("metres")])).toEqual([["bare", false]]);
    for await (const { edge: one, node } of c?.masts.linked() ?? [])
      expect([one.externalId, node.name]).toEqual(["bare", "Mast 1"]);
  });
});
