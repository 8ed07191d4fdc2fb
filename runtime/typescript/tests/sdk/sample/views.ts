import { defineView, direct, edges, reverse, toMany, toOne, type View } from "../../../src/sdk/index.js";
import type {
  Blade,
  BladeWrite,
  Distance,
  DistanceWrite,
  Mast,
  MastWrite,
  Rotor,
  RotorWrite,
  Sensor,
  SensorWrite,
  Tower,
  TowerWrite,
  Turbine,
  TurbineWrite,
} from "./types.js";

export const turbineView: View<Turbine, TurbineWrite> = defineView({
  id: { space: "consistency", externalId: "Turbine", version: "1" },
  usedFor: "node",
  properties: {
    name: "text",
    status: "text?",
    capacity: "float64?",
    ratio: "float32?",
    serial: "int64?",
    count: "int32?",
    running: "boolean?",
    installed: "timestamp?",
    day: "date?",
    tags: "text[]?",
    numbers: "int64[]?",
    moments: "timestamp[]?",
    data: "json?",
    documents: "json[]?",
    rotorId: ["node?", "rotor"],
    sparesIds: ["node[]?", "spares"],
    parentId: ["node?", "parent"],
  },
  relations: {
    rotor: toOne(() => rotorView, direct("rotorId")),
    spares: toMany(() => bladeView, direct("sparesIds")),
    parent: toOne(() => turbineView, direct("parentId")),
    blades: toMany(
      () => bladeView,
      reverse({ type: "view", space: "consistency", externalId: "Blade", version: "1" }, "turbine"),
    ),
    children: toMany(
      () => turbineView,
      reverse({ type: "view", space: "consistency", externalId: "Turbine", version: "1" }, "parent"),
    ),
    masts: toMany(
      () => mastView,
      edges({ space: "consistency", externalId: "turbine.masts" }, "outwards"),
      () => distanceView,
    ),
    neighbours: toMany(
      () => turbineView,
      edges({ space: "consistency", externalId: "turbine.neighbours" }, "outwards"),
    ),
  },
});

export const rotorView: View<Rotor, RotorWrite> = defineView({
  id: { space: "consistency", externalId: "Rotor", version: "1" },
  usedFor: "node",
  properties: { name: "text", weight: "float64?" },
  relations: {
    turbine: toOne(
      () => turbineView,
      reverse({ type: "view", space: "consistency", externalId: "Turbine", version: "1" }, "rotor"),
    ),
  },
});

export const bladeView: View<Blade, BladeWrite> = defineView({
  id: { space: "consistency", externalId: "Blade", version: "1" },
  usedFor: "node",
  properties: { name: "text", length: "float64?", turbineId: ["node?", "turbine"] },
  relations: {
    turbine: toOne(() => turbineView, direct("turbineId")),
    sensors: toMany(
      () => sensorView,
      reverse({ type: "view", space: "consistency", externalId: "Sensor", version: "1" }, "blades", {
        throughList: true,
      }),
    ),
  },
});

export const sensorView: View<Sensor, SensorWrite> = defineView({
  id: { space: "consistency", externalId: "Sensor", version: "1" },
  usedFor: "node",
  properties: { name: "text", bladesIds: ["node[]?", "blades"] },
  relations: { blades: toMany(() => bladeView, direct("bladesIds")) },
});

export const mastView: View<Mast, MastWrite> = defineView({
  id: { space: "consistency", externalId: "Mast", version: "1" },
  usedFor: "node",
  properties: { name: "text", height: "float64?" },
  relations: {
    turbines: toMany(
      () => turbineView,
      edges({ space: "consistency", externalId: "turbine.masts" }, "inwards"),
      () => distanceView,
    ),
  },
});

export const towerView: View<Tower, TowerWrite> = defineView({
  id: { space: "consistency", externalId: "Tower", version: "1" },
  usedFor: "node",
  nodeType: { space: "consistency", externalId: "tower" },
  properties: { name: "text" },
});

export const distanceView: View<Distance, DistanceWrite> = defineView({
  id: { space: "consistency", externalId: "Distance", version: "1" },
  usedFor: "edge",
  edgeType: { space: "consistency", externalId: "turbine.masts" },
  properties: { metres: "float64", note: "text?" },
  relations: {
    start: toOne(() => turbineView, direct("startNode")),
    end: toOne(() => mastView, direct("endNode")),
  },
});
