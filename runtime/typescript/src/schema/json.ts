/**
 * JSON from the server, without losing digits of int64 values.
 *
 * `JSON.parse` reads numbers as doubles, which are exact up to 2^53. So integers beyond that are quoted and tagged before
 * it sees them; what knows the type of a value takes the tag off again: `int64Of`,
 * `numberOf`, `textOf` and, for values of any type, `plain`. A tag begins with NUL. Texts that begin so themselves, which
 * the API does not store but anybody may send, are tagged too, so that no text can pass for a number.
 */

import { INTEGER_TAG, TEXT_TAG, withTags } from "./tagging.js";

/** What JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

const NUL = 0;

/**
 * Parse JSON; integers beyond 2^53 and texts that begin with NUL come out tagged.
 *
 * @throws SyntaxError - It is no JSON.
 */
export function parseJson(text: string): JsonValue {
  return JSON.parse(withTags(text)) as JsonValue;
}

/** The digits of a tagged integer; undefined for every other value. */
export function int64Digits(value: unknown): string | undefined {
  return typeof value === "string" && value.startsWith(INTEGER_TAG) ? value.slice(INTEGER_TAG.length) : undefined;
}

/** A parsed integer as a `bigint`, exact; undefined for what is no integer. */
export function int64Of(value: JsonValue | undefined): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  const digits = int64Digits(value);
  return digits === undefined ? undefined : BigInt(digits);
}

/** A parsed number as a double; undefined for what is no number. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  const digits = int64Digits(value);
  return digits === undefined ? undefined : Number(digits);
}

/** A parsed text as it was; undefined for what is no text. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== "string" || value.charCodeAt(0) !== NUL) return typeof value === "string" ? value : undefined;
  return value.startsWith(TEXT_TAG) ? value.slice(TEXT_TAG.length) : undefined;
}

/** A parsed value without tags, as `JSON.parse` gives it: long integers become doubles. The value itself is not changed. */
export function plain(value: JsonValue): JsonValue {
  if (typeof value === "string") return textOf(value) ?? Number(int64Digits(value));
  if (typeof value !== "object" || value === null) return value;
  if (isArray(value)) return value.map(plain);
  const entries = Object.entries(value as { [key: string]: JsonValue });
  return Object.fromEntries(entries.map(([key, one]) => [textOf(key) ?? key, plain(one)]));
}

/** Whether a parsed value is an array; `Array.isArray` does not know read-only ones. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether a parsed value is an object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
