import { ModelClient } from "../../../src/sdk/index.js";
import { BladeApi, DistanceApi, MastApi, RotorApi, SensorApi, TowerApi, TurbineApi } from "./api.js";

/** A client of the data model consistency:Consistency/1. */
export class ConsistencyClient extends ModelClient {
  readonly turbine: TurbineApi = new TurbineApi(this.scope);
  readonly rotor: RotorApi = new RotorApi(this.scope);
  readonly blade: BladeApi = new BladeApi(this.scope);
  readonly sensor: SensorApi = new SensorApi(this.scope);
  readonly mast: MastApi = new MastApi(this.scope);
  readonly tower: TowerApi = new TowerApi(this.scope);
  readonly distance: DistanceApi = new DistanceApi(this.scope);
}
