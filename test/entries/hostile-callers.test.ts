/** Callers and hosts that change what they gave, take back what they got, or answer in ways nobody expects. */
import { mkdtempSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { assemble } from "../../actors/build.mjs";
import * as fvm from "../../src/index.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { keyAddress, plainMessage, plainNetwork, plainNode } from "../support/plain-network.js";

const [alice, bob] = [keyAddress(1), keyAddress(2)];
/** Asks for chain randomness, then logs; both by the host lane. */
const asker = await assemble(`(module
  (import "rand" "get_chain_randomness" (func $rand (param i32 i64) (result i32)))
  (import "debug" "log" (func $log (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "invoke") (param i32) (result i32)
    (drop (call $rand (i32.const 0) (i64.const 1))) (drop (call $log (i32.const 0) (i32.const 0))) (i32.const 0)))`);
const net = await plainNetwork([alice, bob], [asker]);
const options = { network: 28, stateRoot: net.stateRoot, blockstore: net.store, epoch: 10 };
const transfer = plainMessage({ from: alice, to: bob, value: 1n });
const ask = plainMessage({ from: alice, to: fvm.idAddress(net.ids[0] as number), method: 2 });
const block = { miner: fvm.idAddress(1000), winCount: 1, messages: [{ message: transfer, rawLength: 100 }] };
const tipset: fvm.Tipset = { epoch: 10, parentEpoch: 9, timestamp: 300, baseFee: 0n, blocks: [block] };
const context = { epoch: 10, timestamp: 300, baseFee: 0n };

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
afterAll(async () => {
  await wait(20);
  expect(unhandled).toEqual([]);
});

async function failure(act: () => unknown): Promise<Record<string, unknown>> {
  try {
    await act();
  } catch (error) {
    return error as Record<string, unknown>;
  }
  return { name: "no error" };
}

/** Arrays of which nobody can read anything any more. */
function gone(): Uint8Array {
  const bytes = Uint8Array.of(1, 2, 3);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}
const noBytes: [string, () => unknown][] = [
  ["transferred away", gone],
  [
    "a view of a buffer that was transferred away",
    () => new DataView(Uint8Array.of(1).buffer) && gone().buffer,
  ],
  ["a prototype's child", () => Object.create(Uint8Array.prototype)],
  ["a proxy", () => new Proxy(Uint8Array.of(1), {})],
];

describe("what the package gives out", () => {
  test("an actor is a copy", async () => {
    const machine = await fvm.Machine.create(options);
    const actor = (await machine.getActor(bob)) as { balance: bigint; nonce: fvm.U64 };
    const { balance } = actor;
    actor.balance = 7n;
    actor.nonce = 5;
    expect((await machine.getActor(bob))?.balance).toBe(balance);
    machine.close();
    const next = await fvm.Machine.create(options);
    expect(await next.getActor(bob)).toMatchObject({ balance, nonce: 0 });
    expect(await next.execute(transfer)).toMatchObject({ receipt: { exitCode: 0 } });
    next.close();
  });

  test("a network version and a machine's context cannot be changed", async () => {
    const machine = await fvm.Machine.create(options);
    const version = fvm.networkVersion(28);
    for (const object of [
      machine.context,
      version,
      version.rules.calls,
      version.priceList,
      version.syscalls,
    ]) {
      expect(Object.isFrozen(object)).toBe(true);
    }
    machine.close();
  });

  test("empty bytes are the receiver's own: they can be sent to another thread", async () => {
    const machine = await fvm.Machine.create(options);
    const { receipt } = await machine.execute(transfer);
    structuredClone(receipt, { transfer: [receipt.returnData.buffer as ArrayBuffer] });
    const decoded = fvm.decodeMessage(fvm.encodeMessage({ ...transfer, nonce: 1 }));
    structuredClone(decoded, { transfer: [decoded.params.buffer as ArrayBuffer] });
    const again = fvm.decodeMessage(fvm.encodeMessage({ ...transfer, nonce: 1 }));
    expect(await machine.execute(again)).toMatchObject({ receipt: { exitCode: 0 } });
    machine.close();
    const result = await fvm.executeTipset(plainNode(net.store), net.stateRoot, tipset);
    expect(result.blocks[0]?.messages[0]?.receipt.exitCode).toBe(0);
  });

  test("messages that observers see are copies", async () => {
    const right = await fvm.executeTipset(plainNode(net.store), net.stateRoot, tipset);
    const spoiled = await fvm.executeTipset(plainNode(net.store), net.stateRoot, tipset, {
      onMessage: (message) => Object.assign(message, { value: "x", to: "\x01", gasLimit: 1 }),
    });
    expect(spoiled.stateRoot).toBe(right.stateRoot);
  });
});

describe("what the package is given", () => {
  test("a machine's options are read once", async () => {
    const reads = new Map<string | symbol, number>();
    const counting = new Proxy(options, {
      get(target, name) {
        reads.set(name, (reads.get(name) ?? 0) + 1);
        return Reflect.get(target, name);
      },
    });
    (await fvm.Machine.create(counting)).close();
    expect([...reads.values()].every((count) => count === 1)).toBe(true);
  });

  test("an object that cannot be read is the caller's fault, and closes nothing", async () => {
    const machine = await fvm.Machine.create(options);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = Object.defineProperty({ ...transfer }, "to", {
      get() {
        throw new Error("no");
      },
    });
    for (const message of [throwing, proxy] as fvm.Message[]) {
      expect(await failure(() => machine.execute(message))).toMatchObject({ code: "INVALID_MESSAGE" });
    }
    expect(await failure(() => fvm.Machine.create(proxy as typeof options))).toMatchObject({
      code: "INVALID_OPTION",
    });
    expect(await machine.execute(transfer)).toMatchObject({ receipt: { exitCode: 0 } });
    machine.close();
  });

  test.each(noBytes)("no bytes: %s", async (_, make) => {
    const machine = await fvm.Machine.create(options);
    const bytes = () => make() as Uint8Array;
    const refusals: [string, () => unknown][] = [
      ["INVALID_MESSAGE", () => machine.execute({ ...transfer, params: bytes() })],
      ["INVALID_MESSAGE", () => fvm.encodeMessage({ ...transfer, params: bytes() })],
      ["INVALID_MESSAGE", () => fvm.decodeMessage(bytes())],
      ["INVALID_ADDRESS", () => fvm.secp256k1Address(bytes())],
      ["INVALID_ADDRESS", () => fvm.actorAddress(bytes())],
      ["INVALID_ADDRESS", () => fvm.delegatedAddress(10, bytes())],
      ["INVALID_ADDRESS", () => fvm.parseAddressBytes(bytes(), { delegated: true })],
      ["INVALID_CID", () => fvm.cidFromBytes(bytes())],
      ["INVALID_CAR", () => fvm.MemoryBlockstore.fromCar(bytes())],
    ];
    for (const [code, act] of refusals) expect(await failure(act)).toMatchObject({ name: "FvmError", code });
    expect(await machine.execute(transfer)).toMatchObject({ receipt: { exitCode: 0 } });
    machine.close();
    const store = { get: () => bytes(), putMany() {} };
    const blockCache = fvm.BlockCache.create(0);
    const made = await failure(() => fvm.Machine.create({ ...options, blockstore: store, blockCache }));
    expect(made).toMatchObject({ name: "HostFault", code: "BLOCKSTORE_FAILED" });
  });

  test.each([null, 5, "x", { signal: {} }, { signal: "now" }])("options that are none: %o", async (bad) => {
    const machine = await fvm.Machine.create(options);
    const none = bad as object;
    const node = plainNode(net.store);
    for (const act of [
      () => machine.execute(transfer, none),
      () => machine.getActor(bob, none),
      () => machine.resolveAddress(bob, none),
      () => machine.flush(none),
      () => fvm.executeMessages(node, net.stateRoot, context, [], none),
      () => fvm.executeTipset(node, net.stateRoot, tipset, none),
      () => fvm.TipsetPool.create("nowhere.mjs", none),
    ]) {
      expect(await failure(act)).toMatchObject({ name: "FvmError", code: "INVALID_OPTION" });
    }
    expect(await machine.execute(transfer)).toMatchObject({ receipt: { exitCode: 0 } });
    machine.close();
  });

  test("arrays with holes", async () => {
    const node = plainNode(net.store);
    for (const selected of [true, false]) {
      for (const blocks of [new Array(1), [{ ...block, messages: new Array(2) }]]) {
        const act = () => fvm.executeTipset(node, net.stateRoot, { ...tipset, blocks }, { selected });
        expect(await failure(act)).toMatchObject({ code: "INVALID_TIPSET" });
      }
    }
    for (const calls of [null, 5, [null], new Array(1)] as unknown as fvm.MessageCall[][]) {
      const act = () => fvm.executeMessages(node, net.stateRoot, context, calls);
      expect(await failure(act)).toMatchObject({ code: "INVALID_OPTION" });
    }
  });

  test("characters that are no bytes make no CID", async () => {
    const shifted = [...net.stateRoot].map((char, i) =>
      i === 0 ? char : String.fromCharCode(char.charCodeAt(0) + 0x100),
    );
    for (const text of [shifted.join(""), `${net.stateRoot}xyz`]) {
      expect(await failure(() => fvm.toCid(text))).toMatchObject({ code: "INVALID_CID" });
    }
    expect(await failure(() => fvm.cidFromBytes(Buffer.from(`${net.stateRoot}x`, "latin1")))).toMatchObject({
      code: "INVALID_CID",
    });
  });

  test("a genesis keeps nothing of what it refuses, and no address twice", async () => {
    const store = new fvm.MemoryBlockstore();
    const builtins = Object.fromEntries(
      ["system", "init", "account"].map((name) => [name, new Uint8Array(8)]),
    );
    const genesis = new fvm.Genesis(store, { network: 28, networkName: "g", builtins });
    const code = genesis.codeOf("account");
    const bad = { code, address: alice, state: "bad" as unknown as Uint8Array };
    expect(await failure(() => genesis.addActor(bad))).toMatchObject({ code: "INVALID_OPTION" });
    expect(await failure(() => genesis.addAccount(fvm.idAddress(500), 0n))).toMatchObject({
      code: "INVALID_ADDRESS",
    });
    expect(genesis.addAccount(bob, 5n)).toBe(100);
    expect(await failure(() => genesis.addAccount(bob, 7n))).toMatchObject({ code: "INVALID_ADDRESS" });
    expect(await failure(() => genesis.addActor({ code, address: bob }))).toMatchObject({
      code: "INVALID_ADDRESS",
    });
    expect(genesis.addAccount(alice, 7n)).toBe(101);
  });
});

type Answer = () => unknown;
const thenable = (value: unknown) => ({
  // biome-ignore lint/suspicious/noThenProperty: that is the point
  then: (resolve: (value: unknown) => void) => void setTimeout(() => resolve(value), 1),
});

describe("what hosts answer", () => {
  const random = new Uint8Array(32).fill(1);
  const externs = (answer: Answer): fvm.Externs => ({
    getChainRandomness: answer as fvm.Externs["getChainRandomness"],
    getBeaconRandomness: () => undefined,
    getTipsetCid: () => undefined,
    verifyConsensusFault: () => undefined,
  });

  test.each<[string, Answer]>([
    ["a promise", async () => random],
    ["another kind of promise", () => thenable(random)],
    // biome-ignore lint/suspicious/noThenProperty: that is the point
    ["one that is there at once", () => ({ then: (resolve: (value: unknown) => void) => resolve(random) })],
    ["nothing, as null", () => null],
  ])("randomness as %s", async (_, answer) => {
    const machine = await fvm.Machine.create({ ...options, externs: externs(answer) });
    expect(await machine.execute(ask)).toMatchObject({ receipt: { exitCode: 0 } });
    machine.close();
  });

  test.each<[string, Answer]>([
    ["too short", () => new Uint8Array(31)],
    ["text", () => "random"],
    ["transferred away", gone],
    // biome-ignore lint/suspicious/noThenProperty: that is the point
    ["an object with a `then` that is no function", () => ({ then: 5 })],
    [
      "an object whose `then` cannot be read",
      () =>
        // biome-ignore lint/suspicious/noThenProperty: that is the point
        Object.defineProperty({}, "then", {
          get() {
            throw new Error("no");
          },
        }),
    ],
    ["a promise of something else", async () => 5],
    [
      "a failure without a message",
      () => {
        throw Object.create(null);
      },
    ],
  ])("randomness that is none: %s", async (_, answer) => {
    const machine = await fvm.Machine.create({ ...options, externs: externs(answer) });
    expect(await failure(() => machine.execute(ask))).toMatchObject({
      name: "HostFault",
      code: "EXTERN_FAILED",
    });
  });

  test("a signal's reason stays one, whatever it is", async () => {
    const controller = new AbortController();
    const reason = new fvm.FvmError("INVALID_CBOR", { offset: 0, reason: "not an actor's" });
    const machine = await fvm.Machine.create({
      ...options,
      externs: externs(async () => {
        controller.abort(reason);
        return random;
      }),
    });
    expect(await failure(() => machine.execute(ask, { signal: controller.signal }))).toBe(reason);
    machine.close();
  });

  test.each<[string, () => unknown]>([
    [
      "an error like one of malformed state",
      () => {
        throw new fvm.FvmError("INVALID_CBOR", { offset: 0, reason: "not an actor's" });
      },
    ],
    [
      "any error",
      () => {
        throw new Error("disk full");
      },
    ],
  ])("a debug sink that throws %s is the host's fault", async (_, log) => {
    const machine = await fvm.Machine.create({ ...options, debug: { log: log as () => void } });
    expect(await failure(() => machine.execute(ask))).toMatchObject({
      name: "HostFault",
      code: "EXTERN_FAILED",
    });
  });

  test("a sink whose promise is rejected disturbs nobody", async () => {
    const log = () => Promise.reject(new Error("late")) as unknown as undefined;
    const machine = await fvm.Machine.create({ ...options, debug: { log } });
    expect(await machine.execute(ask)).toMatchObject({ receipt: { exitCode: 0 } });
    machine.close();
  });

  test.each<[string, Answer]>([
    ["undefined", () => undefined],
    ["text", () => "28"],
    ["a promise that is rejected", () => Promise.reject(new Error("late"))],
    ["an object that looks like one", () => ({ rules: {} })],
  ])("a network version that is %s", async (_, version) => {
    const node = plainNode(net.store, { networkVersion: version as () => number });
    const act = () => fvm.executeTipset(node, net.stateRoot, tipset);
    expect(await failure(act)).toMatchObject({ name: "HostFault", code: "EXTERN_FAILED" });
  });

  test.each<[string, Partial<Record<keyof fvm.ChainNode, unknown>>]>([
    ["genesisTimestamp", { genesisTimestamp: "0" }],
    ["blockDelay", { blockDelay: 0.5 }],
    ["chainId", { chainId: -1 }],
    ["blockCache", { blockCache: {} }],
    ["migrate", { migrate: 5 }],
  ])("a node's %s", async (_, changes) => {
    const node = { ...plainNode(net.store), ...changes } as fvm.ChainNode;
    const act = () => fvm.executeTipset(node, net.stateRoot, { ...tipset, parentEpoch: 7 });
    expect(await failure(act)).toMatchObject({ name: "FvmError", code: "INVALID_OPTION" });
  });

  test("a parent state whose blocks are missing", async () => {
    const empty = plainNode(new fvm.MemoryBlockstore(), { blockCache: fvm.BlockCache.create(0) });
    const byId = {
      ...block,
      messages: [{ message: { ...transfer, from: fvm.idAddress(100) }, rawLength: 100 }],
    };
    const act = () => fvm.executeTipset(empty, net.stateRoot, { ...tipset, blocks: [byId] });
    expect(await failure(act)).toMatchObject({ name: "HostFault", code: "BLOCK_NOT_FOUND" });
  });
});

describe("stores", () => {
  test("that take the bytes they are given away: the next flush has them still", async () => {
    const stored: fvm.Block[] = [];
    let isFirst = true;
    const blockstore: fvm.Blockstore = {
      get: (cid) => net.store.get(cid),
      putMany(blocks) {
        if (!isFirst)
          return void stored.push(...blocks.map(({ cid, data }) => ({ cid, data: data.slice() })));
        isFirst = false;
        structuredClone(null, {
          transfer: [...new Set(blocks.map(({ data }) => data.buffer as ArrayBuffer))],
        });
        return new Promise(() => {});
      },
    };
    const machine = await fvm.Machine.create({ ...options, blockstore });
    await machine.execute(transfer);
    const controller = new AbortController();
    const flushing = failure(() => machine.flush({ signal: controller.signal }));
    controller.abort();
    expect((await flushing).name).toBe("AbortError");
    const root = await machine.flush();
    machine.close();
    const restored = new fvm.MemoryBlockstore([...net.store, ...stored]);
    const blockCache = fvm.BlockCache.create(1 << 20);
    const after = await fvm.Machine.create({ ...options, stateRoot: root, blockstore: restored, blockCache });
    expect((await after.getActor(alice))?.nonce).toBe(1);
    after.close();
  });

  test("that never answer: closing the machine ends what waits", async () => {
    let isSilent = false;
    const silent: fvm.Blockstore = {
      get: (cid) => (isSilent ? new Promise(() => {}) : net.store.get(cid)),
      putMany: () => (isSilent ? new Promise(() => {}) : undefined),
    };
    for (const act of [
      (machine: fvm.Machine) => machine.execute(transfer),
      (machine: fvm.Machine) => machine.getActor(bob),
      (machine: fvm.Machine) => machine.flush(),
    ]) {
      isSilent = false;
      const machine = await fvm.Machine.create({
        ...options,
        blockstore: silent,
        blockCache: fvm.BlockCache.create(0),
      });
      isSilent = true;
      const waiting = failure(() => act(machine));
      await wait(5);
      machine.close();
      expect(await waiting).toMatchObject({ code: "MACHINE_CLOSED" });
    }
  });

  test("of a CAR file: no file stays open, none of others is closed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fvm-car-"));
    const open = () => readdirSync("/proc/self/fd").length;
    const path = (name: string) => join(folder, name);
    writeFileSync(path("good.car"), writeCar({ roots: [], blocks: [...net.store].slice(0, 3) }));
    writeFileSync(path("bad.car"), "no CAR at all, but long enough to be read as one, or so it seems");
    writeFileSync(path("other"), "other");
    const before = open();
    for (let i = 0; i < 10; i++) await failure(() => fvm.CarBlockstore.open(path("bad.car")));
    await wait(20);
    expect(open()).toBe(before);
    const store = await fvm.CarBlockstore.open(path("good.car"));
    store.close();
    const other = openSync(path("other"), "r");
    store.close();
    expect(readSync(other, Buffer.alloc(5))).toBe(5);
    expect(() => store.get(net.stateRoot)).toThrow("STORE_CLOSED");
    rmSync(folder, { recursive: true });
  });

  test("iterables that are endless and never wait: the signal ends them", async () => {
    const store = fvm.fromInterfaceBlockstore({
      *get(): Generator<Uint8Array> {
        for (;;) yield new Uint8Array(1);
      },
      *putMany() {},
    });
    const signal = AbortSignal.timeout(30);
    const act = () =>
      fvm.Machine.create({ ...options, blockstore: store, blockCache: fvm.BlockCache.create(0), signal });
    expect((await failure(act)).name).toBe("TimeoutError");
  });
});

