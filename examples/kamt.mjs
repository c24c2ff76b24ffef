// The storage of a contract: a KAMT from slots to values, and in what two states of it differ.
import { MemoryBlockstore, readBlocks, writeBlocks } from "fvm-node/blockstore";
import { Kamt } from "fvm-node/ipld";

const store = new MemoryBlockstore();
const before = await writeBlocks(store, (blocks) => {
  const storage = Kamt.empty(blocks);
  for (let slot = 0n; slot < 1000n; slot++) storage.set(slot, slot * slot);
  return storage.flush();
});
const after = await writeBlocks(store, (blocks) => {
  const storage = Kamt.load(blocks, before);
  storage.set(2n ** 256n - 1n, 7n);
  storage.delete(3n);
  return storage.flush();
});

// Nothing of what the two have in common is read.
const differences = await readBlocks(store, (blocks) => [
  ...Kamt.load(blocks, after).differences(Kamt.load(blocks, before)),
]);
for (const { key, before, after } of differences) console.log(`slot ${key}: ${before} → ${after}`);
