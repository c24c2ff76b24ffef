import * as v from "valibot";
import type { Node } from "../../node.js";
import { type Method, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import { pair } from "./declare.js";
import { amount, anyAddress, bytes32 } from "./params.js";

const address = required("address", anyAddress);
const enabled = required("enabled", named(v.boolean(), { go: "bool" }));

/** Sending on others' behalf, and what is special about the next tipset. */
export const impersonationMethods: readonly Method<Node>[] = [
  ...pair("impersonateAccount", {
    summary:
      "Lets eth_sendTransaction send from an address: an account's, a contract's, a native actor's masked ID.",
    params: [address],
    call: (dev, [who]) => void dev.impersonate(who),
  }),
  ...pair("stopImpersonatingAccount", {
    summary: "Ends impersonateAccount. Hardhat's answers whether it was impersonated.",
    params: [address],
    call: (dev, [who], prefix) => {
      const was = dev.stopImpersonating(who);
      return prefix === "hardhat" ? was : undefined;
    },
  }),
  ...pair("autoImpersonateAccount", {
    summary: "Lets eth_sendTransaction send from any address.",
    params: [enabled],
    call: (dev, [isOn]) => {
      dev.impersonatesAll = isOn;
    },
  }),
  ...pair("setNextBlockBaseFeePerGas", {
    summary: "Sets the base fee of the next tipset, attoFIL per gas. The fees after it follow from it.",
    params: [required("baseFee", amount)],
    call: (dev, [baseFee]) => dev.prepare({ baseFee }),
  }),
  ...pair("setMinGasPrice", {
    summary: "Accepted, without effect: the least base fee is the protocol's.",
    params: [required("gasPrice", amount)],
    call: () => undefined,
  }),
  ...pair("setCoinbase", {
    summary: "Accepted, without effect: block.coinbase is 0 in Filecoin's EVM.",
    params: [address],
    call: () => undefined,
  }),
  ...pair("setLoggingEnabled", {
    summary: "Says whether people are told what contracts say and why transactions fail.",
    params: [enabled],
    call: (dev, [isOn]) => {
      dev.isLogging = isOn;
    },
  }),
  ...pair("setPrevRandao", {
    summary: "Sets the data of the beacon's entry of the next tipset, from which block.prevrandao follows.",
    params: [required("randomness", bytes32)],
    call: (dev, [randomness]) => dev.prepare({ randomness }),
  }),
  ...pair("setNextBlockPrevRandao", {
    summary: "As setPrevRandao.",
    params: [required("randomness", bytes32)],
    call: (dev, [randomness]) => dev.prepare({ randomness }),
  }),
];
