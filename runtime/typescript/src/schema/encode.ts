/** JSON for the server: int64 with all digits, and nothing that would silently become something else. */

import { UsageError } from "../errors.js";

const DEEPEST = 500;

/**
 * The JSON of a value: like `JSON.stringify`, but a `bigint` is written as an integer, and what JSON cannot say is refused.
 *
 * @param value - Anything made of JSON values, `bigint`, `Date` and things with a `toJSON()`. `undefined` in an object is left out.
 * @param where - What it is, for the message of the error.
 * @throws UsageError - A number is not finite, or something has no JSON form; the message says where it stands.
 */
export function encodeJson(value: unknown, where = "the request"): string {
  const text = encode(value, where, 0);
  if (text === undefined) throw new UsageError(`${where} has no value that could be written as JSON`);
  return text;
}

function encode(value: unknown, path: string, depth: number): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      if (Number.isFinite(value)) return String(value);
      throw new UsageError(
        `${path} is ${String(value)}: the API has only finite numbers, and null, which JSON would make of it, clears a value`,
      );
    case "undefined":
      return undefined;
    case "object":
      return value === null ? "null" : encodeObject(value, path, depth);
    default:
      throw new UsageError(`${path} is a ${typeof value}, which cannot be written as JSON`);
  }
}

function encodeObject(value: object, path: string, depth: number): string | undefined {
  if (depth > DEEPEST) throw new UsageError(`${path.slice(0, 200)}… is nested too deeply, or contains itself`);
  if (value instanceof Date && Number.isNaN(value.getTime())) throw new UsageError(`${path} is an invalid date`);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return encode((value as { toJSON(): unknown }).toJSON(), path, depth + 1);
  }
  if (Array.isArray(value)) return encodeArray(value, path, depth);
  if (!isPlain(value)) throw new UsageError(`${path} is a ${value.constructor.name}, which cannot be written as JSON`);
  const parts: string[] = [];
  for (const [key, one] of Object.entries(value)) {
    const text = encode(one, `${path}.${key}`, depth + 1);
    if (text !== undefined) parts.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${parts.join(",")}}`;
}

function encodeArray(values: readonly unknown[], path: string, depth: number): string {
  const parts = values.map((one, index) => {
    const text = encode(one, `${path}[${String(index)}]`, depth + 1);
    if (text === undefined) throw new UsageError(`${path}[${String(index)}] is undefined: a list cannot have holes`);
    return text;
  });
  return `[${parts.join(",")}]`;
}

/** Whether an object is a record; a Map or a Set would be written as `{}`. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return !(value instanceof Map || value instanceof Set || value instanceof RegExp || ArrayBuffer.isView(value));
}
