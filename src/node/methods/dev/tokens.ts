/** Balances and allowances of tokens (ERC-20), wherever their contracts keep them. */
import * as v from "valibot";
import { ethToFilecoin } from "../../../builtin/evm/index.js";
import { keccak } from "../../../chain/signatures/eth-sender.js";
import { hexBytes, latin1Bytes } from "../../../util/bytes.js";
import type { DevNode } from "../../dev/dev-node.js";
import { messageOfCall } from "../../eth/call-object.js";
import { addressParam } from "../../eth/json.js";
import type { Node } from "../../node.js";
import { failed, RpcError } from "../../rpc/errors.js";
import { type CallContext, type Method, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import { devMethod } from "./declare.js";
import { amount } from "./params.js";

const nothing = named(v.null(), { go: "interface {}" });
const WORD = 32;
/** Slots in which contracts declare a mapping, beside those of namespaces. */
const FIRST_SLOTS = 64;
/** Where OpenZeppelin's upgradeable tokens begin (ERC-7201, `openzeppelin.storage.ERC20`): balances, then allowances. */
const NAMESPACE = 0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace00n;

const BASES = [...Array.from({ length: FIRST_SLOTS }, (_, i) => BigInt(i)), NAMESPACE, NAMESPACE + 1n];

/** The place of a key's value in a mapping. Sources: the layouts of Solidity, and of Vyper. */
const LAYOUTS: readonly ((base: bigint, key: bigint) => bigint)[] = [
  (base, key) => digest(key, base),
  (base, key) => digest(base, key),
];

export const tokenMethods: readonly Method<Node>[] = [
  devMethod({
    name: "anvil_dealERC20",
    aliases: ["hardhat_dealERC20"],
    summary: "Gives somebody another balance of a token.",
    params: [required("owner", addressParam), required("token", addressParam), required("balance", amount)],
    result: nothing,
    call: (dev, [owner, token, balance], context) =>
      setToken(dev, { token, question: "balanceOf(address)", keys: [owner], value: balance }, context),
  }),
  devMethod({
    name: "anvil_setERC20Allowance",
    aliases: ["hardhat_setERC20Allowance"],
    summary: "Lets somebody spend so much of an owner's tokens.",
    params: [
      required("owner", addressParam),
      required("spender", addressParam),
      required("token", addressParam),
      required("allowance", amount),
    ],
    result: nothing,
    call: (dev, [owner, spender, token, value], context) =>
      setToken(
        dev,
        { token, question: "allowance(address,address)", keys: [owner, spender], value },
        context,
      ),
  }),
];

/** A value that a token answers to a question about addresses. */
interface TokenValue {
  readonly token: `0x${string}`;
  readonly question: string;
  readonly keys: readonly `0x${string}`[];
  readonly value: bigint;
}

/** Sets the slot with which the token answers as it is to. Throws `RpcError` if none of the usual ones does. */
async function setToken(dev: DevNode, asked: TokenValue, context: CallContext<Node>): Promise<null> {
  const { token, question, keys, value } = asked;
  const input = Buffer.concat([
    keccak(latin1Bytes(question)).subarray(0, 4),
    ...keys.map((key) => word(BigInt(key))),
  ]);
  for (const layout of LAYOUTS) {
    for (const base of BASES) {
      const slot = keys.reduce((at, key) => layout(at, BigInt(key)), base);
      // Twice, so that a value which is there by chance is told from one that the slot says.
      if (!(await answers(context, token, input, slot, value))) continue;
      if (!(await answers(context, token, input, slot, value ^ 1n))) continue;
      await dev.edit([[ethToFilecoin(token), { slots: [[slot, value]] }]]);
      return null;
    }
  }
  throw failed(
    `${question} of ${token} follows from none of the slots where tokens keep it: set it by anvil_setStorageAt`,
  );
}

/** Whether the token answers a value once a slot has it. */
async function answers(
  { node: { eth }, signal }: CallContext<Node>,
  token: `0x${string}`,
  input: Uint8Array,
  slot: bigint,
  value: bigint,
): Promise<boolean> {
  const message = messageOfCall({ to: token, input });
  const overrides = [[ethToFilecoin(token), { slots: [[slot, value]] }]] as const;
  try {
    const tipset = await eth.tipsetOf("latest", "before", { signal });
    const answer = await eth.calls.call(message, tipset, { overrides }, { signal });
    return answer.length === WORD && BigInt(`0x${Buffer.from(answer).toString("hex")}`) === value;
  } catch (error) {
    // A value that makes the token revert is not where it keeps it.
    if (error instanceof RpcError) return false;
    throw error;
  }
}

function digest(first: bigint, second: bigint): bigint {
  return BigInt(`0x${Buffer.from(keccak(Buffer.concat([word(first), word(second)]))).toString("hex")}`);
}

function word(value: bigint): Uint8Array {
  return hexBytes(value.toString(16).padStart(2 * WORD, "0"));
}
