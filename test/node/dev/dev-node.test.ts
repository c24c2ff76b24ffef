import { describe, expect, test } from "vitest";
import { delegatedAddress, idAddress } from "../../../src/address/address.js";
import { ethToFilecoin, maskedId } from "../../../src/builtin/evm/index.js";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { baseFeeRuleAt, nextBaseFee } from "../../../src/chain/rules/base-fee.js";
import { CREATE2_DEPLOYER, MULTICALL3 } from "../../../src/node/dev/contracts.js";
import { timestampOf } from "../../../src/node/dev/producer.js";
import { callParams, makeDevChain, type TestChain, withDevChains } from "../../support/dev-chain.js";
import { abiFunction, encodeCall } from "../../support/evm/abi.js";
import { create2Address, filecoinAddress } from "../../support/evm/eth-address.js";
import { contract } from "../../support/evm/solidity.js";

const FIL = 10n ** 18n;
const nobody = delegatedAddress(10, new Uint8Array(20).fill(0x77));

/** Relations of Lotus between a tipset and the one below it. */
async function checkRelations({ chain }: TestChain, child: ChainTipset): Promise<void> {
  const parent = (await chain.chain.parent(child)) as ChainTipset;
  const { stateRoot, receiptsRoot } = await chain.executed(parent);
  const { parentStateRoot, parentMessageReceipts, parentBaseFee, parents, beaconEntries } =
    firstHeader(child);
  expect(parentStateRoot).toBe(stateRoot);
  expect(parentMessageReceipts).toBe(receiptsRoot);
  expect(parents).toEqual(parent.key);
  expect(beaconEntries).toHaveLength(child.epoch - parent.epoch);
  expect(timestampOf(child)).toBeGreaterThan(timestampOf(parent));
  const rule = baseFeeRuleAt(chain.network, parent.epoch);
  const messages = await chain.chain.messages(parent);
  expect(parentBaseFee).toBe(nextBaseFee(rule, firstHeader(parent).parentBaseFee, messages));
}

