import { describe, expect, test } from "vitest";
import type { Address } from "../../../src/address/address.js";
import { idAddress } from "../../../src/address/address.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { FvmError } from "../../../src/errors.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import { crypto } from "../../../src/vm/kernel/crypto.js";
import { acceptProofs, type ProofVerifier, type Verdict } from "../../../src/vm/proofs/verifier.js";
import {
  encodeAggregate,
  encodePost,
  encodeSeals,
  encodeUpdate,
  filled,
  sealedCid,
  unsealedCid,
  writeSeal,
} from "../proofs/samples.js";
import { runHandler } from "./fake-context.js";

const NO = 0xffff_ffff;
const broken = new Uint8Array([0x84]);

function says(verdict: Verdict): ProofVerifier {
  const answer = () => verdict;
  return { verifySeal: answer, verifyAggregate: answer, verifyWindowPost: answer, verifyUpdate: answer };
}

describe("verdicts", () => {
  const calls = [
    ["crypto.verify_post", encodePost([{}]), "OnVerifyPost", 117_724_701_000],
    ["crypto.verify_aggregate_seals", encodeAggregate([{}]), "OnVerifyAggregateSeals", 449_900_000],
    ["crypto.verify_replica_update", encodeUpdate(), "OnVerifyReplicaUpdate", 36_316_136_000],
  ] as const;

  describe.each(calls)("%s", (name, input, charge, price) => {
    test.each([
      ["valid", "ok", 0],
      ["invalid", "ok", NO],
      ["malformed", 1, undefined],
    ] as const)("%s", (verdict, outcome, answer) => {
      const result = runHandler(crypto[name], { args: [input], proofs: says(verdict) });
      expect(result).toMatchObject({ outcome, answer, charges: [[charge, price]] });
    });

    test("broken CBOR is refused for free", () => {
      const result = runHandler(crypto[name], { args: [broken], proofs: acceptProofs });
      expect(result).toMatchObject({ outcome: 1, charges: [] });
    });

    test("bytes after the end are refused for free", () => {
      const longer = Buffer.concat([input, Buffer.from([0])]);
      expect(runHandler(crypto[name], { args: [longer] })).toMatchObject({ outcome: 1, charges: [] });
    });
  });

  test("input that no verifier sees is refused after the charge", () => {
    for (const [name, input] of [
      ["crypto.verify_post", encodePost([{}], { types: [] })],
      ["crypto.verify_aggregate_seals", encodeAggregate([])],
      ["crypto.verify_replica_update", encodeUpdate({ updateType: 9 })],
    ] as const) {
      const result = runHandler(crypto[name], { args: [input], proofs: acceptProofs });
      expect(result.outcome).toBe(1);
      expect(result.charges).toHaveLength(1);
    }
  });
});

describe("crypto.verify_post on calibnet", () => {
  const seen: number[] = [];
  const proofs = {
    ...says("valid"),
    verifyWindowPost: ({ postType }: { readonly postType: number }): Verdict => {
      seen.push(postType);
      return "valid";
    },
  };

  test.each([
    ["V1P1 as V1, up to epoch 498,691", 20, 314_159, 498_691, 13, 8],
    ["V1P1 later", 20, 314_159, 498_692, 13, 13],
    ["V1P1 elsewhere", 20, 314, 100, 13, 13],
    ["another size", 20, 314_159, 100, 14, 14],
    ["V1P1 in later network versions", 21, 314_159, 100, 13, 13],
  ])("%s", (_case, nv, chainId, epoch, type, expected) => {
    const input = encodePost([{ sealType: type === 14 ? 9 : 8 }], { types: [type] });
    seen.length = 0;
    runHandler(crypto["crypto.verify_post"], { nv, chainId, epoch, args: [input], proofs });
    expect(seen).toEqual([expected]);
  });
});

describe("crypto.batch_verify_seals", () => {
  const handler = crypto["crypto.batch_verify_seals"];
  const batch = encodeSeals({}, { ticket: new Uint8Array(3) }, { sealType: 99 }, {});

  test.each([
    [17, undefined],
    [18, 2_000_000],
    [24, 2_000_000],
    [25, 42_000_000_000],
  ])("charges in network version %i", (nv, price) => {
    const { charges } = runHandler(handler, { nv, gasLimit: 1e12, args: [batch, 4], proofs: acceptProofs });
    expect(charges).toEqual(price === undefined ? [] : new Array(4).fill(["OnVerifySeal", price]));
  });

  test("gives a byte for each seal, 0 for malformed ones", () => {
    const proofs = says("malformed");
    expect(runHandler(handler, { args: [batch, 100], proofs }).answer).toBe("00000000");
    expect(runHandler(handler, { args: [batch, 4], proofs: acceptProofs }).answer).toBe("01000001");
  });

  test("needs room for all results before it charges", () => {
    expect(runHandler(handler, { args: [batch, 3] })).toMatchObject({ outcome: 1, charges: [] });
    expect(runHandler(handler, { args: [encodeSeals(), 0] })).toMatchObject({ outcome: "ok", answer: "" });
  });

  test("pays for all before it verifies any", () => {
    let verified = 0;
    const proofs = {
      ...says("valid"),
      verifySeal: (): Verdict => {
        verified++;
        return "valid";
      },
    };
    const result = runHandler(handler, { args: [batch, 4], gasLimit: 100_000_000, proofs });
    expect(result.outcome).toBe("out of gas");
    expect(result.charges).toHaveLength(3);
    expect(verified).toBe(0);
  });
});

test.each([
  ["valid", "ok", 0],
  ["invalid", "ok", NO],
  ["malformed", 1, undefined],
] as const)("crypto.verify_seal, network version 17: %s", (verdict, outcome, answer) => {
  const input = writeSeal(new CborWriter()).finish();
  const result = runHandler(crypto["crypto.verify_seal"], { nv: 17, args: [input], proofs: says(verdict) });
  expect(result).toMatchObject({ outcome, answer, charges: [["OnVerifySeal", 2_000_000]] });
});

