import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { formatAddress } from "../../../src/address/text.js";
import { filecoinToEth } from "../../../src/builtin/evm/index.js";
import { keysOf } from "../../../src/node/dev/accounts.js";
import { deriveKey, type ParentKey } from "../../../src/node/dev/key-derivation.js";
import { TEST_MNEMONIC } from "../../../src/node/dev/test-mnemonic.js";

/** The first key of a seed, as BIP-32's own vectors begin. */
function masterOf(seed: string): ParentKey {
  const digest = createHmac("sha512", "Bitcoin seed").update(Buffer.from(seed, "hex")).digest();
  return { secret: digest.subarray(0, 32), chainCode: digest.subarray(32) };
}

describe("keys of a mnemonic", () => {
  test("are those of all development nodes", () => {
    const { eth, filecoin } = keysOf(TEST_MNEMONIC, 3);
    expect(eth.map(({ address }) => filecoinToEth(address))).toEqual([
      "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
      "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
      "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
    ]);
    expect(Buffer.from(eth[0]?.secret() ?? []).toString("hex")).toBe(
      "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    );
    expect(filecoin.map(({ address }) => formatAddress(address).slice(0, 2))).toEqual(["f1", "f1", "f1"]);
  });

  // https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki, test vectors 1 and 3; secrets out of the xprv.
  test.each([
    [
      "000102030405060708090a0b0c0d0e0f",
      "m/0'",
      "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea",
    ],
    [
      "000102030405060708090a0b0c0d0e0f",
      "m/0'/1",
      "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368",
    ],
    [
      "000102030405060708090a0b0c0d0e0f",
      "m/0'/1/2'/2/1000000000",
      "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8",
    ],
    [
      // Its key begins with a zero byte.
      "4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be",
      "m",
      "00ddb80b067e0d4993197fe10f2657a844a384589847602d56f0c629c81aae32",
    ],
    [
      "4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be",
      "m/0'",
      "491f7a2eebc7b57028e0d3faa0acda02e75c33b03c48fb288c41e2ea44e1daef",
    ],
  ])("%s %s", (seed, path, secret) => {
    expect(Buffer.from(deriveKey(masterOf(seed), path).secret).toString("hex")).toBe(secret);
  });

  test.each(["", "44'/60'", "m/", "m/x", "m/1''"])("%j is no path", (path) => {
    expect(() => deriveKey(masterOf("00"), path)).toThrow("INVALID_OPTION");
  });
});
