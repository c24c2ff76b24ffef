/** Blocks that are tried, one on the other. Source: execution-apis, `eth_simulateV1`. */
import { idAddress } from "../../address/address.js";
import { LayeredBlockstore } from "../../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import type { EthAddress } from "../../builtin/evm/index.js";
import { simulatorFor } from "../../chain/execution/simulator-for.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, leastTimestamp } from "../../chain/history/chain-tipset.js";
import { keccak } from "../../chain/signatures/eth-sender.js";
import type { Cid } from "../../encoding/cid.js";
import { shownAddress } from "../../inspect/tracers/addresses.js";
import { EAM } from "../../inspect/tracers/methods.js";
import type { Message } from "../../message/message.js";
import { ExitCode } from "../../message/outcome.js";
import type { SimulatedResult } from "../../simulate/run.js";
import { simulateAndLook } from "../../simulate/simulator.js";
import { NO_BYTES } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import type { Machine } from "../../vm/machine/machine.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { NodeChain } from "../chain/node-chain.js";
import { refuseExpensive } from "../gas/expensive.js";
import { contextOf } from "../gas/prior-state.js";
import { executionReverted } from "../gas/reverted.js";
import { RpcError, rpcCode } from "../rpc/errors.js";
import { createdCode, returnedBytes } from "./call-answer.js";
import { type CallSetting, withoutNonce } from "./calls.js";
import { blockHash } from "./hashes.js";

/** A block to try. */
export interface BlockToTry {
  /** Overrides in it, and before it. Epoch and time follow from the block before if they are not said. */
  readonly setting: CallSetting;
  readonly messages: readonly Message[];
}

/** A message of a block that was tried. */
export interface TriedMessage extends SimulatedResult {
  /** Bytes that the contract has returned, or the new contract's code; of a failure the error. */
  readonly answer: Uint8Array | RpcError;
}

/** A block that was tried. */
export interface TriedBlock {
  readonly epoch: number;
  /** Seconds since 1970. */
  readonly timestamp: U64;
  /** attoFIL per gas. */
  readonly baseFee: bigint;
  /** State after it, which nobody keeps. */
  readonly stateRoot: Cid;
  readonly messages: readonly TriedMessage[];
  /** Ethereum's addresses of those who have emitted events. */
  readonly emitters: ReadonlyMap<ActorId, EthAddress>;
}

/**
 * Executes blocks on the state after a tipset, and nothing is kept. Gas costs nothing unless a block says a base fee.
 *
 * @throws RpcError if the blocks are not in order, their results too long, or as `refuseExpensive`; as `NodeChain.stateAfter`, `Simulator.simulate`
 */
export async function tryBlocks(
  chain: NodeChain,
  tipset: ChainTipset,
  blocks: readonly BlockToTry[],
  options: ChainReadOptions,
): Promise<TriedBlock[]> {
  refuseExpensive(chain.network, tipset.epoch);
  const overlay = new LayeredBlockstore([new MemoryBlockstore(), chain.chain.blockstore], { keep: false });
  const node = chain.nodeOn(overlay);
  const after = await chain.stateAfter(tipset, options);
  let root = (await node.migrate?.(tipset.epoch, after, options)) ?? after;
  const context = { ...contextOf(tipset), baseFee: 0n };
  const tried: TriedBlock[] = [];
  const checkSize = sizeCheck();
  let before: BlockTime = { epoch: tipset.epoch, timestamp: leastTimestamp(tipset) };
  for (const { setting, messages } of blocks) {
    const time = timeAfter(before, setting.block, chain.network.blockDelay);
    const simulator = await simulatorFor(node, root, context, options);
    const { overrides } = setting;
    const simulation = {
      ...options,
      ...(overrides !== undefined && { overrides }),
      block: { randomness: randomnessAt(tipset, time.epoch), ...setting.block, ...time },
    };
    const outcome = await simulateAndLook(
      simulator,
      messages.map(withoutNonce),
      simulation,
      (machine, { results }) => whatCame(machine, results, options),
      checkSize,
    );
    tried.push({ ...time, baseFee: setting.block?.baseFee ?? 0n, ...outcome });
    root = outcome.stateRoot;
    before = time;
  }
  return tried;
}

/** Bytes that all calls of a simulation may return and emit. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Throws `RpcError` once the results that it has been told are too long together. */
function sizeCheck(): (result: SimulatedResult) => void {
  let bytes = 0;
  return ({ receipt, events }) => {
    bytes += receipt.returnData.length;
    for (const { entries } of events) for (const { value } of entries) bytes += value.length;
    if (bytes <= MOST_BYTES) return;
    const reason = `calls return and emit more than ${MOST_BYTES} bytes`;
    throw new RpcError(rpcCode.simulationTooLarge, reason);
  };
}

/** Nobody knows yet what the beacon will say, but contracts must find something: a number that seems random. */
function randomnessAt(tipset: ChainTipset, epoch: number): Uint8Array {
  return keccak(new TextEncoder().encode(`${blockHash(tipset.key)} ${epoch}`));
}

type BlockTime = Pick<TriedBlock, "epoch" | "timestamp">;

/** When a block is, by default one epoch after the one before. Throws `RpcError` unless it is after that. */
function timeAfter(before: BlockTime, block: CallSetting["block"], delay: number): BlockTime {
  const epoch = block?.epoch ?? before.epoch + 1;
  if (epoch <= before.epoch) {
    throw new RpcError(
      rpcCode.blockOrder,
      `block numbers must be in order: ${epoch} is not after ${before.epoch}`,
    );
  }
  const timestamp = block?.timestamp ?? Number(before.timestamp) + (epoch - before.epoch) * delay;
  if (timestamp <= before.timestamp) {
    const reason = `${timestamp} is not after ${before.timestamp}`;
    throw new RpcError(rpcCode.timeOrder, `block timestamps must be in order: ${reason}`);
  }
  return { epoch, timestamp };
}

async function whatCame(machine: Machine, results: readonly SimulatedResult[], options: ChainReadOptions) {
  const messages: TriedMessage[] = [];
  const emitters = new Map<ActorId, EthAddress>();
  for (const result of results) {
    messages.push({ ...result, answer: await answerOf(machine, result, options) });
    for (const { emitter } of result.events) {
      if (emitters.has(emitter)) continue;
      emitters.set(emitter, shownAddress(emitter, await machine.getActor(idAddress(emitter), options)));
    }
  }
  return { messages, emitters, stateRoot: await machine.flush(options) };
}

async function answerOf(
  machine: Machine,
  result: SimulatedResult,
  { signal }: ChainReadOptions,
): Promise<Uint8Array | RpcError> {
  const { receipt, message } = result;
  if (receipt.exitCode !== ExitCode.Ok) return executionReverted(result);
  if (message.to === EAM) return createdCode(machine, receipt, signal);
  return returnedBytes(receipt) ?? NO_BYTES;
}
