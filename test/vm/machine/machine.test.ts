import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../../src/address/address.js";
import type { Blockstore } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import type { Message } from "../../../src/message/message.js";
import { native } from "../../../src/native/index.js";
import { Genesis } from "../../../src/vm/genesis/genesis.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../../src/vm/machine/options.js";

const ALICE = `\x01${"a".repeat(20)}` as Address;
const BOB = `\x01${"b".repeat(20)}` as Address;
const NAMES = ["system", "init", "account", "placeholder", "eam", "ethaccount"];

let store: MemoryBlockstore;
let options: MachineOptions;

// The code is no Wasm: nothing here runs an actor.
beforeAll(async () => {
  store = new MemoryBlockstore();
  const builtins = Object.fromEntries(NAMES.map((name) => [name, new TextEncoder().encode(name)]));
  const genesis = new Genesis(store, { network: 28, networkName: "test", builtins });
  genesis.addAccount(ALICE, 1000n);
  genesis.addAccount(BOB, 0n);
  options = {
    network: 28,
    stateRoot: await genesis.write(),
    blockstore: store,
    epoch: 100,
    codeCache: false,
  };
});

function message(fields: Partial<Message> = {}): Message {
  const fees = { gasLimit: 10_000_000, gasFeeCap: 0n, gasPremium: 0n };
  const rest = { version: 0, nonce: 0, method: 0, params: new Uint8Array() };
  return { from: ALICE, to: BOB, value: 1n, ...fees, ...rest, ...fields };
}

describe("a message's integers", () => {
  test("may be small bigints", async () => {
    const machine = await Machine.create(options);
    const sent = message({ nonce: 0n, method: 0n, gasLimit: 10_000_000n });
    expect(await machine.execute(sent)).toMatchObject({ receipt: { exitCode: 0 }, invocations: 0 });
    machine.close();
  });

  test.each([
    ["nonce", { nonce: -1 }],
    ["nonce", { nonce: 2n ** 64n }],
    ["method", { method: 0.5 }],
    ["gasLimit", { gasLimit: Number.NaN }],
    ["value", { value: 1 as unknown as bigint }],
    ["to", { to: "f01" as Address }],
    ["params", { params: "00" as unknown as Uint8Array }],
  ])("and if one is none, it is named: %s", async (field, fields) => {
    const machine = await Machine.create(options);
    const refused = machine.execute(message(fields));
    await expect(refused).rejects.toMatchObject({ code: "INVALID_MESSAGE", details: { field } });
    machine.close();
  });
});

describe("making a machine", () => {
  const root = native.cidOf(0x71, Uint8Array.of(7));
  const wrong: [string, Partial<MachineOptions>, string][] = [
    ["unknown network version", { network: 15 }, "UNKNOWN_NETWORK_VERSION"],
    ["negative epoch", { epoch: -1 }, "INVALID_OPTION"],
    ["fraction of a second", { timestamp: 0.5 }, "INVALID_OPTION"],
    ["base fee that no actor can see", { baseFee: 2n ** 128n }, "INVALID_OPTION"],
    ["negative supply", { circulatingSupply: -1n }, "INVALID_OPTION"],
    ["state root that does not exist", { stateRoot: root }, "BLOCK_NOT_FOUND"],
    ["manifest that does not exist", { manifest: root }, "BLOCK_NOT_FOUND"],
    ["state tree of another version", { network: 17 }, "INVALID_STATE"],
  ];
  test.each(wrong)("%s", async (_, changes, code) => {
    await expect(Machine.create({ ...options, ...changes })).rejects.toMatchObject({ code });
  });

  test("of what is no state", async () => {
    const other = new MemoryBlockstore([{ cid: root, data: Uint8Array.of(7) }]);
    const made = Machine.create({ ...options, stateRoot: root, blockstore: other });
    await expect(made).rejects.toMatchObject({ code: "INVALID_CBOR" });
  });

  test("with a manifest instead of the system actor's list", async () => {
    const list = new CborWriter().array(1).array(2).text("account").cid(root);
    const put = (data: Uint8Array): Cid => {
      const cid = native.cidOf(0x71, data);
      store.putMany([{ cid, data }]);
      return cid;
    };
    const manifest = put(new CborWriter().array(2).u64(1).cid(put(list.finish())).finish());
    const made = Machine.create({ ...options, manifest });
    await expect(made).rejects.toMatchObject({
      code: "INVALID_MANIFEST",
      details: { reason: /system, init/ },
    });
  });

  test("without the code of a builtin actor", async () => {
    const lost = native.cidOf(0x55, new TextEncoder().encode("a rare actor"));
    const blockstore: Blockstore = {
      get: (cid) => (cid === lost ? undefined : store.get(cid)),
      putMany: (blocks) => store.putMany(blocks),
    };
    const builtins = Object.fromEntries(NAMES.map((name) => [name, new TextEncoder().encode(name)]));
    builtins.rare = new TextEncoder().encode("a rare actor");
    const genesis = new Genesis(store, { network: 28, networkName: "test", builtins });
    const made = Machine.create({ ...options, stateRoot: await genesis.write(), blockstore });
    await expect(made).rejects.toMatchObject({ name: "HostFault", code: "BLOCK_NOT_FOUND" });
  });

  test("with wrong bytes for the code of a builtin actor, which are found when it runs", async () => {
    const account = new TextEncoder().encode("a damaged account");
    const code = native.cidOf(0x55, account);
    const blockstore: Blockstore = {
      get: (cid) => (cid === code ? account.with(0, 0) : store.get(cid)),
      putMany: (blocks) => store.putMany(blocks),
    };
    const builtins = Object.fromEntries(NAMES.map((name) => [name, new TextEncoder().encode(name)]));
    const genesis = new Genesis(store, {
      network: 28,
      networkName: "test",
      builtins: { ...builtins, account },
    });
    genesis.addAccount(ALICE, 1000n);
    genesis.addAccount(BOB, 0n);
    const machine = await Machine.create({ ...options, stateRoot: await genesis.write(), blockstore });
    const call = machine.execute(message({ method: 2 }));
    await expect(call).rejects.toMatchObject({ name: "HostFault", code: "CORRUPT_BLOCK" });
    await expect(machine.flush()).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
  });
});

