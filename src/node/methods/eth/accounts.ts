/** Accounts: balances, nonces, code, storage. */
import { isFvmError } from "../../../errors.js";
import { hexOf, hexWord, quantity } from "../../../inspect/tracers/hex.js";
import { balanceOf, codeOf, nonceOf, storageAt } from "../../eth/accounts.js";
import { addressParam, dataParam, LATEST } from "../../eth/json.js";
import type { Node } from "../../node.js";
import { failed, RpcError } from "../../rpc/errors.js";
import { methodsOf, required } from "../../rpc/method.js";
import { stateBlock } from "./parameters.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();
const address = required("address", addressParam);

/** For Lotus an account that nobody has sent anything has no nonce; clients ask for it before they say so. */
function noneOfNobody(error: unknown): number {
  if (error instanceof RpcError && isFvmError(error.cause, "ACTOR_NOT_FOUND")) return 0;
  throw error;
}

export const accountMethods = [
  method({
    name: "eth_getBalance",
    aliases: ["Filecoin.EthGetBalance"],
    summary: "The whole balance of an actor, attoFIL.",
    params: [address, stateBlock],
    result: answers.quantity,
    call: async ({ node: { chain, eth }, signal }, address, block = LATEST) => {
      const tipset = await eth.tipsetOf(block, "before", { signal });
      return quantity(await balanceOf(chain, tipset, address, { signal }));
    },
  }),
  method({
    name: "eth_getCode",
    aliases: ["Filecoin.EthGetCode"],
    summary: "Code of a contract; nothing of any other actor.",
    params: [address, stateBlock],
    result: answers.data,
    call: async ({ node: { chain, eth }, lotus, signal }, address, block = LATEST) => {
      const tipset = await eth.tipsetOf(block, "before", { signal });
      if (lotus && tipset.epoch === 0) throw failed("block param must not specify genesis block");
      return hexOf(await codeOf(chain, tipset, address, { signal }));
    },
  }),
  method({
    name: "eth_getStorageAt",
    aliases: ["Filecoin.EthGetStorageAt"],
    summary: "A slot of the storage of a contract.",
    params: [address, required("slot", dataParam), stateBlock],
    result: answers.hash,
    call: async ({ node: { chain, eth }, signal }, address, slot, block = LATEST) => {
      const tipset = await eth.tipsetOf(block, "before", { signal });
      return hexWord(await storageAt(chain, tipset, address, slot, { signal }));
    },
  }),
  method({
    name: "eth_getTransactionCount",
    aliases: ["Filecoin.EthGetTransactionCount"],
    summary: "The nonce of the next transaction; pending ones count if the block is `pending`.",
    params: [address, stateBlock],
    result: answers.quantity,
    call: async ({ node: { chain, eth }, signal, lotus }, address, block = LATEST) => {
      if (block.kind === "tag" && block.tag === "pending") {
        const nonce = eth.pendingNonce(address, { signal });
        return quantity(await (lotus ? nonce : nonce.catch(noneOfNobody)));
      }
      const tipset = await eth.tipsetOf(block, "before", { signal });
      return quantity(await nonceOf(chain, tipset, address, { signal }));
    },
  }),
];
