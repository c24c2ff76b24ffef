import type { Address } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { LayeredBlockstore } from "../../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { machineFor } from "../../chain/execution/machine-for.js";
import type { ChainNode } from "../../chain/execution/node.js";
import type { TipsetContext } from "../../chain/execution/tipset.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader, leastTimestamp } from "../../chain/history/chain-tipset.js";
import { messageCid } from "../../chain/types/signed-message.js";
import type { Message } from "../../message/message.js";
import { I64_MAX } from "../../util/u64.js";
import type { Machine } from "../../vm/machine/machine.js";
import type { NodeChain } from "../chain/node-chain.js";
import { rootAfter } from "../gas/prior-state.js";
import { failed, wrapping } from "./failures.js";
import type { Invocation } from "./invocation.js";
import type { GivenMessage } from "./parse.js";

/** Gas limit of messages that nobody pays for. Source: Lotus chain/vm/fvm.go, `ApplyImplicitMessage`. */
const IMPLICIT_GAS_LIMIT = I64_MAX / 2n;

/**
 * Tries a message without paying for it, on the state before a tipset and the sender's messages in it. Where an upgrade
 * lies between, the tipset before that is taken. Source: Lotus chain/stmgr/call.go, `Call`.
 *
 * @throws RpcError if there is no such sender, or no receiver is given; as `Machine`
 */
export async function stateCall(
  chain: NodeChain,
  tipset: ChainTipset,
  given: GivenMessage,
  options: ChainReadOptions,
): Promise<Invocation> {
  const { from, to } = given;
  if (from === undefined) throw failed("getting sender actor: GetActor called on undefined address");
  if (to === undefined) throw failed("apply message failed: the message has no receiver");
  const at = await beforeUpgrade(chain, tipset, options);
  return wrapping(undefined, () => call(chain, at, { ...given, from, to }, options));
}

/** The tipset, or the last one before it that no upgrade parts from its parent. */
async function beforeUpgrade(
  chain: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  for (let at = tipset; ; ) {
    const parent = await chain.chain.parent(at, options);
    if (parent === undefined) return at;
    const [from, to] = [parent.epoch, at.epoch];
    if (!chain.network.upgrades.some(({ height }) => from <= height && height <= to)) return at;
    at = parent;
  }
}

async function call(
  chain: NodeChain,
  tipset: ChainTipset,
  given: Message,
  options: ChainReadOptions,
): Promise<Invocation> {
  const blockstore = new LayeredBlockstore([new MemoryBlockstore(), chain.chain.blockstore], { keep: false });
  const node: ChainNode = { ...chain.node, blockstore };
  const { parentStateRoot: before, parentBaseFee: baseFee } = firstHeader(tipset);
  const { epoch, key } = tipset;
  const context: TipsetContext = { epoch, timestamp: leastTimestamp(tipset), baseFee, key };
  const own = (await chain.messages(tipset, options)).filter(({ message }) => message.from === given.from);
  const root = await rootAfter(node, before, context, own, options);
  // A message that offers no fee is executed as if gas cost nothing.
  const free = given.gasFeeCap === 0n ? { ...context, baseFee: 0n } : context;
  using machine = await machineFor(node, root, free, options.signal);
  const nonce = await nonceOf(machine, given.from, chain, options);
  const message = { ...given, nonce, gasLimit: IMPLICIT_GAS_LIMIT };
  const { trace, ...result } = await machine.execute(message, { ...options, kind: "implicit", trace: true });
  return { cid: messageCid(message), message, result, trace, isPaid: false };
}

async function nonceOf(
  machine: Machine,
  from: Address,
  { network: { letter } }: NodeChain,
  options: ChainReadOptions,
): Promise<Message["nonce"]> {
  const actor = await machine.getActor(from, options);
  if (actor !== undefined) return actor.nonce;
  throw failed(`sender ${formatAddress(from, letter)} not found on chain: sender validation failed`);
}
