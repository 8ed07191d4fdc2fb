/** Whether a value that was read is the one that was written: the server rounds, and spells moments its own way (contract §6.9). */

import { int64Digits, isArray, isObject, numberOf, type JsonObject, type JsonValue } from "../schema/json.js";

/** Whether two parsed values mean the same to the server. */
export function sameValue(written: JsonValue, stored: JsonValue): boolean {
  const [wrote, read] = [numberOf(written), numberOf(stored)];
  if (wrote !== undefined && read !== undefined) return sameNumber(written, stored, wrote, read);
  if (typeof written === "string" && typeof stored === "string") return sameText(written, stored);
  if (isArray(written) && isArray(stored)) return sameList(written, stored);
  if (isObject(written) && isObject(stored)) return sameObject(written, stored);
  return written === stored;
}

function sameNumber(written: JsonValue, stored: JsonValue, wrote: number, read: number): boolean {
  if (int64Digits(written) !== undefined && int64Digits(stored) !== undefined) return written === stored;
  return wrote === read || Math.fround(wrote) === read;
}

function sameText(written: string, stored: string): boolean {
  return written === stored || (momentOf(written) !== undefined && momentOf(written) === momentOf(stored));
}

function sameList(written: readonly JsonValue[], stored: readonly JsonValue[]): boolean {
  return written.length === stored.length && written.every((one, index) => sameValue(one, stored[index] ?? null));
}

function sameObject(written: JsonObject, stored: JsonObject): boolean {
  const names = Object.keys(written);
  const same = (name: string): boolean => name in stored && sameValue(written[name] ?? null, stored[name] ?? null);
  return names.length === Object.keys(stored).length && names.every(same);
}

/** Milliseconds since 1970 of a moment in ISO form; without a zone it is UTC. */
function momentOf(text: string): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(text);
  if (!found) return undefined;
  const [, day = "", time = "", fraction = ".", zone = "Z"] = found;
  const offset = zone === "Z" ? zone : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;
  const parsed = Date.parse(`${day}T${time}${fraction.padEnd(4, "0").slice(0, 4)}${offset}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
