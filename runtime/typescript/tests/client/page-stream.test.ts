import { describe, expect, it } from "vitest";
import {
  CursorExpiredError,
  ItemStream,
  RepeatedCursorError,
  ServerError,
  ServerTimeoutError,
  UsageError,
  type Page,
  type PagesOptions,
  type RawInstance,
} from "../../src/index.js";
import { turns } from "../support/clock.js";
import { hang, json, rawNode, refusal, setup, type Seen, type Setup } from "../support/fake.js";

/** A server of so many rows, whose cursors are the number of the next row. */
function rows(total: number, most = 1000): (seen: Seen) => Response {
  return ({ body }) => {
    const start = Number(body.cursor ?? 0);
    const limit = Number(body.limit);
    if (limit > most) return refusal(408, "Graph query timed out.");
    const end = Math.min(start + limit, total);
    const items = Array.from({ length: end - start }, (_, index) => rawNode(String(start + index)));
    return json(end < total ? { items, nextCursor: String(end) } : { items });
  };
}

function pagesOf(one: Setup, options: PagesOptions = {}) {
  return one.client.instances.pages({ instanceType: "node" }, options);
}

async function idsOf(one: Setup, options: PagesOptions = {}): Promise<string[]> {
  const found: string[] = [];
  const read = async (): Promise<void> => {
    for await (const page of pagesOf(one, options)) found.push(...page.items.map((row) => row.externalId));
  };
  await one.clock.run(read());
  return found;
}

const wanted = (total: number): string[] => Array.from({ length: total }, (_, index) => String(index));

/** Nothing is under way, and no timer is set. */
function expectClean({ clock, server, client }: Setup): void {
  expect([clock.pending, server.underWay, client.counters.underWay]).toEqual([0, 0, 0]);
}

