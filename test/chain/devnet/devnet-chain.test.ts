import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { readBuiltinActors } from "../../../src/builtin/read-builtin-actors.js";
import type { DevnetChain, MineOptions } from "../../../src/chain/devnet/devnet-chain.js";
import type { DevnetMiner } from "../../../src/chain/devnet/election.js";
import { DevnetTraffic } from "../../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../../src/chain/devnet/traffic/mix.js";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { signMessage } from "../../../src/chain/signatures/sign.js";
import { verifyBlock } from "../../../src/chain/signatures/verify.js";
import { verifyElectionProof, verifyTicket } from "../../../src/chain/signatures/vrf.js";
import type { BeaconEntry, BlockHeader } from "../../../src/chain/types/header.js";
import type { SignedMessage } from "../../../src/chain/types/signed-message.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { isFvmError } from "../../../src/errors.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const FIL = 10n ** 18n;
const versions = devnetVersions([16, 27, 28]);
const has = (...needed: number[]) => needed.every((version) => versions.includes(version));

/** Mines with the usual traffic. */
async function mineTraffic(chain: DevnetChain, tipsets: number, seed = "test"): Promise<ChainTipset[]> {
  const traffic = new DevnetTraffic(chain, { seed, messages: 6, mix: USUAL_MIX, nullRounds: 20 });
  const mined: ChainTipset[] = [];
  for (let i = 0; i < tipsets; i++) mined.push(await traffic.mine());
  return mined;
}

/** A transfer of the first account. */
function transfer(chain: DevnetChain, nonce: number, gasLimit = 10_000_000): SignedMessage {
  const [key] = chain.accounts;
  if (key === undefined) throw new Error("no account");
  const message = {
    version: 0,
    to: idAddress(1),
    from: key.address,
    nonce,
    value: 1n,
    gasLimit,
    gasFeeCap: 10n ** 9n,
    gasPremium: 0n,
    method: 0,
    params: new Uint8Array(),
  };
  return signMessage(message, key, { chainId: chain.network.chainId });
}

