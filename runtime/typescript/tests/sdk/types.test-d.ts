/** What compiles and what does not: conditions, fields and projections worked out from the interface of a view. */

import type {
  CalendarDate,
  Conditions,
  EdgeResource,
  EdgeToMany,
  Fields,
  IntegerText,
  JsonValue,
  NodeId,
  NodeResource,
  NodeWrite,
  OpenEnum,
  Query,
  RelationKey,
  Selected,
  SortKey,
  ToMany,
  ToOne,
  WriteApi,
} from "../../src/sdk/index.js";

interface Rotor extends NodeResource {
  readonly name: string;
}
interface Distance extends EdgeResource {
  readonly metres: number;
}
interface Turbine extends NodeResource {
  readonly name: string;
  readonly status: OpenEnum<"active" | "retired"> | null;
  readonly capacity: number | null;
  readonly serial: bigint | null;
  readonly installed: Date | null;
  readonly day: CalendarDate | null;
  readonly running: boolean | null;
  readonly digits: IntegerText | null;
  readonly tags: readonly string[] | null;
  readonly data: JsonValue | null;
  readonly rotorId: NodeId | null;
  readonly rotor: ToOne<Rotor>;
  readonly parent: ToOne<Turbine>;
  readonly blades: ToMany<Rotor>;
  readonly masts: EdgeToMany<Rotor, Distance>;
}

export const conditions: Conditions<Turbine>[] = [
  { name: "A" },
  { name: ["A", "B"], capacity: { gte: 3, lt: 5 }, serial: 5n },
  { name: { prefix: "A" }, status: "active", running: true },
  { status: "newer", day: { gte: "2026-01-01" }, installed: { gte: new Date(0) } },
  { capacity: null, tags: ["a"], data: { exists: true }, rotorId: { space: "s", externalId: "x" } },
  { tags: { containsAll: ["a"] }, externalId: { prefix: "x" }, createdTime: { lt: new Date(0) } },
  // @ts-expect-error a number is no text
  { name: 5 },
  // @ts-expect-error a name is required, so it cannot be without a value
  { name: null },
  // @ts-expect-error texts have no bounds
  { name: { gte: "A" } },
  // @ts-expect-error numbers have no beginning
  { capacity: { prefix: "1" } },
  // @ts-expect-error JSON cannot be compared
  { data: "x" },
  // @ts-expect-error there is no such property
  { colour: "red" },
  // @ts-expect-error a relation is followed, not compared; its id is `rotorId`
  { rotor: { exists: true } },
];

export const keys: SortKey<Turbine>[] = ["name", "-capacity", "-createdTime"];
// @ts-expect-error lists have no order
export const list: SortKey<Turbine> = "tags";
// @ts-expect-error JSON has no order
export const json: SortKey<Turbine> = "-data";

export const relations: RelationKey<Turbine>[] = ["rotor", "blades", "masts"];

export function where(t: Fields<Turbine>): unknown[] {
  return [
    t.capacity
      .gt(3)
      .and(t.name.prefix("A").or(t.tags.contains("x")))
      .not(),
    t.rotor.name.eq("x"),
    t.serial.between(1n, 2n),
    t.day.gt("2026-01-01"),
    t.status.eq("active"),
    t.running.eq(true),
    t.data.exists(),
    t.rotorId.in([]),
    t.capacity.avg(),
    t.digits.gt("5"),
    t.digits.sum(),
    // @ts-expect-error texts are not compared by order
    t.name.gt("A"),
    // @ts-expect-error a text is no number
    t.capacity.eq("3"),
    // @ts-expect-error there is no average of texts
    t.name.avg(),
    // @ts-expect-error nor of days
    t.day.avg(),
    // @ts-expect-error many nodes are no place to look into
    t.blades.name,
  ];
}

export function projection(t: Selected<Turbine, "name">): unknown[] {
  return [
    t.name,
    t.externalId,
    // @ts-expect-error it was not chosen
    t.capacity,
  ];
}

