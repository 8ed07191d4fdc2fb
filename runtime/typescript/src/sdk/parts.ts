/** What a query asks for, and how it is read. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import type { Filter } from "../schema/filters.js";
import type { Sort, TargetUnit } from "../schema/requests.js";
import type { AnyBranch } from "./branch.js";
import type { Split } from "./partition.js";
import type { AnyView } from "./view.js";

/** How a stream is read. */
export interface StreamOptions extends CallOptions {
  /** Pages that are asked for before they are wanted; 1 if not said, 0 for none. */
  readonly prefetch?: number | undefined;
  /** Objects a page, 1 to 1,000. */
  readonly pageSize?: number | undefined;
}

/** What a query asks for. */
export interface QueryParts {
  readonly client: PygenClient;
  readonly view: AnyView;
  readonly filter?: Filter | undefined;
  readonly sort?: readonly Sort[];
  readonly limit?: number;
  /** The properties that are wanted; absent: all. */
  readonly only?: readonly string[];
  /** Units that values are converted to. */
  readonly units?: readonly TargetUnit[];
  /** What to bring along. */
  readonly branches?: readonly AnyBranch[];
  /** The partitions to read in; absent: with one cursor. */
  readonly split?: Split | undefined;
  /** Whether edges without data in the view count too, which lists leave out. */
  readonly dataOptional?: boolean;
}
