import { describe, expect, it } from "vitest";
import { PageSize } from "../../src/client/page-size.js";

/** Walks pages of a server that answers 408 above a size; the sizes that were asked for. */
function walk(size: PageSize, pages: number, largest: (page: number) => number): { asked: number[]; refused: number } {
  const asked: number[] = [];
  let refused = 0;
  for (let page = 0; page < pages;) {
    asked.push(size.current);
    if (size.current > largest(page)) {
      refused += 1;
      size.shrink(size.current);
    } else {
      page += 1;
      size.grow();
    }
  }
  return { asked, refused };
}

describe("PageSize", () => {
  it("halves, then falls faster, and tells", () => {
    const told: number[] = [];
    const size = new PageSize(1000, (rows) => told.push(rows));
    expect(walk(size, 1, () => 1).asked).toEqual([1000, 500, 125, 15, 1]);
    expect(told).toEqual([500, 125, 15, 1]);
  });

  it("is at its largest again within 20 pages after the trouble has ended", () => {
    const size = new PageSize(1000, () => undefined);
    walk(size, 30, () => 7);
    const { asked, refused } = walk(size, 20, () => 1000);
    expect([asked.at(-1), refused]).toEqual([1000, 0]);
  });

  it("wastes at most a fifth of the requests and four more, however the server behaves", () => {
    for (const largest of [
      () => 1,
      () => 300,
      (page: number) => (page % 7 < 3 ? 1 : 1000),
      (page: number) => 1 + ((page * 7919) % 1000),
    ]) {
      const { asked, refused } = walk(new PageSize(1000, () => undefined), 400, largest);
      expect(refused).toBeLessThanOrEqual(4 + asked.length / 5);
    }
  });

  it("learns nothing from what was asked for before the last fall", () => {
    const size = new PageSize(1000, () => undefined);
    size.shrink(1000);
    size.shrink(1000);
    expect(size.current).toBe(500);
  });
});
