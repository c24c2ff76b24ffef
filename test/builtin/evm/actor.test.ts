/** States of contracts against those that the real EVM actor writes. */
import { concatBytes } from "@noble/hashes/utils.js";
import { beforeAll, expect, test } from "vitest";
import { readBlocks } from "../../../src/blockstore/access.js";
import {
  type EvmState,
  emptyEvmState,
  readBytecode,
  readEvmState,
  withBytecode,
  writeEvmState,
} from "../../../src/builtin/evm/state.js";
import { readSlot, storageSlots, withSlots, withStorage } from "../../../src/builtin/evm/storage.js";
import { cidText } from "../../../src/encoding/cid.js";
import type { BlockAccess } from "../../../src/ipld/block-access.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import { keccak, word } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { contract } from "../../support/evm/solidity.js";
import { randomNumbers } from "../../support/test-data.js";

const slotsContract = contract("slots.sol", "Slots");
const TOP = 2n ** 256n - 1n;

/** Slots that share long beginnings or none, and values; 0 in a third of the cases. */
function randomSlots(seed: number, count: number): [bigint, bigint][] {
  const random = randomNumbers(seed);
  const bases = [0n, 2n ** 255n, TOP - 40n, 0x1234n << 200n];
  return Array.from({ length: count }, () => {
    const slot = (bases[random(4)] as bigint) + BigInt(random(40));
    return [slot, random(3) === 0 ? 0n : BigInt(random(1000) + 1) ** BigInt(random(20) + 1)];
  });
}

onEachVersion((net) => {
  const { actorsVersion } = networkVersion(net.version);
  let slots: DeployedContract;
  beforeAll(async () => {
    slots = await net.chain().deploy(slotsContract);
  });

  /** Findings of a function in the contract's state. */
  async function inState<T>(read: (blocks: BlockAccess, state: EvmState) => T): Promise<T> {
    const { machine, store } = net.chain();
    const actor = await machine.getActor(slots.address);
    if (actor === undefined) throw new Error("no contract");
    await machine.flush();
    return readBlocks(store, (blocks) => {
      const state = readEvmState(blocks, actor.state, actorsVersion);
      expect(cidText(writeEvmState(blocks, state, actorsVersion))).toBe(cidText(actor.state));
      return read(blocks, state);
    });
  }

  test("a new contract: code, hash, nonce, an empty storage", async () => {
    await inState((blocks, state) => {
      expect(readBytecode(blocks, state)).toEqual(slotsContract.runtime);
      expect(state.bytecodeHash).toEqual(keccak(slotsContract.runtime));
      expect(state).toMatchObject({ nonce: 1, tombstone: undefined, transientData: undefined });
      expect([...storageSlots(blocks, state)]).toEqual([]);
      expect(withBytecode(blocks, emptyEvmState(blocks), slotsContract.runtime)).toEqual(state);
    });
  });

  test("ten batches of writes and deletions: the actor's root each time", async () => {
    const model = new Map<bigint, bigint>();
    for (let batch = 0; batch < 10; batch++) {
      const before = await inState((_, state) => state);
      const writes = randomSlots(batch, 30);
      for (const [slot, value] of writes) model.set(slot, value);
      await slots.call("set(bytes)", concatBytes(...writes.flat().map(word)));
      await inState((blocks, state) => {
        expect(cidText(withSlots(blocks, before, writes).contractState)).toBe(cidText(state.contractState));
        const entries = [...model].filter(([, value]) => value !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
        expect([...storageSlots(blocks, state)]).toEqual(entries);
        expect(withStorage(blocks, before, model)).toEqual(state);
        for (const [slot, value] of model) expect(readSlot(blocks, state, slot)).toBe(value);
      });
    }
    expect(model.size).toBeGreaterThan(100);
  });
});