if (!has(28)) skipLoudly("devnets: no bundle v18 of mainnet");
else {
  test("blocks have the proofs and signatures of their miners", async () => {
    const chain = await makeDevnet();
    const tipsets = [chain.genesis, ...(await mineTraffic(chain, 8))];
    for (const [i, tipset] of tipsets.entries()) {
      const parent = tipsets[i - 1];
      if (parent === undefined) continue;
      for (const header of tipset.headers) {
        const worker = chain.miners.find(({ address }) => address === header.miner)?.worker.address;
        if (worker === undefined) throw new Error("a block of somebody else");
        const beacon = header.beaconEntries.at(-1) as BeaconEntry;
        const input = { header, worker, beacon };
        expect(verifyBlock(header, worker)).toBe(true);
        expect(verifyElectionProof(input)).toBe(true);
        expect(verifyTicket(input, firstHeader(parent).ticket)).toBe(true);
        expect(header.beaconEntries.map(({ round }) => round)).toEqual(
          Array.from({ length: tipset.epoch - parent.epoch }, (_, n) => 101 + parent.epoch + n),
        );
        expect(header.timestamp).toBe(1_700_000_000 + 30 * tipset.epoch);
      }
    }
  });

  test("a seed says everything", async () => {
    const mined = async (seed: string) => {
      const chain = await makeDevnet({ seed });
      await mineTraffic(chain, 5, seed);
      return { key: chain.head.key, network: chain.networkFile };
    };
    const one = await mined("one");
    expect(await mined("one")).toEqual(one);
    const other = await mined("other");
    expect(other.network.genesis.cids).not.toEqual(one.network.genesis.cids);
    expect(other.key).not.toEqual(one.key);
  });

  test("traffic is of all kinds: signatures, contracts, failures, repetitions", async () => {
    const chain = await makeDevnet();
    const exits = new Set<number>();
    const signatures = new Set<string>();
    let [repeated, events] = [0, 0];
    const traffic = new DevnetTraffic(chain, { seed: "a", messages: 12, mix: USUAL_MIX, nullRounds: 10 });
    for (let i = 0; i < 20; i++) {
      const tipset = await traffic.mine();
      for (const { secp, bls } of await chain.chain.messages(tipset)) {
        if (bls.length > 0) signatures.add("bls");
        for (const { signature } of secp) signatures.add(`${signature.type} ${signature.data.length}`);
      }
      for (const { executed, messages } of (await chain.executeHead())?.blocks ?? []) {
        const last = executed.at(-1);
        if (last !== undefined && last >= messages.length) repeated++;
        for (const { receipt } of messages) exits.add(receipt.exitCode);
        events += messages.filter(({ receipt }) => receipt.eventsRoot !== undefined).length;
      }
    }
    expect([...signatures].sort()).toEqual([
      "bls",
      "delegated 65",
      "delegated 66",
      "delegated 69",
      "secp256k1 65",
    ]);
    expect(events).toBeGreaterThan(0);
    expect(repeated).toBeGreaterThan(0);
    expect([...exits]).toEqual(expect.arrayContaining([0, 2, 6, 7, 33]));
  });

  test("null rounds are left out, and only those who may mine do", async () => {
    const chain = await makeDevnet();
    const [miner] = chain.miners;
    if (miner === undefined) throw new Error("no miner");
    const tipset = await chain.mine({ nullRounds: 4, miners: [miner] });
    expect(tipset.epoch).toBeGreaterThanOrEqual(5);
    expect(tipset.headers.map((header) => header.miner)).toEqual([miner.address]);
    expect((await chain.executeHead())?.nullRounds.length).toBe(tipset.epoch - 1);
  });

  test("miners without power never win", async () => {
    const chain = await makeDevnet();
    const worker = chain.miners[0]?.worker as DevnetMiner["worker"];
    const error = await chain.mine({ miners: [{ address: idAddress(1), worker }] }).catch((reason) => reason);
    expect(error).toMatchObject({ code: "INVALID_OPTION", details: { option: "miners" } });
    expect(chain.head).toBe(chain.genesis);
  });

  test("messages are as they are given, and executed in the next block's state", async () => {
    const chain = await makeDevnet();
    const nonceGap = [transfer(chain, 0), transfer(chain, 7)];
    await chain.mine({ messages: nonceGap, miners: chain.miners.slice(0, 1) });
    const result = await chain.executeHead();
    expect(result?.blocks.map(({ executed }) => executed)).toEqual([[0]]);
    expect(result?.blocks[0]?.messages[0]?.receipt.exitCode).toBe(0);
    const next = await chain.mine();
    expect(firstHeader(next).parentStateRoot).toBe(result?.stateRoot);
    expect(firstHeader(next).parentMessageReceipts).toBe(result?.receiptsRoot);
  });

  test("a block may be edited before it is signed", async () => {
    const chain = await makeDevnet();
    const edit = (header: BlockHeader) => ({ ...header, parentBaseFee: 7n });
    const { headers } = await chain.mine({ edit });
    for (const header of headers) {
      const worker = chain.miners.find(({ address }) => address === header.miner)?.worker.address;
      expect(header.parentBaseFee).toBe(7n);
      expect(worker && verifyBlock(header, worker)).toBe(true);
    }
  });

  test("a chain may go on from an earlier tipset", async () => {
    const chain = await makeDevnet();
    const first = await chain.mine();
    const there = await chain.mine();
    chain.rewind(first);
    expect(await chain.mine()).toEqual(there);
    chain.rewind(first);
    expect(await chain.mine({ nullRounds: 1 })).not.toEqual(there);
  });

  test("a signal ends it, and the chain stays as it was", async () => {
    const chain = await makeDevnet();
    const head = await chain.mine();
    const reason = new Error("enough");
    await expect(chain.mine({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(chain.head).toBe(head);
  });

  test("a chain may begin with the state of another, whose reserve pays", async () => {
    const other = await makeDevnet({ seed: "other" });
    const { parentStateRoot } = firstHeader(other.genesis);
    const { blockstore } = other;
    const chain = await makeDevnet({ blockstore, stateRoot: parentStateRoot });
    await mineTraffic(chain, 3);
    const state = (await chain.executeHead())?.stateRoot;
    const machine = await Machine.create({ network: 28, blockstore, stateRoot: state as Cid, epoch: 9 });
    for (const { address } of [...other.accounts, ...chain.accounts]) {
      expect(await machine.getActor(address)).toBeDefined();
    }
    expect((await machine.getActor(idAddress(90)))?.balance).toBeLessThan(300_000_000n * FIL);
    machine.close();
  });

  describe("bad options", () => {
    test.each<[string, MineOptions]>([
      ["nullRounds", { nullRounds: -1 }],
      ["nullRounds", { nullRounds: 8001 }],
      ["miners", { miners: [] }],
      ["messages", { messages: 3 as unknown as [] }],
      ["edit", { edit: "header" as unknown as () => BlockHeader }],
    ])("of mine: %s", async (option, options) => {
      const chain = await makeDevnet();
      const error = await chain.mine(options).catch((reason: unknown) => reason);
      expect(isFvmError(error, "INVALID_OPTION") && error.details.option).toBe(option);
    });

    test.each([
      ["miners", { miners: 0 }],
      ["accountsOfEach", { accountsOfEach: 1.5 }],
      ["blockDelay", { blockDelay: 0 }],
      ["upgrades", { upgrades: [{ height: 5, networkVersion: 28 }] }],
      ["actors", { networkVersion: 28, actors: new Map() }],
      ["seed", { seed: 7 as unknown as string }],
    ])("of create: %s", async (option, options) => {
      const error = await makeDevnet(options).catch((reason: unknown) => reason);
      expect(isFvmError(error, "INVALID_OPTION") && error.details.option).toBe(option);
    });
  });
}

if (has(27, 28)) {
  test("an upgrade swaps the code of the actors", async () => {
    const chain = await makeDevnet({ networkVersion: 27, upgrades: [{ height: 3, networkVersion: 28 }] });
    await mineTraffic(chain, 6);
    const stateRoot = (await chain.executeHead())?.stateRoot;
    expect(stateRoot).toBeDefined();
    const actors = await readBuiltinActors(chain.blockstore, stateRoot as Cid, 28);
    expect(actors.codeOf("account")).toBe(chain.codeOf(28, "account"));
    expect(chain.codeOf(28, "account")).not.toBe(chain.codeOf(27, "account"));
    expect(chain.networkFile).toMatchObject({ networkVersion: 28, premiumBaseFeeFrom: 3 });
  });
}

if (has(16, 28)) {
  test("a state of other actors is refused", async () => {
    const { blockstore, genesis } = await makeDevnet();
    const { parentStateRoot: stateRoot } = firstHeader(genesis);
    const error = await makeDevnet({ networkVersion: 16, blockstore, stateRoot }).catch((reason) => reason);
    expect(error).toMatchObject({ code: "INVALID_OPTION", details: { option: "actors" } });
  });

  test("the oldest version has no Ethereum accounts", async () => {
    const chain = await makeDevnet({ networkVersion: 16 });
    await mineTraffic(chain, 3);
    expect(new Set(chain.accounts.map(({ type }) => type))).toEqual(new Set(["secp256k1", "bls"]));
  });
}
