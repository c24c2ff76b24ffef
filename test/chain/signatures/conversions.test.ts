import { describe, expect, test } from "vitest";
import { actorAddress } from "../../../src/address/address.js";
import { parseAddress } from "../../../src/address/text.js";
import type { EthAddress } from "../../../src/builtin/evm/index.js";
import { ethSenderOf, ethTransactionHash } from "../../../src/chain/signatures/eth-sender.js";
import {
  type EthTransaction,
  ethMessageOf,
  ethTransactionBytes,
  ethTransactionOf,
} from "../../../src/chain/signatures/eth-transaction.js";
import { verifyMessage } from "../../../src/chain/signatures/verify.js";
import { messageCid, type SignedMessage, signedMessageCid } from "../../../src/chain/types/signed-message.js";
import { cidText } from "../../../src/encoding/cid.js";
import { read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

/** Ethereum's number of the chains' network. */
const CHAIN_ID = 31415926;

interface Conversion {
  readonly raw: string;
  readonly hash?: string;
  readonly cid?: string;
  readonly signed?: {
    readonly Message: {
      readonly To: string;
      readonly From: string;
      readonly Nonce: number;
      readonly Value: string;
      readonly GasLimit: number;
      readonly GasFeeCap: string;
      readonly GasPremium: string;
      readonly Method: number;
      readonly Params: string | null;
      readonly CID: { readonly "/": string };
    };
    readonly Signature: { readonly Data: string };
  };
}

function signedMessage({ Message: message, Signature }: NonNullable<Conversion["signed"]>): SignedMessage {
  return {
    message: {
      version: 0,
      to: parseAddress(message.To),
      from: parseAddress(message.From),
      nonce: message.Nonce,
      value: BigInt(message.Value),
      gasLimit: message.GasLimit,
      gasFeeCap: BigInt(message.GasFeeCap),
      gasPremium: BigInt(message.GasPremium),
      method: message.Method,
      params: Buffer.from(message.Params ?? "", "base64"),
    },
    signature: { type: "delegated", data: Buffer.from(Signature.Data, "base64") },
  };
}

const names = recordings(["nv28", "nv27-28"]);
if (names.length === 0) skipLoudly("Ethereum transactions of a Lotus node: they are not on this machine");

describe.each(names)("Ethereum transactions of the chain %s", (name) => {
  const accepted = (read(name, "conversions.json") as Conversion[]).filter(
    ({ signed }) => signed !== undefined,
  );
  const signed = accepted.map(({ signed }) => signedMessage(signed as NonNullable<typeof signed>));
  const transactions = signed.map((one) => ethTransactionOf(one, CHAIN_ID));

  test("are of all three kinds", () => {
    expect(accepted.length).toBeGreaterThan(200);
    expect(new Set(transactions.map(({ kind }) => kind))).toEqual(
      new Set(["eip1559", "eip155", "homestead"]),
    );
  });

  test("come out of messages as they were sent", () => {
    for (const [i, transaction] of transactions.entries()) {
      const raw = Buffer.from(ethTransactionBytes(transaction, CHAIN_ID)).toString("hex");
      expect(`0x${raw}`).toBe(accepted[i]?.raw);
      expect(ethTransactionHash(transaction, CHAIN_ID)).toBe(accepted[i]?.hash);
    }
  });

  test("become the node's messages", () => {
    for (const [i, transaction] of transactions.entries()) {
      const sender = ethSenderOf(transaction, CHAIN_ID) as EthAddress;
      const message = ethMessageOf(transaction, sender);
      expect(cidText(messageCid(message.message))).toBe(accepted[i]?.signed?.Message.CID["/"]);
      expect(cidText(signedMessageCid(message))).toBe(accepted[i]?.cid);
    }
  });

  test("have their sender's signature, and nobody else's", () => {
    for (const [i, one] of signed.entries()) {
      const { message } = one;
      expect(verifyMessage(one, message.from, CHAIN_ID)).toBe(true);
      expect(verifyMessage({ ...one, message: { ...message, nonce: 999 } }, message.from, CHAIN_ID)).toBe(
        false,
      );
      // Homestead signatures are good on any chain.
      expect(verifyMessage(one, message.from, 314)).toBe(transactions[i]?.kind === "homestead");
    }
  });

  test("cannot be made of other messages", () => {
    const [one] = signed as [SignedMessage];
    const withMessage = (changes: Partial<SignedMessage["message"]>) => () =>
      ethTransactionOf({ ...one, message: { ...one.message, ...changes } }, CHAIN_ID);
    const withSignature = (data: Uint8Array): (() => EthTransaction) => {
      return () => ethTransactionOf({ ...one, signature: { type: "delegated", data } }, CHAIN_ID);
    };
    expect(withMessage({ method: 2 })).toThrow("INVALID_MESSAGE { field: 'method'");
    expect(withMessage({ from: actorAddress(new Uint8Array(1)) })).toThrow("field: 'from'");
    expect(withMessage({ params: Uint8Array.of(0x40) })).toThrow("an empty byte string");
    expect(withMessage({ params: Uint8Array.of(0x41, 1, 2) })).toThrow("no byte string");
    expect(withMessage({ version: 1 })).toThrow("field: 'version'");
    expect(withSignature(new Uint8Array(64))).toThrow("of 64 bytes");
    expect(withSignature(Uint8Array.of(1, ...new Uint8Array(64), 29))).toThrow("homestead, with v 29");
    expect(withSignature(Uint8Array.of(3, ...new Uint8Array(65)))).toThrow("which no kind");
    expect(withSignature(Uint8Array.of(2, ...new Uint8Array(67), 35))).toThrow("is not of chain");
  });
});
