/** Input at the package's entries, from callers that TypeScript does not check. */
import { runInNewContext } from "node:vm";
import { encode } from "@ipld/dag-cbor";
import { describe, expect, test } from "vitest";
import * as fvm from "../../src/index.js";
import { keyAddress, plainMessage, plainNetwork, plainNode } from "../support/plain-network.js";

const [alice, bob] = [keyAddress(1), keyAddress(2)];
const { store, stateRoot } = await plainNetwork([alice, bob]);
const options = { network: 28, stateRoot, blockstore: store, epoch: 1 };
const good = plainMessage({ from: alice, to: bob, value: 1n });
const tipset: fvm.Tipset = {
  ...{ epoch: 10, parentEpoch: 9, timestamp: 300, baseFee: 0n },
  blocks: [{ miner: fvm.idAddress(1000), winCount: 1, messages: [{ message: good, rawLength: 100 }] }],
};
const foreignBytes = (...bytes: number[]) => runInNewContext(`Uint8Array.of(${bytes})`) as Uint8Array;

/** Strings and other things that are no addresses, though some look like one. */
const noAddresses: Readonly<Record<string, unknown>> = {
  "an empty string": "",
  undefined: undefined,
  null: null,
  "its bytes": fvm.addressBytes(bob),
  "its text": fvm.formatAddress(bob),
  "an Ethereum address": `0x${"ab".repeat(20)}`,
  "f0 without an ID": "\0",
  "f0 cut off": "\0\x80",
  "f0 that is not minimal": "\0\xe4\0",
  "f0 above 64 bits": `\0${"\xff".repeat(9)}\x02`,
  "f0 of 11 bytes": `\0${"\xff".repeat(10)}\x01`,
  "f0 with a rest": "\0\x05\x05",
  "f1 cut off": bob.slice(0, 12),
  "f1 too long": `${bob}x`,
  "f1 that is not latin1": `\x01${"\u0142".repeat(20)}`,
  "f2 cut off": "\x02abc",
  "f3 cut off": `\x03${"a".repeat(20)}`,
  "f4 without a namespace": "\x04",
  "f4 with a namespace that is not minimal": "\x04\x8a\0abc",
  "f4 too long": `\x04\x0a${"a".repeat(55)}`,
  "f4 that is not latin1": "\x04\x0a\u0142",
  "protocol 5": "\x05abc",
  "an object with toString": { toString: () => bob },
  "a String object": Object(bob),
};

const noCids: Readonly<Record<string, unknown>> = {
  "its text": fvm.cidText(stateRoot),
  "its bytes": fvm.cidBytes(stateRoot),
  "cut off": stateRoot.slice(0, -1),
  "too long": `${stateRoot}x`,
  "an empty string": "",
  null: null,
};

async function failure(act: () => unknown): Promise<{ code?: string; details?: unknown; name: string }> {
  try {
    await act();
  } catch (error) {
    return error as Error;
  }
  return { name: "no error" };
}

const machine = await fvm.Machine.create(options);
/** Runs on one machine: what is refused leaves nothing. */
const execute = (fields: object) => machine.execute({ ...good, ...fields });

