/** The base of the clients that generated SDKs have. */

import { PygenClient, type PygenClientOptions } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import { type DeleteResult, throwForFailures } from "../client/results.js";
import type { DeleteReference } from "../schema/ids.js";
import { ReadApi, type Scope } from "./api.js";
import type { AnyResource } from "./resources.js";
import { Shown } from "./shown.js";

/** How to reach the project, or a client that does; several SDKs may share one. */
export type ModelClientOptions = (PygenClientOptions | { readonly client: PygenClient }) & {
  /** The space of ids and write objects that do not name one. */
  readonly defaultSpace?: string;
};

/** A client of one data model. */
export class ModelClient extends Shown {
  /** What asks: for requests that no view has, its counters, and clients of other models. */
  readonly pygen: PygenClient;
  protected readonly scope: Scope;

  constructor(options: ModelClientOptions) {
    super();
    this.pygen = "client" in options ? options.client : new PygenClient(options);
    this.scope = { client: this.pygen, defaultSpace: options.defaultSpace };
  }

  override toString(): string {
    const views = Object.entries(this).flatMap(([name, value]) => (value instanceof ReadApi ? [name] : []));
    return `${this.constructor.name} of ${this.pygen.project} at ${this.pygen.baseUrl}: ${views.join(", ")}`;
  }

  /**
   * Delete objects that were read, whatever their views. With nodes go all edges that touch them.
   *
   * @throws WriteError - Some could not be deleted, or it is not known; its `result` tells which.
   */
  async delete(objects: readonly AnyResource[], options: CallOptions = {}): Promise<DeleteResult> {
    const references = objects.map((one): DeleteReference => {
      const { space, externalId } = one;
      return { instanceType: "startNode" in one ? "edge" : "node", space, externalId };
    });
    const result = await this.pygen.instances.delete(references, options);
    throwForFailures(result);
    return result;
  }
}
