import { beforeEach, describe, expect, test } from "vitest";
import { ethToFilecoin } from "../../../src/builtin/evm/index.js";
import { timestampOf } from "../../../src/node/dev/producer.js";
import { devMethods } from "../../../src/node/methods/dev/index.js";
import { makeDevChain, type TestChain, withDevChains } from "../../support/dev-chain.js";
import { devRpc } from "../../support/dev-rpc.js";

const WHO = "0x7777777777777777777777777777777777777777";
const who = ethToFilecoin(WHO);
const PREFIXES = ["hardhat", "anvil"] as const;

withDevChains("methods of development nodes", () => {
  let chain: TestChain;
  let call: ReturnType<typeof devRpc>;

  beforeEach(async () => {
    chain = await makeDevChain({ accounts: 2 });
    call = devRpc(chain);
  });

  test("have a name each, and --lotus hides them all", () => {
    const names = devMethods.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    expect(devMethods.every(({ ours }) => ours === true)).toBe(true);
  });

  describe.each(PREFIXES)("%s", (prefix) => {
    const done = prefix === "hardhat" ? true : null;
    const run = (name: string, ...params: unknown[]) => call(`${prefix}_${name}`, ...params);

    test("balances, in any form of number", async () => {
      for (const [value, balance] of [
        ["0xff", 255n],
        ["1000", 1000n],
        [7, 7n],
        ["0x0", 0n],
      ] as const) {
        expect(await run("setBalance", WHO, value)).toBe(done);
        expect((await chain.actor(who))?.balance).toBe(balance);
      }
      expect(await run("addBalance", WHO, 5)).toBe(done);
      expect((await chain.actor(who))?.balance).toBe(5n);
      await expect(run("setBalance", "f099", 1)).rejects.toThrow(/circulating supply/);
      await expect(run("setBalance", WHO, "0xzz")).rejects.toThrow(/no integer/);
      await expect(run("setBalance", WHO, `0x1${"0".repeat(64)}`)).rejects.toThrow(/2\^256/);
    });

    test("nonce, code and storage", async () => {
      expect(await run("setCode", WHO, "0x6001")).toBe(done);
      expect(await run("setNonce", WHO, "0x5")).toBe(done);
      expect(await run("setStorageAt", WHO, "0x0", `0x${"0".repeat(62)}2a`)).toBe(true);
      const found = await chain.contract(who);
      expect([found.code, found.nonce, found.slot(0n)]).toEqual([Uint8Array.of(0x60, 1), 5, 42n]);
      await expect(run("setCode", WHO, "0xef00")).rejects.toThrow(/0xef/);
      await expect(run("setCode", WHO, `0x${"00".repeat(24_577)}`)).rejects.toThrow(/24576/);
      await expect(run("setStorageAt", chain.dev.accounts[0], "0x0", "0x1")).rejects.toThrow(/no contract/);
      expect(await run("setCode", WHO, "0x")).toBe(done);
      await expect(chain.contract(who)).rejects.toThrow();
      expect(await run("setNonce", chain.dev.accounts[0], 7)).toBe(done);
      expect(await chain.pool.nextNonce(chain.eth(0))).toBe(7);
    });

    test("mining", async () => {
      expect(await run("mine")).toBe(done);
      expect(chain.dev.latest.epoch).toBe(2);
      const before = timestampOf(chain.dev.latest);
      expect(await run("mine", "0x5", "0xa")).toBe(done);
      expect(chain.dev.latest.epoch).toBe(7);
      expect(timestampOf(chain.dev.latest)).toBeGreaterThanOrEqual(before + 41);
      expect(await run("mine", 0)).toBe(done);
      expect(chain.dev.latest.epoch).toBe(7);
      expect(await run("getAutomine")).toBe(true);
      expect(await run("setAutomine", false)).toBe(done);
      expect(await run("getAutomine")).toBe(false);
    });

    test("impersonation, fees, randomness, and what has no effect", async () => {
      expect(await run("impersonateAccount", WHO)).toBe(done);
      expect(chain.dev.sendsFor(who)).toBe(true);
      expect(await run("stopImpersonatingAccount", WHO)).toBe(done);
      expect(chain.dev.sendsFor(who)).toBe(false);
      expect(await run("autoImpersonateAccount", true)).toBe(done);
      expect(chain.dev.sendsFor(who)).toBe(true);
      expect(await run("setNextBlockBaseFeePerGas", "0x3e8")).toBe(done);
      await expect(run("setNextBlockBaseFeePerGas", 99)).rejects.toThrow(/least is 100/);
      await expect(run("setNextBlockBaseFeePerGas", `0x${"f".repeat(64)}`)).rejects.toThrow(/all FIL/);
      expect(await run("setPrevRandao", `0x${"09".repeat(32)}`)).toBe(done);
      const tipset = await chain.dev.mine();
      expect(tipset.headers[0]).toMatchObject({ parentBaseFee: 1000n });
      expect(tipset.headers[0]?.beaconEntries.at(-1)?.data).toEqual(new Uint8Array(32).fill(9));
      expect(await run("setCoinbase", WHO)).toBe(done);
      expect(await run("setLoggingEnabled", false)).toBe(done);
    });
  });

  test("evm_mine: at a time, several, wide ones, after null rounds", async () => {
    const now = timestampOf(chain.dev.latest);
    expect(await call("evm_mine", now + 100)).toBe("0x0");
    expect(timestampOf(chain.dev.latest)).toBe(now + 100);
    expect(await call("evm_mine", { blocks: 2, width: 3, nullRounds: 1 })).toBe("0x0");
    expect(chain.dev.latest.epoch).toBe(6);
    expect(chain.dev.latest.headers).toHaveLength(3);
    await expect(call("evm_mine", now)).rejects.toThrow(/lower than or equal/);
    await expect(call("evm_mine", { width: 4 })).rejects.toThrow(/3 blocks/);
    await expect(call("evm_mine", { width: 1_000_000_000 })).rejects.toThrow(/3 blocks/);
  });

  test("snapshots", async () => {
    expect(await call("evm_snapshot")).toBe("0x1");
    await call("evm_mine");
    expect(await call("evm_snapshot")).toBe("0x2");
    expect(await call("evm_revert", "0x1")).toBe(true);
    expect(chain.dev.latest.epoch).toBe(1);
    expect(await call("evm_revert", "0x2")).toBe(false);
    expect(await call("evm_snapshot")).toBe("0x3");
  });

  test("rolling back", async () => {
    await chain.send({ to: who, value: 1n });
    await chain.send({ to: who, value: 1n });
    await call("anvil_rollback", 1);
    expect((await chain.actor(who))?.balance).toBe(1n);
    expect(chain.pool.size).toBe(0);
    await expect(call("anvil_rollback", 2)).rejects.toThrow(/only 1/);
    await chain.send({ to: who, value: 1n });
    expect((await chain.actor(who))?.balance).toBe(2n);
  });

  test("time", async () => {
    const now = timestampOf(chain.dev.latest);
    expect(await call("evm_increaseTime", 3600)).toBe("3600");
    expect(await call("anvil_increaseTime", "0x10")).toBe(3616);
    await call("evm_mine");
    expect(timestampOf(chain.dev.latest)).toBeGreaterThanOrEqual(now + 3616);
    expect(await call("anvil_setNextBlockTimestamp", now + 9000)).toBeNull();
    await call("evm_mine");
    expect(timestampOf(chain.dev.latest)).toBe(now + 9000);
    expect(await call("anvil_setBlockTimestampInterval", 7)).toBeNull();
    await call("evm_mine");
    expect(timestampOf(chain.dev.latest)).toBe(now + 9007);
    expect(await call("anvil_removeBlockTimestampInterval")).toBe(true);
    // In milliseconds, as viem sends it in its mode for Hardhat.
    expect(await call("hardhat_setBlockTimestampInterval", 8000)).toBe(true);
    await call("evm_mine");
    expect(timestampOf(chain.dev.latest)).toBe(now + 9015);
    expect(await call("hardhat_removeBlockTimestampInterval")).toBe(true);
    expect(await call("anvil_removeBlockTimestampInterval")).toBe(false);
    expect(await call("evm_setTime", now + 20_000)).toBeGreaterThan(10_000);
  });

  test("intervals", async () => {
    expect(await call("evm_setIntervalMining", [10, 30])).toBe(true);
    expect(chain.dev.interval).toBe(20);
    expect(await call("anvil_setIntervalMining", 2)).toBeNull();
    expect(await call("anvil_getIntervalMining")).toBe(2);
    expect(await call("evm_setIntervalMining", 0)).toBe(true);
    expect(await call("anvil_getIntervalMining")).toBeNull();
    await expect(call("evm_setIntervalMining", "soon")).rejects.toThrow(/milliseconds/);
  });

  test("what tools recognise", async () => {
    expect(await call("hardhat_metadata")).toMatchObject({
      clientVersion: "anvil/test",
      chainId: 31_415_926,
      latestBlockNumber: 1,
      instanceId: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    });
    expect(await call("anvil_nodeInfo")).toMatchObject({
      currentBlockNumber: "0x1",
      environment: { baseFee: "0x64" },
    });
    expect(await call("eth_requestAccounts")).toEqual([
      "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
      "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
    ]);
  });

  describe("signatures", () => {
    // As viem and ethers sign with the first account's key.
    const [account] = ["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"];
    const hello =
      "0xf16ea9a3478698f695fd1401bfe27e9e4a7e8e3da94aa72b021125e31fa899cc573c48ea3fe1d4ab61a9db10c19032026e3ed2dbccba5a178235ac27f94504311c";

    test("of texts and bytes", async () => {
      expect(await call("personal_sign", "hello", account)).toBe(hello);
      expect(await call("eth_sign", account, "0x68656c6c6f")).toBe(hello);
      await expect(call("eth_sign", WHO, "0x")).rejects.toThrow(/no key of 0x7777/);
    });

    test("of typed data, whatever form its numbers have", async () => {
      const typed = (amount: unknown) => ({
        types: {
          Mail: [
            { name: "to", type: "address" },
            { name: "amounts", type: "uint256[]" },
          ],
        },
        primaryType: "Mail",
        domain: { name: "Ether Mail", version: "1", chainId: 31_415_926 },
        message: { to: WHO, amounts: [amount, 2] },
      });
      const signatures = await Promise.all(
        [typed("1000"), typed("0x3e8"), typed(1000), JSON.stringify(typed(1000))].map((data) =>
          call("eth_signTypedData_v4", account, data),
        ),
      );
      expect(new Set(signatures)).toEqual(new Set([TYPED]));
      await expect(call("eth_signTypedData_v4", account, { types: {} })).rejects.toThrow(/no typed data/);
      await expect(call("eth_signTypedData_v4", account, "{")).rejects.toThrow(/JSON/);
    });
  });
});

/** As viem signs it. */
const TYPED =
  "0x1616dba7c9556f883e664e98b22f71b5da793f50c17f65b939c046cbf963bb9943d5822a366489ead6575d8a2bcce8944ee542cbd8c6570616542d06f4d45d731c";
