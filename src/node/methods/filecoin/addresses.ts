/** Addresses of Ethereum for those of Filecoin, and the other way. */
import { ADDRESS_PROTOCOL, addressProtocol } from "../../../address/address.js";
import { ethToFilecoin, filecoinToEth, maskedId } from "../../../builtin/evm/index.js";
import type { InspectedState } from "../../../inspect/state/inspected-state.js";
import { tipsetOfNumber } from "../../eth/block-tipset.js";
import { addressParam, textParam } from "../../eth/json.js";
import { ACTOR_NOT_FOUND, ActorsIn, onParentState } from "../../filecoin/actors.js";
import { failed, wrapping } from "../../filecoin/failures.js";
import { FilecoinJson } from "../../filecoin/json.js";
import type { Node } from "../../node.js";
import { methodsOf, optional, required } from "../../rpc/method.js";
import { address, answers } from "./shapes.js";

const method = methodsOf<Node>();

export const addressMethods = [
  method({
    name: "Filecoin.FilecoinAddressToEthAddress",
    summary:
      "Ethereum's address of an actor. That of an f1, f2 or f3 address is looked up, as of a final block unless told.",
    params: [required("address", address), optional("block", textParam)],
    result: answers.text,
    call: async ({ node, signal }, given, block = "finalized") => {
      if (given === undefined) throw failed("invalid filecoin address protocol: <empty>");
      const eth = filecoinToEth(given);
      if (eth !== undefined) return eth;
      const text = new FilecoinJson(node.chain.network.letter).address(given);
      if (addressProtocol(given) === ADDRESS_PROTOCOL.DELEGATED) {
        throw failed(`invalid filecoin address protocol: ${text}`);
      }
      const tipset = await tipsetOfNumber(node.chain, block, "before", { signal });
      const words =
        `failed to lookup ID address for given Filecoin address ${text} (ensure that the address has been ` +
        "instantiated on-chain and sufficient epochs have passed since instantiation to confirm to the given " +
        `'blkParam': "${block}")`;
      const find = (state: InspectedState) => new ActorsIn(state, node.chain).find(given);
      return wrapping(words, async () => {
        const id = await onParentState(node.chain, tipset, find, { signal });
        if (id === undefined) throw failed(`resolve address ${text}: ${ACTOR_NOT_FOUND}`);
        return maskedId(id);
      });
    },
  }),
  method({
    name: "Filecoin.EthAddressToFilecoinAddress",
    summary: "Filecoin's address that an address of Ethereum stands for.",
    params: [required("address", addressParam)],
    result: answers.text,
    call: ({ node }, given) => new FilecoinJson(node.chain.network.letter).address(ethToFilecoin(given)),
  }),
];
