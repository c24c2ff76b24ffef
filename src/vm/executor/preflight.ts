import { delegatedParts } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import { roundUp } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { ExitCode } from "../../message/outcome.js";
import { formatFil } from "../../message/token.js";
import { addSat } from "../../util/u64.js";
import { type GasCharge, NO_INCLUSION, onChainMessage } from "../gas/charges.js";
import { gasCostOf } from "../gas/outputs.js";
import type { PriceList } from "../gas/price-list.js";
import type { ExecutorRules } from "../network/rules.js";
import { type ActorId, type ActorState, SingletonId } from "../state-tree/actor-state.js";
import type { Manifest } from "../state-tree/manifest.js";
import type { StateTree } from "../state-tree/state-tree.js";
import { type ApplyKind, type ApplyResult, preflightFailure } from "./apply-result.js";

export interface PreflightParts {
  readonly tree: StateTree;
  readonly manifest: Manifest;
  readonly rules: ExecutorRules;
  readonly prices: PriceList;
  /** attoFIL per gas. */
  readonly baseFee: bigint;
}

/** What preflight finds out about a message that may be executed. */
export interface Admission {
  readonly sender: ActorId;
  /** undefined: nobody has the address yet. */
  readonly receiver: ActorId | undefined;
  /** attoFIL that the sender has paid in advance for all its gas. */
  readonly gasCost: bigint;
  /** What its inclusion in the chain is charged with. */
  readonly inclusion: GasCharge;
}

/**
 * Checks a message's sender, and has it pay for the gas. Returns the result instead, if the message
 * fails here: that changes no state. If it throws, undo what it did to the state.
 * Source: fvm/src/executor/default.rs, `preflight_message`.
 *
 * @param rawLength bytes of the message as the chain stores it
 */
export function preflight(
  parts: PreflightParts,
  message: Message,
  kind: ApplyKind,
  rawLength: number,
): Admission | ApplyResult {
  const { tree, manifest, rules, prices, baseFee } = parts;
  const isExplicit = kind === "explicit";
  const inclusion = isExplicit ? onChainMessage(prices, rawLength) : NO_INCLUSION;
  const inclusionGas = roundUp(addSat(inclusion.compute, inclusion.other));
  if (isExplicit && inclusionGas > message.gasLimit) {
    const text = `Out of gas (${inclusionGas} > ${message.gasLimit})`;
    return preflightFailure(ExitCode.OutOfGas, text, baseFee * BigInt(inclusionGas));
  }

  const sender = tree.resolveAddress(message.from);
  // Anybody may send an implicit message, and nobody pays for it.
  if (!isExplicit) {
    if (sender === undefined) return preflightFailure(ExitCode.SenderInvalid, NO_SENDER, 0n);
    return { sender, receiver: tree.resolveAddress(message.to), gasCost: 0n, inclusion };
  }
  const found = sender === undefined ? undefined : tree.getActor(sender);
  if (sender === undefined || found === undefined) {
    return refuse(parts, message, ExitCode.SenderInvalid, NO_SENDER);
  }
  const actor = senderActor(found, manifest, rules);
  if (actor === undefined) {
    return refuse(parts, message, ExitCode.SenderInvalid, "Send not from valid sender");
  }
  const { code, state, nonce, balance, delegatedAddress } = actor;
  tree.reads?.nonce(sender);
  if (message.nonce !== nonce) {
    const text = `Actor sequence invalid: ${message.nonce} != ${nonce}`;
    return refuse(parts, message, ExitCode.SenderStateInvalid, text);
  }
  const gasCost = gasCostOf(message);
  tree.reads?.balanceAtLeast(sender, balance, gasCost);
  if (balance < gasCost) {
    const text = `Actor balance less than needed: ${formatFil(balance)} < ${formatFil(gasCost)}`;
    return refuse(parts, message, ExitCode.SenderStateInvalid, text);
  }
  const paid = { code, state, nonce: addSat(nonce, 1), balance: balance - gasCost, delegatedAddress };
  tree.setActor(sender, paid);
  return { sender, receiver: tree.resolveAddress(message.to), gasCost, inclusion };
}

const NO_SENDER = "Sender invalid";

/** The miner should have known: it pays the base fee for all the gas of the explicit message. */
function refuse(
  { baseFee }: PreflightParts,
  { gasLimit }: Message,
  code: ExitCode,
  text: string,
): ApplyResult {
  return preflightFailure(code, text, baseFee * BigInt(gasLimit));
}

/** Codes of actors that may send messages. */
type SenderCodes = { readonly [type in "account" | "ethAccount" | "placeholder"]: Cid | undefined };

/** Whether an actor may send messages of its own. */
export function maySendMessages(actor: ActorState, codes: SenderCodes, rules: ExecutorRules): boolean {
  return senderActor(actor, codes, rules) !== undefined;
}

/** The sender as it is to be, if it may send messages: a placeholder becomes an ethaccount by it. */
function senderActor(actor: ActorState, codes: SenderCodes, rules: ExecutorRules): ActorState | undefined {
  if (actor.code === codes.account) return actor;
  if (!rules.senderMayBeEthAccount || codes.ethAccount === undefined) return undefined;
  if (actor.code === codes.ethAccount) return actor;
  const isNewEthAccount =
    actor.code === codes.placeholder &&
    actor.nonce === 0 &&
    actor.delegatedAddress !== undefined &&
    delegatedParts(actor.delegatedAddress)?.namespace === SingletonId.Eam;
  return isNewEthAccount ? { ...actor, code: codes.ethAccount } : undefined;
}
