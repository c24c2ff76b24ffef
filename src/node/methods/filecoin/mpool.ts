/** `Filecoin.Mpool*`: messages that wait for a block. */
import { ADDRESS_PROTOCOL, addressProtocol } from "../../../address/address.js";
import { filecoinToEth } from "../../../builtin/evm/index.js";
import { signedMessageCid } from "../../../chain/types/signed-message.js";
import { cidText } from "../../../encoding/cid.js";
import { FvmError } from "../../../errors.js";
import { failed } from "../../filecoin/failures.js";
import { addressed, completedMessage } from "../../filecoin/gas.js";
import { cidJson } from "../../filecoin/json.js";
import type { GivenMessage } from "../../filecoin/parse.js";
import { namedTipset } from "../../filecoin/tipsets.js";
import type { Node } from "../../node.js";
import type { PendingMessage } from "../../pool/sender-queue.js";
import { type Channel, lenient, methodsOf, required } from "../../rpc/method.js";
import { address, answers, message, sendSpec, signedMessage, tipsetKey } from "./shapes.js";
import { writer } from "./writer.js";

const method = methodsOf<Node>();

/** Lotus's number of what happens to messages of a pool. */
const ADDED = 0;
const REMOVED = 1;

export const mpoolMethods = [
  method({
    name: "Filecoin.MpoolPush",
    aliases: ["Filecoin.MpoolPushUntrusted"],
    summary: "Takes a signed message for the next blocks.",
    params: [required("message", signedMessage)],
    result: answers.cid,
    call: async ({ node }, given) => {
      const signed = { ...given, message: addressed(given.message) };
      checkRecipient(node, signed.message, () => {
        const { from, nonce } = signed.message;
        return `message ${cidText(signedMessageCid(signed))} from ${writer(node).address(from)} with nonce ${nonce}`;
      });
      return cidJson(await node.pool.push(signed));
    },
  }),
  method({
    name: "Filecoin.MpoolPushMessage",
    summary:
      "Signs a message with a key of the node's, with what it lacks of a gas limit and fees, and takes it.",
    params: [required("message", message), lenient("limit", sendSpec)],
    result: answers.object,
    call: async ({ node, signal }, given, limit) => {
      const { chain, eth, pool, dev } = node;
      const whole = addressed(given);
      const from = writer(node).address(whole.from);
      checkRecipient(node, whole, () => `message from ${from}`);
      if (whole.nonce !== 0) {
        throw failed(`MpoolPushMessage expects message nonce to be 0, was ${whole.nonce}`);
      }
      if (dev?.keyOf(whole.from) === undefined) throw failed(`key for ${from} not found`);
      const sources = { chain, estimates: eth.estimates };
      const completed = await completedMessage(sources, chain.head, whole, limit ?? {}, { signal });
      const nonce = await pool.nextNonce(whole.from, { signal });
      const signed = dev.signed({ ...completed, nonce });
      await pool.push(signed);
      return writer(node).signedMessage(signed);
    },
  }),
  method({
    name: "Filecoin.MpoolGetNonce",
    summary: "The nonce of an account's next message.",
    params: [required("address", address)],
    result: answers.integer,
    call: async ({ node, signal }, sender) => {
      if (sender === undefined) throw failed("GetActor called on undefined address");
      try {
        return await node.pool.nextNonce(sender, { signal });
      } catch (error) {
        if (!(error instanceof FvmError) || error.code !== "INVALID_STATE") throw error;
        const { reason } = error.details as FvmError<"INVALID_STATE">["details"];
        throw failed(reason, { cause: error });
      }
    },
  }),
  method({
    name: "Filecoin.MpoolPending",
    summary: "Messages that wait for a block.",
    params: [lenient("key", tipsetKey)],
    result: answers.list,
    call: async ({ node, signal }, key) => {
      await namedTipset(node.chain, key, { signal });
      const json = writer(node);
      return node.pool.pending().map((signed) => json.signedMessage(signed));
    },
  }),
  method({
    name: "Filecoin.MpoolSub",
    summary: "Tells of messages that come into the pool, and of those that leave it.",
    push: "channel",
    params: [],
    result: answers.integer,
    call: ({ node, openChannel }) => {
      const channel = openChannel?.() as Channel;
      const json = writer(node);
      const tell =
        (type: number) =>
        ({ signed }: PendingMessage) =>
          channel.send({ Type: type, Message: json.signedMessage(signed) });
      const forget = [node.pool.onAdd(tell(ADDED)), node.pool.onRemove(tell(REMOVED))];
      channel.onClose(() => {
        for (const one of forget) one();
      });
      return channel.id;
    },
  }),
];

/** Throws `RpcError`. Source: Lotus node/impl/full/mpool.go, `sanityCheckOutgoingMessage`. */
function checkRecipient(node: Node, { to }: GivenMessage, name: () => string): void {
  if (
    to === undefined ||
    addressProtocol(to) !== ADDRESS_PROTOCOL.DELEGATED ||
    filecoinToEth(to) !== undefined
  )
    return;
  const text = `message recipient ${writer(node).address(to)} is a delegated address but not a valid Eth Address`;
  throw failed(`${name()} failed sanity check: ${text}`);
}