export function queries(query: Query<Turbine>): unknown[] {
  return [
    query.include(
      (t) => t.rotor,
      (t) => t.masts.where((r) => r.name.eq("x")).limit(2),
      // @ts-expect-error a property is no relation
      (t) => t.name,
    ),
    // @ts-expect-error the target has no such property
    query.include((t) => t.blades.filter({ colour: "red" })),
    query
      .select("name")
      .first()
      .then((one) => [
        one?.name,
        // @ts-expect-error it was not chosen
        one?.capacity,
      ]),
    query
      .aggregate((t) => ({ most: t.serial.max(), mean: t.capacity.avg() }))
      .then((found): [bigint | null, number | null] => [found.most, found.mean]),
    // @ts-expect-error there is no sum of texts
    query.aggregate((t) => ({ total: t.name.sum() })),
    query
      .groupBy("status")
      .values()
      .then(([one]) => [
        one?.status,
        // @ts-expect-error it is no key of the group
        one?.capacity,
      ]),
    query.units({ capacity: "power:megaw" }),
    // @ts-expect-error texts have no unit
    query.units({ name: "power:megaw" }),
    // @ts-expect-error relations are not grouped by
    query.groupBy("rotor"),
  ];
}

export async function paths(query: Query<Turbine>): Promise<unknown[]> {
  const path = query.follow((t) => t.parent).follow((t) => t.blades.sort("name"));
  for await (const [turbine, parent, blade] of path.rows()) return [turbine.capacity, parent.status, blade.name];
  const edges = (await query.first())?.masts.edges();
  return [
    (await path.first())?.name,
    query.reach((t) => t.parent, { maxDistance: 3, until: (t) => t.capacity.gt(3) }),
    edges?.sort("metres").filter({ metres: 3 }),
    // @ts-expect-error what is found is a blade
    (await path.first())?.capacity,
    // @ts-expect-error a rotor is no turbine, from which it could go on
    query.reach((t) => t.rotor),
    // @ts-expect-error a name leads nowhere
    query.follow((t) => t.name),
    // @ts-expect-error turbines and blades are not the same
    query.follow((t) => t.parent).or(path),
    // @ts-expect-error edges have metres, masts have not
    edges?.filter({ name: "A" }),
  ];
}

export async function changes(query: Query<Turbine>): Promise<unknown> {
  for await (const { changes: found, token } of query.changes({ since: undefined, untilLive: true })) {
    for (const one of found) {
      if (one.type === "upserted") return [one.item.capacity, token];
      // @ts-expect-error what was deleted has an id, and is no object any more
      return one.item;
    }
  }
  return undefined;
}

interface TurbineWrite extends NodeWrite {
  name: string;
  capacity?: number | null;
}

export function writes(api: WriteApi<Turbine, TurbineWrite>, turbine: Turbine, rotor: Rotor): unknown[] {
  const rotors: WriteApi<Rotor, NodeWrite & { name: string }> = api as never;
  return [
    api.upsert({ ...api.asWrite(turbine), name: "B" }, { replaceEdges: true, checkVersions: false }),
    api.delete(turbine, { cascade: [(t) => t.rotor, (t) => t.blades.where((b) => b.name.eq("B"))] }),
    // @ts-expect-error what was read is no write object
    rotors.upsert(rotor),
    // @ts-expect-error a rotor is no turbine
    api.asWrite(rotor),
    // @ts-expect-error capacity leads nowhere
    api.delete(turbine, { cascade: [(t) => t.capacity] }),
    // @ts-expect-error there is no such option
    api.upsert([], { replaceEdge: true }),
    api.upsert({ externalId: "a", name: "A", capacity: null }),
    api.delete(["a", { space: "s", externalId: "b" }]),
    // @ts-expect-error a name is required
    api.upsert({ externalId: "a" }),
    // @ts-expect-error a name cannot be cleared
    api.upsert({ externalId: "a", name: null }),
    // @ts-expect-error there is no such property
    api.upsert({ externalId: "a", name: "A", colour: "red" }),
    // @ts-expect-error absent is not the same as undefined
    api.upsert({ externalId: "a", name: "A", capacity: undefined }),
  ];
}
