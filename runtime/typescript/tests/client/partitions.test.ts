import { describe, expect, it } from "vitest";
import {
  ServerError,
  ServerTimeoutError,
  UsageError,
  type Filter,
  type JsonValue,
  type KeyKind,
  type ListRequest,
  type PartitionsOptions,
  type PartitionStream,
  type RawInstance,
} from "../../src/index.js";
import { conditions } from "../../src/client/partition.js";
import { valuesBetween } from "../../src/client/partition-values.js";
import { hang, refusal, setup, type Setup } from "../support/fake.js";
import { randomFrom, type Row, ScanStore, shuffledOrder, VALUE, VIEW } from "../support/scan-store.js";

const SCAN: ListRequest = { instanceType: "node", sources: [{ source: VIEW }] };
const BY_VALUE = { property: VALUE, kind: "text" } as const;

function numbered(count: number, width = 5): Row[] {
  return Array.from({ length: count }, (_, index) => [`row-${String(index).padStart(width, "0")}`, null]);
}

interface Scan extends Setup {
  readonly store: ScanStore;
}

function scanOf(rows: readonly Row[], options: Parameters<typeof setup>[1] = {}): Scan {
  const store = new ScanStore(rows);
  return { ...setup([store.answer], options), store };
}

function open(one: Setup, options: Partial<PartitionsOptions> = {}, request = SCAN): PartitionStream<RawInstance> {
  return one.client.instances.partitions(request, { count: 4, pageSize: 10, ...options });
}

async function read(stream: PartitionStream<RawInstance>): Promise<string[]> {
  const found: string[] = [];
  for await (const page of stream) {
    expect(page.items.length).toBeGreaterThan(0);
    found.push(...page.items.map((row) => row.externalId));
  }
  return found.sort();
}

function idsOf(one: Setup, options: Partial<PartitionsOptions> = {}, request = SCAN): Promise<string[]> {
  return one.clock.run(read(open(one, options, request)));
}

const idsIn = (rows: readonly Row[]): string[] => rows.map(([id]) => id).sort();

/** Nothing is under way, and no timer is set. */
function expectClean({ clock, server, client }: Setup): void {
  expect([clock.pending, server.underWay, client.counters.underWay]).toEqual([0, 0, 0]);
}

/** The filters of the pages: one for each partition. */
function ranges(store: ScanStore): Set<string> {
  return new Set(
    store
      .askedFor("list")
      .filter(({ sort }) => !sort)
      .map(({ filter }) => JSON.stringify(filter ?? null)),
  );
}

describe("conditions of partitions", () => {
  it("are met by every value once, in any order of the server", () => {
    const random = randomFrom(1);
    const word = (): string =>
      Array.from({ length: 1 + random() * 3 }, () => "abcxyz"[Math.floor(random() * 6)]).join("");
    for (let round = 0; round < 200; round += 1) {
      const store = new ScanStore([]);
      store.order = shuffledOrder(round);
      const cuts = [...new Set(Array.from({ length: random() * 7 }, word))];
      const found = conditions(BY_VALUE, cuts);
      for (const value of [null, ...Array.from({ length: 10 }, word)]) {
        const met = found.filter((one) => !one || store.meets(["id", value], one));
        expect(met, JSON.stringify({ cuts, value, round })).toHaveLength(1);
      }
    }
  });
});

