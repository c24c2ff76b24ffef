import { idAddress } from "../../../address/address.js";
import { type EthAddress, ethToFilecoin } from "../../../builtin/evm/index.js";
import { exportedMethodNumber } from "../../../builtin/frc42.js";
import { CborReader, CborWriter } from "../../../ipld/cbor.js";
import type { Receipt } from "../../../message/receipt.js";
import { hex } from "../../../util/bytes.js";
import { SingletonId } from "../../../vm/state-tree/actor-state.js";
import { COUNTER_INITCODE } from "./counter-contract.js";
import type { Draft, Scene } from "./draft.js";
import type { World } from "./world.js";

/** With which messages call contracts. */
export const INVOKE_EVM = exportedMethodNumber("InvokeEVM");
const CREATE_EXTERNAL = 4;

const DEPLOY_GAS = 300_000_000;
const CALL_GAS = 100_000_000;
const WORD_BYTES = 32;
/** Words with which the contract is called; each has a slot. */
const WORDS = 20;

/** Creates the counting contract. */
export function deployCounter({ world }: Scene): Draft {
  return {
    to: idAddress(SingletonId.Eam),
    method: CREATE_EXTERNAL,
    params: byteString(COUNTER_INITCODE),
    gasLimit: DEPLOY_GAS,
    learn: (receipt) => learnContract(world, receipt),
  };
}

/** Calls a counting contract, or creates the first one. @param word default: one that it counts */
export function callCounter(scene: Scene, word = 1 + scene.draw.below(WORDS)): Draft {
  const { draw, world } = scene;
  if (world.contracts.length === 0) return deployCounter(scene);
  const input = Buffer.alloc(WORD_BYTES);
  input.writeUInt32BE(word, WORD_BYTES - 4);
  return {
    to: draw.pick(world.contracts),
    method: INVOKE_EVM,
    params: byteString(input),
    gasLimit: CALL_GAS,
  };
}

function byteString(bytes: Uint8Array): Uint8Array {
  return new CborWriter().bytes(bytes).finish();
}

/** The EAM returns an ID, a robust address and an Ethereum address. */
function learnContract({ contracts }: World, { exitCode, returnData }: Receipt): void {
  if (exitCode !== 0) return;
  const reader = new CborReader(returnData);
  reader.tuple(3);
  reader.u64();
  if (!reader.null()) reader.bytes();
  contracts.push(ethToFilecoin(`0x${hex(reader.bytes())}` satisfies EthAddress));
}
