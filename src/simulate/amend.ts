import { ADDRESS_PROTOCOL, type Address, addressProtocol, delegatedParts } from "../address/address.js";
import {
  type EvmState,
  emptyEvmState,
  readEvmState,
  withBytecode,
  writeEvmState,
} from "../builtin/evm/state.js";
import { withSlots, withStorage } from "../builtin/evm/storage.js";
import type { Cid } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { FvmError } from "../errors.js";
import { BlockNotFound } from "../ipld/block-access.js";
import { CborReader, CborWriter } from "../ipld/cbor.js";
import type { AmendableState, Amendment } from "../vm/machine/load.js";
import { type ActorId, type ActorState, emptyActor, SingletonId } from "../vm/state-tree/actor-state.js";
import type { Manifest } from "../vm/state-tree/manifest.js";
import { type CheckedOverride, invalid } from "./overrides.js";

/**
 * The amendment that overrides are. Throws `FvmError` INVALID_OPTION if one cannot be made: of an actor that there is
 * not, of the storage of what is no contract.
 */
export function amendmentOf(overrides: readonly CheckedOverride[]): Amendment {
  return (state) => {
    for (const override of overrides) overrideActor(state, override);
  };
}

function overrideActor(state: AmendableState, override: CheckedOverride): void {
  const { tree } = state;
  const { address } = override;
  const known = tree.resolveAddress(address);
  const existing = known === undefined ? undefined : tree.getActor(known);
  const actor = existing ?? newActor(state, override);
  const id = known ?? tree.registerAddress(address);
  const overridden = withNonce(state, withCode(state, id, actor, override), override);
  tree.setActor(id, { ...overridden, balance: override.balance ?? overridden.balance });
}

/** Initial state of an actor that does not exist yet. */
function newActor(
  { blocks, manifest }: AmendableState,
  { address, option, code }: CheckedOverride,
): ActorState {
  const protocol = addressProtocol(address);
  const delegated = protocol === ADDRESS_PROTOCOL.DELEGATED ? address : undefined;
  if (code !== undefined) return emptyActor(code, delegated);
  if (protocol === ADDRESS_PROTOCOL.SECP256K1 || protocol === ADDRESS_PROTOCOL.BLS) {
    const state = blocks.put(DAG_CBOR, new CborWriter().array(1).latin1(address).finish());
    return { ...emptyActor(manifest.account, undefined), state };
  }
  if (manifest.placeholder !== undefined && isF410(address)) return emptyActor(manifest.placeholder, address);
  throw invalid(option, "there is no such actor, and its address does not say what it is to be: code does");
}

function withCode(
  state: AmendableState,
  id: ActorId,
  actor: ActorState,
  override: CheckedOverride,
): ActorState {
  const { bytecode, storage, slots } = override;
  if (bytecode !== undefined || storage !== undefined || slots !== undefined) {
    return asContract(state, id, actor, override);
  }
  return {
    ...actor,
    code:
      override.code === undefined ? actor.code : required(state, override.code, `${override.option}.code`),
    state:
      override.state === undefined
        ? actor.state
        : stateRoot(state, override.state, `${override.option}.state`),
  };
}

/** The actor as a contract with other code or storage. */
function asContract(
  state: AmendableState,
  id: ActorId,
  actor: ActorState,
  { option, bytecode, storage, slots }: CheckedOverride,
): ActorState {
  const { blocks, manifest, network } = state;
  const code = evmCode(manifest);
  if (code === undefined) throw invalid(option, `network version ${network.version} has no contracts`);
  let evm = contractState(state, actor);
  if (bytecode === undefined && evm === undefined) {
    const name = slots === undefined ? "storage" : "slots";
    throw invalid(`${option}.${name}`, `f0${id} is no contract; bytecode would make it one`);
  }
  if (actor.code !== code && !isF410(actor.delegatedAddress)) {
    throw invalid(
      `${option}.bytecode`,
      `f0${id} has no f410 address, and only what has one can be a contract`,
    );
  }
  evm ??= emptyEvmState(blocks);
  if (bytecode !== undefined) evm = withBytecode(blocks, evm, bytecode);
  if (storage !== undefined) evm = withStorage(blocks, evm, storage);
  if (slots !== undefined) evm = withSlots(blocks, evm, slots);
  return { ...actor, code, state: writeEvmState(blocks, evm, network.actorsVersion) };
}

/** The state of a contract; undefined of what is none, and of one that has destroyed itself. */
function contractState(
  { blocks, manifest, network }: AmendableState,
  actor: ActorState,
): EvmState | undefined {
  if (actor.code !== evmCode(manifest)) return undefined;
  const evm = readEvmState(blocks, actor.state, network.actorsVersion);
  return evm.tombstone === undefined ? evm : undefined;
}

function withNonce(state: AmendableState, actor: ActorState, { nonce }: CheckedOverride): ActorState {
  if (nonce === undefined) return actor;
  const { blocks, manifest, network } = state;
  const evm = contractState(state, actor);
  if (evm !== undefined) {
    return { ...actor, state: writeEvmState(blocks, { ...evm, nonce }, network.actorsVersion) };
  }
  // A placeholder that has sent something is no placeholder any more.
  const isUsed = actor.code === manifest.placeholder && nonce > 0 && manifest.ethAccount !== undefined;
  return { ...actor, nonce, code: isUsed ? (manifest.ethAccount as Cid) : actor.code };
}

function stateRoot(state: AmendableState, given: Cid | Uint8Array, option: string): Cid {
  if (typeof given === "string") return required(state, given, option);
  try {
    const reader = new CborReader(given);
    reader.skip();
    reader.end();
  } catch (cause) {
    if (!(cause instanceof FvmError)) throw cause;
    throw invalid(option, "not DAG-CBOR", cause);
  }
  return state.blocks.put(DAG_CBOR, given);
}

function required({ blocks }: AmendableState, cid: Cid, option: string): Cid {
  try {
    blocks.require(cid);
    return cid;
  } catch (error) {
    if (error instanceof BlockNotFound) throw invalid(option, "the store has no such block");
    throw error;
  }
}

function evmCode({ entries }: Manifest): Cid | undefined {
  return entries.find(([name]) => name === "evm")?.[1];
}

/** Whether it is the address of an Ethereum account or contract. */
export function isF410(address: Address | undefined): boolean {
  return address !== undefined && delegatedParts(address)?.namespace === SingletonId.Eam;
}
