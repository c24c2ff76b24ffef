/** Contracts in the states of vectors: their storage, written anew in another order, has the same root. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Blocks } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { type EvmState, readBytecode, readEvmState, writeEvmState } from "../../../src/builtin/evm/state.js";
import { storageSlots, withStorage } from "../../../src/builtin/evm/storage.js";
import { type Cid, cidCodec, cidText } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import { isFvmError } from "../../../src/errors.js";
import { BlockNotFound } from "../../../src/ipld/block-access.js";
import { native } from "../../../src/native/index.js";
import { defaultVectorFolder, readVector, vectorFiles } from "../../../src/tools/vectors/files.js";
import { blocksOf } from "../../../src/tools/vectors/store.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import { memoryBlocks } from "../../support/blocks.js";
import { skipLoudly } from "../../support/skip.js";

const KECCAK_256 = 0x1b;

/** Contracts of a vector; incomplete ones are those of which its messages did not read everything. */
interface Contracts {
  /** Slots in use of each. */
  readonly slots: number[];
  incomplete: number;
}

/** The blocks of a vector that are states of contracts, each written anew. */
function contractsOf(file: string, actorsVersion: number): Contracts {
  const cars = Array.from(blocksOf(readVector(file).car()), ([cid, data]) => ({ cid, data }));
  const blocks = memoryBlocks(new MemoryBlockstore(cars));
  const contracts: Contracts = { slots: [], incomplete: 0 };
  for (const { cid } of cars) {
    const state = stateIn(blocks, cid, actorsVersion);
    if (state === undefined) continue;
    try {
      expect(native.hash(KECCAK_256, readBytecode(blocks, state))).toEqual(state.bytecodeHash);
      const entries = [...storageSlots(blocks, state)];
      const again = withStorage(blocks, state, entries.toReversed());
      expect(cidText(writeEvmState(blocks, again, actorsVersion))).toBe(cidText(cid));
      contracts.slots.push(entries.length);
    } catch (error) {
      if (!(error instanceof BlockNotFound)) throw error;
      contracts.incomplete++;
    }
  }
  return contracts;
}

function stateIn(blocks: Blocks, cid: Cid, actorsVersion: number): EvmState | undefined {
  if (cidCodec(cid) !== DAG_CBOR) return undefined;
  try {
    return readEvmState(blocks, cid, actorsVersion);
  } catch (error) {
    if (isFvmError(error, "INVALID_CBOR")) return undefined;
    throw error;
  }
}

const folder = join(defaultVectorFolder() ?? "", "generated");
for (const version of [21, 22, 24, 25, 27, 28]) {
  const name = `nv${version}`;
  const evm = join(folder, name, "evm");
  const { actorsVersion } = networkVersion(version);
  if (!existsSync(evm)) {
    skipLoudly(`contracts of ${name}: no vectors`);
    continue;
  }
  test(`contracts of ${name}`, () => {
    const found = vectorFiles([evm]).map((file) => contractsOf(file, actorsVersion));
    const slots = found.flatMap((contracts) => contracts.slots);
    const incomplete = found.reduce((sum, contracts) => sum + contracts.incomplete, 0);
    console.log(
      `${name}: ${slots.length} contracts, ${slots.reduce((a, b) => a + b, 0)} slots; ${incomplete} incomplete`,
    );
    expect(slots.length).toBeGreaterThan(100);
    expect(incomplete).toBeLessThan(5);
    expect(Math.max(...slots)).toBeGreaterThan(50);
  });
}
