import * as v from "valibot";
import { type Address, addressId } from "../../../address/address.js";
import { formatAddress } from "../../../address/text.js";
import { FvmError } from "../../../errors.js";
import type { ActorOverride } from "../../../simulate/overrides.js";
import { SingletonId } from "../../../vm/state-tree/actor-state.js";
import type { DevNode } from "../../dev/dev-node.js";
import type { Node } from "../../node.js";
import { type Method, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import { pair } from "./declare.js";
import { amount, anyAddress, bytes, count, word } from "./params.js";

const address = required("address", anyAddress);
/** Actors whose balances the circulating supply is computed from: reward, burnt funds, reserve. */
const COUNTED: readonly unknown[] = [SingletonId.Reward, SingletonId.BurntFunds, 90];
const MAX_CODE_BYTES = 24_576;
/** First byte of code that no contract may have (EIP-3541). */
const RESERVED_BYTE = 0xef;
const truth = named(v.boolean(), { go: "bool" });

/** Changes of actors, which are there from the latest block on. */
export const editMethods: readonly Method<Node>[] = [
  ...pair("setBalance", {
    summary: "Gives an actor another balance. One that there is not is made.",
    params: [address, required("balance", amount)],
    call: (dev, [who, balance]) => setBalance(dev, who, balance),
  }),
  ...pair("addBalance", {
    summary: "Adds to an actor's balance.",
    params: [address, required("balance", amount)],
    call: (dev, [who, more]) => {
      checkNotCounted(who);
      return dev.addBalance(who, more);
    },
  }),
  ...pair("setNonce", {
    evm: ["evm_setAccountNonce"],
    summary: "Gives an actor another nonce: of a contract, the one by which it creates others.",
    params: [address, required("nonce", count)],
    call: (dev, [who, nonce]) => edit(dev, who, { nonce }),
  }),
  ...pair("setCode", {
    summary: "Gives a contract other code, or makes a contract of an account. No code makes it an account.",
    params: [address, required("code", bytes)],
    call: (dev, [who, code]) => setCode(dev, who, code),
  }),
  ...pair("setStorageAt", {
    summary: "Sets a slot of a contract's storage.",
    params: [address, required("slot", word), required("value", word)],
    result: truth,
    call: async (dev, [who, slot, value]) => {
      await edit(dev, who, { slots: [[slot, value]] });
      return true;
    },
  }),
];

function edit(dev: DevNode, who: Address, override: ActorOverride): Promise<void> {
  return dev.edit([[who, override]]);
}

function setBalance(dev: DevNode, who: Address, balance: bigint): Promise<void> {
  checkNotCounted(who);
  return edit(dev, who, { balance });
}

function checkNotCounted(who: Address): void {
  if (COUNTED.includes(addressId(who))) {
    const reason = `the circulating supply follows from the balance of ${formatAddress(who)}`;
    throw new FvmError("INVALID_OPTION", { option: "address", reason });
  }
}

async function setCode(dev: DevNode, who: Address, code: Uint8Array): Promise<void> {
  if (code.length > MAX_CODE_BYTES)
    throw invalid(`${code.length} bytes, and contracts have ${MAX_CODE_BYTES} at most`);
  if (code[0] === RESERVED_BYTE) throw invalid("it begins with 0xef, which no contract's code does");
  if (code.length > 0) return edit(dev, who, { bytecode: code });
  await dev.makeAccount(who);
}

function invalid(reason: string): FvmError {
  return new FvmError("INVALID_OPTION", { option: "code", reason });
}