describe("values between two others", () => {
  it.each<[KeyKind, JsonValue, JsonValue, unknown]>([
    ["integer", 0, 8, [2n, 4n, 6n]],
    ["integer", 8, 0, [2n, 4n, 6n]],
    [
      "integer",
      "\0i9223372036854775800",
      "\0i9223372036854775804",
      [9223372036854775801n, 9223372036854775802n, 9223372036854775803n],
    ],
    ["integer", 1, 2, [1n]],
    ["float", 0, 1, [0.25, 0.5, 0.75]],
    ["float", -1e308, 1e308, [-5e307, 0, 5e307]],
    ["date", "2024-01-01", "2024-01-05", ["2024-01-02", "2024-01-03", "2024-01-04"]],
    ["date", "1969-12-30", "1970-01-03", ["1969-12-31", "1970-01-01", "1970-01-02"]],
    [
      "timestamp",
      "2024-01-01T00:00:00.000+00:00",
      "2024-01-01T00:00:04.000+00:00",
      ["2024-01-01T00:00:01.000Z", "2024-01-01T00:00:02.000Z", "2024-01-01T00:00:03.000Z"],
    ],
    ["text", "row-0000", "row-4000", ["row-1", "row-2", "row-3"]],
    ["text", "a", "z", ["g", "m", "s"].map((one) => expect.stringMatching(`^${one}`) as unknown)],
    ["text", "x", "x9", ["x2", "x4", "x6"].map((one) => expect.stringMatching(`^${one}`) as unknown)],
  ])("of %s: %j to %j", (kind, low, high, expected) => {
    expect(valuesBetween({ property: VALUE, kind }, low, high, 3)).toEqual(expected);
  });

  it("are in order and hold no half of a character", () => {
    const random = randomFrom(2);
    const letters = ["a", "Z", "7", "-", " ", "é", "中", "😀", "\uffff", "_"];
    const word = (): string =>
      Array.from({ length: random() * 6 }, () => letters[Math.floor(random() * letters.length)]).join("");
    for (let round = 0; round < 300; round += 1) {
      const [low, high] = [word(), word()];
      const found = valuesBetween(BY_VALUE, low, high, 5) as string[];
      expect(found.length).toBeGreaterThan(0);
      for (const one of found) expect(one).not.toMatch(/\p{Surrogate}/u);
    }
  });

  it.each<[KeyKind, JsonValue]>([
    ["text", 1],
    ["integer", 0.5],
    ["integer", "1"],
    ["float", "1"],
    ["timestamp", "soon"],
    ["timestamp", 5],
    ["date", "tomorrow"],
  ])("must be of the kind %s, which %j is not", (kind, value) => {
    expect(() => valuesBetween({ property: VALUE, kind }, value, value, 3)).toThrow(UsageError);
  });
});

