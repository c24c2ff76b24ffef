/** Estimates as `Filecoin.GasEstimate*` make them: for senders that there are. Source: Lotus node/impl/gasutils. */
import { formatAddress } from "../../address/text.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import type { Message } from "../../message/message.js";
import { ExitCode } from "../../message/outcome.js";
import type { NodeChain } from "../chain/node-chain.js";
import { onStateAfter } from "../eth/state-after.js";
import type { FeeLimit } from "../gas/fees.js";
import type { GasEstimates } from "../gas/gas-estimates.js";
import { RpcError } from "../rpc/errors.js";
import { ActorsIn, accountKey } from "./actors.js";
import { failed } from "./failures.js";
import type { GivenMessage } from "./parse.js";

/** Input of estimates. */
export interface EstimateSources {
  readonly chain: NodeChain;
  readonly estimates: GasEstimates;
}

const NO_SENDER = "sender validation failed";

/** A message that has a recipient and a sender. Throws `RpcError`. */
export function addressed(message: GivenMessage): Message {
  const { to, from } = message;
  if (to === undefined) throw failed("message To address is undefined");
  if (from === undefined) throw failed("message From address is undefined");
  return { ...message, to, from };
}

/** Gas that a message uses. Throws `RpcError` if its sender may not send it; as `GasEstimates.gasUsed`. */
export async function estimatedGas(
  sources: EstimateSources,
  tipset: ChainTipset,
  message: Message,
  options: ChainReadOptions,
): Promise<number> {
  await checkSender(sources, tipset, message, options);
  return sources.estimates.gasUsed(message, options);
}

/** A message with what it lacks of a gas limit and fees. Throws as `estimatedGas`. */
export async function completedMessage(
  sources: EstimateSources,
  tipset: ChainTipset,
  message: Message,
  limit: FeeLimit,
  options: ChainReadOptions,
): Promise<Message> {
  if (message.gasLimit === 0) await checkSender(sources, tipset, message, options);
  return sources.estimates.completed(message, limit, tipset, options);
}

async function checkSender(
  { chain, estimates }: EstimateSources,
  tipset: ChainTipset,
  message: Message,
  options: ChainReadOptions,
): Promise<void> {
  const { from } = message;
  const text = formatAddress(from, chain.network.letter);
  try {
    await accountKey(chain, tipset, from, options);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const reason = `gas estimation failed: resolving sender ${text} (${error.message}): ${NO_SENDER}`;
    throw failed(reason, { cause: error });
  }
  if (!(await estimates.isUnable(message, undefined, options))) return;
  const actor = await onStateAfter(
    chain,
    chain.head,
    (state) => new ActorsIn(state, chain).found(from),
    options,
  );
  if (actor === undefined) {
    throw failed(
      `gas estimation failed: CallWithGas failed: sender ${text} not found on chain: ${NO_SENDER}`,
    );
  }
  const exit = `SysErrSenderInvalid(${ExitCode.SenderInvalid})`;
  const error = `pre-validation failed: Send not from valid sender\n (RetCode=${ExitCode.SenderInvalid})`;
  throw failed(`message execution failed (exit=[${exit}], vm error=[${error}]): ${NO_SENDER}`);
}