describe("a machine", () => {
  let machine: Machine;
  beforeEach(async () => {
    machine = await Machine.create(options);
  });

  test("tells what it is", () => {
    expect(machine.network).toMatchObject({ version: 28, name: "FireHorse" });
    expect(machine.context).toMatchObject({ epoch: 100, timestamp: 0, baseFee: 0n, chainId: 0 });
  });

  test("executes, flushes and goes on", async () => {
    expect((await machine.execute(message())).receipt.exitCode).toBe(0);
    const first = await machine.flush();
    expect(machine.executeSync(message({ nonce: 1 })).receipt.exitCode).toBe(0);
    expect(await machine.getActor(BOB)).toMatchObject({ balance: 2n });
    expect(await machine.getActor(idAddress(999))).toBeUndefined();
    const bob = await machine.resolveAddress(BOB);
    expect(bob === undefined ? bob : await machine.getActor(idAddress(bob))).toMatchObject({ balance: 2n });
    expect(await machine.resolveAddress(`\x01${"c".repeat(20)}` as Address)).toBeUndefined();
    const second = await machine.flush();
    const again = await Machine.create({ ...options, stateRoot: first });
    expect((await again.execute(message({ nonce: 1 }))).receipt.exitCode).toBe(0);
    expect(await again.flush()).toBe(second);
  });

  test("survives messages that are none", async () => {
    const untyped = { ...message(), value: 1, params: undefined } as unknown as Message;
    await expect(machine.execute(untyped)).rejects.toMatchObject({ code: "INVALID_MESSAGE" });
    const tooLong = machine.execute(message(), { rawLength: -1 });
    await expect(tooLong).rejects.toMatchObject({ code: "INVALID_OPTION" });
    expect((await machine.execute(message())).receipt.exitCode).toBe(0);
  });

  test("charges for the length with a signature, unless it is told the length", async () => {
    const gas = async (rawLength?: number) => {
      const fresh = await Machine.create(options);
      return fresh.executeSync(message(), rawLength === undefined ? {} : { rawLength }).receipt.gasUsed;
    };
    // 59 bytes of message and 69 for the signature.
    expect(await gas()).toBe(await gas(59 + 69));
    expect(await gas()).not.toBe(await gas(59));
  });

  test("with broken builtin code is closed when that runs", async () => {
    const broken = machine.execute(message({ method: 2 }));
    await expect(broken).rejects.toMatchObject({ name: "HostFault", code: "INVALID_BUILTIN_CODE" });
    await expect(machine.flush()).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
  });

  test("does not say that it has stored what closing has dropped", async () => {
    await machine.execute(message());
    const flushing = machine.flush();
    machine.close();
    await expect(flushing).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
  });

  test("is closed once and for all", async () => {
    machine.close();
    machine.close();
    for (const operation of [machine.execute(message()), machine.flush(), machine.getActor(BOB)]) {
      await expect(operation).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
    }
    expect(() => machine.executeSync(message())).toThrow(expect.objectContaining({ code: "MACHINE_CLOSED" }));
  });

  test("is closed at the end of its block; the blockstore stays open", async () => {
    let closings = 0;
    const owned: Blockstore = {
      get: (cid) => store.get(cid),
      putMany: (blocks) => store.putMany(blocks),
      close: () => void closings++,
    };
    let kept: Machine;
    {
      using scoped = await Machine.create({ ...options, blockstore: owned });
      await scoped.execute(message());
      await scoped.flush();
      kept = scoped;
    }
    await expect(kept.execute(message())).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
    expect(closings).toBe(0);
  });

  test("does not start what is cancelled already", async () => {
    const signal = AbortSignal.abort(new Error("never mind"));
    await expect(machine.execute(message(), { signal })).rejects.toThrow("never mind");
    expect(await machine.getActor(BOB)).toMatchObject({ balance: 0n });
  });
});
