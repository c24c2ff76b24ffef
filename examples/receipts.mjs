// The receipts of a tipset: an AMT, whose root is in the headers of the next tipset's blocks.
import { MemoryBlockstore, readBlocks, writeBlocks } from "fvm-node/blockstore";
import { receiptCodec } from "fvm-node/chain";
import { Amt, buildAmt, CHAIN_AMT } from "fvm-node/ipld";

// Receipts to read: three messages, of which the second ran out of gas.
const receipts = [0, 7, 0].map((exitCode, i) => ({
  ...{ exitCode, returnData: new Uint8Array(i), gasUsed: 1000 * (i + 1), eventsRoot: undefined },
}));
const store = new MemoryBlockstore();
const root = await writeBlocks(store, (blocks) =>
  buildAmt(receipts, receiptCodec, CHAIN_AMT, (codec, data) => blocks.put(codec, data)),
);

// All of them, or the one at an index. What leaves the function is finished: an array, a value.
const all = await readBlocks(store, (blocks) => [
  ...Amt.load(blocks, root, receiptCodec, CHAIN_AMT).entries(),
]);
for (const [index, { exitCode, gasUsed }] of all) {
  console.log(`message ${index}: exit code ${exitCode}, ${gasUsed} gas`);
}
const second = await readBlocks(store, (blocks) => Amt.load(blocks, root, receiptCodec, CHAIN_AMT).get(1));
console.log(second.exitCode === 7 ? "the second ran out of gas" : "the second went well");
