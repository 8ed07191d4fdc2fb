/** The kinds of values: how each is read off the wire, and how it is written into filters. */

import type { FilterValue } from "../schema/filters.js";
import type { NodeId } from "../schema/ids.js";
import { int64Digits, int64Of, isArray, isObject, type JsonValue, numberOf, plain, textOf } from "../schema/json.js";
import type { Kind, Spec } from "./view.js";

/** Makes a value of the object from a value of the answer; undefined if it does not fit. */
export type Decode = (value: JsonValue) => unknown;

/** What a spec says. */
export interface ParsedSpec {
  readonly kind: Kind;
  readonly list: boolean;
  readonly nullable: boolean;
}

/** Read a spec such as `text[]?`. */
export function parseSpec(spec: Spec): ParsedSpec {
  const nullable = spec.endsWith("?");
  const rest = nullable ? spec.slice(0, -1) : spec;
  const list = rest.endsWith("[]");
  // The spec is one of these by its type: what is left after both endings is a kind.
  return { kind: (list ? rest.slice(0, -2) : rest) as Kind, list, nullable };
}

/** How a value of this kind is read. */
export function decoder({ kind, list }: ParsedSpec): Decode {
  const decode = DECODERS[kind];
  return list ? (value) => decodeList(value, decode) : decode;
}

/** Makes of a value of the object what requests say. */
export function encoder(kind: Kind): (value: unknown) => FilterValue {
  return kind === "int64Text" ? encodeDigits : kind === "node" ? encodeId : encodeValue;
}

/** A moment as the API compares those that it keeps itself. */
export function encodeMilliseconds(value: unknown): FilterValue {
  return value instanceof Date ? value.getTime() : encodeValue(value);
}

function encodeValue(value: unknown): FilterValue {
  if (value instanceof Date) return value.toISOString();
  // Everything else that the types let through stands for itself in JSON.
  return value as FilterValue;
}

function encodeDigits(value: unknown): FilterValue {
  return typeof value === "string" ? BigInt(value) : encodeValue(value);
}

/** Whole objects will do where an id is wanted. */
function encodeId(value: unknown): FilterValue {
  if (typeof value !== "object" || value === null || !("externalId" in value)) return encodeValue(value);
  const { space, externalId } = value as NodeId;
  return { space, externalId };
}

const DECODERS: Readonly<Record<Kind, Decode>> = {
  text,
  boolean: (value) => (typeof value === "boolean" ? value : undefined),
  int32: (value) => (Number.isInteger(value) ? value : undefined),
  int64: int64Of,
  int64Text: (value) => (typeof value === "number" ? int64Of(value)?.toString() : int64Digits(value)),
  float32: numberOf,
  float64: numberOf,
  timestamp: (value) => moment(text(value)),
  timestampText: text,
  date: text,
  json: (value) => (hasTags(value) ? plain(value) : value),
  node: (value) =>
    isObject(value) && typeof value.space === "string" && typeof value.externalId === "string"
      ? { space: value.space, externalId: value.externalId }
      : undefined,
};

/** Whether a parsed value is not yet what `JSON.parse` would give; looking is much cheaper than copying. */
function hasTags(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value.charCodeAt(0) === 0;
  if (isArray(value)) return value.some(hasTags);
  if (!isObject(value)) return false;
  for (const key in value) if (key.charCodeAt(0) === 0 || hasTags(value[key])) return true;
  return false;
}

function text(value: JsonValue): string | undefined {
  return typeof value === "string" && value.charCodeAt(0) !== 0 ? value : textOf(value);
}

function moment(value: string | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const read = new Date(value);
  return Number.isNaN(read.getTime()) ? undefined : read;
}

function decodeList(value: JsonValue, decode: Decode): readonly unknown[] | undefined {
  if (!isArray(value)) return undefined;
  const read = value.map(decode);
  return read.includes(undefined) ? undefined : read;
}
