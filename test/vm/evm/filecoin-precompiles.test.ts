/** Precompiled contracts by which the EVM reaches the rest of Filecoin. */
import { encode } from "@ipld/dag-cbor";
import { concatBytes } from "@noble/hashes/utils.js";
import { beforeAll, describe, expect, test } from "vitest";
import { addressBytes } from "../../../src/address/address.js";
import { decodeAbi, toBigInt, word } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { EPOCH } from "../../support/evm/evm-chain.js";
import { textHash } from "../../support/evm/hash.js";
import {
  type EvmNetwork,
  onEachVersion,
  versionsBefore,
  versionsFrom,
} from "../../support/evm/on-each-version.js";
import type { EvmOutcome } from "../../support/evm/outcome.js";
import {
  FAILURE,
  filecoinPrecompile,
  NOTHING,
  precompileRunner,
  success,
} from "../../support/evm/precompile.js";
import { contract } from "../../support/evm/solidity.js";
import { secpKey } from "../../support/keys.js";

const precompilesContract = contract("precompiles.sol", "Precompiles");
const nativeContract = contract("calls.sol", "Native");
const [RESOLVE, LOOKUP, CALL, CALL_ID, RANDOMNESS] = [1, 2, 3, 5, 6].map(filecoinPrecompile) as [
  string,
  string,
  string,
  string,
  string,
];
const CBOR = 0x51n;
const READ_ONLY = 1n;
const READ_ONLY_EXIT = 25n;
const OUT_OF_GAS = 7;
const RANDOMNESS_SINCE = 24;
const METHOD = 5000n;

/** A byte string after its length, filled up to words. */
const tail = (bytes: Uint8Array) =>
  concatBytes(word(BigInt(bytes.length)), bytes, new Uint8Array(-bytes.length & 31));
/** Head of a call: method, value, flags, codec, place of the parameters. */
const head = (method: bigint, value: bigint, flags: bigint, codec: bigint) =>
  concatBytes(...[method, value, flags, codec, 192n].map(word));
const HEAD_BYTES = 192;

/** Parameters of `call_actor_id`. */
const callId = (id: number, method: bigint, params: Uint8Array, { value = 0n, flags = 0n } = {}) =>
  concatBytes(head(method, value, flags, params.length > 0 ? CBOR : 0n), word(BigInt(id)), tail(params));
/** Parameters of `call_actor`. */
const callAddress = (to: Uint8Array, method: bigint, params: Uint8Array) => {
  const at = BigInt(HEAD_BYTES + tail(params).length);
  return concatBytes(head(method, 0n, 0n, CBOR), word(at), tail(params), tail(to));
};

onEachVersion((net) => {
  let precompiles: DeployedContract;
  let native: DeployedContract;
  beforeAll(async () => {
    precompiles = await net.chain().deploy(precompilesContract);
    native = await net.chain().deploy(nativeContract);
  });
  const run = precompileRunner(net);
  const delegated = async (address: string, input: Uint8Array) => {
    const signature = "runDelegated(address,bytes) returns (bool,bytes)";
    const [ok, output] = await precompiles.get(signature, address, input);
    return ok === true ? decodeAbi(["int256", "uint64", "bytes"], output as Uint8Array) : [];
  };
  const idOf = (eth: string) => toBigInt(Buffer.from(eth.slice(4), "hex"));

  test("addresses and IDs", async () => {
    const { alice } = net.chain();
    const id = idOf(alice.eth);
    expect(await run(RESOLVE, addressBytes(alice.address))).toEqual(success(word(id)));
    expect(await run(RESOLVE, addressBytes(precompiles.address))).toEqual(
      success(word(BigInt(precompiles.id))),
    );
    expect(await run(RESOLVE, secpKey(99).address)).toEqual(NOTHING);
    expect(await run(RESOLVE, Uint8Array.of(9, 9))).toEqual(FAILURE);
    expect(await run(LOOKUP, word(BigInt(precompiles.id)))).toEqual(
      success(addressBytes(precompiles.address)),
    );
    expect(await run(LOOKUP, word(id))).toEqual(NOTHING);
    expect(await run(LOOKUP, word(2n ** 64n))).toEqual(FAILURE);
  });

  describe("calls of actors", () => {
    const params = encode({ some: ["data", 1] });

    test("by ID", async () => {
      expect(await delegated(CALL_ID, callId(native.id, METHOD, params))).toEqual([0n, CBOR, params]);
    });
    test("by address", async () => {
      const input = callAddress(addressBytes(native.address), METHOD, params);
      expect(await delegated(CALL, input)).toEqual([0n, CBOR, params]);
    });
    test("that fail: the exit code", async () => {
      expect(await delegated(CALL_ID, callId(native.id, 7777n, params))).toEqual([42n, CBOR, params]);
    });
    test("of nobody: the error number", async () => {
      const notFound = 6n;
      expect(await delegated(CALL_ID, callId(10 ** 9, METHOD, params))).toEqual([
        -notFound,
        0n,
        new Uint8Array(),
      ]);
    });
    test("that transfer", async () => {
      const { alice } = net.chain();
      await net.chain().send(precompiles.address, { value: 10n });
      const before = await net.chain().balance(alice.address);
      const input = callId(Number(idOf(alice.eth)), 0n, new Uint8Array(), { value: 10n });
      expect(await delegated(CALL_ID, input)).toEqual([0n, 0n, new Uint8Array()]);
      expect(await net.chain().balance(alice.address)).toBe(before + 10n);
    });
    test("that may not emit the event they want to", async () => {
      const input = callId(native.id, METHOD, params, { flags: READ_ONLY });
      expect(await delegated(CALL_ID, input)).toEqual([READ_ONLY_EXIT, 0n, new Uint8Array()]);
    });
    test("are refused unless delegated", async () => {
      expect(await run(CALL_ID, callId(native.id, METHOD, params))).toEqual(FAILURE);
    });
    test("of low methods are refused", async () => {
      expect(await delegated(CALL_ID, callId(native.id, 1023n, params))).toEqual([]);
    });
  });
});

describe("randomness of the beacon", () => {
  const ask = async (net: EvmNetwork, epoch: number) => {
    const precompiles = await net.chain().deploy(precompilesContract);
    const input = word(BigInt(epoch));
    return precompiles.outcome("run(address,bytes) returns (bool,bytes)", RANDOMNESS, input);
  };
  const answer = ({ output }: EvmOutcome) => decodeAbi(["bool", "bytes"], output);

  onEachVersion((net) => {
    test("of an epoch before", async () => {
      const epoch = EPOCH - 5;
      expect(answer(await ask(net, epoch))).toEqual([true, textHash(`beacon:${epoch}`)]);
    });
    // Looking back -5 epochs is looking back 2^64 - 5, which no gas pays for.
    test("of an epoch to come", async () => {
      expect((await ask(net, EPOCH + 5)).exitCode).toBe(OUT_OF_GAS);
    });
  }, versionsFrom(RANDOMNESS_SINCE));

  onEachVersion((net) => {
    test("is not there yet", async () =>
      expect(answer(await ask(net, EPOCH - 5))).toEqual([true, new Uint8Array()]));
  }, versionsBefore(RANDOMNESS_SINCE));
});
