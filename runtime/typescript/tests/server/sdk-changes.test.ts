import { beforeAll, describe, expect, it } from "vitest";
import { CheckpointError, CursorExpiredError, UsageError } from "../../src/index.js";
import type { Change, ChangeBatch } from "../../src/sdk/index.js";
import { deploySample, sampleClient } from "../sdk/deploy.js";
import type { Mast } from "../sdk/sample/index.js";
import { hasServer, ownServer } from "../support/server.js";

function tell(changes: readonly Change<Mast>[]): string[] {
  return changes.map((one) => (one.type === "upserted" ? `+${one.item.name}` : `-${one.id.externalId}`));
}

describe.skipIf(!hasServer)("a change feed", () => {
  const server = ownServer();
  beforeAll(() => deploySample(server));

  it("tells what is there, then what changes, from the token on", async () => {
    const { mast } = sampleClient(server);
    await mast.upsert([1, 2, 3].map((number) => ({ externalId: `m${String(number)}`, name: `M${String(number)}` })));
    const batches: ChangeBatch<Mast>[] = [];
    for await (const batch of mast.changes({ untilLive: true })) batches.push(batch);
    expect(batches.map((one) => [tell(one.changes), one.backfill, one.live])).toEqual([
      [[], false, false],
      [["+M1", "+M2", "+M3"], true, false],
      [[], false, true],
    ]);
    await mast.upsert({ externalId: "m1", name: "M1 again" });
    await mast.delete(["m2", "m3"]);
    await mast.upsert({ externalId: "m3", name: "M3 reborn" });
    const later: string[] = [];
    const tokens: string[] = [];
    for await (const batch of mast.changes({ since: batches.at(-1)?.token, untilLive: true })) {
      later.push(...tell(batch.changes));
      tokens.push(batch.token);
    }
    expect(later.sort()).toEqual(["+M1 again", "+M3 reborn", "-m2", "-m3"]);
    expect(later.indexOf("-m3")).toBeLessThan(later.length);
    const nothing = await mast.changes({ since: tokens.at(-1) }).next();
    expect(nothing.value?.changes).toEqual([]);
    const middle = await mast.changes({ since: batches[0]?.token, untilLive: true }).next();
    expect(middle.value?.backfill).toBe(true);
  });

  it("follows what meets conditions, and can begin without what is there", async () => {
    const { mast } = sampleClient(server);
    const feed = mast.where((m) => m.height.gt(50)).changes({ backfill: false, interval: 0 });
    await feed.next();
    await mast.upsert([
      { externalId: "high", name: "High", height: 60 },
      { externalId: "low", name: "Low", height: 40 },
    ]);
    const { value } = await feed.next();
    expect(tell(value?.changes ?? [])).toEqual(["+High"]);
    expect(value?.token).toBe(feed.token);
    await feed.return();
    expect((await feed.next()).done).toBe(true);
  });

  it("refuses tokens of others and options that cannot work", async () => {
    const { mast, turbine } = sampleClient(server);
    const token = (await mast.changes().next()).value?.token;
    expect(() => turbine.changes({ since: token })).toThrow(CheckpointError);
    expect(() => mast.filter({ name: "A" }).changes({ since: token })).toThrow(CheckpointError);
    expect(() => mast.changes({ since: "{}" })).toThrow(CheckpointError);
    expect(() => mast.changes({ since: "nonsense" })).toThrow(CheckpointError);
    expect(() => mast.changes({ interval: -1 })).toThrow(UsageError);
    expect(() => mast.changes({ onExpired: "shrug" as "raise" })).toThrow(UsageError);
    expect(() => mast.all().sort("name").changes()).toThrow(UsageError);
    expect(() =>
      mast
        .all()
        .include((m) => m.turbines)
        .changes(),
    ).toThrow(UsageError);
  });

  it("says when the server has forgotten where it was, or goes on as it was told", async () => {
    const { mast } = sampleClient(server);
    await mast.upsert({ externalId: "there", name: "There" });
    const feed = mast.filter({ externalId: "there" });
    const { value } = await feed.changes().next();
    const since = value?.token;
    const expire = { rules: [{ operation: "instances/sync", times: 1, action: { type: "expireCursor" } }] };
    await server.faults(expire);
    await expect(feed.changes({ since: live(since) }).next()).rejects.toThrow(CursorExpiredError);
    await server.faults(expire);
    const restarted: [string[], string | undefined][] = [];
    for await (const batch of feed.changes({ since: live(since), onExpired: "restart", untilLive: true })) {
      restarted.push([tell(batch.changes), batch.gap]);
    }
    expect(restarted).toEqual([
      [[], "restart"],
      [["+There"], undefined],
      [[], undefined],
    ]);
    await server.reset();
  });

  it("ends when its signal says so, also while it waits", async () => {
    const { mast } = sampleClient(server);
    const controller = new AbortController();
    const feed = mast.changes({ backfill: false, signal: controller.signal });
    await feed.next();
    const waiting = feed.next();
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  /** The same place, with no more to be told of what was there. */
  function live(token: string | undefined): string {
    return JSON.stringify({ ...(JSON.parse(token ?? "") as object), backfilling: false });
  }
});
