import type { ContractAbi } from "../../builtin/abi/index.js";
import { type EthAddress, maskedId } from "../../builtin/evm/index.js";
import type { Cid } from "../../encoding/cid.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { writtenAddress } from "./addresses.js";
import type { EthFrame } from "./frame.js";
import { framesOf } from "./frames.js";

/** Facts that a trace does not tell. `traceContext` reads them from a state. */
export interface TraceContext {
  /**
   * The sender's Ethereum address. Default: of an f410 address that; else the masked ID, which is so for all accounts
   * but those of Ethereum's that a message names by f0.
   */
  readonly sender?: EthAddress;
  /**
   * Codes of contracts that the message has created. Of others, Geth's tracers show `0xfe`, as Lotus does of all.
   */
  readonly codes?: ReadonlyMap<Cid, Uint8Array>;
  /** Contracts' ABIs: with one, `callTracer` says what calls, logs and reverts mean. */
  readonly abi?: ContractAbi;
}

/** A message's trace with its calls as Ethereum knows calls. */
export interface EthereumTrace {
  readonly trace: MessageTrace;
  /** The message's own call; undefined if it failed before there was one. */
  readonly top: EthFrame | undefined;
  readonly codes: ReadonlyMap<Cid, Uint8Array>;
  readonly abi: ContractAbi | undefined;
}

/** Throws `FvmError` INVALID_TRACE. */
export function ethereumTrace(
  trace: MessageTrace,
  { sender, codes = new Map(), abi }: TraceContext,
): EthereumTrace {
  return { trace, top: framesOf(trace, sender ?? senderOf(trace)), codes, abi };
}

function senderOf({ message, call }: MessageTrace): EthAddress {
  return writtenAddress(message.from) ?? maskedId(call?.from ?? 0);
}
