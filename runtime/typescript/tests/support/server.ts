/** The local server, as tests use it. */

import { afterAll, beforeAll, inject } from "vitest";
import { PygenClient, token, type PygenClientOptions } from "../../src/index.js";
import { startServer, type RunningServer } from "./python.js";

/** Whether there is a local server. Suites that need one: `describe.skipIf(!hasServer)(…)`. */
export const hasServer = inject("serverUrl") !== undefined;

export interface JournalEntry {
  readonly method: string;
  readonly operation: string;
  readonly status: number;
  readonly fault?: string | null;
}

/** A local server. Its fault plan and journal are for all of its projects: who sets a plan uses a server of its own. */
export class LocalServer {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  client(options: Partial<PygenClientOptions> = {}): PygenClient {
    return new PygenClient({ project: "test", baseUrl: this.url, credentials: token("any-token"), ...options });
  }

  /** Call the API without the client. */
  async post(path: string, body: unknown): Promise<unknown> {
    return this.#ask("POST", `/api/v1/projects/test${path}`, body);
  }

  /** Set a fault plan: see the guide on testing with the local server. */
  async faults(plan: unknown): Promise<void> {
    await this.#ask("PUT", "/_pygen/faults", plan);
  }

  /** Nothing goes wrong any more, and the journal is empty. */
  async reset(): Promise<void> {
    await this.#ask("DELETE", "/_pygen/faults");
    await this.#ask("DELETE", "/_pygen/journal");
  }

  async journal(): Promise<readonly JournalEntry[]> {
    return ((await this.#ask("GET", "/_pygen/journal")) as { items: JournalEntry[] }).items;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { authorization: "Bearer any-token", "content-type": "application/json" };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${String(response.status)}: ${text}`);
    return JSON.parse(text) as unknown;
  }
}

/** The server that all test files share: use a space of your own, and no fault plan. */
export function sharedServer(): LocalServer {
  return new LocalServer(inject("serverUrl") ?? "");
}

/** A server for one test file, with room for fault plans. */
export function ownServer(): LocalServer {
  const server = new LocalServer("");
  let running: RunningServer | undefined;
  beforeAll(async () => {
    const pygen = inject("pygen");
    if (!pygen) return;
    running = await startServer(pygen);
    Object.assign(server, { url: running.url });
  });
  afterAll(() => running?.stop());
  return server;
}
