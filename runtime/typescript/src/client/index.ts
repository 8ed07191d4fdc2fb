/** One project: its nodes and edges, page by page, in batches, raw. */

export { PygenClient } from "./client.js";
export type { PygenClientOptions } from "./client.js";
export type { CallOptions } from "./core.js";
export { Instances } from "./instances.js";
export { ItemStream } from "./item-stream.js";
export type { Pages } from "./item-stream.js";
export { PageStream } from "./page-stream.js";
export type { PagesOptions } from "./page-stream.js";
export type { KeyKind, PartitionKey, PartitionsOptions } from "./partition.js";
export { PartitionStream } from "./partition-stream.js";
export { throwForFailures } from "./results.js";
export type { DeleteResult, ItemFailure, UpsertResult } from "./results.js";
export { Views } from "./views.js";
export type { FetchPage } from "./walk.js";
export type { UpsertOptions } from "./upserts.js";
