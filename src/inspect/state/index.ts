/** States: actors and what they keep, and in what two states differ. */
export type { ChangeLimits, PathStep, ValueChange } from "./change.js";
export { type CompareChangesOptions, compareChanges } from "./compare-changes.js";
export {
  type ActorComparison,
  type ActorCount,
  type CompareOptions,
  compareStates,
  type StateComparison,
} from "./compare-states.js";
export { diffStates } from "./diff-states.js";
export type { StateAt } from "./inspected-state.js";
export { type ListedActor, listActors } from "./list-actors.js";
export {
  type InspectedActor,
  readActor,
  readStorage,
} from "./read-actor.js";
export {
  type ComparisonTextOptions,
  changeText,
  comparisonJson,
  comparisonText,
  deltaOf,
  type Marks,
  pathText,
} from "./text.js";