describe("pools", () => {
  const folder = mkdtempSync(join(tmpdir(), "fvm-pool-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const moduleOf = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const nodeWith = (version: string) => `export default () => ({
    chainId: 314, genesisTimestamp: 0, blockstore: { get() {}, putMany() {} }, proofs: {}, externs: {},
    networkVersion() { ${version} }, circulatingSupply: () => 0n })`;

  test("one worker that fails to start ends the start, whatever the others wait for", {
    timeout: 20_000,
  }, async () => {
    const { TipsetPool } = await builtPackage();
    const module = moduleOf(
      "half.mjs",
      `import { threadId } from "node:worker_threads";
       export default ({ gate }) => {
         const first = Atomics.add(new Int32Array(gate), 0, 1) === 0;
         return first ? Promise.reject(new Error("no database")) : (setInterval(() => {}, 1000), new Promise(() => {}));
       };`,
    );
    const data = { gate: new SharedArrayBuffer(4) };
    const created = await failure(() => TipsetPool.create(module, { workers: 2, data }));
    expect(created).toMatchObject({ code: "CHAIN_NODE_FAILED" });
  });

  test.each([
    "throw Object.create(null)",
    "throw Object.assign(new Error('x'), { name: () => 1 })",
    "throw Object.defineProperty(new Error('x'), 'cause', { get() { throw new Error('y') } })",
    "throw Symbol('odd')",
  ])("errors that cannot be told: %s", { timeout: 20_000 }, async (version) => {
    const { TipsetPool } = await builtPackage();
    const pool = await TipsetPool.create(moduleOf("odd.mjs", nodeWith(version)), { workers: 1 });
    const failed = await failure(() => pool.executeMessages(net.stateRoot, context, [{ message: transfer }]));
    expect(failed).toMatchObject({ code: "EXTERN_FAILED" });
    await pool.close();
  });
});

async function builtPackage(): Promise<typeof fvm> {
  return import(new URL("../../dist/index.js", import.meta.url).href);
}
