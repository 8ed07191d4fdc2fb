import { WriteApi, type Scope } from "../../../src/sdk/index.js";
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
import { bladeView, distanceView, mastView, rotorView, sensorView, towerView, turbineView } from "./views.js";

/** Reads and writes turbines. */
export class TurbineApi extends WriteApi<Turbine, TurbineWrite> {
  constructor(scope: Scope) {
    super(turbineView, scope);
  }
}

/** Reads and writes rotors. */
export class RotorApi extends WriteApi<Rotor, RotorWrite> {
  constructor(scope: Scope) {
    super(rotorView, scope);
  }
}

/** Reads and writes blades. */
export class BladeApi extends WriteApi<Blade, BladeWrite> {
  constructor(scope: Scope) {
    super(bladeView, scope);
  }
}

/** Reads and writes sensors. */
export class SensorApi extends WriteApi<Sensor, SensorWrite> {
  constructor(scope: Scope) {
    super(sensorView, scope);
  }
}

/** Reads and writes masts. */
export class MastApi extends WriteApi<Mast, MastWrite> {
  constructor(scope: Scope) {
    super(mastView, scope);
  }
}

/** Reads and writes towers. */
export class TowerApi extends WriteApi<Tower, TowerWrite> {
  constructor(scope: Scope) {
    super(towerView, scope);
  }
}

/** Reads and writes distances. */
export class DistanceApi extends WriteApi<Distance, DistanceWrite> {
  constructor(scope: Scope) {
    super(distanceView, scope);
  }
}
