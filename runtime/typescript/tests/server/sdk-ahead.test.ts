import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PermissionDeniedError } from "../../src/index.js";
import type { Query } from "../../src/sdk/index.js";
import { deploySample, sampleClient, SPACE } from "../sdk/deploy.js";
import type { ConsistencyClient, Turbine } from "../sdk/sample/index.js";
import { hasServer, ownServer } from "../support/server.js";

const TURBINES = 40;
const id = (externalId: string) => ({ space: SPACE, externalId });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const sorted = (found: readonly { readonly externalId: string }[]) => found.map((one) => one.externalId).sort();

async function plant(client: ConsistencyClient): Promise<void> {
  await client.rotor.upsert(numbers(3).map((n) => ({ externalId: `rotor-${String(n)}`, name: `Rotor ${String(n)}` })));
  await client.mast.upsert(numbers(4).map((n) => ({ externalId: `mast-${String(n)}`, name: `Mast ${String(n)}` })));
  await client.turbine.upsert(
    numbers(TURBINES).map((n) => ({
      externalId: `turbine-${String(n)}`,
      name: `Turbine ${String(n).padStart(2, "0")}`,
      rotor: id(`rotor-${String(n % 3)}`),
      parent: n === 0 ? null : id("turbine-0"),
      spares: n % 2 ? [] : [id(`blade-${String(n)}`), id("blade-0")],
      masts: [{ metres: n, endNode: id(`mast-${String(n % 4)}`) }],
    })),
  );
  await client.blade.upsert(
    numbers(2 * TURBINES).map((n) => ({
      externalId: `blade-${String(n)}`,
      name: `Blade ${String(n)}`,
      length: n,
      turbine: id(`turbine-${String(n % TURBINES)}`),
    })),
  );
  await client.sensor.upsert(
    numbers(TURBINES).map((n) => ({
      externalId: `sensor-${String(n)}`,
      name: `Sensor ${String(n)}`,
      blades: [id(`blade-${String(n)}`), id(`blade-${String(n + 1)}`)],
    })),
  );
}

