import { beforeAll, describe, expect, it } from "vitest";
import { IncludeDepthError, UsageError, type SourceReference } from "../../src/index.js";
import {
  defineView,
  direct,
  edges,
  ReadApi,
  reverse,
  toMany,
  toOne,
  type Choice,
  type NodeResource,
  type ToMany,
  type View,
} from "../../src/sdk/index.js";
import { deploySample, sampleClient, SPACE } from "../sdk/deploy.js";
import { bladeView, type Blade, type Turbine } from "../sdk/sample/index.js";
import { hasServer, ownServer } from "../support/server.js";

const MANY = 2300;
const BLADE_CONTAINER: SourceReference = { type: "container", space: "consistency", externalId: "Blade" };
const LINK_VIEW: SourceReference = { type: "view", space: "consistency", externalId: "Link", version: "1" };

interface Tower extends NodeResource {
  readonly name: string;
  readonly byContainer: ToMany<Blade>;
  readonly byOther: ToMany<Blade>;
}
const towerView: View<Tower> = defineView({
  id: { space: "consistency", externalId: "Turbine", version: "1" },
  usedFor: "node",
  properties: { name: "text" },
  relations: {
    byContainer: toMany(() => bladeView, reverse(BLADE_CONTAINER, "turbine")),
    byOther: toMany(() => bladeView, reverse(LINK_VIEW, "owner")),
  },
});

