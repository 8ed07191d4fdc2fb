/** From outcomes to errors: the one place that reads what servers say when they refuse (contract §1.5, §1.6). */

import {
  ApiError,
  AuthenticationError,
  ConflictError,
  InvalidResponseError,
  NotFoundError,
  NotReachedError,
  PermissionDeniedError,
  RateLimitedError,
  seconds,
  ServerError,
  ServerTimeoutError,
  type PygenError,
  type RequestFacts,
} from "../errors.js";
import { isArray, isObject, parseJson, type JsonObject, type JsonValue } from "../schema/json.js";
import { printable } from "./text.js";
import type { Answer, Fault, FaultKind, Outcome } from "./wire.js";

type ApiErrorClass = typeof ApiError;

const BY_STATUS: ReadonlyMap<number, ApiErrorClass> = new Map<number, ApiErrorClass>([
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [408, ServerTimeoutError],
  [409, ConflictError],
  [429, RateLimitedError],
]);

const CORRECT_IT = "correct the request, which was not acted on";
const TRY_LATER = "try again later; if it stays so, ask support";

const HINTS: ReadonlyMap<number, string> = new Map([
  [401, "check that the credentials are meant for this project and cluster: a renewed token was refused too"],
  [403, "ask for the missing capability, or use other credentials"],
  [404, "check the base URL and the project"],
  [407, "a proxy wants credentials"],
  [408, "ask for fewer rows at once, or simplify the filter or the sort order"],
  [409, "read what is there now, and decide anew"],
  [413, "send less at once"],
  [429, "lower the client's limits: others use the project's budget too"],
]);

/** What to do about faults; for the kinds that are not here, the reason says so. */
const FAULT_HINTS: Partial<Record<FaultKind, string>> = {
  broken: "check the network, or try again later",
  unreached: "check the network, the base URL and, in a browser, that the server allows your origin",
  timeout: "ask for less at once, or allow more with readTimeout",
  cut: "try again later; if it stays so, something on the way cuts answers",
  unreadable: "check the base URL and the proxies: something on the way seems to answer in the server's place",
  unexpected: "a newer version of pygen may know it; otherwise report it",
};

const UNUSABLE: ReadonlySet<FaultKind> = new Set<FaultKind>(["cut", "unreadable", "unexpected"]);

/**
 * The error that an outcome means once it is settled.
 *
 * @param outcome - What came of the last try; not a success.
 * @param facts - What is known of the call.
 * @param why - Why it is not tried again, if that needs explaining.
 */
export function errorOf(outcome: Outcome, facts: RequestFacts, why = ""): PygenError {
  const also = why ? ` (not tried again: ${why})` : "";
  return outcome.type === "fault" ? transportError(outcome, facts, also) : apiError(outcome, facts, also);
}

function transportError(fault: Fault, facts: RequestFacts, also: string): PygenError {
  const unusable = UNUSABLE.has(fault.kind);
  const got = unusable ? "an answer that cannot be used" : "no answer";
  const tried = `${String(facts.attempts)} attempt${facts.attempts > 1 ? "s" : ""} in ${seconds(facts.elapsed)}`;
  const hint = FAULT_HINTS[fault.kind];
  const quote = fault.requestId === undefined ? "" : ` [request id ${fault.requestId}]`;
  const message =
    `${facts.method} ${facts.path} got ${got} after ${tried}: ${fault.reason}${also}` +
    `${hint === undefined ? "" : `; ${hint}`}${quote}`;
  return unusable ? new InvalidResponseError(message, facts) : new NotReachedError(message, facts);
}

function apiError(answer: Answer, facts: RequestFacts, also: string): ApiError {
  const error = errorObject(answer.text);
  const detail = (typeof error.message === "string" && printable(error.message)) || excerpt(answer);
  const conflict = answer.status === 400 && detail.toLowerCase().includes("version conflict");
  const [Kind, hint] = meaningOf(conflict ? 409 : answer.status);
  const refusal = {
    detail: detail + also,
    hint,
    missing: objectsIn(error.missing),
    duplicated: objectsIn(error.duplicated),
  };
  return new Kind(refusal, facts);
}

function meaningOf(status: number): readonly [ApiErrorClass, string] {
  const [otherwise, hint] = status >= 500 ? [ServerError, TRY_LATER] : [ApiError, CORRECT_IT];
  return [BY_STATUS.get(status) ?? otherwise, HINTS.get(status) ?? hint];
}

/** What stands under `error`, whatever shape it came in. */
function errorObject(text: string): JsonObject {
  let found: JsonValue;
  try {
    found = parseJson(text);
  } catch {
    return {};
  }
  const error = isObject(found) ? found.error : undefined;
  if (isObject(error)) return error;
  return typeof error === "string" ? { message: error } : {};
}

function excerpt(answer: Answer): string {
  const text = printable(answer.text.slice(0, 400)).slice(0, 200);
  return text ? `no explanation, but this text: ${text}` : "no explanation";
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}