describe("a stream of pages", () => {
  it.each([0, 1, 3])("gives every row once and in order, prefetching %d", async (prefetch) => {
    const one = setup([rows(95)]);
    expect(await idsOf(one, { pageSize: 10, prefetch })).toEqual(wanted(95));
    expect(one.server.seen).toHaveLength(10);
    expect(one.server.seen[0]?.body).toEqual({ instanceType: "node", limit: 10 });
    expectClean(one);
  });

  it.each([0, 1, 9, 10, 11, 30, 95, 200])("ends after a limit of %d, and asks for no more", async (limit) => {
    const one = setup([rows(95)]);
    expect(await idsOf(one, { pageSize: 10, limit })).toEqual(wanted(Math.min(limit, 95)));
    const asked = one.server.seen.map((seen) => Number(seen.body.limit));
    expect(asked.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(Math.max(limit, limit > 95 ? 100 : 0));
  });

  it("cuts what the server gives too many of", async () => {
    const one = setup([json({ items: [rawNode("0"), rawNode("1"), rawNode("2")], nextCursor: "x" })]);
    expect(await idsOf(one, { limit: 2 })).toEqual(["0", "1"]);
  });

  it("goes on after empty pages, and does not hand them out", async () => {
    const empty = (nextCursor?: string): Response => json({ items: [], nextCursor: nextCursor ?? null });
    const one = setup([empty("a"), json({ items: [rawNode("0")], nextCursor: "b" }), empty("c"), empty()]);
    expect(await idsOf(one)).toEqual(["0"]);
    expect(one.server.seen).toHaveLength(4);
  });

  it("halves pages that are too heavy, and enlarges them again", async () => {
    const one = setup([rows(3000, 300)]);
    const stream = pagesOf(one, { prefetch: 0 });
    const found: string[] = [];
    const sizes: number[] = [];
    const read = async (): Promise<void> => {
      for await (const page of stream) {
        found.push(...page.items.map((row) => row.externalId));
        sizes.push(stream.pageSize);
      }
    };
    await one.clock.run(read());
    expect(found).toEqual(wanted(3000));
    expect(sizes).toContain(250);
    expect(one.client.counters).toMatchObject({ waits: 0, lastSize: expect.any(Number) as number });
    expect(one.client.counters.timedOut).toBeGreaterThan(1);
    expect(one.client.counters.timedOut).toBeLessThanOrEqual(4 + one.server.seen.length / 5);
  });

  it("says so when even a single row is too heavy", async () => {
    const one = setup([rows(10, 0)]);
    await expect(idsOf(one)).rejects.toThrow(/reduced to a single row/);
    await expect(idsOf(one)).rejects.toThrow(ServerTimeoutError);
    expectClean(one);
  });

  it("does not go round in circles", async () => {
    const page = (cursor: string): Response => json({ items: [rawNode(cursor)], nextCursor: cursor });
    await expect(idsOf(setup([page("a"), page("b"), page("a")]))).rejects.toThrow(RepeatedCursorError);
  });

  it("says when the server no longer knows where it was", async () => {
    const one = setup([json({ items: [rawNode("0")], nextCursor: "a" }), refusal(400, "Cursor has expired.")]);
    const error: unknown = await idsOf(one).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(CursorExpiredError);
    expect(error).toMatchObject({
      requestId: "req-1",
      status: 400,
      message: expect.stringContaining("after 1 rows") as string,
    });
  });

  it("hands out what came before a failure, then fails, and never ends as if that had been all", async () => {
    const one = setup([json({ items: [rawNode("0")], nextCursor: "a" }), refusal(500)]);
    const stream = pagesOf(one);
    expect((await one.clock.run(stream.next())).done).toBe(false);
    await turns();
    await expect(stream.next()).rejects.toThrow(ServerError);
    await expect(stream.next()).rejects.toThrow(ServerError);
    expectClean(one);
  });

  it.each([
    { limit: -1 },
    { limit: 1.5 },
    { limit: NaN },
    { prefetch: -1 },
    { prefetch: 0.5 },
    { pageSize: 0 },
    { pageSize: 1001 },
  ])("refuses %o", (options) => {
    expect(() => pagesOf(setup([rows(1)]), options)).toThrow(UsageError);
  });
});

describe("prefetching", () => {
  it("asks for nothing before the first page is wanted", async () => {
    const one = setup([rows(95)]);
    pagesOf(one);
    await turns();
    expect(one.server.seen).toHaveLength(0);
  });

  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])("of %d pages has asked for %d while the reader works on the first", async (prefetch, asked) => {
    const one = setup([rows(95)]);
    const stream = pagesOf(one, { pageSize: 10, prefetch });
    await stream.next();
    await turns();
    expect(one.server.seen).toHaveLength(asked);
    await stream.next();
    await turns();
    expect(one.server.seen).toHaveLength(asked + 1);
    await stream.return();
    expectClean(one);
  });

  it("has the next request on its way when the reader gets its page", async () => {
    const one = setup([rows(95)]);
    const stream = pagesOf(one, { pageSize: 10 });
    await stream.next();
    expect(one.server.seen).toHaveLength(2);
    await stream.return();
  });

  it("serves readers that do not wait for one another", async () => {
    const one = setup([rows(40)]);
    const stream = pagesOf(one, { pageSize: 10 });
    const pages = await one.clock.run(Promise.all(Array.from({ length: 6 }, () => stream.next())));
    expect(pages.map((page) => page.value?.items[0]?.externalId)).toEqual([
      "0",
      "10",
      "20",
      "30",
      undefined,
      undefined,
    ]);
  });
});