describe.skipIf(!hasServer)("including", () => {
  const server = ownServer();
  const client = () => sampleClient(server);
  const id = (externalId: string) => ({ space: SPACE, externalId });
  const numbers = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${String(index)}`);

  beforeAll(async () => {
    await deploySample(server);
    const property = { container: BLADE_CONTAINER, containerPropertyIdentifier: "turbine" };
    await server.post("/models/views", { items: [{ ...LINK_VIEW, properties: { owner: property } }] });
    const { turbine, blade, mast } = client();
    await mast.upsert(numbers("mast", 1200).map((externalId) => ({ externalId, name: externalId })));
    await turbine.upsert([
      { externalId: "big", name: "Big", neighbours: [] },
      { externalId: "small", name: "Small" },
      {
        externalId: "linked",
        name: "Linked",
        masts: numbers("mast", 1200).map((each, metres) => ({ metres, endNode: id(each) })),
      },
    ]);
    await blade.upsert(
      numbers("blade", MANY).map((externalId, index) => ({
        externalId,
        name: externalId,
        turbine: id(index === 7 ? "small" : "big"),
      })),
    );
  });

  it("brings all of it, however much that is", async () => {
    const found = await client()
      .turbine.all()
      .sort("name")
      .include(
        (t) => t.blades.include((b) => b.turbine),
        (t) => t.masts,
      )
      .toArray();
    expect(found.map((one) => [one.name, one.blades.loaded?.length, one.masts.loaded?.length])).toEqual([
      ["Big", MANY - 1, 0],
      ["Linked", 0, 1200],
      ["Small", 1, 0],
    ]);
    expect(new Set(found[0]?.blades.loaded?.map((one) => one.externalId)).size).toBe(MANY - 1);
    const owners = found[0]?.blades.loaded?.map((one) => one.turbine.loaded?.name);
    expect(new Set(owners)).toEqual(new Set(["Big"]));
  });

  it("comes page by page, and leaving the loop leaves nothing under way", async () => {
    const { pygen, blade } = client();
    const query = blade.all().include((b) => b.turbine.include((t) => t.masts));
    for await (const one of query.iterate({ pageSize: 100 })) {
      expect(one.turbine.loaded).toBeDefined();
      break;
    }
    const before = pygen.counters.requests;
    await new Promise((resolve) => setImmediate(resolve));
    expect(pygen.counters.requests).toBe(before);
    expect(before).toBeLessThan(12);
    const sizes: number[] = [];
    for await (const page of query.limit(250).pages({ pageSize: 100 })) sizes.push(page.length);
    expect(sizes).toEqual([100, 100, 50]);
  });

  it("rejects with the reason of the signal, and again when it is asked again", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const { signal } = controller;
    const pages = client()
      .blade.all()
      .include((b) => b.turbine)
      .iterate({ pageSize: 100, signal });
    await pages.next();
    controller.abort(reason);
    const rest = async (): Promise<void> => {
      for (let left = await pages.next(); !left.done; left = await pages.next());
    };
    await expect(rest()).rejects.toBe(reason);
    await expect(rest()).rejects.toBe(reason);
  });

  it("finds what points at objects through containers and other views", async () => {
    const { turbine, pygen } = client();
    expect(turbine.view.id).toEqual(towerView.id);
    const towers = new ReadApi(towerView, { client: pygen, defaultSpace: SPACE });
    const found = await towers
      .all()
      .sort("name")
      .include(
        (t) => t.byContainer,
        (t) => t.byOther,
      )
      .toArray();
    expect(found.map((one) => [one.byContainer.loaded?.length, one.byOther.loaded?.length])).toEqual([
      [MANY - 1, MANY - 1],
      [0, 0],
      [1, 1],
    ]);
    const [, , small] = found;
    expect(await small?.byOther.filter({ name: "blade-7" }).count()).toBe(1);
  });

  it("finds what points at objects through containers one by one where that is too heavy together", async () => {
    const towers = new ReadApi(towerView, { client: client().pygen, defaultSpace: SPACE });
    await server.faults({ rules: [{ operation: "instances/query", action: { type: "timeoutAbove", rows: 20 } }] });
    const found = await towers
      .sort("name")
      .include((t) => t.byContainer.filter({ name: { prefix: "blade-7" } }))
      .toArray();
    await server.reset();
    expect(found.map((one) => one.byContainer.loaded?.length)).toEqual([110, 0, 1]);
  });

  it("reads what points at objects ahead, through containers and other views, as far as it fits a page", async () => {
    const { pygen } = client();
    const towers = new ReadApi(towerView, { client: pygen, defaultSpace: SPACE }).all();
    await pygen.views.filter(bladeView.id);
    for (const way of [(t: Tower) => t.byContainer, (t: Tower) => t.byOther]) {
      const [linked, small] = await towers
        .filter({ name: ["Linked", "Small"] })
        .sort("name")
        .toArray();
      const before = pygen.counters.requests;
      expect(linked && (await way(linked).toArray())).toEqual([]);
      expect(small && (await way(small).toArray()).map((one) => one.name)).toEqual(["blade-7"]);
      expect(pygen.counters.requests).toBe(before + 1);
      const sizes: number[] = [];
      for (const one of await towers.sort("name").toArray()) sizes.push((await way(one).toArray()).length);
      expect(sizes).toEqual([MANY - 1, 0, 1]);
    }
  });

  it("refuses what names no relation, twice the same, and what leads too far", () => {
    const all = client().turbine.all();
    const deep = (hops: number): Choice<Turbine> =>
      hops === 1 ? (t) => t.parent : (t) => t.parent.include(deep(hops - 1));
    expect(() => all.include(deep(10))).not.toThrow();
    expect(() => all.include(deep(11))).toThrow(IncludeDepthError);
    expect(() => all.include((t) => t.rotor).include((t) => t.rotor)).toThrow(UsageError);
    expect(() => all.include(((t: { name: never }) => t.name) as never)).toThrow("there are rotor, spares");
    expect(() => all.select("name").include((t) => t.rotor)).toThrow(UsageError);
    expect(() => all.include((t) => t.rotor).select("name")).toThrow(UsageError);
    expect([direct("x").via, edges(id("t"), "inwards").via, toOne(() => bladeView, direct("x")).many]).toEqual([
      "direct",
      "edges",
      false,
    ]);
  });
});
