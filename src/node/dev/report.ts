import { idAddress } from "../../address/address.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { ethTransactionHash } from "../../chain/signatures/eth-sender.js";
import { ethTransactionOf } from "../../chain/signatures/eth-transaction.js";
import { cidText } from "../../encoding/cid.js";
import { explain } from "../../inspect/explain/index.js";
import { payloadOf } from "../../inspect/tracers/payload.js";
import type { Message } from "../../message/message.js";
import { ExitCode } from "../../message/outcome.js";
import { messageOf } from "../../util/kind-of.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { foldCalls } from "../../vm/trace/fold-calls.js";
import { type MessageTrace, Tracer } from "../../vm/trace/trace.js";
import type { ExecutedMessage } from "../chain/executed-tipset.js";
import type { NodeChain } from "../chain/node-chain.js";
import { GAS_ADVICE } from "../pool/refusals.js";
import { CONSOLE, CONSOLE_TEXT, ConsoleLog } from "./console-log.js";

/** Tells people what messages of a development node's tipsets have said, and why they have failed. */
export class Reporter {
  /** Whether there may be a contract that calls the console. */
  #mayTalk = false;
  #console: Promise<ConsoleLog> | undefined;

  constructor(
    private readonly chain: NodeChain,
    private readonly write: (line: string) => void,
  ) {}

  /** Tells of a tipset. It is executed again only if there may be something to tell. Throws as `NodeChain.executed`. */
  async report(tipset: ChainTipset): Promise<void> {
    const { messages } = await this.chain.executed(tipset);
    this.#mayTalk ||= messages.some(({ message }) => Buffer.from(message.params).includes(CONSOLE_TEXT));
    const isFailed = ({ receipt }: ExecutedMessage) => receipt.exitCode !== 0;
    if (!this.#mayTalk && !messages.some(isFailed)) return;
    const lines: (() => Promise<void>)[] = [];
    const tracer = new Tracer();
    let message: Message | undefined;
    let at = 0;
    await this.chain.replay(tipset, {
      observer: tracer.observer,
      onMessage: (begun) => {
        message = begun;
      },
      onResult: (result) => {
        if (message?.from === idAddress(SingletonId.System)) return;
        const executed = messages[at++] as ExecutedMessage;
        const trace = tracer.trace();
        lines.push(async () => {
          if (trace.call !== undefined && this.#mayTalk) await this.#tellSaid(trace);
          const explanation = explain({ ...result, trace });
          if (explanation !== undefined)
            this.write(`${this.#nameOf(executed)} failed: ${explanation.text}${adviceOn(executed)}`);
        });
      },
    });
    for (const tell of lines) await tell();
  }

  /** As `report`; if that fails, it tells so. */
  async tryReport(tipset: ChainTipset): Promise<void> {
    try {
      await this.report(tipset);
    } catch (error) {
      this.write(`what the messages of epoch ${tipset.epoch} have said is unknown: ${messageOf(error)}`);
    }
  }

  /** From now on contracts may call the console: code has come in other ways than by messages. */
  listen(): void {
    this.#mayTalk = true;
  }

  /** As its sender knows it. */
  #nameOf({ cid, signed }: ExecutedMessage): string {
    if (signed?.signature.type !== "delegated") return `message ${cidText(cid)}`;
    const { chainId } = this.chain.network;
    return `transaction ${ethTransactionHash(ethTransactionOf(signed, chainId), chainId)}`;
  }

  async #tellSaid({ call }: MessageTrace): Promise<void> {
    if (call === undefined) return;
    const said: Uint8Array[] = [];
    foldCalls(call, ({ to, params }) => {
      const input = to === CONSOLE ? payloadOf(params) : undefined;
      if (input !== undefined) said.push(input);
    });
    if (said.length === 0) return;
    this.#console ??= ConsoleLog.load();
    const console = await this.#console;
    for (const input of said) this.write(`console.log: ${console.text(input)}`);
  }
}

/** Limits of Ethereum's tools, which know the EVM's gas only, are too low here. */
function adviceOn({ receipt, signed }: ExecutedMessage): string {
  const isTransaction = signed?.signature.type === "delegated";
  return isTransaction && receipt.exitCode === ExitCode.OutOfGas ? ` ${GAS_ADVICE}.` : "";
}
