import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { token } from "../../src/index.js";
import { json, rawNode, setup } from "../support/fake.js";
import { ConsistencyClient } from "./sample/index.js";

const row = rawNode("t", { properties: { consistency: { "Turbine/1": { name: "T", serial: 1 } } } });

describe("what is printed", () => {
  const { client } = setup([json({ items: [row] })]);
  const model = new ConsistencyClient({ client });

  it.each<[string, unknown, string]>([
    ["a query", model.turbine.all(), "Query of Turbine"],
    [
      "a narrowed query",
      model.turbine
        .filter({ serial: 2n ** 62n })
        .limit(3)
        .include((t) => t.blades.include((b) => b.sensors)),
      'Query of Turbine { "filter": { "equals": { "property": [ "consistency", "Turbine/1", "serial" ], ' +
        '"value": 4611686018427387904 } }, "limit": 3, "include": [ "blades(sensors)" ] }',
    ],
    [
      "a path",
      model.turbine
        .all()
        .follow((t) => t.blades)
        .without(model.blade.all()),
      "(Query of Turbine → blades without Query of Blade)",
    ],
    [
      "what is reached",
      model.turbine.all().reach((t) => t.parent, { maxDistance: 2 }),
      "Query of Turbine → parent, 2 times",
    ],
    ["an API", model.turbine, "TurbineApi of consistency:Turbine/1"],
  ])("tells of %s", (_, shown, expected) => {
    expect([inspect(shown), String(shown), JSON.stringify(shown)]).toEqual([
      expected,
      expected,
      JSON.stringify(expected),
    ]);
  });

  it("tells of objects and relations", async () => {
    const [turbine] = await model.turbine.list();
    expect(inspect(turbine)).toContain("serial: 1n");
    expect(inspect(turbine?.blades)).toMatch(/^blades of Turbine\(.*:t\) \(not loaded\)$/);
    expect(JSON.parse(JSON.stringify(turbine))).toMatchObject({ name: "T", serial: "1" });
  });

  it("tells of a client, and nothing that nobody may know", () => {
    const credentials = token("secret-token");
    const own = new ConsistencyClient({ project: "p", cluster: "c", credentials });
    expect(inspect(own)).toMatch(/^ConsistencyClient of p at https:\/\/c.cognitedata.com: .*turbine/);
    for (const shown of [own, own.pygen, own.turbine.all(), credentials]) {
      expect(inspect(shown, { depth: 20, showHidden: true }) + JSON.stringify(shown)).not.toContain("secret");
    }
  });
});
