/**
 * Values between two others: where a scan may be cut. What is chosen here only decides how even its partitions are, never
 * what is in them.
 */

import { UsageError } from "../errors.js";
import type { FilterValue } from "../schema/filters.js";
import { int64Of, type JsonValue, numberOf, textOf } from "../schema/json.js";
import type { KeyKind, PartitionKey } from "./partition.js";

/** Characters after what the texts begin with in common: 10^12 places if they are digits. */
const DEPTH = 12;
/** Characters to tell apart that are neither ASCII letters nor digits. */
const OTHERS = 64;
const DAY = 86_400_000;
const DIGITS = "0123456789";
const LETTERS = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/**
 * Values spaced evenly between two others: so many, or fewer where there are not so many.
 *
 * @param key - What they are values of.
 * @param one - A value as the API answers it.
 * @param other - Another one.
 * @throws UsageError - They are not of the key's kind.
 */
export function valuesBetween(key: PartitionKey, one: JsonValue, other: JsonValue, number: number): FilterValue[] {
  const found = SPREADS[key.kind](one, other, number);
  if (found) return [...new Set(found)];
  const wrong = `${JSON.stringify(one).slice(0, 100)} or ${JSON.stringify(other).slice(0, 100)}`;
  throw new UsageError(`${key.property.join(".")} cannot make partitions: ${wrong} is no ${key.kind}`);
}

type Spread = (one: JsonValue, other: JsonValue, number: number) => readonly FilterValue[] | undefined;

const SPREADS: Readonly<Record<KeyKind, Spread>> = {
  text: spread(textOf, texts),
  integer: spread(int64Of, steps),
  float: spread(numberOf, (low, high, number) =>
    Array.from({ length: number }, (_, step) => {
      const part = (step + 1) / (number + 1);
      return low * (1 - part) + high * part; // the difference of the two may be more than there are numbers
    }),
  ),
  timestamp: spread(milliseconds, (low, high, number) =>
    steps(BigInt(low), BigInt(high), number).map((one) => new Date(Number(one)).toISOString()),
  ),
  date: spread(milliseconds, (low, high, number) =>
    steps(BigInt(low / DAY), BigInt(high / DAY), number).map((one) =>
      new Date(Number(one) * DAY).toISOString().slice(0, 10),
    ),
  ),
};

function spread<T extends string | number | bigint>(
  read: (value: JsonValue) => T | undefined,
  between: (low: T, high: T, number: number) => readonly FilterValue[],
): Spread {
  return (one, other, number) => {
    const [first, last] = [read(one), read(other)];
    if (first === undefined || last === undefined) return undefined;
    return first < last ? between(first, last, number) : between(last, first, number);
  };
}

function steps(low: bigint, high: bigint, number: number): bigint[] {
  return Array.from({ length: number }, (_, step) => low + ((high - low) * BigInt(step + 1)) / BigInt(number + 1));
}

function milliseconds(value: JsonValue): number | undefined {
  const read = Date.parse(textOf(value) ?? "");
  return Number.isNaN(read) ? undefined : read;
}

/** Texts as numbers: after what both begin with, each character is a digit, and where a text has ended there are zeros. */
function texts(low: string, high: string, number: number): string[] {
  const [one, other] = [Array.from(low), Array.from(high)];
  const differs = one.findIndex((character, index) => character !== other[index]);
  const start = differs === -1 ? one.length : differs;
  const alphabet = alphabetOf([...one.slice(start, start + DEPTH), ...other.slice(start, start + DEPTH)]);
  if (alphabet.length === 0) return [low];
  const base = BigInt(alphabet.length);
  const place = (text: readonly string[]): bigint => {
    let found = 0n;
    for (let index = start; index < start + DEPTH; index += 1) {
      found = found * base + BigInt(Math.max(0, alphabet.indexOf(text[index] ?? "")));
    }
    return found;
  };
  const text = (given: bigint): string => {
    const found: string[] = [];
    for (let rest = given; found.length < DEPTH; rest /= base) found.unshift(alphabet[Number(rest % base)] ?? "");
    while (found.at(-1) === alphabet[0]) found.pop();
    return [...one.slice(0, start), ...found].join("");
  };
  const [from, to] = [place(one), place(other)];
  return (from < to ? steps(from, to, number) : steps(to, from, number)).map(text);
}

/** The characters that texts between may have, in order: what was met, and its relatives. */
function alphabetOf(met: readonly string[]): string[] {
  const digits = met.some((one) => DIGITS.includes(one));
  const found = new Set(digits ? [...met, ...Array.from(DIGITS)] : met);
  for (const letters of LETTERS) {
    const own = met.filter((one) => letters.includes(one));
    const hexadecimal = digits && own.every((one) => letters.indexOf(one) < 6);
    if (own.length > 0) for (const letter of hexadecimal ? letters.slice(0, 6) : letters) found.add(letter);
  }
  const others = met.filter((one) => !/[0-9A-Za-z]/.test(one)).map((one) => one.codePointAt(0) ?? 0);
  const [least, most] = [Math.min(...others), Math.max(...others)];
  for (let code = least; code < most; code += Math.floor((most - least) / OTHERS) + 1) {
    if (code < 0xd800 || code > 0xdfff) found.add(String.fromCodePoint(code)); // halves of characters are no text
  }
  return [...found].sort((one, other) => (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0));
}
