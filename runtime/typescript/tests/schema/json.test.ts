import { describe, expect, it } from "vitest";
import {
  encodeJson,
  int64Of,
  numberOf,
  parseJson,
  plain,
  textOf,
  UsageError,
  type JsonValue,
} from "../../src/index.js";
import { randomFrom } from "../support/scan-store.js";

const LARGEST = 9223372036854775807n;

describe("parseJson", () => {
  it.each([
    ["[9223372036854775807]", LARGEST],
    ["[-9223372036854775808]", -LARGEST - 1n],
    ["[ 9007199254740993 ]", 9007199254740993n],
    ["[9007199254740991]", 9007199254740991n],
    ["[1234567890123456]", 1234567890123456n],
    ["[0]", 0n],
    ["[7,-9007199254740993]", 7n],
  ])("keeps all digits of %s", (text, wanted) => {
    expect(int64Of((parseJson(text) as JsonValue[])[0])).toBe(wanted);
  });

  it("keeps digits wherever an integer may stand", () => {
    const found = parseJson(
      '{"a":9007199254740993,"b":[1,9007199254740995\n,{"c":-9007199254740997}],"d": 9007199254740999}',
    );
    expect(found).toEqual({
      a: "\0i9007199254740993",
      b: [1, "\0i9007199254740995", { c: "\0i-9007199254740997" }],
      d: "\0i9007199254740999",
    });
    expect(int64Of(parseJson("9007199254740993"))).toBe(9007199254740993n);
  });

  it("reads whatever JSON there is, with all digits", () => {
    const random = randomFrom(4);
    const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;
    const digits = (): string => `1${String(random()).slice(2).repeat(2)}`.slice(0, 1 + random() * 20);
    const texts = [",", ":", "[", '"', "\\", "\0", "x", " ", "é", "-", "12345678901234567", "9007199254740993"];
    /** A value as JSON, and as it is to be read. */
    const made = (depth: number): [string, JsonValue] => {
      const kind = pick(
        depth > 0 ? ["integer", "fraction", "text", "list", "object"] : ["integer", "fraction", "text"],
      );
      const space = (): string => pick(["", "", " ", "\n"]);
      if (kind === "integer") {
        const text = `${pick(["", "-"])}${digits()}`;
        return [text, Number.isSafeInteger(Number(text)) ? Number(text) : `\0i${text}`];
      }
      if (kind === "fraction") {
        const text = `${digits()}.${digits()}${pick(["", "e5", "E-7", "e+12"])}`;
        return [text, Number(text)];
      }
      if (kind === "text") {
        const value = Array.from({ length: random() * 5 }, () => pick(texts)).join("");
        return [JSON.stringify(value), value.startsWith("\0") ? `\0s${value}` : value];
      }
      const items = Array.from({ length: random() * 4 }, () => made(depth - 1));
      if (kind === "list") {
        const json = items.map(([each]) => `${space()}${each}${space()}`);
        return [`[${json.join(",")}]`, items.map(([, value]) => value)];
      }
      const entries = items.map(([each, value], index) => [`k${String(index)}`, each, value] as const);
      const json = entries.map(([key, each]) => `"${key}":${space()}${each}`);
      return [`{${json.join(",")}}`, Object.fromEntries(entries.map(([key, , value]) => [key, value]))];
    };
    for (let round = 0; round < 2000; round += 1) {
      const [text, value] = made(3);
      expect(parseJson(text), text).toEqual(value);
    }
  });

  it.each([
    '"9007199254740993"',
    '"a,9007199254740993,b"',
    '"[9007199254740993]"',
    '"\\"9007199254740993\\""',
    '"\\\\"',
    '"x: 9007199254740993 "',
    '"a\\", 9007199254740993, \\"b"',
  ])("leaves the text %s alone", (text) => {
    const wanted = JSON.parse(text) as string;
    expect(parseJson(`[${text},9007199254740993]`)).toEqual([wanted, "\0i9007199254740993"]);
    expect(parseJson(`{${text}:9007199254740993}`)).toEqual({ [wanted]: "\0i9007199254740993" });
  });

  it.each([
    "[0.12345678901234567890]",
    "[1234567890123456789.5]",
    "[1e21]",
    "[12345678901234567890e2]",
    "[-0.00000000000000001]",
  ])("leaves the number %s to JSON.parse", (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it("lets no text pass for a number", () => {
    const [text, escaped] = parseJson('["\\u0000i123", "\\u0000"]') as JsonValue[];
    expect([int64Of(text), numberOf(text), textOf(text), textOf(escaped)]).toEqual([
      undefined,
      undefined,
      "\0i123",
      "\0",
    ]);
    expect(plain(parseJson('{"\\u0000k":"\\u0000i1"}'))).toEqual({ "\0k": "\0i1" });
  });

  it("agrees with JSON.parse on random documents, once the tags are taken off", () => {
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state % below;
    };
    const scalars = [
      "1",
      "-12345678901234567",
      "12345678901234567",
      "1.5e300",
      '"\\\\"',
      '"a\\"9007199254740993"',
      '"\\u0000i5"',
      "null",
      "true",
      '"é😀"',
    ];
    const document = (depth: number): string => {
      const parts = Array.from({ length: random(4) }, () => document(depth - 1));
      switch (depth === 0 ? 0 : random(3)) {
        case 1:
          return `[${parts.join(" , ")}]`;
        case 2:
          return `{${parts.map((one, index) => `"k${String(index)},9007199254740993":${one}`).join(",")}}`;
        default:
          return scalars[random(scalars.length)] ?? "0";
      }
    };
    for (let round = 0; round < 500; round += 1) {
      const text = document(4);
      expect(plain(parseJson(text))).toEqual(JSON.parse(text));
    }
  });

  it("says what is no JSON", () => {
    for (const text of ['{"a":9007199254740993', '["a, 9007199254740993', '["a\\", 9007199254740993]', ""]) {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    }
  });
});

describe("taking tags off", () => {
  it("knows integers, numbers and texts apart", () => {
    expect([int64Of(1.5), int64Of("1"), int64Of(undefined), int64Of(null)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([numberOf("\0i9007199254740993"), numberOf(1.5), numberOf("x")]).toEqual([9007199254740992, 1.5, undefined]);
    expect([textOf("x"), textOf(""), textOf(1), textOf("\0i1")]).toEqual(["x", "", undefined, undefined]);
  });

  it("leaves the parsed value itself as it is", () => {
    const value = parseJson("[9007199254740993, null, false]");
    expect(plain(value)).toEqual([9007199254740992, null, false]);
    expect(value).toEqual(["\0i9007199254740993", null, false]);
  });
});

describe("encodeJson", () => {
  it("writes all digits of a bigint, and what JSON.stringify writes of the rest", () => {
    const value = {
      a: [1, -0, 1e21, 0.1, "é\n", null, true],
      b: new Date(0),
      c: undefined,
      d: { toJSON: () => ({ e: 1 }) },
    };
    expect(encodeJson(value)).toBe(JSON.stringify(value));
    expect(encodeJson({ big: -LARGEST, list: [LARGEST] })).toBe(
      `{"big":-${String(LARGEST)},"list":[${String(LARGEST)}]}`,
    );
  });

  it.each([
    [{ a: { b: [1, NaN] } }, "item.a.b[1] is NaN"],
    [{ a: Infinity }, "item.a is Infinity"],
    [{ a: [undefined] }, "item.a[0] is undefined"],
    [{ a: new Map() }, "item.a is a Map"],
    [{ a: new Set() }, "item.a is a Set"],
    [{ a: new Uint8Array(1) }, "item.a is a Uint8Array"],
    [{ a: () => 1 }, "item.a is a function"],
    [{ a: Symbol("x") }, "item.a is a symbol"],
    [{ a: new Date(NaN) }, "item.a is an invalid date"],
    [undefined, "item has no value"],
  ])("refuses %o", (value, message) => {
    expect(() => encodeJson(value, "item")).toThrow(UsageError);
    expect(() => encodeJson(value, "item")).toThrow(message);
  });

  it("refuses what contains itself", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => encodeJson(circle)).toThrow(/contains itself/);
  });

  it("gives what parseJson reads", () => {
    const value = { a: LARGEST, b: "\0i1", c: [1, "x"] };
    const parsed = parseJson(encodeJson(value)) as Record<string, JsonValue>;
    expect([int64Of(parsed.a), textOf(parsed.b), parsed.c]).toEqual([LARGEST, "\0i1", [1, "x"]]);
  });
});