describe("crypto.compute_unsealed_sector_cid", () => {
  const handler = crypto["crypto.compute_unsealed_sector_cid"];
  const none = new CborWriter().array(0).finish();
  const one = new CborWriter()
    .array(1)
    .array(2)
    .u64(2048)
    .cid(unsealedCid(filled(5)))
    .finish();

  test.each([
    [17, 9, "ok"],
    [17, 10, 1],
    [20, 14, "ok"],
    [20, 15, 1],
    [28, 19, "ok"],
    [28, 20, 1],
    [28, -1, 1],
    [28, 2n ** 62n, 1],
  ] as const)("network version %i, type %s", (nv, type, outcome) => {
    const charges = outcome === "ok" ? [["OnComputeUnsealedSectorCid", 98_647_000]] : [];
    expect(runHandler(handler, { nv, args: [type, none, 39] })).toMatchObject({ outcome, charges });
  });

  test("gives a CID", () => {
    const result = runHandler(handler, { args: [0, one, 39] });
    expect(result.answer).toBe(`0181e203922020${"05".repeat(32)}`);
  });

  test("pieces that do not fit are refused after the charge, broken CBOR before", () => {
    const large = new CborWriter().array(1).array(2).u64(4096).cid(unsealedCid()).finish();
    const charges = [["OnComputeUnsealedSectorCid", 98_647_000]];
    expect(runHandler(handler, { args: [0, large, 39] })).toMatchObject({ outcome: 1, charges });
    expect(runHandler(handler, { args: [0, broken, 39] })).toMatchObject({ outcome: 1, charges: [] });
  });
});

describe("crypto.verify_consensus_fault", () => {
  const handler = crypto["crypto.verify_consensus_fault"];
  const args = [new Uint8Array([1]), new Uint8Array([2]), new Uint8Array()];

  test("packs the fault", () => {
    const externs = { verifyConsensusFault: () => ({ target: 2n ** 60n, epoch: -2, type: 3 as const }) };
    const result = runHandler(handler, { args, externs });
    expect(result.answer).toBe("feffffffffffffff" + "0000000000000010" + "03000000");
    expect(result.charges).toEqual([["OnVerifyConsensusFault", 516_422_000]]);
  });

  test("gives zeros if there is none", () => {
    const externs = { verifyConsensusFault: () => undefined };
    expect(runHandler(handler, { nv: 16, args, externs }).answer).toBe("00".repeat(20));
  });

  test("hands the headers on", () => {
    const externs = {
      verifyConsensusFault: (...headers: Uint8Array[]) => {
        expect(headers).toEqual(args);
        return undefined;
      },
    };
    expect(runHandler(handler, { args, externs }).outcome).toBe("ok");
  });
});

describe("crypto.verify_signature, network versions 16 and 17", () => {
  const handler = crypto["crypto.verify_signature"];
  const account = "\x01account" as Cid;
  const f1 = `\x01${"\x07".repeat(20)}` as Address;
  const f3 = `\x03${"\x07".repeat(48)}` as Address;
  const text = new Uint8Array(10);
  const state = (address: Address) => new CborWriter().array(1).latin1(address).finish();
  const actors = (code: Cid, block: Uint8Array) => ({
    resolveAddress: (address: Address) => (address === idAddress(5) ? 5 : undefined),
    getRootActor: () => ({ code, state: account, nonce: 0, balance: 0n }),
    getBlock: () => block,
  });
  const verify = (type: number, signature: Uint8Array, signer: Address, calls = {}) =>
    runHandler(handler, {
      nv: 17,
      args: [type, signature, latin1Bytes(signer), text],
      calls,
      accountCode: account,
    });

  test.each([
    ["unknown type", 0, f1, 1, []],
    ["unknown type", 3, f1, 1, []],
    ["an f4 address", 1, "\x04\x0a\x01" as Address, 1, []],
    ["another type's key", 1, f3, "ok", [["OnVerifySignature", 1_637_292_000]]],
    ["a signature of another length", 2, f3, "ok", [["OnVerifySignature", 16_598_605_000]]],
    ["an unknown actor", 1, idAddress(6), 6, [["OnVerifySignature", 1_637_292_000]]],
  ] as const)("%s", (_case, type, signer, outcome, charges) => {
    const result = verify(type, new Uint8Array(65), signer, actors(account, state(f1)));
    expect(result).toMatchObject({ outcome, charges });
    if (outcome === "ok") expect(result.answer).toBe(NO);
  });

  test("an account's state is opened and paid for", () => {
    // The key is an f3 one, so the secp256k1 signature cannot be its.
    const result = verify(1, new Uint8Array(65), idAddress(5), actors(account, state(f3)));
    expect(result).toMatchObject({
      outcome: "ok",
      answer: NO,
      charges: [
        ["OnVerifySignature", 1_637_292_000],
        ["OnBlockOpenBase", 135_617_000],
        ["OnBlockOpenPerByte", 10_500 * 52],
      ],
    });
  });

  test("an actor that is no account is refused before its state is opened", () => {
    const result = verify(1, new Uint8Array(65), idAddress(5), actors(sealedCid(), state(f1)));
    expect(result.outcome).toBe(1);
    expect(result.charges).toHaveLength(1);
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["no address in it", new Uint8Array([0x81, 0x41, 0])],
    ["another length", new Uint8Array([0x80])],
  ])("an account with a state of %s is a broken state", (_case, block) => {
    expect(() => verify(1, new Uint8Array(65), idAddress(5), actors(account, block))).toThrow(FvmError);
  });
});