describe("leaving a stream", () => {
  const first = json({ items: [rawNode("0")], nextCursor: "a" });

  async function leave(one: Setup, how: (page: Page) => unknown): Promise<void> {
    for await (const page of pagesOf(one)) {
      await turns(); // the next page is under way
      expect(one.server.underWay).toBe(1);
      if (how(page) === "break") break;
    }
  }

  it("by break aborts what is under way", async () => {
    const one = setup([first, hang]);
    await leave(one, () => "break");
    expect(one.server.seen[1]?.signal.aborted).toBe(true);
    expectClean(one);
  });

  it("by throw does so too, and keeps the error", async () => {
    const one = setup([first, hang]);
    const thrower = (): never => {
      throw new Error("of the reader");
    };
    await expect(leave(one, thrower)).rejects.toThrow("of the reader");
    expectClean(one);
  });

  it("by return or throw of the iterator does so too, and ends it", async () => {
    for (const how of ["return", "throw"] as const) {
      const one = setup([first, hang]);
      const stream = pagesOf(one);
      await stream.next();
      await turns();
      if (how === "return") await stream.return();
      else await expect(stream.throw(new Error("mine"))).rejects.toThrow("mine");
      expectClean(one);
      expect(await stream.next()).toEqual({ done: true, value: undefined });
    }
  });

  it("while somebody waits for a page ends that wait", async () => {
    const one = setup([hang]);
    const stream = pagesOf(one);
    const waiting = stream.next();
    await turns();
    await stream.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expectClean(one);
  });

  it("while a retry is waited for ends that too", async () => {
    const one = setup([first, refusal(503)]);
    const stream = pagesOf(one);
    await stream.next();
    await turns();
    expect(one.clock.pending).toBeGreaterThan(0);
    await stream.return();
    expectClean(one);
  });

  it("by its signal rejects with the reason, now and later", async () => {
    const one = setup([first, hang]);
    const stop = new AbortController();
    const stream = pagesOf(one, { signal: stop.signal });
    await stream.next();
    const waiting = stream.next();
    await turns();
    stop.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await expect(stream.next()).rejects.toBe("enough");
    expectClean(one);
    await expect(pagesOf(one, { signal: stop.signal }).next()).rejects.toBe("enough");
  });
});

describe("ItemStream", () => {
  const items = <R>(
    one: Setup,
    decode: (page: readonly RawInstance[]) => readonly R[],
    options: PagesOptions = { pageSize: 10 },
  ) => new ItemStream(pagesOf(one, options), decode);
  const ids = (page: readonly RawInstance[]): string[] => page.map((row) => row.externalId);

  it("gives rows one by one", async () => {
    const one = setup([rows(35)]);
    const found: string[] = [];
    for await (const id of items(one, ids)) found.push(id);
    expect(found).toEqual(wanted(35));
    expectClean(one);
  });

  it("gives the rest at once", async () => {
    const one = setup([rows(35)]);
    const stream = items(one, ids);
    await stream.next();
    await stream.next();
    expect(await stream.toArray()).toEqual(wanted(35).slice(2));
    expectClean(one);
  });

  it("goes on after pages of which nothing is left", async () => {
    const one = setup([rows(35)]);
    const last = (page: readonly RawInstance[]): string[] => ids(page).filter((id) => id === "31");
    expect((await items(one, last).next()).value).toBe("31");
  });

  it("leaves the pages when the loop is left, and when decoding fails", async () => {
    const one = setup([rows(35)]);
    for await (const id of items(one, ids)) if (id === "3") break;
    expectClean(one);
    await expect(items(one, ids).throw(new Error("mine"))).rejects.toThrow("mine");
    const broken = (): never => {
      throw new Error("cannot decode");
    };
    await expect(items(one, broken).toArray()).rejects.toThrow("cannot decode");
    expectClean(one);
    const stuck = setup([json({ items: [rawNode("0")], nextCursor: "a" }), hang]);
    await expect(items(stuck, broken).next()).rejects.toThrow("cannot decode");
    expectClean(stuck);
  });
});

describe("client.stream", () => {
  it("pages whatever a function fetches", async () => {
    const one = setup([]);
    const fetch = (cursor: string | undefined, size: number): Promise<Page<number>> => {
      const start = Number(cursor ?? 0);
      const found = Array.from({ length: size }, (_, index) => start + index);
      return Promise.resolve({ items: found, nextCursor: String(start + size) });
    };
    const stream = new ItemStream(
      one.client.stream(fetch, { limit: 7, pageSize: 3 }),
      (page: readonly number[]) => page,
    );
    expect(await stream.toArray()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
