/** The only module that calls `fetch`. */

import { VERSION } from "../version.js";
import { AbortScope, untilAborted } from "./abort.js";
import type { Clock } from "./clock.js";
import { printable } from "./text.js";
import { fault, type Answer, type Fault, type FaultKind, type Outcome, type Wire, type WireRequest } from "./wire.js";

/** The part of `fetch` that is used: a `fetch` of yours needs no more. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Bytes beyond which an answer is refused: no page of the API comes near. */
const LARGEST_BODY = 256 * 1024 * 1024;

const SILENT = Symbol("nothing came for too long");

/** `fetch` of the platform, looked up at each call: who replaces it later is heard. */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** Requests to one project. */
export class FetchWire implements Wire {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: Fetch;
  readonly #clock: Clock;

  constructor(baseUrl: string, project: string, appName: string, fetch: Fetch, clock: Clock) {
    this.#url = `${baseUrl}/api/v1/projects/${encodeURIComponent(project)}`;
    this.#headers = {
      accept: "application/json",
      "cdf-version": "20230101",
      "content-type": "application/json",
      "x-cdp-app": appName,
      "x-cdp-sdk": `pygen-typescript:${VERSION}`,
    };
    this.#fetch = fetch;
    this.#clock = clock;
  }

  async send(request: WireRequest, token: string, signal: AbortSignal): Promise<Outcome> {
    const { method, path, body, gzipped, readTimeout } = request;
    const headers = {
      ...this.#headers,
      ...(gzipped && { "content-encoding": "gzip" }),
      authorization: `Bearer ${token}`,
    };
    const init: RequestInit = { method, headers, body: body as Uint8Array<ArrayBuffer>, redirect: "manual" };
    const outcome = await exchange(this.#fetch, this.#url + path, init, { clock: this.#clock, readTimeout, signal });
    return outcome.type === "fault" && outcome.reason.includes(token)
      ? { ...outcome, reason: outcome.reason.replaceAll(token, "***") }
      : outcome;
  }
}

/** How long one exchange may take. */
export interface Patience {
  readonly clock: Clock;
  /** Milliseconds without a byte from the server. */
  readonly readTimeout: number;
  readonly signal: AbortSignal;
}

/**
 * Send one request once, and read its answer whole.
 *
 * @throws The reason of the signal, when it is aborted.
 */
export async function exchange(fetch: Fetch, url: string, init: RequestInit, patience: Patience): Promise<Outcome> {
  const idle = new IdleScope(patience);
  try {
    const response = await untilAborted(fetch(url, { ...init, signal: idle.signal }), idle.signal);
    return await answerOf(response, idle);
  } catch (error) {
    patience.signal.throwIfAborted();
    if (error === SILENT) return fault("timeout", `nothing came for ${String(patience.readTimeout / 1000)} s`);
    return failureOf(error);
  } finally {
    idle.close();
  }
}

/** Aborts an exchange when its caller does, or when nothing came for too long. */
class IdleScope {
  readonly #patience: Patience;
  #scope: AbortScope;
  #cancel: () => void = () => undefined;

  constructor(patience: Patience) {
    this.#patience = patience;
    this.#scope = new AbortScope(patience.signal);
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** Something came. */
  restart(): void {
    this.#cancel();
    this.#cancel = this.#patience.clock.after(this.#patience.readTimeout, () => {
      this.#scope.abort(SILENT);
    });
  }

  close(): void {
    this.#cancel();
    this.#scope.close();
  }
}

async function answerOf(response: Response, idle: IdleScope): Promise<Outcome> {
  idle.restart();
  // A redirection would take the token elsewhere. Browsers do not say where it leads, and give it status 0.
  if (response.status < 200 || (response.status >= 300 && response.status < 400)) {
    drop(response.body);
    return fault("unreadable", "it leads to another address", response);
  }
  return response.status < 300 ? successOf(response, idle) : refusalOf(response, idle);
}

