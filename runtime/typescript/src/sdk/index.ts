/** What generated SDKs import. */

export type { ContainerReference, EdgeId, NodeId, ViewId, ViewReference } from "../schema/ids.js";
export type { JsonObject, JsonValue } from "../schema/json.js";
export type {
  Branches,
  Choice,
  Conditions,
  Fields,
  PropertyKey,
  RelationKey,
  Selected,
  SortKey,
  Where,
} from "./conditions.js";
export type { EdgeToMany, EdgeToOne, Linked, ReverseToOne, ToMany, ToOne } from "./relations.js";
export type {
  CalendarDate,
  EdgeResource,
  EdgeWrite,
  IntegerText,
  IsoTimestamp,
  NodeResource,
  NodeWrite,
  OpenEnum,
  Reference,
} from "./resources.js";
export { ReadApi, type ListOptions, type Retrieved, type Scope, type SearchOptions } from "./api.js";
export { Branch } from "./branch.js";
export { ChangeFeed } from "./change-feed.js";
export type { Change, ChangeBatch, ChangeOptions, Deleted, Gap, Upserted } from "./changes.js";
export { Condition } from "./condition.js";
export type { Bucket, Metric } from "./fields.js";
export type { Figures, Group } from "./groups.js";
export { ModelClient, type ModelClientOptions } from "./model-client.js";
export type { DeleteOptions, DeletePlan } from "./deletes.js";
export { Path, type Hop } from "./path.js";
export { Query, type StreamOptions } from "./query.js";
export { Reach, type Distance, type ReachOptions } from "./reach.js";
export { Selection, type Source } from "./selection.js";
export type { Units } from "./units.js";
export { defineView, direct, edges, reverse, toMany, toOne, type View } from "./view.js";
export type { PlanOptions, Removal, WriteOptions, WritePlan, WriteResult } from "./write-plan.js";
export { WriteApi } from "./writes.js";
