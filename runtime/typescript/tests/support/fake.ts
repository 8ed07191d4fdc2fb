/** A `fetch` that tests script. */

import { PygenClient, token, type ClientOptions, type JsonObject } from "../../src/index.js";
import { FakeClock } from "./clock.js";

/** A request as it came. */
export interface Seen {
  readonly url: string;
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly body: JsonObject;
  readonly signal: AbortSignal;
}

export type Reply = Response | Error | ((seen: Seen) => Response | Promise<Response>);

/** Answers requests with what is scripted, in order; the last reply stays. */
export class FakeServer {
  readonly seen: Seen[] = [];
  /** Requests that were sent, and are neither answered nor aborted. */
  underWay = 0;
  #replies: Reply[];

  constructor(...replies: Reply[]) {
    this.#replies = replies;
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const text = typeof init.body === "string" ? init.body : new TextDecoder().decode(init.body as Uint8Array);
    const seen: Seen = {
      url,
      path: new URL(url).pathname.replace(/^\/api\/v1\/projects\/[^/]+/, ""),
      headers: new Headers(init.headers),
      text,
      body: text.startsWith("{") ? (JSON.parse(text) as JsonObject) : {},
      signal: init.signal ?? new AbortController().signal,
    };
    this.seen.push(seen);
    const reply = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
    if (reply === undefined) throw new Error("no reply was scripted");
    if (reply instanceof Error) throw reply;
    this.underWay += 1;
    try {
      return await (typeof reply === "function" ? reply(seen) : reply.clone());
    } finally {
      this.underWay -= 1;
    }
  };

  /** What happens next. */
  next(...replies: Reply[]): void {
    this.#replies = replies;
  }
}

/** An answer with JSON. */
export function json(value: unknown, init: ResponseInit = {}): Response {
  const headers = { "content-type": "application/json", ...(init.headers as Record<string, string> | undefined) };
  return new Response(typeof value === "string" ? value : JSON.stringify(value), { ...init, headers });
}

/** A refusal as the API words it. */
export function refusal(
  status: number,
  message = `refused with ${String(status)}`,
  headers: Record<string, string> = {},
): Response {
  return json({ error: { code: status, message } }, { status, headers: { "x-request-id": "req-1", ...headers } });
}

/** Never answers, until it is aborted. */
export function hang({ signal }: Seen): Promise<Response> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** An error as Node's `fetch` throws it. */
export function networkError(code: string, message = `connect ${code}`): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

export interface Setup {
  readonly clock: FakeClock;
  readonly server: FakeServer;
  readonly client: PygenClient;
}

/** A client that talks to a scripted server. */
export function setup(replies: readonly Reply[], options: Partial<ClientOptions> = {}): Setup {
  // Compressing takes real time, of which the clock here knows nothing.
  Reflect.deleteProperty(globalThis, "CompressionStream");
  const clock = new FakeClock();
  const server = new FakeServer(...replies);
  const client = new PygenClient({
    project: "test",
    baseUrl: "http://server.test",
    credentials: token("secret-token"),
    fetch: server.fetch,
    clock,
    ...options,
  });
  return { clock, server, client };
}

/** A node as it is answered. */
export function rawNode(externalId: string, more: JsonObject = {}): JsonObject {
  const base = { instanceType: "node", space: "s", externalId, version: 1, createdTime: 1, lastUpdatedTime: 1 };
  return { ...base, ...more };
}
