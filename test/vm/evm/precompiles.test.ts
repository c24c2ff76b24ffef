/** Ethereum's precompiled contracts for signatures and hashes, against other implementations. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { keccak, toBigInt, toHex, word } from "../../support/evm/abi.js";
import { lastTwenty } from "../../support/evm/eth-address.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { FAILURE, NOTHING, precompileRunner, success } from "../../support/evm/precompile.js";
import { randomBytes } from "../../support/evm/random-bytes.js";
import { contract } from "../../support/evm/solidity.js";

const precompilesContract = contract("precompiles.sol", "Precompiles");

onEachVersion((net) => {
  const run = precompileRunner(net);

  describe("ecrecover", () => {
    const secret = new Uint8Array(32).fill(5);
    const signer = lastTwenty(keccak(secp256k1.getPublicKey(secret, false).slice(1)));
    const digest = keccak("signed");
    const [recovery = 0, ...rs] = secp256k1.sign(digest, secret, { prehash: false, format: "recovered" });
    const [r, s] = [Uint8Array.from(rs.slice(0, 32)), Uint8Array.from(rs.slice(32))];
    const v = BigInt(27 + recovery);
    const order = secp256k1.Point.Fn.ORDER;

    test("of a signature", async () => {
      expect(await run(1, concatBytes(digest, word(v), r, s))).toEqual(success(word(signer)));
      const recovered = "recover(bytes32,uint8,bytes32,bytes32) returns (address)";
      const solidity = await net.chain().deploy(precompilesContract);
      expect(await solidity.get(recovered, toHex(digest), v, toHex(r), toHex(s))).toEqual([signer]);
    });
    test("s in the upper half", async () => {
      const mirrored = concatBytes(digest, word(55n - v), r, word(order - toBigInt(s)));
      expect(await run(1, mirrored)).toEqual(success(word(signer)));
    });
    test.each([
      ["v is 26", [digest, word(26n), r, s]],
      ["v is 29", [digest, word(29n), r, s]],
      ["v beyond a byte", [digest, word(v + 256n), r, s]],
      ["r is 0", [digest, word(v), word(0n), s]],
      ["s is the order", [digest, word(v), r, word(order)]],
      ["r is no x of a point", [digest, word(v), word(5n), s]],
      ["nothing", []],
    ])("%s: no answer", async (_, input) => {
      expect(await run(1, concatBytes(...input))).toEqual(NOTHING);
    });
  });

  describe.each([0, 1, 55, 64, 119, 1000])("hashes of %i bytes", (length) => {
    const data = randomBytes(length);
    test("sha256", async () => expect(await run(2, data)).toEqual(success(sha256(data))));
    test("ripemd160", async () => expect(await run(3, data)).toEqual(success(word(toHex(ripemd160(data))))));
    test("identity", async () => expect(await run(4, data)).toEqual(success(data)));
    test("by Solidity's names", async () => {
      const solidity = await net.chain().deploy(precompilesContract);
      const hashed = await solidity.get("hashes(bytes) returns (bytes32,bytes20,bytes32)", data);
      expect(hashed).toEqual([toHex(sha256(data)), toHex(ripemd160(data)), toHex(keccak(data))]);
    });
  });

  describe("blake2f", () => {
    const ROUNDS = Uint8Array.of(0, 0, 0, 12);
    /** The chaining value of blake2b-512 (RFC 7693): the fractions of the roots of primes, of sha512. */
    const initial = hexToBytes(
      "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5" +
        "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b",
    );
    const block = (text: string) => {
      const data = new TextEncoder().encode(text);
      return { message: concatBytes(data, new Uint8Array(128 - data.length)), length: data.length };
    };
    const counter = (length: number) => concatBytes(Uint8Array.of(length), new Uint8Array(15));

    test.each(["", "abc", "x".repeat(128)])("blake2b-512 of %j", async (text) => {
      const { message, length } = block(text);
      const input = concatBytes(ROUNDS, initial, message, counter(length), Uint8Array.of(1));
      expect(await run(9, input)).toEqual(success(blake2b(new TextEncoder().encode(text))));
    });
    test("two blocks", async () => {
      const first = concatBytes(
        ROUNDS,
        initial,
        block("y".repeat(128)).message,
        counter(128),
        Uint8Array.of(0),
      );
      const chained = hexToBytes((await run(9, first))[1].slice(2));
      const second = concatBytes(ROUNDS, chained, block("z").message, counter(129), Uint8Array.of(1));
      expect(await run(9, second)).toEqual(success(blake2b(new TextEncoder().encode(`${"y".repeat(128)}z`))));
    });
    test.each([
      ["too short", new Uint8Array(212)],
      ["too long", new Uint8Array(214)],
      ["no flag", new Uint8Array(213).fill(2, 212)],
    ])("%s: fails", async (_, input) => {
      expect(await run(9, input)).toEqual(FAILURE);
    });
  });

  test("numbers that mean nothing (yet) are empty accounts", async () => {
    expect(await run(0xff, randomBytes(10))).toEqual(NOTHING);
  });
});
