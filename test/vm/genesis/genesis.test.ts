import { describe, expect, test } from "vitest";
import { buildActors } from "../../../actors/build.mjs";
import { delegatedAddress, idAddress, secp256k1Address } from "../../../src/address/address.js";
import { readBlocks } from "../../../src/blockstore/access.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { executeTipset } from "../../../src/chain/execution/execute-tipset.js";
import { Amt, CHAIN_AMT } from "../../../src/ipld/amt.js";
import { receiptCodec } from "../../../src/message/receipt.js";
import { Genesis } from "../../../src/vm/genesis/genesis.js";
import { noopActor } from "../../../src/vm/genesis/noop-actor.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import { rejectProofs } from "../../../src/vm/proofs/verifier.js";

const key = secp256k1Address(new Uint8Array(65).fill(4));
const ethereum = delegatedAddress(10, new Uint8Array(20).fill(5));
const { system, init, account, placeholder, eam, ethaccount, token } = await buildActors();
const required = { system, init, account, placeholder, eam, ethaccount } as Record<string, Uint8Array>;

describe("a genesis state", () => {
  test("has what was put into it", async () => {
    const blockstore = new MemoryBlockstore();
    const genesis = new Genesis(blockstore, { network: 28, networkName: "mine", builtins: required });
    expect(genesis.nextId).toBe(100);
    expect(genesis.addAccount(key, 7n)).toBe(100);
    expect(genesis.addAccount(ethereum, 8n)).toBe(101);
    const code = genesis.addCode(token as Uint8Array);
    expect(genesis.addActor({ code, balance: 9n })).toBe(102);
    const machine = await Machine.create({
      network: 28,
      stateRoot: await genesis.write(),
      blockstore,
      epoch: 1,
    });

    const named = (name: string) => genesis.codeOf(name);
    const found = [];
    for (const address of [key, ethereum, idAddress(102), idAddress(0), idAddress(1), idAddress(99)]) {
      const { code, balance, delegatedAddress } = (await machine.getActor(address)) ?? {};
      found.push({ code, balance, delegatedAddress });
    }
    expect(found).toEqual([
      { code: named("account"), balance: 7n, delegatedAddress: undefined },
      { code: named("placeholder"), balance: 8n, delegatedAddress: ethereum },
      { code, balance: 9n, delegatedAddress: undefined },
      { code: named("system"), balance: 0n, delegatedAddress: undefined },
      { code: named("init"), balance: 0n, delegatedAddress: undefined },
      { code: named("account"), balance: 0n, delegatedAddress: undefined },
    ]);
    machine.close();
  });

  test("is the same each time", async () => {
    const roots = [1, 2].map(() => {
      const genesis = new Genesis(new MemoryBlockstore(), {
        network: 28,
        networkName: "mine",
        builtins: required,
      });
      genesis.addAccount(key, 7n);
      return genesis.write();
    });
    expect(await roots[1]).toBe(await roots[0]);
  });

  test("needs an account actor", () => {
    const { account: _, ...builtins } = required;
    expect(() => new Genesis(new MemoryBlockstore(), { network: 28, networkName: "mine", builtins })).toThrow(
      expect.objectContaining({ code: "INVALID_MANIFEST", details: { reason: "no actor account" } }),
    );
  });
});

test("noopActor is enough for tipsets", async () => {
  const blockstore = new MemoryBlockstore();
  const builtins = { ...required, reward: noopActor(), cron: noopActor() };
  const genesis = new Genesis(blockstore, { network: 28, networkName: "mine", builtins });
  const miner = idAddress(genesis.addAccount(key, 10n ** 18n));
  const node = {
    chainId: 1,
    genesisTimestamp: 0,
    blockstore,
    externs: {
      getChainRandomness: () => undefined,
      getBeaconRandomness: () => undefined,
      getTipsetCid: () => undefined,
      verifyConsensusFault: () => undefined,
    },
    proofs: rejectProofs,
    networkVersion: () => 28,
    circulatingSupply: () => 0n,
  };
  const transfer = {
    version: 0,
    from: key,
    to: idAddress(99),
    nonce: 0,
    value: 1n,
    gasLimit: 2_000_000,
    gasFeeCap: 200n,
    gasPremium: 10n,
    method: 0,
    params: new Uint8Array(),
  };
  const { blocks, receiptsRoot } = await executeTipset(node, await genesis.write(), {
    epoch: 2,
    timestamp: 60,
    parentEpoch: 0,
    baseFee: 100n,
    blocks: [{ miner, winCount: 1, messages: [{ message: transfer, rawLength: 100 }] }],
  });
  expect(blocks[0]?.messages.map(({ receipt }) => receipt.exitCode)).toEqual([0]);
  const receipts = await readBlocks(blockstore, (access) => [
    ...Amt.load(access, receiptsRoot, receiptCodec, CHAIN_AMT).entries(),
  ]);
  expect(receipts).toEqual([[0, blocks[0]?.messages[0]?.receipt]]);
});
