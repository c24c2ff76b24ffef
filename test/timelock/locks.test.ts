/** Time locks on nodes' chains: null rounds, reorganisations, openers who cheat. */
import { createContract } from "micro-eth-signer/abi.js";
import { describe, expect, test } from "vitest";
import type { EthAddress } from "../../src/builtin/evm/index.js";
import { Token } from "../../src/chain/devnet/traffic/evm/bytecode.js";
import { evmInput } from "../../src/chain/devnet/traffic/evm/call.js";
import { keccak } from "../../src/chain/signatures/eth-sender.js";
import { type RunningNode, startNode } from "../../src/node/index.js";
import {
  lockRound,
  openDue,
  SEALED_TEXTS,
  type SealedContent,
  sealCall,
  sealText,
  TIME_LOCK,
  watchLocks,
} from "../../src/timelock/index.js";
import { hex, hexBytes } from "../../src/util/bytes.js";
import { devnetVersions } from "../support/devnet.js";
import { skipLoudly } from "../support/skip.js";

const NOBODY = `0x${"77".repeat(20)}` as EthAddress;
const FIL = 10n ** 18n;
const CALL_GAS = 30_000_000n;
const timeLock = createContract(TIME_LOCK.abi);
const texts = createContract(SEALED_TEXTS.abi);
/** Gas that a contract of a few bytes uses until it can ask what is left. */
const CALLEE_BEGINS = 3_000_000;

/** Initcode in hex of a contract that reverts unless it has so much gas. */
function needsGas(gas: number): string {
  const least = gas.toString(16).padStart(8, "0");
  return `601080600b6000396000f363${least}5a10600b57005b600080fd`;
}

/** As the contract numbers them. */
const STATES = ["none", "locked", "succeeded", "failed", "reclaimed"] as const;

interface LockOptions {
  readonly epoch: number;
  readonly expiry?: number;
  readonly tip?: bigint;
  readonly value?: bigint;
  readonly sealed?: Uint8Array;
}

/** A node with a time lock of its first account, and a token. */
class World {
  private constructor(
    readonly node: RunningNode,
    readonly owner: EthAddress,
    readonly relayer: EthAddress,
    readonly rival: EthAddress,
    readonly lock: EthAddress,
    readonly token: EthAddress,
  ) {}

  static async begin(): Promise<World> {
    const node = await startNode({ accounts: 3, beacon: "quicknet" });
    const [owner, relayer, rival] = node.accounts.eth.map(({ address }) => address) as [
      EthAddress,
      EthAddress,
      EthAddress,
    ];
    const empty = new World(node, owner, relayer, rival, NOBODY, NOBODY);
    const lock = await empty.deploy(TIME_LOCK.bytecode);
    const token = await empty.deploy(`0x${hex(Token.initcode)}`);
    return new World(node, owner, relayer, rival, lock, token);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node.close();
  }

  rpc(method: string, ...params: unknown[]): Promise<unknown> {
    return this.node.provider.request({ method, params });
  }

  async deploy(data: string): Promise<EthAddress> {
    const hash = await this.rpc("eth_sendTransaction", { from: this.owner, data });
    const { contractAddress } = (await this.rpc("eth_getTransactionReceipt", hash)) as {
      contractAddress: EthAddress;
    };
    return contractAddress;
  }

  /** Sends a call, and throws the chain's words if it fails. */
  async send(from: EthAddress, to: EthAddress, data: Uint8Array, value = 0n): Promise<string> {
    const transaction = { from, to, data: `0x${hex(data)}`, value: `0x${value.toString(16)}` };
    await this.rpc("eth_call", transaction, "latest");
    const hash = await this.rpc("eth_sendTransaction", transaction);
    expect(await this.rpc("eth_getTransactionReceipt", hash)).toMatchObject({ status: "0x1" });
    return hash as string;
  }

  async read(to: EthAddress, data: Uint8Array): Promise<Uint8Array> {
    const answer = await this.rpc("eth_call", { to, data: `0x${hex(data)}` }, "latest");
    return hexBytes((answer as string).slice(2));
  }