describe("a message's fields", () => {
  test.each(
    ["to", "from"].flatMap((field) =>
      Object.entries(noAddresses).map(([name, value]) => ({ field, name, value })),
    ),
  )("$field: $name", async ({ field, value }) => {
    expect(await failure(() => execute({ [field]: value }))).toMatchObject({
      name: "FvmError",
      code: "INVALID_MESSAGE",
      details: { field },
    });
  });

  test.each<[string, unknown]>([
    ["version", -1],
    ["version", -(2n ** 63n) - 1n],
    ["version", 2n ** 64n],
    ["version", "0"],
    ["nonce", -1],
    ["nonce", 0.5],
    ["nonce", 2n ** 64n],
    ["nonce", 2 ** 53],
    ["nonce", "1"],
    ["value", 1],
    ["value", null],
    ["value", 2n ** 1016n],
    ["value", -(2n ** 1016n)],
    ["gasLimit", 0],
    ["gasLimit", -1],
    ["gasLimit", 2n ** 63n],
    ["gasLimit", Number.NaN],
    ["gasFeeCap", 1],
    ["gasPremium", undefined],
    ["method", -1n],
    ["method", 2n ** 64n],
    ["params", "00"],
    ["params", [1, 2]],
    ["params", null],
  ])("%s: %s", async (field, value) => {
    const error = await failure(() => execute({ [field]: value }));
    expect(error).toMatchObject({ name: "FvmError", code: "INVALID_MESSAGE", details: { field } });
  });

  test.each([undefined, null, 5, "message", []])("no object at all: %o", async (message) => {
    const error = await failure(() => machine.execute(message as unknown as fvm.Message));
    expect(error).toMatchObject({ name: "FvmError", code: "INVALID_MESSAGE" });
  });

  test("none of that changed anything", async () => {
    expect(await machine.flush()).toBe(stateRoot);
  });

  test("are read once, so that they cannot change between check and use", async () => {
    let reads = 0;
    const shifty = Object.defineProperty({ ...good }, "to", {
      enumerable: true,
      get: () => (reads++ === 0 ? bob : "\x01"),
    });
    const here = await fvm.Machine.create(options);
    expect(await here.execute(shifty)).toMatchObject({ receipt: { exitCode: 0 } });
    expect(reads).toBe(1);
    here.close();
  });

  test("parameters may be bytes of any kind and realm", async () => {
    for (const params of [foreignBytes(1, 2), Uint8Array.of(1, 2).buffer, Buffer.from([1, 2])]) {
      const here = await fvm.Machine.create(options);
      const sent = { ...good, params: params as Uint8Array };
      expect(await here.execute(sent)).toMatchObject({ receipt: { exitCode: 0 } });
      expect(Buffer.from(fvm.encodeMessage(sent))).toEqual(
        Buffer.from(fvm.encodeMessage({ ...good, params: Uint8Array.of(1, 2) })),
      );
      here.close();
    }
  });

  test("f4 addresses and negative versions, by network version", async () => {
    const old = networkRules(17);
    expect(() => fvm.decodeMessage(encoded({ version: -1 }), old)).not.toThrow();
    for (const version of [18, 28]) {
      expect(() => fvm.decodeMessage(encoded({ version: -1 }), networkRules(version))).toThrow(
        "INVALID_MESSAGE",
      );
    }
    expect(() => fvm.decodeMessage(encoded({ version: -1 }))).toThrow("INVALID_MESSAGE");
    expect(fvm.decodeMessage(encoded({ version: 2n ** 64n - 1n })).version).toBe(2n ** 64n - 1n);
    expect(() => fvm.decodeMessage(encoded({ version: 2n ** 64n - 1n }), old)).toThrow("INVALID_MESSAGE");
    const ethereum = fvm.delegatedAddress(10, new Uint8Array(20));
    expect(fvm.decodeMessage(encoded({ to: ethereum })).to).toBe(ethereum);
    expect(() => fvm.decodeMessage(encoded({ to: ethereum }), old)).toThrow("INVALID_MESSAGE");
  });

  test("a version counts as it is where it may be any", async () => {
    const here = await fvm.Machine.create(options);
    expect(await here.execute({ ...good, version: 7 })).toMatchObject({ receipt: { exitCode: 0 } });
    here.close();
  });
});

const networkRules = (version: number) => fvm.networkVersion(version);

/** A message's CBOR, written by another library. */
function encoded(fields: { readonly version?: number | bigint; readonly to?: fvm.Address }): Uint8Array {
  const { version = 0, to = bob } = fields;
  const none = new Uint8Array();
  const address = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
  return encode([version, address(to), address(alice), 0, none, 1000, none, none, 0, none]);
}

describe("addresses elsewhere", () => {
  test.each(Object.entries(noAddresses))("%s", async (_, value) => {
    const address = value as fvm.Address;
    const refused = { name: "FvmError", code: "INVALID_ADDRESS" };
    expect(await failure(() => machine.getActor(address))).toMatchObject(refused);
    expect(await failure(() => machine.resolveAddress(address))).toMatchObject(refused);
    expect(await failure(() => fvm.formatAddress(address))).toMatchObject(refused);
    expect(await failure(() => fvm.addressBytes(address))).toMatchObject(refused);
    const genesis = new fvm.Genesis(store, {
      network: 28,
      networkName: "t",
      builtins: { account: new Uint8Array() },
    });
    expect(await failure(() => genesis.addAccount(address, 0n))).toMatchObject(refused);
    const blocks = [{ miner: address, winCount: 1, messages: [] }];
    const run = () => fvm.executeTipset(plainNode(store), stateRoot, { ...tipset, blocks });
    expect(await failure(run)).toMatchObject({ name: "FvmError", code: "INVALID_TIPSET" });
  });

  test("are made of bytes and IDs only", async () => {
    const refused = { name: "FvmError", code: "INVALID_ADDRESS" };
    for (const bytes of [undefined, null, "bytes", [1, 2], 7] as unknown as Uint8Array[]) {
      expect(await failure(() => fvm.secp256k1Address(bytes))).toMatchObject(refused);
      expect(await failure(() => fvm.blsAddress(bytes))).toMatchObject(refused);
      expect(await failure(() => fvm.actorAddress(bytes))).toMatchObject(refused);
      expect(await failure(() => fvm.delegatedAddress(10, bytes))).toMatchObject(refused);
      expect(await failure(() => fvm.parseAddressBytes(bytes, { delegated: true }))).toMatchObject(refused);
    }
    for (const id of [-1, 0.5, 2 ** 53, 2n ** 64n, -1n, "1", null] as unknown as number[]) {
      expect(await failure(() => fvm.idAddress(id))).toMatchObject(refused);
      expect(await failure(() => fvm.delegatedAddress(id, new Uint8Array(20)))).toMatchObject(refused);
    }
    for (const text of [undefined, null, 7, {}] as unknown as string[]) {
      expect(await failure(() => fvm.parseAddress(text))).toMatchObject(refused);
    }
    expect(fvm.actorAddress(foreignBytes(1, 2))).toBe(fvm.actorAddress(Uint8Array.of(1, 2)));
  });
});

