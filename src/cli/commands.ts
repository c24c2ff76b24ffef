import { actorBuild, actorNew, actorTest } from "./actor.js";
import { bundlesFetch, bundlesImport, bundlesList } from "./bundles.js";
import { cacheClear, cacheList, cacheWarm } from "./cache.js";
import { chainExport } from "./chain/export.js";
import { chainGc } from "./chain/gc.js";
import { chainImport } from "./chain/import.js";
import { chainInfo } from "./chain/info.js";
import { chainValidate } from "./chain/validate.js";
import type { Command } from "./command.js";
import { conformance } from "./conformance.js";
import { devnet } from "./devnet.js";
import { doctor } from "./doctor.js";
import { finalityVerify } from "./finality.js";
import { gas } from "./gas.js";
import { messageReplay, messageShow } from "./message.js";
import { networks } from "./networks.js";
import { node } from "./node.js";
import { proofsCheck, proofsImport, proofsList } from "./proofs.js";
import { proveEvent, proveExecution, proveMessage, proveReceipt, proveState, proveStorage } from "./prove.js";
import { run } from "./run.js";
import { simulate } from "./simulate.js";
import { stateDiff, stateGet, stateList } from "./state.js";
import { trace } from "./trace.js";
import { verify } from "./verify.js";
import { worker } from "./worker.js";

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  run,
  conformance,
  trace,
  gas,
  messageShow,
  messageReplay,
  stateGet,
  stateDiff,
  stateList,
  simulate,
  chainImport,
  chainValidate,
  chainInfo,
  chainExport,
  chainGc,
  finalityVerify,
  proveState,
  proveStorage,
  proveMessage,
  proveReceipt,
  proveEvent,
  proveExecution,
  verify,
  worker,
  bundlesList,
  bundlesImport,
  bundlesFetch,
  proofsList,
  proofsImport,
  proofsCheck,
  cacheList,
  cacheWarm,
  cacheClear,
  networks,
  doctor,
  node,
  devnet,
  actorNew,
  actorBuild,
  actorTest,
];
