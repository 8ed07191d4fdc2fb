import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  CursorExpiredError,
  NotReachedError,
  ServerTimeoutError,
  systemClock,
  throwForFailures,
  tokenProvider,
  type ClientOptions,
  type PygenClient,
  type ViewReference,
} from "../../src/index.js";
import { deployThings, things } from "../support/model.js";
import { hasServer, ownServer } from "../support/server.js";

const ROWS = 2300;
/** Without jitter no wait is longer than the server asks: the rules about waits have tests of their own. */
const QUICK: ClientOptions = { clock: { ...systemClock, random: () => 0 }, pageSize: 100 };

describe.skipIf(!hasServer)("with trouble on the way, over real sockets", () => {
  const server = ownServer();
  let view: ViewReference;

  beforeAll(async () => {
    view = await deployThings(server, "ts_faults");
    throwForFailures(await server.client().instances.upsert(things(view, ROWS)));
  });
  beforeEach(() => server.reset());

  const request = () => ({
    instanceType: "node" as const,
    sources: [{ source: view }],
    sort: [{ property: ["node", "externalId"] }],
  });

  async function scan(client: PygenClient): Promise<string[]> {
    const found: string[] = [];
    for await (const page of client.instances.pages(request())) found.push(...page.items.map((row) => row.externalId));
    return found;
  }

  function wanted(): string[] {
    return things(view, ROWS).map((thing) => thing.externalId);
  }

  it.each<[string, unknown]>([
    ["429", { type: "refuse", status: 429, retryAfter: 0 }],
    ["502", { type: "refuse", status: 502 }],
    ["503", { type: "refuse", status: 503, retryAfter: 0 }],
    ["504", { type: "refuse", status: 504 }],
    ["a proxy's page", { type: "answer", body: "<html>" }],
    ["a close before the answer", { type: "cut" }],
    ["a close inside the answer", { type: "cut", at: 1000 }],
    ["a close at the first byte", { type: "cut", at: 0 }],
    ["a reset before the answer", { type: "reset" }],
    ["a reset inside the answer", { type: "reset", at: 1000 }],
    ["packed answers cut short", { type: "cutGzip", missing: 100 }],
    ["packed answers without their checksum", { type: "cutGzip" }],
    ["a slow answer", { type: "drip", size: 20_000, pause: 0.001 }],
  ])("a scan survives %s at every page", async (_, action) => {
    await server.faults({ rules: [{ operation: "instances/list", firstTry: true, action }] });
    const client = server.client(QUICK);
    expect(await scan(client)).toEqual(wanted());
    expect(client.counters.underWay).toBe(0);
    expect((await server.journal()).some((entry) => entry.fault)).toBe(true);
  });

  it("a scan survives trouble of all kinds by chance", async () => {
    const actions = [
      { type: "refuse", status: 503 },
      { type: "cut" },
      { type: "reset", at: 50 },
      { type: "timeoutAbove", rows: 60 },
    ];
    await server.faults({ seed: 3, rules: actions.map((action) => ({ chance: 0.15, action })) });
    expect(await scan(server.client(QUICK))).toEqual(wanted());
  });

  it("a scan makes its pages smaller for a server that cannot take large ones", async () => {
    await server.faults({ rules: [{ action: { type: "timeoutAbove", rows: 70 } }] });
    const client = server.client({ ...QUICK, pageSize: 1000 });
    expect(await scan(client)).toEqual(wanted());
    expect(client.counters.timedOut).toBeGreaterThan(1);
    await server.faults({ rules: [{ action: { type: "timeoutAbove", rows: 0 } }] });
    await expect(scan(client)).rejects.toThrow(ServerTimeoutError);
  });

  it("a scan goes on with new tokens when they expire", async () => {
    await server.faults({ rules: [{ every: 5, action: { type: "expireToken" } }] });
    let tokens = 0;
    const credentials = tokenProvider(() => ({ token: `token-${String(++tokens)}`, expiresIn: 3600 }));
    expect(await scan(server.client({ ...QUICK, credentials }))).toEqual(wanted());
    expect(tokens).toBeGreaterThan(3);
  });

  it("a scan says when its cursor has expired, with the request id", async () => {
    await server.faults({ rules: [{ nth: [5], action: { type: "expireCursor" } }] });
    const error: unknown = await scan(server.client(QUICK)).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(CursorExpiredError);
    expect(error).toMatchObject({ status: 400, requestId: expect.stringMatching(/./) as string });
  });

  it("leaves nothing behind when a loop is left, or aborted, while pages are slow", async () => {
    await server.faults({ rules: [{ nth: [1], delay: 0 }, { delay: 3600 }] });
    const client = server.client(QUICK);
    for await (const page of client.instances.pages(request())) {
      expect(page.items).toHaveLength(100);
      break;
    }
    const stop = new AbortController();
    const waiting = client.instances.pages(request(), { signal: stop.signal }).next();
    setImmediate(() => {
      stop.abort("enough");
    });
    await expect(waiting).rejects.toBe("enough");
    expect(client.counters.underWay).toBe(0);
  });

  it("asks on after hundreds of aborted requests", async () => {
    await server.faults({ rules: [{ delay: 0.01 }] });
    const client = server.client({ ...QUICK, limits: { read: 8 } });
    const items = [{ instanceType: "node", space: view.space, externalId: "thing-00000" }] as const;
    const storm = Array.from({ length: 400 }, async (_, index) => {
      const stop = new AbortController();
      const asking = client.instances.byIds({ items }, { signal: stop.signal });
      for (let turn = 0; turn < index % 23; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      stop.abort("enough");
      await asking.catch((reason: unknown) => {
        expect(reason).toBe("enough");
      });
    });
    await Promise.all(storm);
    await server.reset();
    expect(client.counters.underWay).toBe(0);
    const probes = await Promise.all(Array.from({ length: 30 }, () => client.instances.byIds({ items })));
    expect(probes.every((probe) => probe.length === 1)).toBe(true);
  });

  it("stays within the budget of a project", async () => {
    await server.faults({ budgets: { query: 4, retryAfter: 0 }, rules: [{ delay: 0.002 }] });
    const client = server.client({ ...QUICK, limits: { read: 8 } });
    const items = [{ instanceType: "node", space: view.space, externalId: "thing-00000" }] as const;
    const all = await Promise.all(Array.from({ length: 200 }, () => client.instances.byIds({ items })));
    expect(all.every((one) => one.length === 1)).toBe(true);
    const { requests, rateLimited } = client.counters;
    expect(rateLimited).toBeGreaterThan(0);
    expect(rateLimited / requests).toBeLessThan(0.1);
  });

  it("tells soon when nobody listens", async () => {
    const client = server.client({ ...QUICK, baseUrl: "http://127.0.0.1:9" });
    await expect(scan(client)).rejects.toThrow(NotReachedError);
  });

  describe("writes", () => {
    const reference = (externalId: string) => ({ instanceType: "node" as const, space: view.space, externalId });

    it.each<[string, unknown]>([
      ["are refused by a gateway although they took effect", { type: "refuse", status: 504, carriedOut: true }],
      ["lose their answer", { type: "reset", carriedOut: true }],
      ["lose a part of their answer", { type: "cut", at: 20 }],
    ])("that %s say that they may have", async (name, action) => {
      await server.faults({ rules: [{ operation: "instances", firstTry: true, action }] });
      const items = things(view, 3).map((thing) => ({ ...thing, externalId: `${name}-${thing.externalId}` }));
      const result = await server.client(QUICK).instances.upsert(items);
      expect([result.writtenOrUnchanged.length, result.written.length]).toEqual([3, 0]);
    });

    it("with a version find out that they took effect", async () => {
      const [item] = things(view, 1);
      if (!item) return;
      const { instances } = server.client(QUICK);
      const { written } = await instances.upsert([{ ...item, externalId: "versioned" }]);
      const existingVersion = written[0]?.version ?? 0;
      await server.faults({
        rules: [{ operation: "instances", firstTry: true, action: { type: "reset", carriedOut: true } }],
      });
      const sources = [
        { source: view, properties: { name: "new", ratio: 0.1, when: new Date(5), numbers: [2n ** 62n] } },
      ];
      const again = await instances.upsert([{ ...item, externalId: "versioned", existingVersion, sources }]);
      expect(again.written.map((one) => one.version)).toEqual([existingVersion + 1]);
      const stale = await instances.upsert([{ ...item, externalId: "versioned", existingVersion }]);
      expect(stale.failed.map((one) => one.error.name)).toEqual(["ConflictError"]);
    });

    it("isolate what the server refuses, among thousands and with trouble on the way", async () => {
      await server.faults({
        seed: 5,
        rules: [{ operation: "instances", chance: 0.2, action: { type: "refuse", status: 503 } }],
      });
      const bad = new Set(["poison-thing-00007", "poison-thing-01500"]);
      const items = things(view, 2000).map((thing) => {
        const externalId = `poison-${thing.externalId}`;
        const properties = { name: bad.has(externalId) ? 17 : "good" };
        return { ...thing, externalId, sources: [{ source: view, properties }] };
      });
      const result = await server.client(QUICK).instances.upsert(items);
      expect(result.failed.map(({ item }) => item.externalId)).toEqual([...bad]);
      expect(result.written.length + result.writtenOrUnchanged.length).toBe(1998);
      await server.reset();
      const found = await server
        .client()
        .instances.byIds({ items: items.map(({ externalId }) => reference(externalId)) });
      expect(found).toHaveLength(1998);
      const { deleted, absent } = await server
        .client()
        .instances.delete(items.map(({ externalId }) => reference(externalId)));
      expect([deleted.length, absent.length]).toEqual([1998, 2]);
    });
  });
});
