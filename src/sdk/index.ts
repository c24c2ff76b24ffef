/**
 * Actors of one's own: built from their sources, tested on a network in memory. The guide `docs/actors.md` has examples.
 *
 * @module fvm-node/actors
 */

export {
  buildJavaScript,
  type JavaScriptBuild,
  type JavaScriptBuildOptions,
} from "../runtimes/javascript/build.js";
export { type JavaScriptMethod, javaScriptConstructorParams } from "../runtimes/javascript/contract.js";
export { runtimeCode, runtimeOfCode, runtimeWasm } from "../runtimes/runtime-wasm.js";
export type { RuntimeName } from "../runtimes/table.js";
export { type BuiltActor, buildActor } from "./build.js";
export type { ActorClient, CallOptions } from "./client.js";
export { declarationsOf } from "./declarations.js";
export { ACTOR_LANGUAGES, type ActorLanguage } from "./languages.js";
export { type ActorManifest, type ActorMethod, readActorManifest } from "./manifest.js";
export { type ActorAccount, ActorNetwork, type DeployedActor, type DeployOptions } from "./network.js";
export type { ActorValue, ScalarType, ValueType } from "./values.js";
