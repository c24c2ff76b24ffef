import { RLP } from "micro-eth-signer/core/rlp.js";
import { type Address, idAddress } from "../../../../address/address.js";
import { type EthAddress, ethToFilecoin, filecoinToEth } from "../../../../builtin/evm/index.js";
import { CborReader } from "../../../../ipld/cbor.js";
import { hex, noBytes } from "../../../../util/bytes.js";
import { SingletonId } from "../../../../vm/state-tree/actor-state.js";
import { keccak } from "../../../signatures/eth-sender.js";
import { CREATE_EXTERNAL, INVOKE_EVM } from "../../../signatures/eth-transaction.js";
import type { SigningKey } from "../../../signatures/keys.js";
import { params } from "../../params.js";
import type { Draft, Outcome } from "../draft.js";

const WORD_BYTES = 32;
const ADDRESS_BYTES = 20;

/** A call of a contract. @param input as the contract takes it */
export function evmCall(from: SigningKey, to: Address, input: Uint8Array, gasLimit: number): Draft {
  return { from, to, method: INVOKE_EVM, params: params(input), gasLimit };
}

/** The creation of a contract. @param learn is told its f410 address */
export function evmCreate(
  from: SigningKey,
  initcode: Uint8Array,
  gasLimit: number,
  learn: (contract: Address) => void,
): Draft {
  return {
    from,
    to: idAddress(SingletonId.Eam),
    method: CREATE_EXTERNAL,
    params: params(initcode),
    gasLimit,
    learn: (outcome) => {
      if (outcome.exitCode === 0) learn(createdBy(outcome));
    },
  };
}

/** The f410 address of a new contract. The EAM returns an ID, a robust address and an Ethereum address. */
export function createdBy({ returnData }: Pick<Outcome, "returnData">): Address {
  const reader = new CborReader(returnData);
  reader.tuple(3);
  reader.u64();
  if (!reader.null()) reader.bytes();
  return ethToFilecoin(`0x${hex(reader.bytes())}` satisfies EthAddress);
}

/**
 * The f410 address of a contract that an Ethereum account or another contract creates.
 *
 * @param nonce below 256: the account's message's, or 1 for a contract's first, by its constructor too
 */
export function childOf(creator: Address, nonce: number): Address {
  const number = nonce === 0 ? noBytes() : Uint8Array.of(nonce);
  const digest = keccak(RLP.encode([filecoinToEth(creator) as EthAddress, number]));
  return ethToFilecoin(`0x${hex(digest.subarray(-ADDRESS_BYTES))}`);
}

/** An argument of a function: a word, or an array of words. */
export type Argument = bigint | number | EthAddress | readonly (bigint | number | EthAddress)[];

/** Input of a function's call, as Solidity's ABI has it. @param selector the function's */
export function evmInput(selector: number, ...given: readonly Argument[]): Uint8Array {
  const heads: bigint[] = [];
  const tails: bigint[] = [];
  for (const argument of given) {
    if (typeof argument !== "object") heads.push(BigInt(argument));
    else {
      heads.push(BigInt(WORD_BYTES * (given.length + tails.length)));
      tails.push(BigInt(argument.length), ...argument.map(BigInt));
    }
  }
  const words = [...heads, ...tails].map((value) => value.toString(16).padStart(2 * WORD_BYTES, "0"));
  return Buffer.from(selector.toString(16).padStart(8, "0") + words.join(""), "hex");
}
