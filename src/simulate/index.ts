/**
 * Messages tried on a state: calls, sequences, gas estimates, on a state and in a block that may be otherwise. The guide
 * `docs/simulation.md` has examples.
 *
 * @module fvm-node/simulate
 */
export type { BlockOverride } from "./block.js";
export type { GasEstimate, SameAs } from "./estimate.js";
export type { LotusGasEstimate } from "./lotus-estimate.js";
export type { SimulatedMessage } from "./message.js";
export type { ActorOverride, Overrides, StorageSlots } from "./overrides.js";
export { overridesFromJson } from "./overrides-json.js";
export type { SimulatedResult } from "./run.js";
export {
  type EstimateOptions,
  type Simulation,
  type SimulationOptions,
  type SimulationSetting,
  Simulator,
  type SimulatorOptions,
} from "./simulator.js";
