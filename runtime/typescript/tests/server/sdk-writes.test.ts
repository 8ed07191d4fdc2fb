import { beforeEach, describe, expect, it } from "vitest";
import { UsageError, WriteError } from "../../src/index.js";
import type { Choice } from "../../src/sdk/index.js";
import { deploySample, plantFarm, sampleClient, SPACE } from "../sdk/deploy.js";
import type { ConsistencyClient, Turbine } from "../sdk/sample/index.js";
import { hasServer, ownServer } from "../support/server.js";

const id = (externalId: string) => ({ space: SPACE, externalId });
const names = (found: readonly { readonly externalId: string }[]) => found.map((one) => one.externalId).sort();

describe.skipIf(!hasServer)("writing", () => {
  const server = ownServer();
  let client: ConsistencyClient;
  let deployed: Promise<void> | undefined;

  beforeEach(async () => {
    await (deployed ??= deploySample(server));
    await server.reset();
    client = sampleClient(server);
    await client.turbine.tryDelete(["a", "b", "c"]); // and all edges that touch them
    await plantFarm(client);
    await client.turbine.upsert({ externalId: "a", name: "A", masts: linksTo("mast-1", "mast-2") }, replacing);
  });

  const replacing = { replaceEdges: true };
  const linksTo = (...masts: string[]) => masts.map((one) => ({ metres: 1, endNode: id(one) }));

  async function turbine(externalId: string): Promise<Turbine> {
    const found = await client.turbine.retrieve(externalId);
    if (!found) throw new Error(`${externalId} is missing`);
    return found;
  }

  const mastsOf = async (externalId: string) => names(await (await turbine(externalId)).masts.toArray());

  it("writes what was read as it was, and what is said to be otherwise", async () => {
    const { turbine: turbines } = client;
    const read = await turbine("a");
    const write = turbines.asWrite(read);
    expect(write).toMatchObject({ externalId: "a", rotor: id("rotor-a"), spares: [id("blade-9"), id("blade-1")] });
    expect(write).not.toHaveProperty("serial");
    expect((await turbines.upsert(write)).unchanged).toHaveLength(1);
    const changed = await turbines.upsert({ ...write, capacity: 4 });
    expect([changed.written.length, (await turbine("a")).capacity]).toEqual([1, 4]);
    // It knows the version that was read.
    await expect(turbines.upsert({ ...write, capacity: 5 })).rejects.toThrow(WriteError);
    expect((await turbines.upsert({ ...write, capacity: 5 }, { skipOnVersionConflict: true })).skipped).toHaveLength(1);
    await turbines.upsert({ ...write, capacity: 6 }, { checkVersions: false });
    expect((await turbine("a")).capacity).toBe(6);
    expect(() => turbines.asWrite({ ...read })).toThrow(UsageError);
  });

  it("writes edges that were read", async () => {
    const edges: unknown[] = [];
    for await (const { edge } of (await turbine("a")).masts.linked()) {
      const write = client.distance.asWrite(edge);
      expect(write).toMatchObject({ startNode: id("a"), metres: edge.metres, edgeType: edge.edgeType });
      edges.push((await client.distance.upsert({ ...write, metres: 7 })).written.length);
    }
    expect(edges).toEqual([1, 1]);
  });

  it("removes edges that are in no list any more, and only if that is wanted", async () => {
    await client.turbine.upsert({ externalId: "a", name: "A", masts: linksTo("mast-1") });
    expect(await mastsOf("a")).toEqual(["mast-1", "mast-2"]);
    const without = { externalId: "a", name: "A" };
    expect((await client.turbine.upsert(without, replacing)).removed.deleted).toEqual([]);
    const plan = await client.turbine.planUpsert({ ...without, masts: linksTo("mast-1") }, replacing);
    expect(plan.removals.map((one) => one.owner)).toEqual([id("a")]);
    expect(await mastsOf("a")).toEqual(["mast-1", "mast-2"]);
    const { removed } = await client.turbine.upsert({ ...without, masts: linksTo("mast-1") }, replacing);
    expect([removed.deleted.length, await mastsOf("a")]).toEqual([1, ["mast-1"]]);
    await client.turbine.upsert({ ...without, masts: [] }, replacing);
    expect([await mastsOf("a"), names(await (await turbine("a")).neighbours.toArray())]).toEqual([[], ["b", "c"]]);
  });

  it("takes edges between the same nodes for the same, whatever their ids", async () => {
    await client.turbine.upsert({ externalId: "a", name: "A", masts: [] }, replacing);
    const own = { externalId: "own", metres: 3, endNode: id("mast-1") };
    await client.turbine.upsert({ externalId: "a", name: "A", masts: [own] });
    const { removed, written } = await client.turbine.upsert(
      { externalId: "a", name: "A", masts: [{ metres: 4, endNode: id("mast-1") }] },
      replacing,
    );
    expect([names(written), removed.deleted]).toEqual([["own"], []]);
  });

  it("removes no edge of a node that was not written", async () => {
    const before = await mastsOf("a");
    const { removed, failed } = await client.turbine.tryUpsert(
      { externalId: "a", name: "A", existingVersion: 0, masts: [] },
      replacing,
    );
    expect([failed.length, removed.deleted, await mastsOf("a")]).toEqual([1, [], before]);
    expect(before).not.toEqual([]);
  });

  it("deletes what is given, and what relations lead to if that is wanted", async () => {
    const cascade: Choice<Turbine>[] = [(t) => t.rotor, (t) => t.blades.include((b) => b.sensors)];
    const read = await turbine("a");
    const plan = await client.turbine.planDelete(read, { cascade });
    expect(names(plan.ids)).toEqual(["a", "blade-1", "blade-2", "rotor-a", "sensor-1", "sensor-2"]);
    expect(plan.edges).toHaveLength(4);
    expect(read.blades.loaded).toBeUndefined();
    await expect(client.turbine.delete("a", { cascade })).rejects.toThrow(UsageError);
    const { deleted } = await client.turbine.delete(read, { cascade });
    expect(names(deleted)).toEqual(names(plan.ids));
    expect(await client.turbine.retrieve("a")).toBeUndefined();
    expect(await client.blade.count()).toBe(2);
  });
});
