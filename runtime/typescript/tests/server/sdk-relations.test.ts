import { beforeAll, describe, expect, it } from "vitest";
import { deploySample, plantFarm, sampleClient, SPACE } from "../sdk/deploy.js";
import type { ConsistencyClient, Turbine } from "../sdk/sample/index.js";
import { hasServer, ownServer } from "../support/server.js";

const names = (found: readonly { readonly name: string }[] | undefined) => found?.map((one) => one.name).sort();

describe.skipIf(!hasServer)("relations", () => {
  const server = ownServer();
  const client = () => sampleClient(server);
  beforeAll(async () => {
    await deploySample(server);
    await plantFarm(client());
  });

  async function turbine(externalId: string): Promise<Turbine> {
    const found = await client().turbine.retrieve(externalId);
    if (!found) throw new Error(`${externalId} is missing`);
    return found;
  }

  it("lead to one node", async () => {
    const a = await turbine("a");
    expect(a.rotor.id).toEqual({ space: SPACE, externalId: "rotor-a" });
    expect(a.rotor.loaded).toBeUndefined();
    const rotor = await a.rotor.get();
    expect(rotor).toMatchObject({ name: "Rotor A", weight: 10 });
    expect(await rotor?.turbine.get()).toMatchObject({ name: "A" });
    expect(await (await turbine("b")).parent.get()).toMatchObject({ name: "A" });
    expect(await a.parent.get()).toBeNull();
    expect(a.parent.id).toBeNull();
  });

  it("lead to many nodes, in the order of a list", async () => {
    const a = await turbine("a");
    expect(a.sparesIds?.map((one) => one.externalId)).toEqual(["blade-9", "blade-1"]);
    expect((await a.spares.toArray()).map((one) => one.name)).toEqual(["Blade 9", "Blade 1"]);
    expect(names(await a.blades.toArray())).toEqual(["Blade 1", "Blade 2"]);
    expect(names(await a.children.toArray())).toEqual(["B", "C"]);
    const seen: string[] = [];
    for await (const blade of a.blades) {
      expect(await blade.turbine.get()).toMatchObject({ name: "A" });
      seen.push(...(await blade.sensors.toArray()).map((one) => one.name));
    }
    expect(seen.sort()).toEqual(["Sensor 1", "Sensor 1", "Sensor 2"]);
  });

  it("lead along edges, with what the edges say", async () => {
    const a = await turbine("a");
    expect(names(await a.masts.toArray())).toEqual(["Mast 1", "Mast 2"]);
    const found: unknown[] = [];
    for await (const { edge, node } of a.masts.linked()) {
      found.push([node.name, edge.metres, edge.note, edge.startNode.externalId, (await edge.start.get())?.name]);
    }
    expect(found.sort()).toEqual([
      ["Mast 1", 12.5, "near", "a", "A"],
      ["Mast 2", 30, null, "a", "A"],
    ]);
    expect(names(await a.neighbours.toArray())).toEqual(["B", "C"]);
    const mast = await client().mast.retrieve("mast-1");
    expect(names(await mast?.turbines.toArray())).toEqual(["A"]);
  });

  it("can be narrowed, sorted, cut and counted", async () => {
    const a = await turbine("a");
    const { blades, masts, spares, children } = a;
    expect(names(await blades.filter({ length: { gt: 61 } }).toArray())).toEqual(["Blade 2"]);
    expect(names(await masts.where((m) => m.height.lt(70)).toArray())).toEqual(["Mast 2"]);
    expect((await masts.sort("height").toArray()).map((one) => one.name)).toEqual(["Mast 2", "Mast 1"]);
    expect((await blades.sort("-length").toArray()).map((one) => one.name)).toEqual(["Blade 2", "Blade 1"]);
    expect((await spares.sort("name").limit(1).toArray()).map((one) => one.name)).toEqual(["Blade 1"]);
    expect(await Promise.all([blades.count(), masts.count(), children.count(), spares.count()])).toEqual([2, 2, 2, 2]);
    expect(await masts.first()).toMatchObject({ externalId: expect.stringMatching("mast") as string });
    expect(await spares.limit(0).first()).toBeUndefined();
  });

  async function included(): Promise<[ConsistencyClient, Turbine, Turbine]> {
    const asking = client();
    const [a, b] = await asking.turbine
      .filter({ externalId: ["a", "b"] })
      .sort("name")
      .include(
        (t) => t.rotor,
        (t) => t.parent.include((p) => p.rotor),
        (t) => t.blades.sort("-length").include((b) => b.sensors.include((s) => s.blades)),
        (t) => t.spares.limit(1),
        (t) => t.children.filter({ name: ["B", "C"] }),
        (t) => t.masts.where((m) => m.height.gt(70)).include((m) => m.turbines),
        (t) => t.neighbours,
      )
      .toArray();
    if (!a || !b) throw new Error("turbines are missing");
    return [asking, a, b];
  }

  it("are included, however deep, and read without requests then", async () => {
    const [asking, a, b] = await included();
    const { pygen, blade } = asking;
    await pygen.views.filter(blade.view.id); // asked for once
    const before = pygen.counters.requests;
    expect(a.rotor.loaded).toMatchObject({ name: "Rotor A" });
    const parent = await b.parent.get();
    expect(parent?.rotor.loaded).toMatchObject({ name: "Rotor A" });
    const blades = a.blades.loaded ?? [];
    expect(blades.map((one) => [one.name, names(one.sensors.loaded)])).toEqual([
      ["Blade 2", ["Sensor 1", "Sensor 2"]],
      ["Blade 1", ["Sensor 1"]],
    ]);
    const deepest = blades[0]?.sensors.loaded?.map((one) => names(one.blades.loaded));
    expect(deepest).toContainEqual(["Blade 2", "Blade 3"]);
    expect([names(b.blades.loaded), names(a.spares.loaded)]).toEqual([["Blade 3"], ["Blade 9"]]);
    expect([names(a.children.loaded), b.neighbours.loaded]).toEqual([["B", "C"], []]);
    expect([b.rotor.loaded, a.parent.loaded]).toEqual([null, null]);
    expect(await a.blades.count()).toBe(2);
    expect(pygen.counters.requests).toBe(before);
    expect(names(await a.blades.filter({ name: "Blade 1" }).toArray())).toEqual(["Blade 1"]);
    expect(pygen.counters.requests).toBe(before + 1);
  });

  it("along edges are included with the edges", async () => {
    const [, a] = await included();
    const [mast, ...others] = a.masts.loaded ?? [];
    expect([mast?.name, others]).toEqual(["Mast 1", []]);
    expect(names(await mast?.turbines.toArray())).toEqual(["A"]);
    const links: unknown[] = [];
    for await (const { edge, node } of a.masts.linked()) links.push([edge.metres, node.name]);
    expect(links).toEqual([[12.5, "Mast 1"]]);
    expect(names(a.neighbours.loaded)).toEqual(["B", "C"]);
  });

  it("are told to objects that are there already", async () => {
    const { pygen, turbine } = client();
    const found = await turbine.list({}, { sort: ["name"] });
    expect(await turbine.load(found, [(t) => t.blades.include((b) => b.sensors)])).toBe(found);
    const before = pygen.counters.requests;
    expect(found.map((one) => one.blades.loaded?.length)).toEqual([2, 1, 0]);
    expect(pygen.counters.requests).toBe(before);
  });
});
