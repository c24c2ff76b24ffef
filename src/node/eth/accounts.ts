/** Accounts as Ethereum's clients read them. Source: Lotus node/impl/eth/lookup.go, transaction.go. */
import { addressId } from "../../address/address.js";
import {
  type EthAddress,
  ethToFilecoin,
  readBytecode,
  readEvmState,
  readSlot,
} from "../../builtin/evm/index.js";
import type { EvmState } from "../../builtin/evm/state.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import type { InspectedState } from "../../inspect/state/inspected-state.js";
import { retryingInside } from "../../ipld/retrying.js";
import { NO_BYTES } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import type { Waits } from "../../util/waits.js";
import type { ActorState } from "../../vm/state-tree/actor-state.js";
import type { NodeChain } from "../chain/node-chain.js";
import { failed } from "../rpc/errors.js";
import { onStateAfter } from "./state-after.js";

const SLOT_BYTES = 32;

/** attoFIL, in the state after a tipset. Throws as `onStateAfter`. */
export async function balanceOf(
  chain: NodeChain,
  tipset: ChainTipset,
  address: EthAddress,
  options: ChainReadOptions,
): Promise<bigint> {
  return onStateAfter(chain, tipset, (state) => balanceIn(state, address), options);
}

function* balanceIn(state: InspectedState, address: EthAddress): Waits<bigint> {
  return (yield* actorOf(state, address))?.balance ?? 0n;
}

/** The nonce of an account's next transaction, or of a contract's next creation. Throws as `onStateAfter`. */
export async function nonceOf(
  chain: NodeChain,
  tipset: ChainTipset,
  address: EthAddress,
  options: ChainReadOptions,
): Promise<U64> {
  return onStateAfter(
    chain,
    tipset,
    function* (state) {
      const actor = yield* actorOf(state, address);
      if (actor === undefined) return 0;
      if (!isContract(state, actor)) return actor.nonce;
      return (yield* contractIn(state, actor))?.nonce ?? 0;
    },
    options,
  );
}

/** Code of a contract; nothing of all else. Throws as `onStateAfter`. */
export async function codeOf(
  chain: NodeChain,
  tipset: ChainTipset,
  address: EthAddress,
  options: ChainReadOptions,
): Promise<Uint8Array> {
  return onStateAfter(
    chain,
    tipset,
    function* (state) {
      const actor = yield* actorOf(state, address);
      const contract = actor && (yield* contractIn(state, actor));
      if (contract === undefined) return NO_BYTES;
      return yield* retryingInside(() => readBytecode(state.blocks, contract));
    },
    options,
  );
}

/**
 * A slot of a contract's storage; 0 of all else. Throws `RpcError` if the key is too long; as `onStateAfter`.
 *
 * @param key up to 32 bytes, big-endian
 */
export async function storageAt(
  chain: NodeChain,
  tipset: ChainTipset,
  address: EthAddress,
  key: Uint8Array,
  options: ChainReadOptions,
): Promise<bigint> {
  if (key.length > SLOT_BYTES) throw failed("supplied storage key is too long");
  const slot = BigInt(`0x0${Buffer.from(key).toString("hex")}`);
  return onStateAfter(
    chain,
    tipset,
    function* (state) {
      const actor = yield* actorOf(state, address);
      const contract = actor && (yield* contractIn(state, actor));
      if (contract === undefined) return 0n;
      return yield* retryingInside(() => readSlot(state.blocks, contract, slot));
    },
    options,
  );
}

function* actorOf({ view }: InspectedState, eth: EthAddress): Waits<ActorState | undefined> {
  const address = ethToFilecoin(eth);
  return yield* retryingInside(() => {
    const id = addressId(address) ?? view.resolveAddress(address);
    return id === undefined ? undefined : view.getActor(id);
  });
}

function isContract({ actors }: InspectedState, { code }: ActorState): boolean {
  return actors.typeOf(code) === "evm";
}

/** The state of a contract; undefined of what is none, and of one that has destroyed itself. */
function* contractIn(state: InspectedState, actor: ActorState): Waits<EvmState | undefined> {
  if (!isContract(state, actor)) return undefined;
  const { blocks, actors } = state;
  const evm = yield* retryingInside(() => readEvmState(blocks, actor.state, actors.version));
  return evm.tombstone === undefined ? evm : undefined;
}
