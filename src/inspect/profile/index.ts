/** Gas profiles: who spent it, and on what. */
export { CATEGORY_TITLES, type Category, categoryOf, syscallOf } from "./categories.js";
export {
  type JsonInteger,
  type JsonNode,
  type JsonProfile,
  type JsonSpending,
  type JsonSpent,
  profileJson,
} from "./json.js";
export type { ProfileOptions } from "./message-profiler.js";
export { pprofFile } from "./pprof.js";
export { type GasProfile, nodeName, nodesOf, type ProfileNode, type Spent } from "./profile.js";
export { GasProfiler, gasProfile } from "./profiler.js";
export { type NamedProfile, type SpeedscopeFile, speedscopeFile } from "./speedscope.js";
export { type Dimension, type Spending, spendingBy } from "./spending.js";
export { type GasStack, gasStacks, type StackFrame } from "./stacks.js";
export { type ProfileTextOptions, profileText } from "./text.js";