withDevChains("development nodes", () => {
  describe("the beginning", () => {
    test("has funded accounts, contracts that tools expect, and a block that all clients understand", async () => {
      const test = await makeDevChain({ accounts: 2, balance: 5n * FIL });
      const { chain, dev, keys } = test;
      expect([dev.latest.epoch, chain.head.epoch]).toEqual([1, 2]);
      for (const { address } of [...keys.eth, ...keys.filecoin]) {
        expect((await test.actor(address))?.balance).toBe(5n * FIL);
        expect(await test.pool.nextNonce(address)).toBe(0);
      }
      for (const { address, bytecode } of [MULTICALL3, CREATE2_DEPLOYER]) {
        expect((await test.contract(ethToFilecoin(address))).code).toEqual(new Uint8Array(bytecode));
      }
      await checkRelations(test, chain.head);
      expect(chain.network.chainId).toBe(31_415_926);
    });

    test("the CREATE2 deployer deploys where it does on Ethereum", async () => {
      const test = await makeDevChain({ accounts: 1 });
      // Creates the contract that is the one byte STOP: keccak-256 says where.
      const initcode = Buffer.from("600160005360016000f3", "hex");
      const data = Buffer.concat([Buffer.alloc(32), initcode]);
      const { receipt } = await test.send({
        to: ethToFilecoin(CREATE2_DEPLOYER.address),
        params: callParams(data),
        gasLimit: 1_000_000_000,
      });
      expect(receipt.exitCode).toBe(0);
      const address = create2Address(CREATE2_DEPLOYER.address, 0n, initcode);
      expect((await test.contract(filecoinAddress(address))).code).toEqual(Uint8Array.of(1));
    });
  });

  describe("messages as they come", () => {
    test("are in a block with their receipt when push answers, and all is as Lotus has it", async () => {
      const test = await makeDevChain();
      for (let i = 0; i < 3; i++) {
        const before = test.dev.latest;
        const { receipt, cid } = await test.send({ to: nobody, value: FIL });
        expect(receipt.exitCode).toBe(0);
        expect(test.dev.latest.epoch).toBe(before.epoch + 1);
        expect(test.chain.head.epoch).toBe(before.epoch + 2);
        expect((await test.chain.find(cid))?.tipset.key).toEqual(test.dev.latest.key);
        await checkRelations(test, test.dev.latest);
        await checkRelations(test, test.chain.head);
      }
      expect((await test.actor(nobody))?.balance).toBe(3n * FIL);
      expect(test.pool.size).toBe(0);
    });

    test("of all kinds of accounts", async () => {
      const test = await makeDevChain();
      const from = test.keys.filecoin[3]?.address as string as ReturnType<TestChain["eth"]>;
      const { receipt } = await test.send({ from, to: nobody, value: 7n, method: 0 });
      expect(receipt.exitCode).toBe(0);
      expect((await test.actor(nobody))?.balance).toBe(7n);
    });

    test("twenty at once, in any order of their nonces", async () => {
      const test = await makeDevChain();
      const nonces = Array.from({ length: 20 }, (_, i) => (i * 7) % 20);
      const messages = await Promise.all(
        nonces.map((nonce) => test.message({ to: nobody, value: 1n, nonce })),
      );
      await Promise.all(messages.map((message) => test.pool.push(test.dev.signed(message))));
      expect((await test.actor(nobody))?.balance).toBe(20n);
      expect(await test.pool.nextNonce(test.eth(0))).toBe(20);
    });

    test("wait until somebody mines, if that is wanted", async () => {
      const test = await makeDevChain();
      test.dev.automine = false;
      const { latest } = test.dev;
      for (const nonce of [0, 1]) {
        await test.pool.push(test.dev.signed(await test.message({ to: nobody, value: 1n, nonce })));
      }
      expect(test.dev.latest).toBe(latest);
      await test.dev.mine();
      expect((await test.chain.executed(test.dev.latest)).messages).toHaveLength(2);
    });

    test("never reorganise the chain that is appended to", async () => {
      const test = await makeDevChain({ appends: true });
      let reverted = 0;
      test.chain.onChange(({ revert }) => {
        reverted += revert.length;
      });
      await test.send({ to: nobody, value: 1n });
      await test.send({ to: nobody, value: 1n });
      expect(reverted).toBe(0);
      expect(test.chain.head.epoch).toBe(6);
      await checkRelations(test, test.dev.latest);
    });
  });

  describe("tipsets on request", () => {
    test("of several blocks, which share the messages, after null rounds", async () => {
      const test = await makeDevChain();
      test.dev.automine = false;
      for (const i of [0, 1, 2]) {
        await test.pool.push(
          test.dev.signed(await test.message({ from: test.eth(i), to: nobody, value: 1n })),
        );
      }
      const before = test.dev.latest;
      const tipset = await test.dev.mine({ blocks: 3, nullRounds: 4 });
      expect(tipset.headers).toHaveLength(3);
      expect(tipset.epoch).toBe(before.epoch + 5);
      expect(new Set(tipset.headers.map(({ messages }) => messages)).size).toBe(3);
      expect((await test.chain.executed(tipset)).messages).toHaveLength(3);
      await checkRelations(test, tipset);
      await checkRelations(test, test.chain.head);
      expect(await test.chain.tipsetAt(before.epoch + 3, "before")).toMatchObject({ epoch: before.epoch });
    });

    test("many at once, beyond some thousand as null rounds", async () => {
      const test = await makeDevChain();
      await test.dev.mineMany(0);
      expect(test.dev.latest.epoch).toBe(1);
      await test.dev.mineMany(10);
      expect(test.dev.latest.epoch).toBe(11);
      expect(await test.chain.tipsetAt(6, "before")).toMatchObject({ epoch: 6 });
    });

    test("with a base fee and randomness of their own, once", async () => {
      const test = await makeDevChain();
      test.dev.prepare({ baseFee: 5000n, randomness: new Uint8Array(32).fill(9) });
      await test.dev.mine();
      const { parentBaseFee, beaconEntries } = firstHeader(test.dev.latest);
      expect(parentBaseFee).toBe(5000n);
      expect(beaconEntries.at(-1)?.data).toEqual(new Uint8Array(32).fill(9));
      await test.dev.mine();
      expect(firstHeader(test.dev.latest).parentBaseFee).toBe(4375n);
      await checkRelations(test, test.dev.latest);
    });

    test("at intervals", async () => {
      const test = await makeDevChain();
      test.dev.interval = 5;
      const mined = new Promise<void>((resolve) => void test.chain.onChange(() => resolve()));
      await mined;
      await test.dev.close();
      const { head } = test.chain;
      expect(head.epoch).toBeGreaterThan(2);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(test.chain.head).toBe(head);
    });
  });

  describe("snapshots", () => {
    test("bring back the chain, what waits and the time; each once, with those after it", async () => {
      const test = await makeDevChain();
      await test.send({ to: nobody, value: 1n });
      test.dev.automine = false;
      const waiting = test.dev.signed(await test.message({ to: nobody, value: 1n }));
      await test.pool.push(waiting);
      const { head } = test.chain;
      const first = await test.dev.snapshot();
      test.dev.increaseTime(1000);
      await test.dev.mine();
      const second = await test.dev.snapshot();
      expect(second).toBeGreaterThan(first);
      await test.dev.mine();
      expect(await test.dev.revert(first)).toBe(true);
      expect(test.chain.head).toBe(head);
      expect(test.pool.pending()).toEqual([waiting]);
      expect(test.dev.clock.offset).toBe(0);
      expect(await test.dev.revert(first)).toBe(false);
      expect(await test.dev.revert(second)).toBe(false);
      test.dev.automine = true;
      await test.send({ to: nobody, value: 1n, nonce: 2 });
      expect((await test.actor(nobody))?.balance).toBe(3n);
    });
  });

  describe("edits", () => {
    test("of balance, nonce, code and storage are there from the latest block on, and stay", async () => {
      const test = await makeDevChain();
      const { runtime } = contract("storage.sol", "Storage");
      const { latest, head } = { latest: test.dev.latest, head: test.chain.head };
      await test.dev.edit([[nobody, { balance: 5n, bytecode: runtime, slots: [[0n, 42n]], nonce: 9 }]]);
      expect(test.dev.latest).toBe(latest);
      expect(test.chain.head.epoch).toBe(head.epoch);
      const check = async (balance: bigint) => {
        const found = await test.contract(nobody);
        expect(found.code).toEqual(runtime);
        expect([found.nonce, found.slot(0n), (await test.actor(nobody))?.balance]).toEqual([9, 42n, balance]);
      };
      await check(5n);
      const { receipt } = await test.send({ to: test.eth(1), value: 1n });
      expect(receipt.exitCode).toBe(0);
      await check(5n);
      await checkRelations(test, test.chain.head);
    });

    test("that cannot be change nothing", async () => {
      const test = await makeDevChain();
      const { head } = test.chain;
      const power = idAddress(4);
      await expect(test.dev.edit([[power, { bytecode: Uint8Array.of(0) }]])).rejects.toMatchObject({
        code: "INVALID_OPTION",
      });
      expect(test.chain.head).toBe(head);
    });

    test("are gone after a revert", async () => {
      const test = await makeDevChain();
      const id = await test.dev.snapshot();
      await test.dev.edit([[nobody, { balance: 5n }]]);
      expect((await test.actor(nobody))?.balance).toBe(5n);
      await test.dev.revert(id);
      expect(await test.actor(nobody)).toBeUndefined();
    });
  });

  describe("impersonation", () => {
    test("of an account whose key nobody has: it pays, and its nonce goes on", async () => {
      const test = await makeDevChain();
      await test.dev.edit([[nobody, { balance: FIL }]]);
      expect(test.dev.sendsFor(nobody)).toBe(false);
      expect(test.dev.impersonate(nobody)).toBe(true);
      const message = await test.message({ from: nobody, to: test.eth(1), value: 5n });
      await test.pool.push(test.dev.signed(message), "account");
      const actor = await test.actor(nobody);
      expect(actor?.nonce).toBe(1);
      expect(actor?.balance).toBeLessThan(FIL - 5n);
      expect(test.dev.stopImpersonating(nobody)).toBe(true);
      expect(test.dev.stopImpersonating(nobody)).toBe(false);
    });

    test("of a contract and of an actor that is no account: they pay nothing", async () => {
      const test = await makeDevChain();
      const context = await test.deploy(contract("context.sol", "Context").initcode);
      const balance = 10n * FIL;
      await test.dev.edit([[context, { balance }]]);
      const before = await test.contract(context);
      for (const from of [context, context, idAddress(1)]) {
        const { epoch } = test.dev.latest;
        const message = await test.message({
          from,
          to: test.eth(1),
          value: 0n,
          nonce: epoch,
          gasFeeCap: 0n,
          gasPremium: 0n,
        });
        const cid = await test.pool.push(test.dev.signed(message), "actor");
        const place = await test.chain.find(cid);
        expect(place?.tipset.key).toEqual(test.dev.latest.key);
        const { messages } = await test.chain.executed(test.dev.latest);
        expect(messages.map(({ receipt }) => receipt.exitCode)).toEqual([0]);
      }
      expect((await test.actor(context))?.balance).toBe(balance);
      expect((await test.contract(context)).nonce).toBe(before.nonce);
      // Executed again it does the same.
      const again = await test.chain.replay(test.dev.latest, {});
      expect(again.stateRoot).toBe((await test.chain.executed(test.dev.latest)).stateRoot);
    });

    test("contracts see who calls", async () => {
      const test = await makeDevChain();
      const seen = await test.deploy(SENDER_STORE);
      const from = idAddress(1);
      const message = await test.message({ from, to: seen, nonce: 0, gasFeeCap: 0n, gasPremium: 0n });
      await test.pool.push(test.dev.signed(message), "actor");
      expect((await test.contract(seen)).slot(0n)).toBe(BigInt(maskedId(1)));
    });
  });

  describe("time", () => {
    test("goes on from what it is set to, and by epochs on networks' time", async () => {
      const test = await makeDevChain();
      const now = timestampOf(test.dev.latest);
      test.dev.clock.setNext(now + 500, now);
      expect(() => test.dev.clock.setNext(now, now)).toThrow("lower than or equal");
      await test.dev.mine();
      expect(timestampOf(test.dev.latest)).toBe(now + 500);
      test.dev.increaseTime(10_000);
      await test.dev.mine();
      expect(timestampOf(test.dev.latest)).toBeGreaterThanOrEqual(now + 10_500);
      // Tipsets that come faster than seconds are ahead of time; what is added counts from them.
      for (let i = 0; i < 5; i++) await test.dev.mine();
      const fast = timestampOf(test.dev.latest);
      test.dev.increaseTime(100);
      await test.dev.mine();
      expect(timestampOf(test.dev.latest)).toBeGreaterThanOrEqual(fast + 100);
      const epochs = await makeDevChain({ time: "epoch" });
      const first = timestampOf(epochs.dev.latest);
      await epochs.dev.mine({ nullRounds: 1 });
      expect(timestampOf(epochs.dev.latest)).toBe(first + 60);
      epochs.dev.increaseTime(7);
      await epochs.dev.mine();
      await epochs.dev.mine();
      expect(timestampOf(epochs.dev.latest)).toBe(first + 60 + 37 + 30);
    });
  });

  describe("what people are told", () => {
    test("why a transaction has failed, and what contracts say", async () => {
      const lines: string[] = [];
      const test = await makeDevChain({ log: (line) => lines.push(line) });
      const talker = await test.deploy(contract("console.sol", "Talker").initcode);
      const say = encodeCall(abiFunction("say(uint256)"), [12n]);
      await test.send({ to: talker, params: callParams(say) });
      expect(lines).toEqual([
        "console.log: hello 12 true",
        "console.log: number 12 of 115792089237316195423570985008687907853269984665640564039457584007913129639935",
      ]);
      lines.length = 0;
      const fail = encodeCall(abiFunction("fail()"), []);
      const { receipt } = await test.send({ to: talker, params: callParams(fail) });
      expect(receipt.exitCode).toBe(33);
      expect(lines[0]).toBe("console.log: failing");
      expect(lines[1]).toMatch(/^transaction 0x[0-9a-f]{64} failed: .*no way/);
      lines.length = 0;
      const short = await test.send({ to: talker, params: callParams(say), gasLimit: 1_500_000 });
      expect(short.receipt.exitCode).toBe(7);
      expect(lines.at(-1)).toMatch(/^transaction 0x.* failed: .*gas limit of 1,500,000 .*eth_estimateGas/);
    });
  });
});

/** Deploys code that keeps its caller in slot 0: CALLER, PUSH1 0, SSTORE. */
const SENDER_STORE = Buffer.from("6004600c60003960046000f333600055", "hex");
