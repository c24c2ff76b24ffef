import * as v from "valibot";
import type { Address } from "../../../address/address.js";
import type { SignedMessage } from "../../../chain/types/signed-message.js";
import { type U64, u64 } from "../../../util/u64.js";
import type { DevNode } from "../../dev/dev-node.js";
import type { DevState } from "../../dev/dev-state.js";
import { unpaidMessage } from "../../eth/call-object.js";
import { dataParam } from "../../eth/json.js";
import { parseRawTransaction } from "../../eth/raw-transaction.js";
import type { Node } from "../../node.js";
import { failed } from "../../rpc/errors.js";
import { type CallContext, type Method, optional, required } from "../../rpc/method.js";
import { named, type Schema } from "../../rpc/schema.js";
import { devMethod } from "./declare.js";
import { count } from "./params.js";
import { feesOf, senderOf, type TransactionRequest, transactionRequest } from "./transaction-request.js";

/** A transaction, signed or not, and the block of the new branch that it is in, from 0 on. */
type PlacedTransaction = readonly [transaction: Uint8Array | TransactionRequest, block: number];

const placed = named(v.tuple([v.union([dataParam, transactionRequest]), count]), {
  name: "PlacedTransaction",
}) as unknown as Schema<PlacedTransaction>;

/** Gas limit of a transaction that says none: the state that it meets is not there yet, so it cannot be estimated. */
const GAS_LIMIT = 1_000_000_000;

/** Other tipsets in the place of those that are there. */
export const reorgMethods: readonly Method<Node>[] = [
  devMethod({
    name: "anvil_reorg",
    summary: "Takes so many tipsets off, and makes as many others with these transactions in their place.",
    params: [required("depth", count), optional("transactions", v.array(placed))],
    result: named(v.null(), { go: "interface {}" }),
    call: async (dev, [depth, transactions = []], context) => {
      const isBeyond = transactions.find(([, block]) => block >= depth);
      if (isBeyond) throw failed(`block ${isBeyond[1]} of a branch of ${depth} tipsets; the first one is 0`);
      await dev.reorganise(depth, (state) => branch(dev, state, depth, transactions, context));
      return null;
    },
  }),
];

/** Messages of each tipset. Nonces that are not said follow on the state's. */
async function branch(
  dev: DevNode,
  state: DevState,
  depth: number,
  transactions: readonly PlacedTransaction[],
  context: CallContext<Node>,
): Promise<SignedMessage[][]> {
  const blocks: SignedMessage[][] = Array.from({ length: depth }, () => []);
  const nonces = new Map<Address, U64>();
  for (const [transaction, block] of transactions) {
    const signed =
      transaction instanceof Uint8Array
        ? parseRawTransaction(transaction, context.node.chain.network.chainId)
        : await unsignedOne(dev, state, transaction, nonces, context);
    const { from, nonce } = signed.message;
    nonces.set(from, u64(BigInt(nonce) + 1n));
    blocks[block]?.push(signed);
  }
  return blocks;
}

async function unsignedOne(
  dev: DevNode,
  state: DevState,
  request: TransactionRequest,
  nonces: ReadonlyMap<Address, U64>,
  context: CallContext<Node>,
): Promise<SignedMessage> {
  const from = senderOf(dev, request, context);
  const nonce = request.nonce ?? nonces.get(from) ?? (await state.find(from)).actor?.nonce ?? 0;
  const fees = await feesOf(dev, request, context);
  return dev.signed({ ...unpaidMessage(from, request), nonce, gasLimit: request.gas ?? GAS_LIMIT, ...fees });
}
