/** Calls that are tried. Source: Lotus node/impl/eth/gas.go. */
import { simulatorFor } from "../../chain/execution/simulator-for.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { CBOR } from "../../encoding/codecs.js";
import { EAM } from "../../inspect/tracers/methods.js";
import { readCbor } from "../../inspect/tracers/payload.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { ExitCode } from "../../message/outcome.js";
import { overestimated, runsOutOfGas, searchGasLimit } from "../../simulate/lotus-estimate.js";
import type { SimulatedResult } from "../../simulate/run.js";
import type { SimulationSetting, Simulator } from "../../simulate/simulator.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { NO_BYTES } from "../../util/bytes.js";
import type { NodeChain } from "../chain/node-chain.js";
import { expensiveUpgrade } from "../gas/expensive.js";
import type { GasEstimates } from "../gas/gas-estimates.js";
import { contextOf } from "../gas/prior-state.js";
import { executionReverted } from "../gas/reverted.js";
import { failed, RpcError, rpcCode } from "../rpc/errors.js";

/** States on which calls were tried that are kept, at least. */
const KEPT = 16;

/** Actors and a block that are to be otherwise. */
export type CallSetting = Pick<SimulationSetting, "overrides" | "block">;

/** Calls on the states after tipsets, and estimates of their gas. */
export class EthCalls {
  readonly #simulators = new BoundedMap<string, Simulator>(KEPT);

  constructor(
    private readonly chain: NodeChain,
    private readonly estimates: GasEstimates,
  ) {}

  /**
   * What a call returns after a tipset: a creation, nothing. Throws `RpcError` if it fails, with the data that it reverts
   * with; as `run`.
   */
  async call(
    message: Message,
    tipset: ChainTipset,
    setting: CallSetting,
    options: ChainReadOptions,
  ): Promise<Uint8Array> {
    const result = await this.run(message, tipset, setting, options);
    if (result.receipt.exitCode !== ExitCode.Ok) throw executionReverted(result);
    const { returnData } = result.receipt;
    if (message.to === EAM || returnData.length === 0) return NO_BYTES;
    const bytes = readCbor({ codec: CBOR, data: returnData }, (reader) => reader.bytes().slice());
    if (bytes === undefined) throw failed("expected byte array");
    return bytes;
  }

  /**
   * Executes a message on the state after a tipset, whose block it is in, whoever sends it, free of charge.
   *
   * @throws RpcError where Lotus would have to upgrade the state; as `NodeChain.stateAfter`, `Simulator.call`
   */
  async run(
    message: Message,
    tipset: ChainTipset,
    setting: CallSetting,
    options: ChainReadOptions,
  ): Promise<SimulatedResult> {
    const { nonce: _nonce, ...rest } = message;
    const simulator = await this.#simulatorAfter(tipset, options);
    return simulator.call(rest, { ...options, ...setting });
  }

  /**
   * The gas limit that a transaction should have, on the head and after all that waits of its sender.
   *
   * @param tipset whose fees count
   * @throws RpcError if it fails; as `GasEstimates.run`
   */
  async estimate(message: Message, tipset: ChainTipset, options: ChainReadOptions): Promise<number> {
    const completed = (await this.estimates.isUnable(message, options))
      ? await this.#withLimit(message, tipset, options)
      : await naming("failed to estimate gas", () =>
          this.estimates.completed({ ...message, gasLimit: 0 }, {}, tipset, options),
        );
    const gasLimit = Number(completed.gasLimit);
    const result = await this.estimates.run(completed, { gasLimit, trace: true }, options);
    if (result.receipt.exitCode === ExitCode.Ok) return gasLimit;
    if (!runsOutOfGas(result)) throw failed(`gas search failed: ${executionReverted(result).message}`);
    const execute = (limit: number) => this.estimates.run(completed, { gasLimit: limit }, options);
    return overestimated(await searchGasLimit(execute, gasLimit));
  }

  /** What fails at the head fails with the data of the state that was meant, if it fails there, too. */
  async #withLimit(message: Message, tipset: ChainTipset, options: ChainReadOptions): Promise<Message> {
    try {
      const gasUsed = await this.estimates.gasUsed(message, options);
      return { ...message, gasLimit: Math.min(overestimated(gasUsed), BLOCK_GAS_LIMIT) };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const result = await this.run(message, tipset, {}, options);
      if (result.receipt.exitCode !== ExitCode.Ok) throw executionReverted(result);
      throw failed(`failed to estimate gas: ${error.message}`, { cause: error });
    }
  }

  async #simulatorAfter(tipset: ChainTipset, options: ChainReadOptions): Promise<Simulator> {
    const { epoch } = tipset;
    const upgrade = epoch > 0 ? expensiveUpgrade(this.chain.network, epoch, epoch + 1) : undefined;
    if (upgrade !== undefined) throw expensiveFork(upgrade);
    const after = await this.chain.stateAfter(tipset, options);
    const name = `${after}${tipset.key.join("")}`;
    const known = this.#simulators.get(name);
    if (known !== undefined) return known;
    const root = (await this.chain.node.migrate?.(epoch, after, options)) ?? after;
    const context = { ...contextOf(tipset), baseFee: 0n };
    const made = await simulatorFor(this.chain.node, root, context, options);
    this.#simulators.set(name, made);
    return made;
  }
}

function expensiveFork(epoch: number): RpcError {
  const text = `required historical state unavailable: refusing explicit call due to state fork at epoch ${epoch}`;
  return new RpcError(rpcCode.expensiveFork, text, epoch);
}

/** Reverts keep their code; the text of all other errors says what was tried. */
async function naming<T>(words: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RpcError) || error.code === rpcCode.executionReverted) throw error;
    throw failed(`${words}: ${error.message}`, { cause: error });
  }
}