describe("CIDs", () => {
  test.each(Object.entries(noCids))("%s", async (_, value) => {
    const cid = value as fvm.Cid;
    const refused = { name: "FvmError", code: "INVALID_OPTION", details: { option: "stateRoot" } };
    const context = { epoch: 1, timestamp: 0, baseFee: 0n };
    expect(await failure(() => fvm.Machine.create({ ...options, stateRoot: cid }))).toMatchObject(refused);
    expect(await failure(() => fvm.executeMessages(plainNode(store), cid, context, []))).toMatchObject(
      refused,
    );
    expect(
      await failure(() => fvm.executeTipset(plainNode(store), cid, { ...tipset, blocks: [] })),
    ).toMatchObject(refused);
    expect(await failure(() => fvm.cidText(cid))).toMatchObject({ code: "INVALID_CID" });
    expect(await failure(() => fvm.cidBytes(cid))).toMatchObject({ code: "INVALID_CID" });
  });

  test("of other libraries and realms", async () => {
    const bytes = fvm.cidBytes(stateRoot);
    expect(fvm.toCid({ bytes: foreignBytes(...bytes) })).toBe(stateRoot);
    expect(fvm.toCid(fvm.cidText(stateRoot))).toBe(stateRoot);
    for (const input of [undefined, null, 7, {}, { bytes: "text" }, { bytes: [1] }] as unknown as string[]) {
      expect(await failure(() => fvm.toCid(input))).toMatchObject({ code: "INVALID_CID" });
    }
  });
});

describe("options and tipsets", () => {
  test.each<[keyof fvm.MachineOptions, unknown]>([
    ["network", null],
    ["network", "28"],
    ["blockstore", undefined],
    ["blockstore", { get: () => undefined }],
    ["blockCache", {}],
    ["epoch", -1],
    ["epoch", 2n],
    ["timestamp", -1],
    ["timestamp", 2n ** 64n],
    ["timestamp", "0"],
    ["baseFee", 1],
    ["baseFee", 2n ** 128n],
    ["circulatingSupply", -1n],
    ["chainId", 2n ** 64n],
    ["externs", {}],
    ["proofs", () => "valid"],
    ["manifest", "bafy"],
    ["missingBlocks", "ignore"],
    ["codeCache", "/tmp"],
    ["debug", console.log],
    ["signal", {}],
  ])("%s: %o", async (option, value) => {
    const error = await failure(() => fvm.Machine.create({ ...options, [option]: value }));
    expect(error).toMatchObject({ name: "FvmError", code: "INVALID_OPTION", details: { option } });
  });

  test.each<[string, object]>([
    ["epoch", { epoch: -1 }],
    ["parent after it", { parentEpoch: 11 }],
    ["parent", { parentEpoch: "9" }],
    ["timestamp", { timestamp: -1 }],
    ["base fee", { baseFee: 7 }],
    ["blocks", { blocks: {} }],
    ["block", { blocks: [null] }],
    ["win count", { blocks: [{ ...tipset.blocks[0], winCount: 1.5 }] }],
    ["messages", { blocks: [{ ...tipset.blocks[0], messages: undefined }] }],
    ["message", { blocks: [{ ...tipset.blocks[0], messages: [good] }] }],
  ])("a tipset's %s", async (_, changes) => {
    const error = await failure(() =>
      fvm.executeTipset(plainNode(store), stateRoot, { ...tipset, ...changes } as fvm.Tipset),
    );
    expect(error).toMatchObject({ name: "FvmError", code: "INVALID_TIPSET" });
  });

  test.each<[string, Partial<fvm.ChainNode>]>([
    ["migration to text", { migrate: () => "bafy" as fvm.Cid }],
    [
      "migration that fails",
      {
        migrate: () => {
          throw new Error("disk on fire");
        },
      },
    ],
  ])("a node's %s", async (_, changes) => {
    const error = await failure(() => fvm.executeTipset(plainNode(store, changes), stateRoot, tipset));
    expect(error).toMatchObject({ name: "HostFault", code: "EXTERN_FAILED" });
  });

  test("a node that is none", async () => {
    for (const node of [undefined, null, {}, 7] as unknown as fvm.ChainNode[]) {
      const error = await failure(() => fvm.executeTipset(node, stateRoot, tipset));
      expect(error).toMatchObject({ name: "FvmError", code: "INVALID_OPTION" });
    }
  });
});
