/** Addresses on Filecoin, as contracts find them. Each line of docs/ethereum.md about it is read by a contract. */

import { decode } from "@ipld/dag-cbor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportedMethodNumber } from "../../../../src/builtin/frc42.js";
import { decodeAbi, fromHex, toHex, word } from "../../../support/evm/abi.js";
import { hasChain, masked, NOBODY, OTHER, Probe, ZEROS } from "../../../support/evm/probe.js";

/** Keccak-256 of nothing, and of the byte 0xfe. */
const HASH_OF_NOTHING = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
const HASH_OF_INVALID = "0xbcc90f2d6dada5b18e155c17a1c0a55920aae94f39857d39d0d8ed07ae8f228b";
const CBOR = 0x51n;
const precompile = (number: number, prefix = "00") => `0x${prefix}${number.toString(16).padStart(38, "0")}`;

describe.runIf(hasChain("addresses of contracts on Filecoin"))("addresses", () => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await Probe.start();
  });
  afterAll(() => probe?.[Symbol.asyncDispose]());
  const sizeOf = async (who: string) => {
    const [size, hash, code] = await probe.read("sizeOf(address) returns (uint256,bytes32,bytes)", who);
    return [size, hash, toHex(code as Uint8Array)];
  };

  test("native actors look like one invalid byte of code; accounts like none", async () => {
    for (const id of [1, 5, 10]) expect(await sizeOf(masked(id))).toEqual([1n, HASH_OF_INVALID, "0xfe"]);
    for (const who of [OTHER, precompile(2), masked(99)])
      expect(await sizeOf(who)).toEqual([0n, HASH_OF_NOTHING, "0x"]);
    for (const who of [NOBODY, masked(999_999)]) expect(await sizeOf(who)).toEqual([0n, ZEROS, "0x"]);
  });

  test("an account of another kind sends as its masked ID", async () => {
    const id = await probe.ask("Filecoin.StateLookupID", probe.node.accounts.filecoin[0]?.address, null);
    const sender = masked(Number(id.slice(2)));
    await probe.ask("hardhat_impersonateAccount", sender);
    expect(await probe.look({ from: sender })).toMatchObject({ sender, origin: sender });
  });

  test("calls to native actors fail, those to accounts succeed", async () => {
    const call = "callTo(address,bytes) returns (bool,bytes)";
    const nothing = new Uint8Array();
    expect(await probe.read(call, masked(5), nothing)).toEqual([false, nothing]);
    for (const who of [OTHER, NOBODY, masked(99), masked(999_999)])
      expect(await probe.read(call, who, nothing)).toEqual([true, nothing]);
    expect(await probe.read("delegateTo(address,bytes) returns (bool,bytes)", masked(5), nothing)).toEqual([
      false,
      nothing,
    ]);
  });

  test("precompiled contracts: none at 0x0a; Filecoin's at 0xfe…", async () => {
    const call = "staticTo(address,bytes) returns (bool,bytes)";
    const data = new Uint8Array(192);
    expect(await probe.read(call, precompile(0x0a), data)).toEqual([true, new Uint8Array()]);
    const [, ripemd] = await probe.read(call, precompile(3), data);
    expect(ripemd).toHaveLength(32);
    // lookup_delegated_address: the f410 address of the ID, 22 bytes.
    const [isThere, address] = await probe.read(
      call,
      precompile(2, "fe"),
      Buffer.concat([
        new Uint8Array(24),
        fromHex(`0x${(await idOf(probe.address)).toString(16).padStart(16, "0")}`),
      ]),
    );
    expect([isThere, toHex(address as Uint8Array)]).toEqual([true, `0x040a${probe.address.slice(2)}`]);
    // call_actor may be called by delegatecall only.
    expect((await probe.read(call, precompile(3, "fe"), data))[0]).toBe(false);
  });

  async function idOf(address: string): Promise<number> {
    const filecoin = await probe.ask("Filecoin.EthAddressToFilecoinAddress", address);
    return Number((await probe.ask("Filecoin.StateLookupID", filecoin, null)).slice(2));
  }

  test("call_actor_id, by delegatecall, asks a native actor: the name of datacap's token", async () => {
    // Method, value, read-only, codec, place of the parameters, ID; no parameters.
    const words = [exportedMethodNumber("Name"), 0, 1, 0, 192, 7, 0].map((number) => word(BigInt(number)));
    const input = Buffer.concat(words);
    const signature = "delegateTo(address,bytes) returns (bool,bytes)";
    const [ok, answer] = await probe.read(signature, precompile(5, "fe"), input);
    expect(ok).toBe(true);
    const [exitCode, codec, data] = decodeAbi(["int256", "uint64", "bytes"], answer as Uint8Array);
    expect([exitCode, codec, decode(data as Uint8Array)]).toEqual([0n, CBOR, "DataCap"]);
    const { gasUsed } = await probe.write("delegateTo(address,bytes)", [precompile(5, "fe"), input]);
    // Millions, for all of the message.
    expect(Math.round(Number(gasUsed) / 1e5) / 10).toBe(4.1);
  });

  test("creation: Ethereum's addresses", async () => {
    // The first contract of the first account of everybody's phrase.
    expect(probe.address).toBe("0x5fbdb2315678afecb367f032d93f642f64180aa3");
    expect(await probe.ask("eth_getTransactionCount", probe.address, "latest")).toBe("0x1");
  });
});