describe("a scan in partitions", () => {
  it("gives every instance once, whatever ids, orders, counts and page sizes there are", async () => {
    const random = randomFrom(3);
    for (let round = 0; round < 120; round += 1) {
      const letters = ["0123456789", "abcdef0123", "a-_Zé😀 9", "aaaaaaaaab"][round % 4] ?? "";
      const word = (): string =>
        Array.from({ length: 1 + random() * 8 }, () => Array.from(letters)[Math.floor(random() * 8)] ?? "q").join("");
      const value = (): string | null => (random() < 0.2 ? null : word());
      const rows: Row[] = [...new Set(Array.from({ length: random() * 150 }, word))].map((id) => [id, value()]);
      const one = scanOf(rows);
      if (round % 3 === 0) one.store.order = shuffledOrder(round);
      if (round % 5 === 0) one.store.count = (number) => Math.floor(number * 2 * random());
      if (round % 7 === 0) one.store.heaviest = 4;
      const options = {
        count: 1 + Math.floor(random() * 10),
        pageSize: 1 + Math.floor(random() * 20),
        prefetch: 1 + Math.floor(random() * 3),
        ...(random() < 0.5 && { by: BY_VALUE }),
      };
      expect(await idsOf(one, options), JSON.stringify({ round, options })).toEqual(idsIn(rows));
      expectClean(one);
    }
  });

  it.each(["even", "crowded", "hexadecimal"])(
    "has about even partitions, found with few requests: %s",
    async (shape) => {
      const id = (index: number): string => {
        if (shape === "hexadecimal") return (Math.imul(index, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
        if (shape === "crowded" && index > 60) return `row-0000${String(index).padStart(4, "0")}`;
        return `row-${String(index).padStart(6, "0")}`;
      };
      const rows = [...new Set(Array.from({ length: 2000 }, (_, index) => id(index)))].map((one): Row => [one, null]);
      const one = scanOf(rows);
      expect(await idsOf(one, { count: 8, pageSize: 20 })).toEqual(idsIn(rows));
      const sizes = [...ranges(one.store)].map(
        (filter) => rows.filter((row) => one.store.meets(row, JSON.parse(filter) as Record<string, unknown>)).length,
      );
      expect(sizes).toHaveLength(8);
      expect(Math.max(...sizes)).toBeLessThan((2000 / 8) * 1.3);
      const probes =
        one.store.askedFor("aggregate").length + one.store.askedFor("list").filter(({ sort }) => sort).length;
      expect(probes).toBeLessThanOrEqual(shape === "even" ? 12 : 53);
    },
  );

  it("asks with one cursor for what fits in a page, or where there is nothing to tell apart", async () => {
    for (const rows of [[], numbered(1), numbered(10)]) {
      const one = scanOf(rows);
      expect(await idsOf(one)).toEqual(idsIn(rows));
      expect(ranges(one.store).size).toBe(1);
    }
    const same = scanOf(numbered(50).map(([id]): Row => [id, "same"]));
    expect(await idsOf(same, { by: BY_VALUE })).toHaveLength(50);
    expect(ranges(same.store)).toEqual(new Set(["null"]));
  });

  it("asks nothing first for a single partition", async () => {
    const one = scanOf(numbered(30));
    expect(await idsOf(one, { count: 1 })).toHaveLength(30);
    expect(one.store.asked).toHaveLength(3);
  });

  it("reads instances without a value in one more partition", async () => {
    const rows = numbered(200).map(([id], index): Row => [
      id,
      index % 4 ? `value-${String(index).padStart(4, "0")}` : null,
    ]);
    const one = scanOf(rows);
    expect(await idsOf(one, { by: BY_VALUE })).toEqual(idsIn(rows));
    expect(ranges(one.store)).toContain(JSON.stringify({ not: { exists: { property: VALUE } } }));
    expect(ranges(one.store).size).toBe(5);
  });

  it("spaces ranges evenly where nothing is counted: without a view, and where that is too heavy", async () => {
    const bare = scanOf(numbered(100));
    expect(await idsOf(bare, {}, { instanceType: "node" })).toHaveLength(100);
    expect([bare.store.askedFor("aggregate").length, ranges(bare.store).size]).toEqual([0, 4]);
    const heavy = scanOf(numbered(100));
    heavy.store.fault = ({ path }) => (path.endsWith("/aggregate") ? refusal(408) : undefined);
    expect(await idsOf(heavy)).toHaveLength(100);
    expect(ranges(heavy.store).size).toBe(4);
  });

  it("keeps the filter of the scan, and asks for values in the units that filters mean", async () => {
    const one = scanOf(numbered(300));
    const filter: Filter = { prefix: { property: ["node", "externalId"], value: "row-001" } };
    const sources = [{ source: VIEW, targetUnits: [{ unit: { unitSystemName: "SI" } }] }];
    expect(await idsOf(one, { pageSize: 5 }, { ...SCAN, sources, filter })).toEqual(idsIn(numbered(200).slice(100)));
    for (const { sort, sources: asked } of one.store.askedFor("list")) {
      expect(asked).toEqual(sort ? [{ source: VIEW }] : sources);
    }
  });

  it("stays within the limits of the client", async () => {
    const one = scanOf(numbered(400), { limits: { read: 3 } });
    expect(await read(open(one, { count: 8 }))).toHaveLength(400);
    expect(one.store.mostUnderWay).toBe(3);
  });

  it.each([1, 2, 3])(
    "has %d pages of each partition waiting for a slow reader, and takes them in turn",
    async (prefetch) => {
      const one = scanOf(numbered(400), { limits: { read: 8 } });
      const stream = open(one, { prefetch });
      const asked = (): number => one.store.askedFor("list").filter(({ sort }) => !sort).length;
      const first = [];
      for (let page = 0; page < 4; page += 1)
        first.push((await one.clock.run(stream.next())).value?.items[0]?.externalId);
      await one.clock.advance(1);
      expect(asked()).toBe(4 + 4 * prefetch);
      expect(first.sort()).toEqual(
        ["row-00000", "row-00100", "row-00200", "row-00300"].map(
          (id) => expect.stringMatching(id.slice(0, 7)) as string,
        ),
      );
      await one.clock.run(stream.return());
      expectClean(one);
    },
  );

  it("asks nothing before the first page is wanted", async () => {
    const one = scanOf(numbered(50));
    const stream = open(one);
    await one.clock.advance(1);
    expect(one.store.asked).toEqual([]);
    await stream.return();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(one.store.asked).toEqual([]);
  });

  it("loses and repeats nothing under faults at every request", async () => {
    const one = scanOf(numbered(150), { retries: { attempts: 5 } });
    const seenOnce = new Set<string>();
    one.store.fault = ({ text, path }) => {
      const key = path + text;
      if (seenOnce.has(key)) return undefined;
      seenOnce.add(key);
      return seenOnce.size % 2 ? refusal(503) : refusal(429);
    };
    expect(await idsOf(one)).toEqual(idsIn(numbered(150)));
    expectClean(one);
  });

  it("ends all partitions when one fails, and never ends as if that had been all", async () => {
    const one = scanOf(numbered(400));
    one.store.fault = ({ body }) =>
      body.cursor === "30" && JSON.stringify(body.filter).includes("gt") ? refusal(500) : undefined;
    const stream = open(one);
    await expect(one.clock.run(read(stream))).rejects.toThrow(ServerError);
    expectClean(one);
    await expect(stream.next()).rejects.toThrow(ServerError);
  });

  it.each(["aggregate", "list"])("tells when what it asks first fails: %s", async (what) => {
    const one = scanOf(numbered(100));
    one.store.fault = ({ path }) => (path.endsWith(what) ? refusal(400, "no such view") : undefined);
    await expect(idsOf(one)).rejects.toThrow(/no such view/);
    expectClean(one);
  });

  it("says what to do when putting the instances in order is too heavy", async () => {
    const one = scanOf(numbered(100));
    one.store.fault = ({ body }) => (body.sort ? refusal(408) : undefined);
    const failed: unknown = await idsOf(one).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ServerTimeoutError);
    expect(String(failed)).toContain("a property with an index");
    expectClean(one);
  });

  it("tells when the key is of another kind than was said", async () => {
    const one = scanOf(numbered(100).map(([id]): Row => [id, id]));
    await expect(idsOf(one, { by: { property: VALUE, kind: "integer" } })).rejects.toThrow(/is no integer/);
    expectClean(one);
  });

  it.each(["while it looks for ranges", "while it reads"])("leaves nothing behind when it is left %s", async (when) => {
    const one = scanOf(numbered(400));
    const stream = open(one);
    const reading = when === "while it reads";
    if (reading) await one.clock.run(stream.next());
    one.server.next(hang);
    if (reading) await one.clock.run(stream.next());
    const waiting = stream.next();
    await one.clock.advance(1);
    await one.clock.run(stream.return());
    expectClean(one);
    if (!reading) expect(await waiting).toEqual({ done: true, value: undefined });
    await waiting;
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("ends with an error thrown into it, and with a loop that is left", async () => {
    const one = scanOf(numbered(400));
    await expect(open(one).throw(new RangeError("mine"))).rejects.toThrow("mine");
    const readOne = async (): Promise<void> => {
      for await (const page of open(one)) if (page.items.length) break;
    };
    await one.clock.run(readOne());
    expectClean(one);
  });

  it.each(["before", "while it looks for ranges", "while it reads"])(
    "rejects with the reason of a signal: %s",
    async (when) => {
      const one = scanOf(numbered(400));
      const controller = new AbortController();
      const stream = open(one, { signal: controller.signal });
      const why = new Error("enough");
      if (when === "before") controller.abort(why);
      if (when === "while it reads") await one.clock.run(stream.next());
      one.server.next(hang);
      const reading = read(stream);
      reading.catch(() => undefined);
      await one.clock.advance(1);
      controller.abort(why);
      await expect(one.clock.run(reading)).rejects.toBe(why);
      expectClean(one);
    },
  );

  it.each<[string, Partial<PartitionsOptions>, Partial<ListRequest>]>([
    ["a whole number from 1 to 64", { count: 0 }, {}],
    ["a whole number from 1 to 64", { count: 65 }, {}],
    ["a whole number from 1 to 64", { count: 2.5 }, {}],
    ["leave out the limit", { limit: 10 }, {}],
    ["leave out the sort order", {}, { sort: [{ property: VALUE }] }],
    ["1 page or more", { prefetch: 0 }, {}],
    ["pageSize", { pageSize: 0 }, {}],
    ["node.type cannot make partitions", { by: { property: ["node", "type"], kind: "text" } }, {}],
    ["not read through its view", { by: { property: ["s", "W/1", "value"], kind: "text" } }, {}],
    ["not read through its view", { by: BY_VALUE }, { sources: [] }],
  ])("refuses what cannot work: %s (%j, %j)", (message, options, more) => {
    const one = scanOf([]);
    expect(() => open(one, options, { ...SCAN, ...more })).toThrow(UsageError);
    expect(() => open(one, options, { ...SCAN, ...more })).toThrow(message);
  });

  it("reads edges by their own ids", async () => {
    const store = new ScanStore([]);
    const one = { ...setup([store.answer]), store };
    expect(await idsOf(one, { count: 2 }, { instanceType: "edge" })).toEqual([]);
    expect(store.asked[0]).toMatchObject({ sort: [{ property: ["edge", "externalId"], direction: "ascending" }] });
  });
});
