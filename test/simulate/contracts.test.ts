/** Contracts whose code, storage, balance and block are otherwise than on the chain. */
import { concatBytes } from "@noble/hashes/utils.js";
import { beforeAll, describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../src/address/address.js";
import { isFvmError } from "../../src/errors.js";
import type { ActorOverride } from "../../src/simulate/overrides.js";
import type { Simulator } from "../../src/simulate/simulator.js";
import { keccak, toBigInt, toHex, word } from "../support/evm/abi.js";
import type { DeployedContract } from "../support/evm/deployed-contract.js";
import { createAddress, filecoinAddress, maskedId } from "../support/evm/eth-address.js";
import { EPOCH, ethAccount, FIL } from "../support/evm/evm-chain.js";
import { onEachVersion } from "../support/evm/on-each-version.js";
import { invocation, read, simulatorOf, valuesOf } from "../support/evm/simulated-chain.js";
import { contract } from "../support/evm/solidity.js";

const TOP = 2n ** 256n - 1n;
const GET = "get(uint256) returns (uint256)";
const NUMBER = "number() returns (uint256)";
const BALANCE_OF = "balanceOf(address) returns (uint256)";
const MESSAGE = "message() returns (address,address,uint256,bytes4,bytes,uint256)";
const CHAIN = "chain() returns (uint256,uint256,uint256,uint256,uint256,address,uint256)";
const SELF = "self() returns (address,uint256,uint256,bytes32)";
const nobody = ethAccount(99);
const zeroEth = `0x${"00".repeat(20)}`;

onEachVersion(
  (net) => {
    let slots: DeployedContract;
    let storage: DeployedContract;
    let context: DeployedContract;
    let simulator: Simulator;
    beforeAll(async () => {
      const chain = net.chain();
      slots = await chain.deploy(contract("slots.sol", "Slots"));
      storage = await chain.deploy(contract("storage.sol", "Storage"));
      context = await chain.deploy(contract("context.sol", "Context"));
      await slots.call("set(bytes)", concatBytes(...[1n, 10n, 2n, 20n, TOP, 30n, 2n ** 200n, 40n].map(word)));
      await storage.call("setNumber(uint256)", 5n);
      await storage.call("setBalance(address,uint256)", nobody.eth, 6n);
      simulator = await simulatorOf(chain);
    });

    /** A slot of the contract as a contract with these overrides reads it. */
    const slot = async (key: bigint, override: ActorOverride) =>
      (await read(simulator, slots.eth, GET, [key], { overrides: [[slots.address, override]] }))[0];

    describe("storage", () => {
      const some = {
        slots: new Map([
          [1n, 11n],
          [TOP, 33n],
          [2n, 0n],
          [TOP - 1n, 77n],
          [9n, TOP],
        ]),
      };
      test.each([
        ["another value", 1n, 11n],
        ["another value in the last slot", TOP, 33n],
        ["a new value next to the last slot", TOP - 1n, 77n],
        ["a new value", 9n, TOP],
        ["deletion by zero", 2n, 0n],
        ["what is not overridden", 2n ** 200n, 40n],
        ["what is not there at all", 3n, 0n],
      ])("some slots: %s", async (_, key, value) => expect(await slot(key, some)).toBe(value));

      test.each([
        ["its own", 5n, 50n],
        ["nothing of what was there", 1n, 0n],
        ["nothing of what was there, in the last slot", TOP, 0n],
      ])("the whole storage: %s", async (_, key, value) => {
        expect(await slot(key, { storage: [[5n, 50n]] })).toBe(value);
      });

      test("no slot at all", async () => expect(await slot(1n, { storage: [] })).toBe(0n));

      test("a mapping's slot, by Solidity's rule", async () => {
        const key = toBigInt(keccak(concatBytes(word(nobody.eth), word(2n))));
        const overrides = [[storage.address, { slots: [[key, 123n]] }]] as const;
        expect(await read(simulator, storage.eth, BALANCE_OF, [nobody.eth])).toEqual([6n]);
        expect(await read(simulator, storage.eth, BALANCE_OF, [nobody.eth], { overrides })).toEqual([123n]);
        expect(await read(simulator, storage.eth, NUMBER, [], { overrides })).toEqual([5n]);
      });

      test("the message's own writes go over it", async () => {
        const overrides = [[slots.address, { slots: [[1n, 11n]] }]] as const;
        const messages = [
          invocation(slots.eth, "set(bytes)", concatBytes(word(9n), word(99n))),
          invocation(slots.eth, GET, 9n),
          invocation(slots.eth, GET, 1n),
        ];
        const { results } = await simulator.simulate(messages, { overrides });
        expect(results.slice(1).flatMap((result) => valuesOf(result, GET))).toEqual([99n, 11n]);
        expect(await slot(9n, {})).toBe(0n);
      });
    });

    describe("code", () => {
      const other = contract("context.sol", "Context").runtime;

      test("of a contract, which keeps its storage", async () => {
        const overrides = [[storage.address, { bytecode: contract("slots.sol", "Slots").runtime }]] as const;
        expect(await read(simulator, storage.eth, GET, [0n], { overrides })).toEqual([5n]);
      });

      test.each([
        ["nobody", nobody.eth],
        ["an account", ethAccount(2).eth],
        ["a placeholder", ethAccount(3).eth],
      ])("of %s, who becomes a contract", async (_, eth) => {
        const overrides = [
          [filecoinAddress(eth), { bytecode: other, balance: 7n, slots: [[1n, 2n]] }],
        ] as const;
        expect(await read(simulator, eth, SELF, [], { overrides })).toEqual([
          eth,
          7n,
          BigInt(other.length),
          toHex(keccak(other)),
        ]);
      });

      test("none: a contract that does nothing", async () => {
        const overrides = [[slots.address, { bytecode: new Uint8Array() }]] as const;
        const { receipt } = await simulator.call(invocation(slots.eth, GET, 1n), { overrides });
        // An empty byte string in CBOR.
        expect(receipt).toMatchObject({ exitCode: 0, returnData: Uint8Array.of(0x40) });
      });

      test("and nonce of a contract: CREATE makes the address from it", async () => {
        const factory = await net.chain().deploy(contract("create.sol", "Factory"));
        const fresh = await simulatorOf(net.chain());
        const signature = "create(uint256) returns (address)";
        const overrides = [[factory.address, { nonce: 1000 }]] as const;
        const [child] = await read(fresh, factory.eth, signature, [1n], { overrides });
        expect(child).toBe(createAddress(factory.eth, 1000));
      });
    });

    describe("balance", () => {
      test("of a contract", async () => {
        const overrides = [[context.address, { balance: 5n * FIL }]] as const;
        expect((await read(simulator, context.eth, SELF, [], { overrides }))[1]).toBe(5n * FIL);
      });
      test("of a sender who has none", async () => {
        const value = 3n * FIL;
        const message = { from: nobody.address, value };
        const poor = await simulator.call({ ...invocation(context.eth, MESSAGE), ...message });
        expect(poor.receipt.exitCode).toBe(6);
        const overrides = [[nobody.address, { balance: value }]] as const;
        const [sender, , got] = await read(simulator, context.eth, MESSAGE, [], { overrides, message });
        expect([sender, got]).toEqual([nobody.eth, value]);
      });
    });

    describe("senders", () => {
      const sender = async (from: Address | undefined) =>
        (
          await read(simulator, context.eth, MESSAGE, [], { message: from === undefined ? {} : { from } })
        ).slice(0, 2);
      test("nobody named", async () => expect(await sender(undefined)).toEqual([zeroEth, zeroEth]));
      test("somebody who does not exist", async () => {
        expect(await sender(nobody.address)).toEqual([nobody.eth, nobody.eth]);
      });
      test("an account", async () => {
        const { eve } = net.chain();
        expect(await sender(eve.address)).toEqual([eve.eth, eve.eth]);
      });
      test("a contract, by its f410 address and by its ID", async () => {
        expect(await sender(storage.address)).toEqual([storage.eth, storage.eth]);
        expect(await sender(idAddress(storage.id))).toEqual([storage.eth, storage.eth]);
      });
      test("a native actor", async () => {
        expect(await sender(idAddress(10))).toEqual([maskedId(10), maskedId(10)]);
      });
      test("a contract's messages pay nothing, and one's value comes from the contract", async () => {
        const message = { from: context.address, gasFeeCap: 100n, value: FIL };
        const overrides = [[context.address, { balance: FIL }]] as const;
        const result = await simulator.call(
          { ...invocation(storage.eth, NUMBER), ...message },
          { overrides },
        );
        expect(result).toMatchObject({ kind: "implicit", baseFeeBurn: 0n, minerTip: 0n, refund: 0n });
        // Solidity's getter accepts no value: the contract had it to send.
        expect(result.receipt.exitCode).toBe(33);
        const without = await simulator.call({ ...invocation(storage.eth, NUMBER), ...message });
        expect(without.receipt.exitCode).toBe(6);
      });
      test("a contract's gas is that of the same call by another sender, but for the message's inclusion", async () => {
        const gasOf = async (from: Address) => {
          const { receipt } = await simulator.call({
            ...invocation(storage.eth, NUMBER),
            from,
            rawLength: 1000,
          });
          return Number(receipt.gasUsed);
        };
        const inclusion = 38_863 + 475_000 + 46_800 + 1300 * 1000;
        expect(await gasOf(net.chain().eve.address)).toBe((await gasOf(context.address)) + inclusion);
      });
    });

    // Transient storage came with network version 25.
    test.runIf(net.version >= 25)(
      "a contract's messages are not one message, however it is written",
      async () => {
        const transient = await net.chain().deploy(contract("transient.sol", "Transient", "cancun"));
        const fresh = await simulatorOf(net.chain());
        const write = invocation(transient.eth, "write(uint256)", 5n);
        const READ = "read() returns (uint256)";
        for (const from of [storage.address, idAddress(storage.id)]) {
          const messages = [
            { ...write, from: storage.address },
            { ...invocation(transient.eth, READ), from },
          ];
          const { results } = await fresh.simulate(messages);
          expect(results.flatMap((result) => valuesOf(result, READ))).toEqual([5n, 0n]);
        }
      },
    );

    describe("block", () => {
      test("as the simulator's options say", async () => {
        const [number, timestamp, , baseFee] = await read(simulator, context.eth, CHAIN);
        expect([number, timestamp, baseFee]).toEqual([BigInt(EPOCH), 1_700_000_000n, 100n]);
      });
      test("another one", async () => {
        const randomness = new Uint8Array(32).fill(7);
        const block = { epoch: 4321, timestamp: 1234, baseFee: 0n, randomness };
        const values = await read(simulator, context.eth, CHAIN, [], { block });
        expect(values.slice(0, 4)).toEqual([4321n, 1234n, 314n, 0n]);
        const [, , , , , , random] = values;
        const others = await read(simulator, context.eth, CHAIN, [], {
          block: { ...block, randomness: new Uint8Array(32) },
        });
        expect(others[6]).not.toBe(random);
        expect((await read(simulator, context.eth, CHAIN, [], { block }))[6]).toBe(random);
      });
    });

    test.each([
      ["slots of an account", () => ethAccount(2).address, { slots: [[1n, 2n]] }, /is no contract/],
      ["the storage of a native actor", () => idAddress(1), { storage: [] }, /f01 is no contract/],
      ["slots of nobody", () => nobody.address, { slots: [[1n, 2n]] }, /is no contract/],
      ["code of a native actor", () => idAddress(1), { bytecode: new Uint8Array(1) }, /no f410 address/],
      ["an unknown actor", () => idAddress(987654), { balance: 1n }, /no such actor/],
      ["slots of an unknown actor", () => idAddress(987654), { slots: [] }, /no such actor/],
    ] as const)("an override of %s is refused in a line", async (_, address, override, reason) => {
      const overriding = simulator.call(invocation(slots.eth, GET, 1n), {
        overrides: [[address(), override]],
      });
      await expect(overriding).rejects.toSatisfy((error) => isFvmError(error, "INVALID_OPTION"));
      await expect(overriding).rejects.toThrow(reason);
    });
  },
  [21, 24, 28],
);
