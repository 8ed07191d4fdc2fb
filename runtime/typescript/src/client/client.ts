/** `PygenClient`: one project, over `fetch`. */

import { UsageError } from "../errors.js";
import type { Counters } from "../transport/counters.js";
import type { Credentials } from "../transport/credentials.js";
import { FetchWire, platformFetch, type Fetch } from "../transport/fetch.js";
import { settingsOf, type CallSettings, type ClientOptions, type Settings } from "../transport/settings.js";
import { Transport } from "../transport/transport.js";
import { Core } from "./core.js";
import { Instances } from "./instances.js";
import type { PagesOptions, PageStream } from "./page-stream.js";
import { Views } from "./views.js";
import type { FetchPage } from "./walk.js";

/** Which project, and who asks. */
export interface PygenClientOptions extends ClientOptions {
  readonly project: string;
  /** Such as `westeurope-1`; this or `baseUrl`. */
  readonly cluster?: string;
  /** Such as `https://westeurope-1.cognitedata.com`; any scheme, host, port and path. */
  readonly baseUrl?: string;
  /** Where tokens come from: `token`, `tokenProvider`, `clientCredentials`, or an object of yours. */
  readonly credentials: Credentials;
  /** Used instead of the platform's. */
  readonly fetch?: Fetch;
}

/** The instances of one project. Making a client costs nothing, and it needs no closing. */
export class PygenClient {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly project: string;
  /** Nodes and edges. */
  readonly instances: Instances;
  /** What is asked of views, apart from their instances. */
  readonly views: Views;
  readonly #options: PygenClientOptions;
  readonly #core: Core;

  /**
   * @param options - Which project, who asks, and how to behave.
   * @param core - For views of a client: what they share with it.
   * @throws UsageError - An option cannot work.
   */
  constructor(options: PygenClientOptions, core?: Core) {
    this.baseUrl = baseUrlOf(options);
    this.project = options.project;
    this.#options = options;
    this.#core = core ?? coreOf(options, this.baseUrl);
    this.instances = new Instances(this.#core);
    this.views = new Views(this.#core);
  }

  /** What this client and its views have done so far, in numbers: requests, retries, waits, bytes and more. */
  get counters(): Counters {
    return this.#core.transport.counters;
  }

  /** How calls are made. */
  get settings(): Settings {
    return this.#core.settings;
  }

  /** The same client with other options: same token, limits and counters. Costs next to nothing. */
  withOptions(options: CallSettings): PygenClient {
    return new PygenClient(this.#options, this.#core.with(options));
  }

  /**
   * Pages of rows that a function of yours fetches; nothing is fetched before the first is wanted.
   *
   * @param fetch - Called with a cursor (undefined for the first page) and the rows to ask for. A page that the server finds
   * too heavy (408) is asked for again with half the rows or fewer.
   */
  stream<T>(fetch: FetchPage<T>, options: PagesOptions = {}): PageStream<T> {
    return this.#core.stream(fetch, options);
  }
}

function coreOf(options: PygenClientOptions, baseUrl: string): Core {
  const { project, credentials } = options;
  if (!project) throw new UsageError("project must not be empty");
  const settings = settingsOf(options);
  const wire = new FetchWire(baseUrl, project, settings.appName, options.fetch ?? platformFetch, settings.clock);
  return new Core(Transport.over(wire, credentials, baseUrl, project, settings), settings);
}

function baseUrlOf({ cluster, baseUrl }: PygenClientOptions): string {
  if ((cluster === undefined) === (baseUrl === undefined)) {
    throw new UsageError("give cluster or baseUrl, one of the two");
  }
  if (baseUrl !== undefined) return checkedUrl(baseUrl);
  if (cluster === undefined || !/^[A-Za-z0-9-]+$/.test(cluster)) {
    throw new UsageError("cluster must be a name such as westeurope-1; give a whole URL as baseUrl");
  }
  return `https://${cluster}.cognitedata.com`;
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw new UsageError("baseUrl must be an absolute URL such as https://westeurope-1.cognitedata.com");
  }
  if (url.username || url.password) {
    throw new UsageError("baseUrl must not hold a user name or password: credentials are given apart");
  }
  return text.replace(/\/+$/, "");
}