describe.skipIf(!hasServer)("a loop that reads relations of its objects", () => {
  const server = ownServer();
  let client: ConsistencyClient;
  let turbines: Query<Turbine>;

  beforeAll(async () => {
    await deploySample(server);
    await plant(sampleClient(server));
  });
  beforeEach(async () => {
    await server.reset();
    client = sampleClient(server);
    turbines = client.turbine.filter({ name: { prefix: "Turbine" } }).sort("name");
    const { turbine, rotor, blade, sensor, mast } = client;
    for (const { view } of [turbine, rotor, blade, sensor, mast]) await client.pygen.views.filter(view.id);
    await asked();
  });

  /** What was asked of the server since the last time. */
  async function asked(): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const { operation } of await server.journal()) found[operation] = (found[operation] ?? 0) + 1;
    await server.reset();
    return found;
  }

  it("asks once for each relation, whichever way it goes", async () => {
    let n = 0;
    for await (const turbine of turbines) {
      const me = String(n);
      expect((await turbine.rotor.get())?.externalId).toBe(`rotor-${String(n % 3)}`);
      expect((await turbine.spares.toArray()).map((one) => one.externalId)).toEqual(
        n % 2 ? [] : [`blade-${me}`, "blade-0"],
      );
      const blades: string[] = [];
      for await (const blade of turbine.blades) blades.push(blade.externalId);
      expect(blades.sort()).toEqual([`blade-${me}`, `blade-${String(n + TURBINES)}`].sort());
      for await (const { edge, node } of turbine.masts.linked()) {
        expect([edge.metres, node.externalId]).toEqual([n, `mast-${String(n % 4)}`]);
      }
      expect(await turbine.children.toArray()).toHaveLength(n === 0 ? TURBINES - 1 : 0);
      n += 1;
    }
    expect(n).toBe(TURBINES);
    expect(await asked()).toEqual({ "instances/list": 1, "instances/query": 5 });
  });

  it("asks once for each loop within", async () => {
    const found = new Set<string>();
    for (const turbine of await turbines.toArray()) {
      for await (const blade of turbine.blades) {
        for await (const sensor of blade.sensors) found.add(`${turbine.name} ${sensor.externalId}`);
        expect((await blade.turbine.get())?.externalId).toBe(turbine.externalId);
      }
    }
    expect(found.size).toBe(2 * TURBINES);
    expect(await asked()).toEqual({ "instances/list": 1, "instances/query": 3 });
  });

  it("asks once for what is narrowed, too", async () => {
    for (const [n, turbine] of (await turbines.toArray()).entries()) {
      const late = turbine.blades.filter({ length: { gte: TURBINES } }).sort("-length");
      expect((await late.toArray()).map((one) => one.length)).toEqual([n + TURBINES]);
      expect((await turbine.blades.sort("-length").first())?.length).toBe(n + TURBINES);
      expect(await turbine.blades.limit(0).toArray()).toEqual([]);
    }
    expect(await asked()).toEqual({ "instances/list": 1, "instances/query": 2 });
  });

  it("does not go on asking for all where each object has a condition of its own", async () => {
    for (const [n, turbine] of (await turbines.toArray()).entries()) {
      expect(await turbine.blades.filter({ length: n }).toArray()).toHaveLength(1);
    }
    expect(await asked()).toEqual({ "instances/list": 1 + TURBINES - 32, "instances/query": 32 });
  });

  it("is one request for those who ask at the same time", async () => {
    const found = await turbines.toArray();
    const rotors = await Promise.all(found.map((one) => one.rotor.get()));
    expect(rotors.map((one) => one?.externalId)).toEqual(numbers(TURBINES).map((n) => `rotor-${String(n % 3)}`));
    expect((await Promise.all(found.map((one) => one.blades.toArray()))).flat()).toHaveLength(2 * TURBINES);
    expect(await asked()).toEqual({ "instances/list": 1, "instances/query": 2 });
  });

  it("keeps what leads to one, and hands out once what leads to many", async () => {
    const [first, second] = await turbines.toArray();
    if (!first || !second) throw new Error("turbines are missing");
    expect(await first.rotor.get()).toBe(await first.rotor.get());
    expect(second.rotor.loaded?.externalId).toBe("rotor-1");
    expect(await second.blades.toArray()).toHaveLength(2);
    await asked();
    expect(second.blades.loaded).toBeUndefined();
    expect(await second.blades.toArray()).toHaveLength(2);
    expect(await asked()).toEqual({ "instances/list": 1 });
    await client.turbine.load([second], [(t) => t.blades]);
    expect(second.blades.loaded).toHaveLength(2);
  });

  it("asks for an object that came alone as ever", async () => {
    const one = await client.turbine.retrieve("turbine-1");
    expect((await one?.rotor.get())?.externalId).toBe("rotor-1");
    expect((await one?.rotor.get())?.externalId).toBe("rotor-1");
    expect(one?.rotor.loaded).toBeUndefined();
    expect(await asked()).toEqual({ "instances/byids": 1, "instances/list": 2 });
  });

  it("asks for fewer at once where a page does not hold all", async () => {
    const hubs = numbers(30).map((n) => `hub-${String(n).padStart(2, "0")}`);
    await client.turbine.upsert(hubs.map((externalId) => ({ externalId, name: externalId })));
    const leaves = hubs.flatMap((hub) =>
      numbers(50).map((n) => ({ externalId: `${hub}-${String(n)}`, turbine: id(hub) })),
    );
    await client.blade.upsert(leaves.map((one) => ({ ...one, name: one.externalId })));
    await asked();
    for await (const hub of client.turbine.filter({ name: { prefix: "hub" } }).sort("name")) {
      const mine = leaves.filter((one) => one.turbine.externalId === hub.name);
      expect(sorted(await hub.blades.toArray())).toEqual(sorted(mine));
    }
    // 1,500 are too many: one is asked for alone, then three at once, then as many as fit.
    const { "instances/list": lists = 0, "instances/query": queries = 0 } = await asked();
    expect([lists, queries <= 5]).toEqual([2, true]);
  });

  it("asks for each alone where it is too heavy or forbidden together, and is told what fails alone", async () => {
    await server.faults({ rules: [{ operation: "instances/query", action: { type: "timeoutAbove", rows: 20 } }] });
    let seen = 0;
    for await (const turbine of turbines) seen += (await turbine.blades.toArray()).length;
    expect(seen).toBe(2 * TURBINES);
    expect((await asked())["instances/query"]).toBeLessThan(TURBINES / 2);
    const [first] = await turbines.toArray();
    const forbidden = { type: "refuse", status: 403 };
    await server.faults({ rules: [{ operation: "instances/*", action: forbidden }] });
    await expect(first?.blades.toArray()).rejects.toThrow(PermissionDeniedError);
  });

  it("ends the waiting of who no longer wants it, and of nobody else", async () => {
    const [first, second, third] = await turbines.toArray();
    if (!first || !second || !third) throw new Error("turbines are missing");
    const leaving = new AbortController();
    const one = first.rotor.get({ signal: leaving.signal });
    const two = second.rotor.get();
    const three = third.rotor.get({ signal: leaving.signal });
    leaving.abort(new Error("enough"));
    await expect(one).rejects.toThrow("enough");
    await expect(three).rejects.toThrow("enough");
    expect((await two)?.externalId).toBe("rotor-1");
    expect((await third.rotor.get())?.externalId).toBe("rotor-2");
  });

  it("neither keeps nor asks for objects that nobody holds", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const [kept, gone] = await (async () => {
      const [first, second, ...rest] = await turbines.toArray();
      return [second, [first, ...rest].map((one) => new WeakRef(one ?? {}))] as const;
    })();
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(gone.filter((one) => one.deref() !== undefined)).toHaveLength(0);
    await asked();
    expect(await kept?.blades.toArray()).toHaveLength(2);
    expect(await asked()).toEqual({ "instances/list": 1 });
  });

  it("reads edges and what they lead to together", async () => {
    const edges = await client.distance.list({}, { limit: 10 });
    for (const edge of edges) expect((await edge.end.get())?.name).toMatch(/^Mast/);
    expect(await asked()).toEqual({ "instances/list": 1, "instances/query": 1 });
  });
});