async function successOf(response: Response, idle: IdleScope): Promise<Outcome> {
  const strange = strangeType(response);
  if (strange !== undefined) {
    drop(response.body);
    return fault("unreadable", strange, response);
  }
  const body = await wholeBody(response, idle);
  if (body === undefined) return fault("unreadable", `it is larger than ${String(LARGEST_BODY)} bytes`, response);
  const size = body.byteLength;
  const short = shortOf(response, size);
  if (short !== undefined) return fault("cut", short, response, size);
  const text = textOf(body, true);
  return text === undefined ? fault("unreadable", "it is not UTF-8", response, size) : answer(response, text, size);
}

/** The status says enough: what explains it may be missing. */
async function refusalOf(response: Response, idle: IdleScope): Promise<Outcome> {
  try {
    const body = await wholeBody(response, idle);
    return answer(response, (body && textOf(body, false)) ?? "", body?.byteLength ?? 0);
  } catch (error) {
    if (idle.signal.aborted) throw error;
    return answer(response, "", 0);
  }
}

function answer(response: Response, text: string, received: number): Answer {
  return { type: "answer", status: response.status, headers: response.headers, text, received };
}

/** The body; undefined if it is too large. */
async function wholeBody(response: Response, idle: IdleScope): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), idle.signal);
      if (done) return joined(chunks, size);
      idle.restart();
      chunks.push(value);
      size += value.byteLength;
      if (size > LARGEST_BODY) return undefined;
    }
  } finally {
    drop(reader);
  }
}

/** Frees the connection of a body that is not read to its end. How that goes says nothing new, and may take for ever. */
function drop(body: { cancel(): Promise<void> } | null): void {
  body?.cancel().catch(() => undefined);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const whole = new Uint8Array(size);
  let start = 0;
  for (const chunk of chunks) {
    whole.set(chunk, start);
    start += chunk.byteLength;
  }
  return whole;
}

/** Text of an answer; undefined if it is none. Of a refusal, whatever can be read. */
function textOf(body: Uint8Array, fatal: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal }).decode(body);
  } catch {
    return undefined;
  }
}

/** What is wrong with an answer that says of itself that it is not JSON: the page of a gateway or login form, most often. */
function strangeType(response: Response): string | undefined {
  const kind = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (kind === "" || kind === "application/json" || kind.endsWith("+json")) return undefined;
  return `it is '${printable(kind).slice(0, 80)}' instead of JSON; does something stand in between?`;
}

/**
 * What is wrong with an answer that is shorter than announced. Only where it can be told: platforms unpack bodies but still
 * show the packed length, and of another origin a browser shows the length, but not whether it is that of a packed body.
 */
function shortOf(response: Response, size: number): string | undefined {
  const announced = response.headers.get("content-length");
  const known = response.type !== "cors" && (response.headers.get("content-encoding") ?? "identity") === "identity";
  if (!known || announced === null || !/^\d{1,15}$/.test(announced) || Number(announced) === size) return undefined;
  return `${String(size)} of ${announced} bytes arrived`;
}

const REFUSED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const SLOW = new Set(["ETIMEDOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);
const DISTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/** What an error of `fetch` means. Node says in its cause why; browsers say nothing. */
function failureOf(error: unknown): Fault {
  const { code, text } = described(error);
  if (DISTRUSTED.test(code)) {
    return fault(
      "hopeless",
      `the server's certificate is not trusted (${text}); trust your CA with NODE_EXTRA_CA_CERTS`,
    );
  }
  if (REFUSED.has(code)) return fault("connect", `no connection (${text}); check the base URL, and proxies`);
  if (SLOW.has(code)) return fault("timeout", `timed out (${text})`);
  const kind: FaultKind = code === "" && error instanceof TypeError ? "unreached" : "broken";
  return fault(kind, `the connection failed (${text})`);
}

function described(error: unknown): { code: string; text: string } {
  if (!(error instanceof Error)) return { code: "", text: printable(String(error)) };
  const inner = innermost(error);
  const code = "code" in inner && typeof inner.code === "string" ? inner.code : "";
  const details = inner === error ? "" : `: ${inner.message || code}`;
  return { code, text: printable(`${error.message}${details}`) };
}

/** What is behind an error; Node tries several addresses of a host, and tells of each. */
function innermost(error: Error): Error {
  const cause = error.cause instanceof Error ? error.cause : error;
  const several: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [];
  const first = several[0];
  return first instanceof Error ? first : cause;
}
