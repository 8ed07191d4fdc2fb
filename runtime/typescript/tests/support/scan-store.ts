/** Instances that a scripted server lists, filters, sorts and counts, in whatever order it has for texts. */

import type { Filter, JsonObject, JsonValue } from "../../src/index.js";
import { json, rawNode, refusal, type Seen } from "./fake.js";

/** External id, and the one property; null is no value. */
export type Row = readonly [externalId: string, value: Value];

type Value = string | number | null;

type Condition = Filter | Readonly<Record<string, unknown>>;
type Order = (one: Value, other: Value) => number;

export const VIEW = { type: "view", space: "s", externalId: "V", version: "1" } as const;
export const VALUE = ["s", "V/1", "value"] as const;

/** Texts by their code units, numbers by size. */
export const plainOrder: Order = (one, other) => (one === other ? 0 : (one ?? "") < (other ?? "") ? -1 : 1);

export class ScanStore {
  readonly rows: readonly Row[];
  /** How the server orders values; no two are the same. */
  order: Order = plainOrder;
  /** What is told instead of a count. */
  count: (number: number) => number = (number) => number;
  /** Rows above which a page is answered with 408. */
  heaviest = 1000;
  /** Asked before each answer: one to give instead. */
  fault: (seen: Seen) => Response | undefined = () => undefined;
  readonly asked: (JsonObject & { readonly path: string })[] = [];
  underWay = 0;
  mostUnderWay = 0;

  constructor(rows: readonly Row[]) {
    this.rows = rows;
  }

  readonly answer = async (seen: Seen): Promise<Response> => {
    this.asked.push({ ...seen.body, path: seen.path });
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.underWay -= 1;
    return this.fault(seen) ?? (seen.path.endsWith("/aggregate") ? this.#aggregate(seen.body) : this.#list(seen.body));
  };

  /** The bodies of one kind. */
  askedFor(what: "list" | "aggregate"): readonly JsonObject[] {
    return this.asked.filter(({ path }) => path.endsWith(`/${what}`));
  }

  #list({ filter, sort, cursor, limit }: JsonObject): Response {
    const most = Number(limit);
    if (most > this.heaviest) return refusal(408, "Graph query timed out.");
    const found = this.#found(filter);
    const [key] = (sort ?? []) as readonly { property: string[]; direction: string }[];
    if (key) {
      const sign = key.direction === "descending" ? -1 : 1;
      const at = (row: Row): Value => valueIn(row, key.property);
      found.sort(
        (one, other) => Number(at(one) === null) - Number(at(other) === null) || sign * this.order(at(one), at(other)),
      );
    }
    const start = Number(cursor ?? 0);
    const items = found
      .slice(start, start + most)
      .map(([externalId, value]) =>
        rawNode(externalId, { properties: { s: { "V/1": value === null ? {} : { value } } } }),
      );
    return json({ items, ...(start + most < found.length && { nextCursor: String(start + most) }) });
  }

  #aggregate({ filter }: JsonObject): Response {
    const value = this.count(this.#found(filter).length);
    return json({ items: [{ instanceType: "node", aggregates: [{ aggregate: "count", value }] }] });
  }

  #found(filter: JsonValue | undefined): Row[] {
    return this.rows.filter((row) => filter === undefined || this.meets(row, filter as Condition));
  }

  /** Whether a row meets a condition. */
  meets(row: Row, condition: Condition): boolean {
    const [[operator, operand] = ["", undefined]] = Object.entries(condition);
    if (operator === "and") return (operand as readonly Condition[]).every((one) => this.meets(row, one));
    if (operator === "not") return !this.meets(row, operand as Condition);
    const { property, ...more } = operand as { property: string[] } & Record<string, string>;
    return this.#fits(operator, valueIn(row, property), more);
  }

  #fits(operator: string, value: Value, said: Readonly<Record<string, string>>): boolean {
    if (operator === "exists" || value === null) return value !== null;
    if (operator === "prefix") return String(value).startsWith(said.value ?? "");
    if (operator !== "range") throw new Error(`the store does not know ${operator}`);
    const above = said.gt === undefined || this.order(value, said.gt) > 0;
    return above && (said.lte === undefined || this.order(value, said.lte) <= 0);
  }
}

function valueIn([externalId, value]: Row, property: readonly string[]): Value {
  return property.at(-1) === "externalId" ? externalId : value;
}

/** An order of texts that has nothing to do with their letters. */
export function shuffledOrder(seed: number): Order {
  const place = (value: Value): number => {
    let hash = seed;
    for (const one of String(value)) hash = Math.imul(hash ^ (one.codePointAt(0) ?? 0), 0x9e3779b1) >>> 0;
    return hash;
  };
  return (one, other) => place(one) - place(other) || plainOrder(one, other);
}

/** Numbers from 0 up to 1, the same each time. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
