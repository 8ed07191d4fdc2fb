/** The model of the sample SDK, on a local server, and a small wind farm in it. */

import { readFileSync } from "node:fs";
import type { PygenClientOptions } from "../../src/index.js";
import type { LocalServer } from "../support/server.js";
import { ConsistencyClient } from "./sample/index.js";

const MODEL = new URL("../../../../tests/consistency/model.json", import.meta.url);

export const SPACE = "farm";

export function sampleClient(server: LocalServer, options: Partial<PygenClientOptions> = {}): ConsistencyClient {
  return new ConsistencyClient({ client: server.client(options), defaultSpace: SPACE });
}

/** Deploy the model. */
export async function deploySample(server: LocalServer): Promise<void> {
  const model = JSON.parse(readFileSync(MODEL, "utf-8")) as Record<string, unknown[]>;
  await server.post("/models/spaces", { items: [...(model.spaces ?? []), { space: SPACE }] });
  await server.post("/models/containers", { items: model.containers });
  await server.post("/models/views", { items: model.views });
}

/** Three turbines with all kinds of relations between them and others. */
export async function plantFarm(client: ConsistencyClient): Promise<void> {
  const id = (externalId: string) => ({ space: SPACE, externalId });
  await client.mast.upsert({ externalId: "mast-2", name: "Mast 2", height: 60 });
  await client.turbine.upsert([
    {
      externalId: "a",
      name: "A",
      status: "active",
      capacity: 3.5,
      tags: ["x", "y"],
      rotor: { externalId: "rotor-a", name: "Rotor A", weight: 10 },
      spares: [{ externalId: "blade-9", name: "Blade 9" }, id("blade-1")],
      masts: [
        { metres: 12.5, note: "near", endNode: { externalId: "mast-1", name: "Mast 1", height: 80 } },
        { metres: 30, endNode: id("mast-2") },
      ],
      neighbours: [{ externalId: "b", name: "B", status: "retired", capacity: 2, parent: id("a") }, id("c")],
    },
    { externalId: "c", name: "C", parent: id("a"), tags: [] },
  ]);
  await client.blade.upsert(
    [1, 2, 3].map((number) => ({
      externalId: `blade-${String(number)}`,
      name: `Blade ${String(number)}`,
      length: 60 + number,
      turbine: id(number < 3 ? "a" : "b"),
    })),
  );
  await client.sensor.upsert([
    { externalId: "sensor-1", name: "Sensor 1", blades: [id("blade-1"), id("blade-2")] },
    { externalId: "sensor-2", name: "Sensor 2", blades: [id("blade-2"), id("blade-3")] },
  ]);
}
