import { describe, expect, it } from "vitest";
import { UsageError, WriteConflictError } from "../../src/index.js";
import { json, rawNode, setup } from "../support/fake.js";
import {
  defineView,
  direct,
  type EdgeWrite,
  type NodeResource,
  type NodeWrite,
  toOne,
  type View,
  WriteApi,
} from "../../src/sdk/index.js";
import { ConsistencyClient, distanceView, type TowerWrite, towerView, type TurbineWrite } from "./sample/index.js";

const { client } = setup([json({ items: [] })]);
const model = new ConsistencyClient({ client, defaultSpace: "s" });
const id = (externalId: string) => ({ space: "s", externalId });
const far = { metres: 1, endNode: id("m") };
const untyped = defineView<unknown, EdgeWrite>({ id: distanceView.id, usedFor: "edge", properties: {} });

function ids(items: readonly { readonly instanceType: string; readonly externalId: string }[]): string[] {
  return items.map((one) => `${one.instanceType} ${one.externalId}`);
}

describe("a write", () => {
  it("puts together all that speak of the same node, and is not confused by circles", async () => {
    const a: TurbineWrite = { externalId: "a", name: "A" };
    a.parent = { externalId: "b", name: "B", parent: a, neighbours: [a, id("c")] };
    const { items } = await model.turbine.planUpsert([a, { externalId: "b", name: "B", capacity: 1 }]);
    expect(ids(items).map((one) => one.replace(/:[0-9a-f]{16}$/, ""))).toEqual([
      "node b",
      "node a",
      "edge b:a",
      "edge b:c",
    ]);
    expect(items[0]?.sources?.[0]?.properties).toEqual({ name: "B", capacity: 1, parent: id("a") });
  });

  it("may be as deep as anybody likes", async () => {
    let chain: TurbineWrite = { externalId: "0", name: "0" };
    for (let index = 1; index < 20_000; index += 1) {
      chain = { externalId: String(index), name: String(index), parent: chain };
    }
    const { items } = await model.turbine.planUpsert(chain);
    expect(items).toHaveLength(20_000);
    expect(items[0]?.externalId).toBe("0"); // what is pointed at comes first
  });

  it("writes a node of which only the id is given", async () => {
    const { items } = await model.turbine.planUpsert({ externalId: "a" } as TurbineWrite);
    expect(items).toEqual([{ instanceType: "node", space: "s", externalId: "a" }]);
  });

  it("writes edges by themselves, with the nodes at their ends", async () => {
    const { items } = await model.distance.planUpsert({
      metres: 5,
      startNode: { externalId: "t", name: "T" },
      endNode: { externalId: "m", name: "M" },
    });
    expect(ids(items).slice(0, 2).sort()).toEqual(["node m", "node t"]);
    const type = { space: "consistency", externalId: "turbine.masts" };
    const sources = [{ properties: { metres: 5 } }];
    expect(items[2]).toMatchObject({ type, startNode: id("t"), endNode: id("m"), sources });
  });

  it("gives edges the type that is said, and those of the view where none is", async () => {
    const edge = { metres: 5, startNode: id("t"), endNode: id("m") };
    const { items } = await model.distance.planUpsert([edge, { ...edge, edgeType: id("other") }]);
    expect(items.map((one) => one.type)).toEqual([distanceView.edgeType, id("other")]);
  });

  it.each<[string, Partial<TowerWrite>, object]>([
    ["the type that the view asks for", {}, { type: towerView.nodeType }],
    ["the type that is said", { nodeType: id("other") }, { type: id("other") }],
    ["none if that is said", { nodeType: null }, { type: null }],
  ])("gives nodes %s", async (_, said, expected) => {
    const { items } = await model.tower.planUpsert({ externalId: "a", name: "A", ...said });
    expect(items).toMatchObject([expected]);
  });

  it("says nothing of the type where the view does not", async () => {
    const {
      items: [item],
    } = await model.mast.planUpsert({ externalId: "a", name: "A" });
    expect(item).not.toHaveProperty("type");
  });

  it("refers to objects that were read by their ids", async () => {
    const properties = { consistency: { "Rotor/1": { name: "R" } } };
    const row = { instanceType: "node", space: "s", externalId: "r", version: 1, createdTime: 1, lastUpdatedTime: 1 };
    const made = setup([json({ items: [{ ...row, properties }] })]);
    const [rotor] = await new ConsistencyClient({ client: made.client }).rotor.list();
    const { items } = await model.turbine.planUpsert({ externalId: "a", name: "A", rotor: rotor ?? null });
    expect(items).toHaveLength(1);
    expect(items[0]?.sources?.[0]?.properties.rotor).toEqual(id("r"));
    await expect(model.rotor.planUpsert(rotor as never)).rejects.toThrow("no write object");
  });

  it("of what was read leaves out what the service alone writes, and clears what has a default", async () => {
    const view: View<NodeResource, NodeWrite> = defineView({
      id: { space: "m", externalId: "V", version: "1" },
      usedFor: "node",
      properties: { name: "text?", note: "text?", kept: "text?", rootId: ["node?", "root"], up: ["node?", "parent"] },
      readOnly: ["kept", "rootId"],
      defaulted: ["name"],
      relations: { parent: toOne(() => view, direct("up")) },
    });
    const properties = { m: { "V/1": { kept: "x", root: id("r"), parent: id("p") } } };
    const made = setup([json({ items: [rawNode("a", { properties, version: 7 })] })]);
    const api = new WriteApi(view, { client: made.client, defaultSpace: "s" });
    const [read] = await api.list();
    const write = read && api.asWrite(read);
    expect(write).toMatchObject({ externalId: "a", existingVersion: 7, name: null, parent: id("p") });
    expect(Object.keys(write ?? {}).sort()).toEqual(["existingVersion", "externalId", "name", "parent", "space"]);
    const { items } = await api.planUpsert(write ?? [], { checkVersions: false });
    expect(items).toMatchObject([{ sources: [{ properties: { name: null, parent: id("p") } }] }]);
    expect(items[0]).not.toHaveProperty("existingVersion");
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["no external id", () => model.turbine.planUpsert({ name: "A" } as never), "has no externalId"],
    ["an unknown property", () => model.turbine.planUpsert({ externalId: "a", colour: 1 } as never), "has no colour"],
    ["a reverse relation", () => model.turbine.planUpsert({ externalId: "a", blades: [] } as never), "has no blades"],
    ["no node", () => model.turbine.planUpsert({ externalId: "a", name: "A", rotor: "r" as never }), "r is no node"],
    [
      "an edge of no type",
      () => new WriteApi(untyped, { client, defaultSpace: "s" }).planUpsert({ startNode: id("a"), endNode: id("b") }),
      "edgeType",
    ],
    [
      "an edge of another type than its relation",
      () => model.turbine.planUpsert({ externalId: "a", name: "A", masts: [{ ...far, edgeType: id("x") }] }),
      "another edgeType",
    ],
    [
      "an edge of another node",
      () =>
        model.turbine.planUpsert({
          externalId: "a",
          name: "A",
          masts: [{ metres: 1, startNode: id("x"), endNode: id("m") }],
        }),
      "another startNode",
    ],
  ])("refuses %s", async (_, plan, why) => {
    await expect(plan()).rejects.toThrow(UsageError);
    await expect(plan()).rejects.toThrow(why);
  });

  it("refuses a space that nobody knows", async () => {
    const { turbine } = new ConsistencyClient({ client });
    await expect(turbine.planUpsert({ externalId: "a", name: "A" })).rejects.toThrow("names no space");
  });

  it("refuses objects that contradict each other", async () => {
    const two = [
      { externalId: "a", name: "A" },
      { externalId: "a", name: "B" },
    ];
    await expect(model.turbine.planUpsert(two)).rejects.toThrow(WriteConflictError);
  });
});