  async latest(): Promise<number> {
    return Number(await this.rpc("eth_blockNumber"));
  }

  /** Goes on until the block of an epoch has been executed, with null rounds before it or without. */
  async reach(epoch: number, nulls = false): Promise<void> {
    const epochs = epoch - (await this.latest());
    if (nulls) await this.rpc("evm_mine", { nullRounds: epochs - 1 });
    else for (let i = 0; i < epochs; i++) await this.rpc("evm_mine");
    expect(await this.latest()).toBe(epoch);
  }

  async balance(address: EthAddress): Promise<bigint> {
    return BigInt((await this.rpc("eth_getBalance", address, "latest")) as string);
  }

  async tokensOf(address: EthAddress): Promise<bigint> {
    const data = evmInput(Token.selectors["balanceOf(address)"], address);
    return BigInt(`0x${hex(await this.read(this.token, data))}`);
  }

  /** Seals a call, and locks it. */
  async locked(
    call: { to: EthAddress; data?: Uint8Array; value?: bigint; gas?: bigint },
    { epoch, expiry = epoch + 100, tip = 0n, value = 0n, sealed }: LockOptions,
  ): Promise<SealedContent> {
    const whole = { value: 0n, gas: CALL_GAS, data: new Uint8Array(), ...call };
    const made = await sealCall(whole, lockRound(this.node.network, epoch));
    const input = timeLock.lock.encodeInput({
      commitment: made.commitment,
      epoch: BigInt(epoch),
      expiry: BigInt(expiry),
      tip,
      sealedContent: sealed ?? made.sealed,
    });
    await this.send(this.owner, this.lock, input, value + tip);
    return made;
  }

  /** A transfer of tokens that the time lock has. */
  transfer(value: bigint): { to: EthAddress; data: Uint8Array } {
    return {
      to: this.token,
      data: evmInput(Token.selectors["transfer(address,uint256)"], NOBODY, value),
    };
  }

  async fundTokens(value: bigint): Promise<void> {
    const data = evmInput(Token.selectors["mint(address,uint256)"], this.lock, value);
    await this.send(this.owner, this.token, data);
  }

  open(from: EthAddress, content: Uint8Array, id = 0n): Promise<string> {
    return this.send(from, this.lock, timeLock.open.encodeInput({ id, content }));
  }

  relay() {
    const { node, lock: contract, relayer: from } = this;
    return openDue({ provider: node.provider, network: node.network, contract, from });
  }

  async state(id = 0n): Promise<string> {
    const { state } = timeLock.locks.decodeOutput(await this.read(this.lock, timeLock.locks.encodeInput(id)));
    return STATES[Number(state)] as string;
  }
}

