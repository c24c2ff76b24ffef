/**
 * Bundles that are changed at random: none crashes the verifier, and none says anything that is not so. FVM_MUTATIONS says
 * how many; 100,000 take some minutes.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import type { Cid } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { FvmError } from "../../src/errors.js";
import type { FinalityState } from "../../src/finality/verify.js";
import { readCar } from "../../src/ipld/car/car.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { encodeCbor } from "../../src/ipld/cbor.js";
import { native } from "../../src/native/index.js";
import { decodeBundle } from "../../src/proofs/bundle.js";
import { claimCodec } from "../../src/proofs/claims.js";
import { proveClaims } from "../../src/proofs/prove.js";
import { verifyBundle } from "../../src/proofs/verify-bundle.js";
import { concatBytes, hex } from "../../src/util/bytes.js";
import { devnetVersions, makeDevnet } from "../support/devnet.js";
import { TestSigners } from "../support/finality.js";
import { skipLoudly } from "../support/skip.js";
import { randomNumbers } from "../support/test-data.js";

const MUTATIONS = Number(process.env.FVM_MUTATIONS ?? 3_000);
const isDevnet = devnetVersions([28]).length > 0;
if (!isDevnet) skipLoudly("changed bundles: the builtin actors are not on this machine");

type Random = (below: number) => number;

/** Bytes changed in one of the ways in which files break, or are broken. */
function changed(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length + 1);
  const copy = bytes.slice();
  switch (random(5)) {
    case 0:
      copy[at % bytes.length] = random(256);
      return copy;
    case 1:
      copy[at % bytes.length] = (copy[at % bytes.length] as number) ^ (1 << random(8));
      return copy;
    case 2:
      return copy.subarray(0, at);
    case 3:
      return concatBytes(copy.subarray(0, at), copy.subarray(Math.min(bytes.length, at + 1 + random(40))));
    default:
      return concatBytes(
        copy.subarray(0, at),
        bytes.subarray(random(bytes.length)).subarray(0, 60),
        copy.subarray(at),
      );
  }
}

/** As `changed`, within one block, whose CID and, of the claims, the root follow. */
function rehashed(bytes: Uint8Array, random: Random): Uint8Array {
  const { blocks } = readCar(bytes);
  const place = random(3) === 0 ? 0 : random(blocks.length);
  const made = blocks.map((block, i) => {
    if (i !== place) return block;
    const data = changed(block.data, random);
    return { cid: native.cidOf(DAG_CBOR, data), data };
  });
  return writeCar({ roots: [made[0]?.cid as Cid], blocks: made });
}

describe.skipIf(!isDevnet)("changed bundles", () => {
  let bytes: Uint8Array;
  let trusted: FinalityState;
  let known: ReadonlySet<string>;

  beforeAll(async () => {
    const devnet = await makeDevnet();
    const tipsets = [devnet.head];
    for (let i = 0; i < 4; i++) tipsets.push(await devnet.mine());
    const signers = new TestSigners(3);
    trusted = signers.state;
    const certificates = [signers.certify(tipsets.slice(1))];
    const epoch = devnet.head.epoch;
    const { address } = devnet.accounts[0] as { address: ReturnType<typeof idAddress> };
    bytes = await proveClaims({ blockstore: devnet.blockstore, trusted, certificates }, [
      { kind: "actor", epoch, address: idAddress(1) },
      { kind: "actor", epoch, address },
    ]);
    known = new Set(decodeBundle(bytes).claims.map((claim) => hex(encodeCbor(claimCodec, claim))));
  });

  test(`${MUTATIONS} of them`, async () => {
    const random = randomNumbers(20);
    let refused = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const mutant = random(2) === 0 ? changed(bytes, random) : rehashed(bytes, random);
      try {
        const { isValid, claims } = await verifyBundle(mutant, trusted);
        const isTrue = claims.every(({ claim }) => known.has(hex(encodeCbor(claimCodec, claim))));
        expect(!isValid || isTrue, `mutation ${i}`).toBe(true);
        if (!isValid) refused++;
      } catch (error) {
        if (!(error instanceof FvmError)) throw new Error(`mutation ${i}`, { cause: error });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0.9 * MUTATIONS);
  }, 1_200_000);
});
