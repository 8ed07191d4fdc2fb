import type {
  CalendarDate,
  EdgeResource,
  EdgeToMany,
  EdgeWrite,
  JsonValue,
  NodeId,
  NodeResource,
  NodeWrite,
  OpenEnum,
  ReverseToOne,
  ToMany,
  ToOne,
} from "../../../src/sdk/index.js";

/** Values of Turbine.status; a value newer than this SDK stays what it is. */
export type TurbineStatus = OpenEnum<"active" | "retired">;

/** A Turbine as it is read. */
export interface Turbine extends NodeResource {
  readonly name: string;
  readonly status: TurbineStatus | null;
  readonly capacity: number | null;
  readonly ratio: number | null;
  readonly serial: bigint | null;
  readonly count: number | null;
  readonly running: boolean | null;
  readonly installed: Date | null;
  readonly day: CalendarDate | null;
  readonly tags: readonly string[] | null;
  readonly numbers: readonly bigint[] | null;
  readonly moments: readonly Date[] | null;
  readonly data: JsonValue | null;
  readonly documents: readonly JsonValue[] | null;
  readonly rotorId: NodeId | null;
  readonly rotor: ToOne<Rotor>;
  readonly sparesIds: readonly NodeId[] | null;
  readonly spares: ToMany<Blade>;
  readonly parentId: NodeId | null;
  readonly parent: ToOne<Turbine>;
  readonly blades: ToMany<Blade>;
  readonly children: ToMany<Turbine>;
  readonly masts: EdgeToMany<Mast, Distance>;
  readonly neighbours: EdgeToMany<Turbine, EdgeResource>;
}

/** Writes a Turbine. */
export interface TurbineWrite extends NodeWrite {
  name: string;
  status?: TurbineStatus | null;
  capacity?: number | null;
  ratio?: number | null;
  serial?: bigint | null;
  count?: number | null;
  running?: boolean | null;
  installed?: Date | null;
  day?: CalendarDate | null;
  tags?: readonly string[] | null;
  numbers?: readonly bigint[] | null;
  moments?: readonly Date[] | null;
  data?: JsonValue | null;
  documents?: readonly JsonValue[] | null;
  rotor?: RotorWrite | NodeId | null;
  spares?: readonly (BladeWrite | NodeId)[] | null;
  parent?: TurbineWrite | NodeId | null;
  masts?: readonly (MastWrite | NodeId | DistanceWrite)[];
  neighbours?: readonly (TurbineWrite | NodeId)[];
}

/** A Rotor as it is read. */
export interface Rotor extends NodeResource {
  readonly name: string;
  readonly weight: number | null;
  readonly turbine: ReverseToOne<Turbine>;
}

/** Writes a Rotor. */
export interface RotorWrite extends NodeWrite {
  name: string;
  weight?: number | null;
}

/** A Blade as it is read. */
export interface Blade extends NodeResource {
  readonly name: string;
  readonly length: number | null;
  readonly turbineId: NodeId | null;
  readonly turbine: ToOne<Turbine>;
  readonly sensors: ToMany<Sensor>;
}

/** Writes a Blade. */
export interface BladeWrite extends NodeWrite {
  name: string;
  length?: number | null;
  turbine?: TurbineWrite | NodeId | null;
}

/** A Sensor as it is read. */
export interface Sensor extends NodeResource {
  readonly name: string;
  readonly bladesIds: readonly NodeId[] | null;
  readonly blades: ToMany<Blade>;
}

/** Writes a Sensor. */
export interface SensorWrite extends NodeWrite {
  name: string;
  blades?: readonly (BladeWrite | NodeId)[] | null;
}

/** A Mast as it is read. */
export interface Mast extends NodeResource {
  readonly name: string;
  readonly height: number | null;
  readonly turbines: EdgeToMany<Turbine, Distance>;
}

/** Writes a Mast. */
export interface MastWrite extends NodeWrite {
  name: string;
  height?: number | null;
  turbines?: readonly (TurbineWrite | NodeId | DistanceWrite)[];
}

/** A Tower as it is read. */
export interface Tower extends NodeResource {
  readonly name: string;
}

/** Writes a Tower. */
export interface TowerWrite extends NodeWrite {
  name: string;
}

/** A Distance as it is read. */
export interface Distance extends EdgeResource {
  readonly metres: number;
  readonly note: string | null;
  readonly start: ToOne<Turbine>;
  readonly end: ToOne<Mast>;
}

/** Writes a Distance. */
export interface DistanceWrite extends EdgeWrite {
  startNode?: TurbineWrite | NodeId;
  endNode?: MastWrite | NodeId;
  metres: number;
  note?: string | null;
}