if (devnetVersions([28]).length === 0) skipLoudly("time locks: no builtin actors are on this machine");
else {
  describe("a call", () => {
    test("is made in the owner's account's name once its epoch is there, and the opener gets the tip", async () => {
      await using world = await World.begin();
      await world.fundTokens(50n);
      const epoch = (await world.latest()) + 6;
      await world.locked(world.transfer(20n), { epoch, tip: FIL });
      expect(await world.relay()).toEqual([]);
      await world.reach(epoch - 1);
      expect(await world.relay()).toEqual([]);
      await world.reach(epoch);
      const before = await world.balance(world.relayer);
      expect(await world.relay()).toMatchObject([{ id: 0n, epoch, kind: "opened" }]);
      expect(await world.state()).toBe("succeeded");
      expect(await world.tokensOf(NOBODY)).toBe(20n);
      // Gas costs less than the tip.
      expect((await world.balance(world.relayer)) - before).toBeGreaterThan(FIL / 2n);
      expect(await world.relay()).toEqual([]);
    });

    test("may send value, and what it does not send stays with the owner", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      await world.locked({ to: NOBODY, value: 5n }, { epoch, value: 12n });
      await world.reach(epoch);
      expect(await world.relay()).toMatchObject([{ kind: "opened" }]);
      expect(await world.balance(NOBODY)).toBe(5n);
      expect(await world.balance(world.lock)).toBe(7n);
      await world.send(world.owner, world.lock, timeLock.withdraw.encodeInput({ to: NOBODY, value: 7n }));
      expect(await world.balance(NOBODY)).toBe(12n);
    });

    test("that fails is made once; its funds stay", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      const { content } = await world.locked(world.transfer(1n), { epoch, value: 3n });
      await world.reach(epoch);
      expect(await world.relay()).toMatchObject([{ kind: "opened" }]);
      expect(await world.state()).toBe("failed");
      expect(await world.balance(world.lock)).toBe(3n);
      // With tokens it would succeed now.
      await world.fundTokens(1n);
      await expect(world.open(world.rival, content)).rejects.toThrow(/state/);
    });

    test("opens after null rounds, its own among them", async () => {
      await using world = await World.begin();
      await world.fundTokens(1n);
      const epoch = (await world.latest()) + 5;
      await world.locked(world.transfer(1n), { epoch });
      await world.reach(epoch + 3, true);
      expect(await world.relay()).toMatchObject([{ kind: "opened", epoch }]);
      expect(await world.tokensOf(NOBODY)).toBe(1n);
    });
  });

  describe("a reorganisation", () => {
    test("takes a lock away, and another one has its number", async () => {
      await using world = await World.begin();
      await world.fundTokens(9n);
      const epoch = (await world.latest()) + 6;
      const first = await world.locked(world.transfer(4n), { epoch });
      await world.rpc("anvil_reorg", 1, []);
      await expect(world.state()).rejects.toThrow();
      await world.locked(world.transfer(5n), { epoch });
      await world.reach(epoch);
      await expect(world.open(world.rival, first.content)).rejects.toThrow(/content/);
      expect(await world.relay()).toMatchObject([{ id: 0n, kind: "opened" }]);
      expect(await world.tokensOf(NOBODY)).toBe(5n);
    });

    test("takes an opening away, and it is opened again: the chain has it once", async () => {
      await using world = await World.begin();
      await world.fundTokens(9n);
      const epoch = (await world.latest()) + 4;
      await world.locked(world.transfer(4n), { epoch });
      await world.reach(epoch);
      const outcomes: string[] = [];
      const controller = new AbortController();
      const { node, lock: contract, relayer: from } = world;
      const options = { provider: node.provider, network: node.network, contract, from, pollMs: 5 };
      for await (const { kind } of watchLocks({ ...options, signal: controller.signal })) {
        outcomes.push(kind);
        expect(await world.state()).toBe("succeeded");
        if (outcomes.length === 2) controller.abort();
        else {
          await world.rpc("anvil_reorg", 1, []);
          expect(await world.state()).toBe("locked");
          expect(await world.tokensOf(NOBODY)).toBe(0n);
        }
      }
      expect(outcomes).toEqual(["opened", "opened"]);
      expect(await world.tokensOf(NOBODY)).toBe(4n);
    });
  });

  describe("an opener who cheats", () => {
    test("with another content is refused", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      const { content } = await world.locked({ to: NOBODY, value: 1n }, { epoch, value: 9n });
      await world.reach(epoch);
      const other = content.slice();
      other[95] = 9;
      await expect(world.open(world.rival, other)).rejects.toThrow(/content/);
      await expect(world.open(world.rival, new Uint8Array())).rejects.toThrow(/content/);
      expect(await world.state()).toBe("locked");
    });

    test("before the epoch is refused, also who knows the content", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      const { content } = await world.locked({ to: NOBODY }, { epoch });
      await world.reach(epoch - 1);
      await expect(world.open(world.owner, content)).rejects.toThrow(/early/);
      await world.reach(epoch);
      await world.open(world.owner, content);
    });

    test("with less gas cannot make the call fail", async () => {
      await using world = await World.begin();
      const to = await world.deploy(`0x${needsGas(Number(CALL_GAS) - CALLEE_BEGINS)}`);
      const epoch = (await world.latest()) + 4;
      const { content } = await world.locked({ to }, { epoch });
      await world.reach(epoch);
      const data = `0x${hex(timeLock.open.encodeInput({ id: 0n, content }))}`;
      const stateWith = async (gas: number): Promise<string> => {
        const id = await world.rpc("evm_snapshot");
        const { rival: from, lock } = world;
        await world.rpc("eth_sendTransaction", { from, to: lock, data, gas: `0x${gas.toString(16)}` });
        const state = await world.state();
        await world.rpc("evm_revert", id);
        return state;
      };
      let [least, enough] = [5_000_000, 1_000_000_000];
      expect(await stateWith(least)).toBe("locked");
      expect(await stateWith(enough)).toBe("succeeded");
      while (enough - least > 1) {
        const middle = Math.floor((least + enough) / 2);
        const state = await stateWith(middle);
        expect(["locked", "succeeded"]).toContain(state);
        if (state === "succeeded") enough = middle;
        else least = middle;
      }
      expect(enough).toBeGreaterThan(Number(CALL_GAS));
    });

    test("who comes first with what another has opened changes only who gets the tip", async () => {
      await using world = await World.begin();
      await world.fundTokens(9n);
      const epoch = (await world.latest()) + 4;
      const { content } = await world.locked(world.transfer(4n), { epoch, tip: FIL });
      await world.reach(epoch);
      await world.rpc("evm_setAutomine", false);
      const data = `0x${hex(timeLock.open.encodeInput({ id: 0n, content }))}`;
      const at = (from: EthAddress, premium: bigint) => ({
        ...{ from, to: world.lock, data, gas: "0x20000000" },
        maxFeePerGas: `0x${(10n ** 9n).toString(16)}`,
        maxPriorityFeePerGas: `0x${premium.toString(16)}`,
      });
      const honest = await world.rpc("eth_sendTransaction", at(world.relayer, 1_000n));
      const rival = await world.rpc("eth_sendTransaction", at(world.rival, 1_000_000n));
      await world.rpc("evm_mine");
      const statuses = await Promise.all(
        [rival, honest].map(async (hash) => {
          const { status } = (await world.rpc("eth_getTransactionReceipt", hash)) as { status: string };
          return status;
        }),
      );
      expect(statuses).toEqual(["0x1", "0x0"]);
      expect(await world.tokensOf(NOBODY)).toBe(4n);
      expect(await world.balance(world.lock)).toBe(0n);
    });

    test("cannot lock, reclaim or withdraw", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      await world.locked({ to: NOBODY }, { epoch, expiry: epoch + 1, value: 5n });
      await world.reach(epoch + 1);
      const calls = [
        timeLock.reclaim.encodeInput(0n),
        timeLock.withdraw.encodeInput({ to: world.rival, value: 1n }),
      ];
      for (const data of calls)
        await expect(world.send(world.rival, world.lock, data)).rejects.toThrow(/owner/);
      await expect(
        world.send(world.owner, world.lock, timeLock.withdraw.encodeInput({ to: world.owner, value: 1n })),
      ).rejects.toThrow(/reserved/);
    });
  });

  describe("a lock", () => {
    test("that comes when its content can be read is refused", async () => {
      await using world = await World.begin();
      // The next block's epoch, the next but one and the one after that.
      const next = (await world.latest()) + 1;
      for (const epoch of [0, next - 1, next, next + 1]) {
        await expect(world.locked({ to: NOBODY }, { epoch })).rejects.toThrow(/late/);
      }
      await world.locked({ to: NOBODY }, { epoch: next + 2 });
    });

    test("of junk is told, and its funds are reclaimed after the expiry", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      const [expiry, value, tip] = [epoch + 2, 4n, 3n];
      const other = await sealCall(
        { to: NOBODY, value: 1n, gas: 0n, data: new Uint8Array() },
        lockRound(world.node.network, epoch),
      );
      await world.locked({ to: NOBODY }, { epoch, expiry, value, tip, sealed: Buffer.from("junk") });
      await world.locked({ to: NOBODY }, { epoch, expiry, value, tip, sealed: other.sealed });
      await world.reach(epoch);
      expect(await world.relay()).toMatchObject([
        { id: 0n, kind: "junk" },
        { id: 1n, kind: "junk", reason: "the content is not the one that is committed to" },
      ]);
      await expect(world.send(world.owner, world.lock, timeLock.reclaim.encodeInput(0n))).rejects.toThrow(
        /early/,
      );
      await world.reach(expiry);
      for (const id of [0n, 1n]) await world.send(world.owner, world.lock, timeLock.reclaim.encodeInput(id));
      await world.send(world.owner, world.lock, timeLock.withdraw.encodeInput({ to: NOBODY, value: 14n }));
      expect([await world.state(0n), await world.state(1n)]).toEqual(["reclaimed", "reclaimed"]);
      expect(await world.balance(NOBODY)).toBe(14n);
    });

    test("of a content that is no call cannot be opened", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      const made = await sealText(Buffer.from("no call"), lockRound(world.node.network, epoch));
      const lock = { epoch: BigInt(epoch), expiry: BigInt(epoch + 9), tip: 0n };
      const input = { ...lock, commitment: made.commitment, sealedContent: made.sealed };
      await world.send(world.owner, world.lock, timeLock.lock.encodeInput(input));
      await world.reach(epoch);
      expect(await world.relay()).toMatchObject([{ kind: "refused" }]);
      expect(await world.state()).toBe("locked");
    });

    test("that nobody has opened by its expiry stays closed", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      const { content } = await world.locked({ to: NOBODY }, { epoch, expiry: epoch + 3 });
      await world.reach(epoch + 3);
      await expect(world.open(world.rival, content)).rejects.toThrow(/expired/);
      expect(await world.relay()).toEqual([]);
    });

    test("whose call sends more than it has cannot be opened", async () => {
      await using world = await World.begin();
      const epoch = (await world.latest()) + 4;
      await world.locked({ to: NOBODY, value: 6n }, { epoch, value: 5n });
      await world.reach(epoch);
      expect(await world.relay()).toMatchObject([
        { kind: "refused", reason: expect.stringContaining("funds") },
      ]);
    });
  });

  test("a text is published by anybody from its epoch on, as its author's", async () => {
    await using world = await World.begin();
    const contract = await world.deploy(SEALED_TEXTS.bytecode);
    const epoch = (await world.latest()) + 5;
    const made = await sealText(Buffer.from("I bid 7"), lockRound(world.node.network, epoch));
    const data = texts.lock.encodeInput({
      commitment: made.commitment,
      epoch: BigInt(epoch),
      sealedContent: made.sealed,
    });
    await world.send(world.rival, contract, data);
    expect(keccak(made.content)).toEqual(made.commitment);
    const early = texts.open.encodeInput({ id: 0n, content: made.content });
    await expect(world.send(world.rival, contract, early)).rejects.toThrow(/early/);
    await world.reach(epoch);
    const { node, relayer: from } = world;
    const relay = () => openDue({ provider: node.provider, network: node.network, contract, from });
    const [outcome] = await relay();
    const hash = outcome?.kind === "opened" ? outcome.transaction : undefined;
    const { logs } = (await world.rpc("eth_getTransactionReceipt", hash)) as { logs: [{ topics: string[] }] };
    expect(logs[0].topics[2]).toBe(`0x${world.rival.slice(2).padStart(64, "0")}`);
    const text = texts.revealed.decodeOutput(await world.read(contract, texts.revealed.encodeInput(0n)));
    expect(Buffer.from(text).toString()).toBe("I bid 7");
    expect(await relay()).toEqual([]);
    await expect(world.send(world.rival, contract, early)).rejects.toThrow(/state/);
  });
}
