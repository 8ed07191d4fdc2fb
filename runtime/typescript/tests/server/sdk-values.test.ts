import { beforeAll, describe, expect, it } from "vitest";
import { ConflictError, WriteError } from "../../src/index.js";
import { deploySample, SPACE, sampleClient } from "../sdk/deploy.js";
import type { TurbineWrite } from "../sdk/sample/index.js";
import { hasServer, ownServer } from "../support/server.js";

describe.skipIf(!hasServer)("values of objects", () => {
  const server = ownServer();
  const client = () => sampleClient(server);
  beforeAll(() => deploySample(server));

  const EVERYTHING: Omit<TurbineWrite, "externalId"> = {
    name: '9007199254740993 "quoted" \\ é😀\n',
    status: "active",
    capacity: 0.1,
    ratio: 0.5,
    serial: 2n ** 63n - 1n,
    count: -5,
    running: false,
    installed: new Date("2026-11-23T12:00:00.123Z"),
    day: "2026-11-23",
    tags: ["", "b"],
    numbers: [1n, -(2n ** 63n)],
    moments: [new Date(0)],
    data: { a: [1, { b: null }], "9007199254740993": 1.5, deep: [true, "\u0001"] },
    documents: [{ x: 1 }, { y: [2, null] }],
  };

  it("come back as they were written", async () => {
    const written = EVERYTHING;
    await client().turbine.upsert({ externalId: "all", ...written });
    const read = await client().turbine.retrieve("all");
    expect(read).toMatchObject({ ...written, space: SPACE, externalId: "all", version: 1 });
    expect(read?.createdTime).toBeInstanceOf(Date);
    expect(read?.nodeType).toBeNull();
  });

  it("are null where nothing was written, are kept where nothing is said, and are cleared by null", async () => {
    const { turbine } = client();
    await turbine.upsert({
      externalId: "some",
      name: "S",
      capacity: 1,
      tags: ["a"],
      rotor: { space: SPACE, externalId: "r" },
    });
    await turbine.upsert({ externalId: "some", name: "S", capacity: null });
    expect(await turbine.retrieve("some")).toMatchObject({
      capacity: null,
      tags: ["a"],
      serial: null,
      data: null,
      rotorId: { space: SPACE, externalId: "r" },
      sparesIds: null,
    });
    await turbine.upsert({ externalId: "some", name: "S", rotor: null }, { replace: true });
    expect(await turbine.retrieve("some")).toMatchObject({ tags: null, rotorId: null });
  });

  it("go through JSON as plain data, without the client", async () => {
    const { turbine } = client();
    await turbine.upsert({ externalId: "json", name: "J", serial: 2n ** 62n, numbers: [1n], installed: new Date(0) });
    const read = await turbine.retrieve("json");
    const copy = JSON.parse(JSON.stringify(read)) as Record<string, unknown>;
    expect(copy).toMatchObject({
      serial: "4611686018427387904",
      numbers: ["1"],
      installed: "1970-01-01T00:00:00.000Z",
      rotorId: null,
    });
    expect(Object.keys(copy)).not.toContain("rotor");
    expect(structuredClone({ ...read })).toMatchObject({ name: "J", serial: 2n ** 62n });
    expect(JSON.stringify(read)).not.toContain("token");
  });

  it("that a server no longer takes are told item by item", async () => {
    const { turbine } = client();
    const bad = { externalId: "bad", name: "B", status: "purple" };
    const result = await turbine.tryUpsert([bad, { externalId: "good", name: "G" }]);
    expect(result.failed.map(({ item }) => item.externalId)).toEqual(["bad"]);
    expect(result.written.map((one) => one.externalId)).toEqual(["good"]);
    await expect(turbine.upsert(bad)).rejects.toThrow(WriteError);
  });

  it("are not overwritten when a version is stale", async () => {
    const { turbine } = client();
    await turbine.upsert({ externalId: "versioned", name: "1" });
    await turbine.upsert({ externalId: "versioned", name: "2" });
    const stale = await turbine.tryUpsert({ externalId: "versioned", name: "3", existingVersion: 1 });
    expect(stale.failed.map((one) => one.error)).toEqual([expect.any(ConflictError)]);
  });

  it("are deleted by ids and objects, and what was not there is told", async () => {
    const { turbine } = client();
    await turbine.upsert(["d1", "d2"].map((externalId) => ({ externalId, name: externalId })));
    const read = await turbine.retrieve("d1");
    if (!read) throw new Error("d1 is missing");
    const { deleted, absent } = await turbine.delete([read, "d2", "d3"]);
    expect([deleted.length, absent.length]).toEqual([2, 1]);
    expect(await turbine.retrieveMany(["d1", "some", "some"])).toMatchObject({
      items: [{ externalId: "some" }, { externalId: "some" }],
      missing: [{ space: SPACE, externalId: "d1" }],
    });
  });

  it("are deleted whatever their views", async () => {
    const asking = client();
    await asking.turbine.upsert({
      externalId: "t",
      name: "T",
      masts: [{ metres: 1, endNode: { externalId: "m", name: "M" } }],
    });
    const edges = await asking.distance.list({ startNode: { space: SPACE, externalId: "t" } });
    const { items } = await asking.turbine.retrieveMany(["t"]);
    const { deleted } = await asking.delete([...edges, ...items]);
    expect(deleted.map((one) => one.instanceType).sort()).toEqual(["edge", "node"]);
    expect((await asking.mast.tryDelete("nobody")).absent).toHaveLength(1);
  });
});
