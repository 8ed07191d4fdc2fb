/** A small model on the local server, and rows in it. */

import { viewReference, type RawNodeWrite, type ViewReference } from "../../src/index.js";
import type { LocalServer } from "./server.js";

const PROPERTIES = {
  name: { type: "text" },
  number: { type: "int64" },
  ratio: { type: "float32" },
  exact: { type: "float64" },
  when: { type: "timestamp" },
  day: { type: "date" },
  data: { type: "json" },
  tags: { type: "text", list: true },
  numbers: { type: "int64", list: true },
  next: { type: "direct" },
} as const;

/** Deploy a space with one view `Thing`, whose properties are of all kinds. */
export async function deployThings(server: LocalServer, space: string): Promise<ViewReference> {
  await server.post("/models/spaces", { items: [{ space }] });
  const container = { type: "container", space, externalId: "Thing" };
  const properties = Object.entries(PROPERTIES).map(([name, type]) => [name, { type, nullable: true }]);
  await server.post("/models/containers", {
    items: [{ ...container, properties: Object.fromEntries(properties) as unknown }],
  });
  const mapped = Object.keys(PROPERTIES).map((name) => [name, { container, containerPropertyIdentifier: name }]);
  const view = viewReference({ space, externalId: "Thing", version: "1" });
  await server.post("/models/views", { items: [{ ...view, properties: Object.fromEntries(mapped) as unknown }] });
  return view;
}

/** So many things, numbered. */
export function things(view: ViewReference, count: number): RawNodeWrite[] {
  return Array.from({ length: count }, (_, index) => ({
    instanceType: "node",
    space: view.space,
    externalId: `thing-${String(index).padStart(5, "0")}`,
    sources: [{ source: view, properties: { name: `Thing ${String(index)}`, number: 2n ** 60n + BigInt(index) } }],
  }));
}
