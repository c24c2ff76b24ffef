/** Development chains to test with. */
import { type Address, addressId, idAddress } from "../../src/address/address.js";
import { readBlocks } from "../../src/blockstore/access.js";
import {
  type EthAddress,
  ethToFilecoin,
  readBytecode,
  readEvmState,
  storageSlots,
} from "../../src/builtin/evm/index.js";
import { exportedMethodNumber } from "../../src/builtin/frc42.js";
import type { ChainTipset } from "../../src/chain/history/chain-tipset.js";
import { networkVersionAt } from "../../src/chain/networks/upgrades.js";
import { type InspectedState, onState } from "../../src/inspect/state/inspected-state.js";
import { CborReader, CborWriter } from "../../src/ipld/cbor.js";
import { retryingInside } from "../../src/ipld/retrying.js";
import type { Message } from "../../src/message/message.js";
import { type DevChain, type DevChainOptions, startDevChain } from "../../src/node/dev/start.js";
import { openBundle } from "../../src/tools/bundles/bundle.js";
import type { U64 } from "../../src/util/u64.js";
import type { ActorState } from "../../src/vm/state-tree/actor-state.js";
import { mainnetBundle } from "./real-actors.js";
import { skipLoudly } from "./skip.js";

/** The bundle of builtin actors, if there is one. */
export const ACTORS = mainnetBundle(18);
const INVOKE_EVM = exportedMethodNumber("InvokeEVM");
const EAM = idAddress(10);

/** Runs tests if there are builtin actors for development chains. */
export function withDevChains(name: string, tests: () => void): void {
  if (ACTORS === undefined) skipLoudly(`${name}: no bundle v18 of mainnet`);
  else tests();
}

export type { DevChainOptions };

/** A development chain of the newest network version. */
export async function makeDevChain(options: Partial<DevChainOptions> = {}): Promise<TestChain> {
  const started = await startDevChain({ actors: openBundle(ACTORS as string), ...options });
  return new TestChain(started);
}

/** A development chain with help for its messages. */
export class TestChain {
  readonly chain: DevChain["chain"];
  readonly pool: DevChain["pool"];
  readonly dev: DevChain["dev"];
  readonly keys: DevChain["keys"];
  readonly record: DevChain["record"];

  constructor({ chain, pool, dev, keys, record }: Omit<DevChain, "close">) {
    this.chain = chain;
    this.pool = pool;
    this.dev = dev;
    this.keys = keys;
    this.record = record;
  }

  /** Address of an Ethereum account. */
  eth(i: number): Address {
    return this.keys.eth[i]?.address as Address;
  }

  /** A message of the first Ethereum account, or of `from`, with the next nonce: a transaction. */
  async message(fields: Partial<Message> & Pick<Message, "to">): Promise<Message> {
    const from = fields.from ?? this.eth(0);
    return {
      version: 0,
      from,
      nonce: fields.nonce ?? (await this.pool.nextNonce(from)),
      value: 0n,
      gasLimit: 100_000_000,
      gasFeeCap: 10n ** 9n,
      gasPremium: 100_000n,
      method: INVOKE_EVM,
      params: new Uint8Array(),
      ...fields,
    };
  }

  /** Sends such a message. @returns what became of it, in the latest block */
  async send(fields: Partial<Message> & Pick<Message, "to">) {
    const cid = await this.pool.push(this.dev.signed(await this.message(fields)));
    const { messages } = await this.chain.executed(this.dev.latest);
    const found = messages.find((message) => message.cid === cid);
    if (found === undefined) throw new Error("the message is not in the latest block");
    return found;
  }

  /** An actor after the latest block, or after another one. */
  async actor(address: Address, tipset: ChainTipset = this.dev.latest): Promise<ActorState | undefined> {
    const root = await this.chain.stateAfter(tipset);
    const at = { root, network: networkVersionAt(this.chain.network, tipset.epoch) };
    const look = function* ({ view }: InspectedState) {
      return yield* retryingInside(() => {
        const id = addressId(address) ?? view.resolveAddress(address);
        return id === undefined ? undefined : view.getActor(id);
      });
    };
    return onState(this.chain.chain.blockstore, at, look, {});
  }

  /** Code and storage of a contract after the latest block. */
  async contract(
    address: Address,
  ): Promise<{ code: Uint8Array; nonce: U64; slot: (slot: bigint) => bigint }> {
    const actor = await this.actor(address);
    if (actor === undefined) throw new Error("no such contract");
    return readBlocks(this.chain.chain.blockstore, (blocks) => {
      const state = readEvmState(blocks, actor.state, 18);
      const slots = new Map(storageSlots(blocks, state));
      return {
        code: readBytecode(blocks, state),
        nonce: state.nonce,
        slot: (slot: bigint) => slots.get(slot) ?? 0n,
      };
    });
  }

  /** Deploys a contract. */
  async deploy(initcode: Uint8Array): Promise<Address> {
    const params = new CborWriter().bytes(initcode).finish();
    const { receipt } = await this.send({ to: EAM, method: 4, params, gasLimit: 1_000_000_000 });
    if (receipt.exitCode !== 0) throw new Error(`creation ends with ${receipt.exitCode}`);
    const reader = new CborReader(receipt.returnData);
    reader.tuple(3);
    reader.skip();
    reader.skip();
    return ethToFilecoin(`0x${Buffer.from(reader.bytes()).toString("hex")}` as EthAddress);
  }
}

/** Parameters of a call of a contract. */
export function callParams(data: Uint8Array): Uint8Array {
  return new CborWriter().bytes(data).finish();
}
