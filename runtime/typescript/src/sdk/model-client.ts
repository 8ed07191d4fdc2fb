/** The base of the clients that generated SDKs have. */

import { PygenClient, type PygenClientOptions } from "../client/client.js";
import type { Scope } from "./api.js";

/** How to reach the project, or a client that does; several SDKs may share one. */
export type ModelClientOptions = (PygenClientOptions | { readonly client: PygenClient }) & {
  /** The space of ids and write objects that do not name one. */
  readonly defaultSpace?: string;
};

/** A client of one data model. */
export class ModelClient {
  /** What asks: for requests that no view has, its counters, and clients of other models. */
  readonly pygen: PygenClient;
  protected readonly scope: Scope;

  constructor(options: ModelClientOptions) {
    this.pygen = "client" in options ? options.client : new PygenClient(options);
    this.scope = { client: this.pygen, defaultSpace: options.defaultSpace };
  }
}
