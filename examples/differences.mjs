// How a HAMT differs from an earlier one. An AMT has the same method.
import { MemoryBlockstore, readBlocks, writeBlocks } from "fvm-node/blockstore";
import { Hamt } from "fvm-node/ipld";

const numbers = { encode: (value, writer) => writer.u64(value), decode: (reader) => reader.u64() };
const store = new MemoryBlockstore();
const before = await writeBlocks(store, (blocks) => {
  const hamt = Hamt.empty(blocks, numbers);
  for (let i = 0; i < 10_000; i++) hamt.set(`key ${i}`, i);
  return hamt.flush();
});
const after = await writeBlocks(store, (blocks) => {
  const hamt = Hamt.load(blocks, before, numbers);
  hamt.set("key 7", 70);
  hamt.set("another", 1);
  hamt.delete("key 8");
  return hamt.flush();
});

const changes = await readBlocks(store, (blocks) => [
  ...Hamt.load(blocks, after, numbers).differences(Hamt.load(blocks, before, numbers)),
]);
changes.sort((a, b) => (a.key < b.key ? -1 : 1));
for (const change of changes) console.log(change.key, change.before, "→", change.after);
