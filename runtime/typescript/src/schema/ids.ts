/** Identifiers, as the API writes them (contract §3 to §6). */

/** Identifies a node; also the value of a direct relation. */
export interface NodeId {
  readonly space: string;
  readonly externalId: string;
}

/** Identifies an edge; nodes and edges have separate namespaces. */
export interface EdgeId {
  readonly space: string;
  readonly externalId: string;
}

/** Identifies one version of a view. */
export interface ViewId {
  readonly space: string;
  readonly externalId: string;
  readonly version: string;
}

/** A view, wherever a view or a container may stand. */
export interface ViewReference extends ViewId {
  readonly type: "view";
}

/** A container, wherever a view or a container may stand. */
export interface ContainerReference {
  readonly type: "container";
  readonly space: string;
  readonly externalId: string;
}

/** A view or a container. */
export type SourceReference = ViewReference | ContainerReference;

/** Whether something is a node or an edge. */
export type InstanceType = "node" | "edge";

/** A node or an edge by id, as retrieving takes it. */
export interface InstanceReference {
  readonly instanceType: InstanceType;
  readonly space: string;
  readonly externalId: string;
}

/** What to delete; refused if it was changed since `existingVersion`, if that is given. */
export interface DeleteReference extends InstanceReference {
  readonly existingVersion?: number;
}

/** `ExternalId/version`: how instances and filters name a view inside its space. */
export function viewKey(view: ViewId): string {
  return `${view.externalId}/${view.version}`;
}

/** A view as requests name it. */
export function viewReference(view: ViewId): ViewReference {
  return { type: "view", space: view.space, externalId: view.externalId, version: view.version };
}

/** A text that is the same for the same node or edge, and for no other. */
export function instanceKey(one: InstanceReference): string {
  return `${one.instanceType}:${String(one.space.length)}:${one.space}:${one.externalId}`;
}
