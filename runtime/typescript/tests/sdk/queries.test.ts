import { describe, expect, it } from "vitest";
import {
  InvalidResponseError,
  NoInstanceError,
  SeveralInstancesError,
  UsageError,
  type JsonObject,
} from "../../src/index.js";
import { hang, json, rawNode, refusal, setup, type Reply, type Setup } from "../support/fake.js";
import { ConsistencyClient } from "./sample/index.js";

function rotors(names: readonly string[], more: JsonObject = {}): JsonObject[] {
  return names.map((name) => rawNode(name, { properties: { consistency: { "Rotor/1": { name, ...more } } } }));
}

function page(names: readonly string[], nextCursor?: string): Response {
  return json({ items: rotors(names), ...(nextCursor !== undefined && { nextCursor }) });
}

function sample(...replies: Reply[]): Setup & { readonly model: ConsistencyClient } {
  const made = setup(replies);
  return { ...made, model: new ConsistencyClient({ client: made.client }) };
}

describe("a query", () => {
  it("asks for nothing before it is read, and each time anew", async () => {
    const { server, model } = sample(page(["a"]));
    const query = model.rotor.filter({ name: "a" }).sort("-weight").limit(5);
    expect(server.seen).toHaveLength(0);
    expect((await query.toArray()).map((one) => one.name)).toEqual(["a"]);
    expect((await query.first())?.name).toBe("a");
    expect(server.seen.map((one) => one.body.limit)).toEqual([5, 1]);
    expect(server.seen[0]?.body).toMatchObject({
      filter: { equals: { property: ["consistency", "Rotor/1", "name"], value: "a" } },
      sort: [{ property: ["consistency", "Rotor/1", "weight"], direction: "descending" }],
    });
  });

  it("leaves nothing behind when its loop is left", async () => {
    const { server, model, clock } = sample(page(["a", "b"], "1"), hang);
    for await (const one of model.rotor.all()) {
      expect(one.name).toBe("a");
      break;
    }
    expect([server.underWay, clock.pending]).toEqual([0, 0]);
    expect(server.seen.at(-1)?.signal.aborted).toBe(true);
  });

  it("leaves nothing behind when a relation's loop is left", async () => {
    const turbine = rawNode("t", { properties: { consistency: { "Turbine/1": { name: "T" } } } });
    const blade = rawNode("b", { properties: { consistency: { "Blade/1": { name: "B" } } } });
    const { server, model, clock } = sample(
      json({ items: [turbine] }),
      json({ items: [blade, { ...blade, externalId: "c" }], nextCursor: "1" }),
      hang,
    );
    const [found] = await model.turbine.list();
    if (found) for await (const one of found.blades) if (one.externalId === "b") break;
    expect([server.underWay, clock.pending]).toEqual([0, 0]);
  });

  it("rejects with the reason of its signal", async () => {
    const { model } = sample(hang);
    const controller = new AbortController();
    const waiting = model.rotor.all().toArray({ signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });

  it("gives the only one, or says that there is none or several", async () => {
    const { server, model } = sample(page(["a"]));
    expect((await model.rotor.all().one()).name).toBe("a");
    server.next(page([]));
    await expect(model.rotor.all().one()).rejects.toThrow(NoInstanceError);
    expect(await model.rotor.all().first()).toBeUndefined();
    server.next(page(["a", "b"]));
    await expect(model.rotor.all().one()).rejects.toThrow(SeveralInstancesError);
  });

  it.each<[string, JsonObject]>([
    ["lacks what the model requires", rawNode("a", { properties: { consistency: { "Rotor/1": { weight: 1 } } } })],
    ["holds another type", rawNode("a", { properties: { consistency: { "Rotor/1": { name: 5 } } } })],
    ["is an edge", { ...rawNode("a"), instanceType: "edge", type: {}, startNode: {}, endNode: {} }],
  ])("says so when what comes %s", async (_, row) => {
    const { model } = sample(json({ items: [row] }));
    await expect(model.rotor.list()).rejects.toThrow(InvalidResponseError);
  });

  it("keeps the request id of refusals", async () => {
    const { model } = sample(refusal(400));
    await expect(model.rotor.count()).rejects.toMatchObject({ requestId: "req-1", status: 400 });
  });

  it("refuses what cannot be asked", () => {
    const { turbine } = sample(page([])).model;
    const all = turbine.all();
    const refused: [() => unknown, string][] = [
      [() => all.filter({ colour: "red" } as never), 'no property "colour"; it has nodeType, space'],
      [() => all.filter({ name: {} as never }), "{} says nothing"],
      [() => all.filter({ name: { like: "x" } as never }), "like is not known"],
      [() => all.filter({ tags: { containsAny: "x" as never } }), "a list of values"],
      [() => all.filter({ tags: { containsAll: [] } }), "containsAll needs a value"],
      [() => all.where(() => "x" as never), "where takes"],
      [() => all.where({} as never), "where takes"],
      [() => all.sort("name", "-name"), "a sort key twice"],
      [() => all.sort("tags" as never), "holds lists"],
      [() => all.sort("data" as never), "holds JSON"],
      [() => all.sort("name", "count", "serial", "day", "ratio", "status"), "five at most"],
      [() => all.limit(-1), "limit is -1"],
      [() => all.limit(1.5), "limit is 1.5"],
      [() => all.select("colour" as never), "no property"],
      [() => all.groupBy(), "one to five"],
      [() => all.units({ colour: "x" } as never), "no property"],
    ];
    for (const [ask, why] of refused) {
      expect(ask, why).toThrow(UsageError);
      expect(ask).toThrow(why);
    }
  });

  it("asks in the units that are wanted", async () => {
    const { server, model } = sample(page([]));
    await model.rotor.all().units({ weight: "mass:kilogm" }).toArray();
    await model.rotor.all().units("SI").toArray();
    expect(server.seen.map((one) => (one.body.sources as JsonObject[])[0]?.targetUnits)).toEqual([
      [{ property: "weight", unit: { externalId: "mass:kilogm" } }],
      [{ unit: { unitSystemName: "SI" } }],
    ]);
  });

  it("explains itself with all digits", () => {
    const { turbine } = sample(page([])).model;
    expect(turbine.filter({ serial: 2n ** 62n, name: "5" }).explain()).toContain('"value": 4611686018427387904');
    expect(turbine.filter({ name: "5" }).explain()).toContain('"value": "5"');
  });

  it("takes ids without a space only with a default space", async () => {
    const { model, client } = sample(page([]));
    await expect(model.rotor.retrieve("a")).rejects.toThrow("defaultSpace");
    const { rotor } = new ConsistencyClient({ client, defaultSpace: "s" });
    expect(await rotor.retrieve("a")).toBeUndefined();
    expect(await rotor.retrieveMany([])).toEqual({ items: [], missing: [] });
  });

  it("reads enum values that are newer than the SDK, and what the model does not have", async () => {
    const properties = { consistency: { "Turbine/1": { name: "T", status: "brand new", colour: "red" } } };
    const { model } = sample(json({ items: [rawNode("a", { properties })] }));
    const [found] = await model.turbine.list();
    expect(found?.status).toBe("brand new");
    expect(found).not.toHaveProperty("colour");
  });
});
