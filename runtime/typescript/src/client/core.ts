/** What all parts of a client share: its transport and its settings. */

import { encodeJson } from "../schema/encode.js";
import type { JsonValue } from "../schema/json.js";
import type { Operation } from "../transport/limits.js";
import { checkPageSize, withCallSettings, type CallSettings, type Settings } from "../transport/settings.js";
import type { Transport } from "../transport/transport.js";
import { UsageError } from "../errors.js";
import { PageStream, type PagesOptions } from "./page-stream.js";
import { PageWalk, type FetchPage } from "./walk.js";

/** What every call takes. */
export interface CallOptions {
  /** Aborts the call; it then rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

/** The transport and the settings of a client. */
export class Core {
  readonly transport: Transport;
  readonly settings: Settings;

  constructor(transport: Transport, settings: Settings) {
    this.transport = transport;
    this.settings = settings;
  }

  /** The same transport, with other time-outs, retries and page sizes. */
  with(given: CallSettings): Core {
    const settings = withCallSettings(this.settings, given);
    return new Core(this.transport.withSettings(settings), settings);
  }

  /**
   * One request about instances.
   *
   * @throws UsageError - The body has no JSON form.
   */
  async post<T>(
    below: string,
    body: unknown,
    read: (json: JsonValue) => T,
    operation: Operation,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    return this.transport.call({ path: pathOf(below), operation, body: encodeJson(body), read }, signal);
  }

  /** One request that writes or deletes, with a body that is JSON already; for `lost` see `Call`. */
  write<T>(
    below: string,
    body: string,
    read: (json: JsonValue) => T,
    lost: () => void,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const operation = below === "/delete" ? "delete" : "write";
    return this.transport.call({ path: pathOf(below), operation, body, read, lost }, signal);
  }

  /** Pages that a function fetches; see `PygenClient.stream`. */
  stream<T>(fetch: FetchPage<T>, options: PagesOptions): PageStream<T> {
    const { limit = Infinity, pageSize = this.settings.pageSize } = options;
    if (!(limit >= 0) || (limit !== Infinity && !Number.isInteger(limit))) {
      throw new UsageError(`limit must be a whole number of rows, 0 or more, not ${String(limit)}`);
    }
    checkPageSize(pageSize);
    const walk = new PageWalk(fetch, limit, pageSize, (rows) => {
      this.transport.tellSize(rows);
    });
    return new PageStream(walk, this.settings.clock, options);
  }
}

function pathOf(below: string): string {
  return `/models/instances${below}`;
}
