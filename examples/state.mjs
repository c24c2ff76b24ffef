// All actors of a state in a CAR file: the state tree is a HAMT from addresses to actors.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addressId, parseAddress } from "fvm-node";
import { CarBlockstore, MemoryBlockstore, readBlocks } from "fvm-node/blockstore";
import { tokenCodec } from "fvm-node/chain";
import { decodeCbor, Hamt, writeCar } from "fvm-node/ipld";
import { Genesis } from "fvm-node/testing";

// A file to read: the first state of a network of our own. With a snapshot of a real chain you begin below.
const memory = new MemoryBlockstore();
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const builtins = Object.fromEntries(["system", "init", "account"].map((name) => [name, empty]));
const genesis = new Genesis(memory, { network: 28, networkName: "example", builtins });
genesis.addAccount(parseAddress("f17uoq6tp427uzv7fztkbsnn64iwotfrristwpryy"), 5n * 10n ** 18n);
const folder = mkdtempSync(join(tmpdir(), "fvm-example-"));
const file = join(folder, "state.car");
writeFileSync(file, writeCar({ roots: [await genesis.write()], blocks: [...memory] }));

/** The root of a state: its version, the actors, and a link that nothing uses. */
const rootCodec = {
  decode(reader) {
    reader.tuple(3);
    return { version: reader.u64(), actors: reader.cid(), info: reader.cid() };
  },
};
/** An actor, from network version 18 on. The HAMT's nodes are decoded with it. */
const actorCodec = {
  encode: ({ code, state, nonce, balance, address }, writer) => {
    writer.array(5).cid(code).cid(state).u64(nonce);
    tokenCodec.encode(balance, writer);
    if (address === undefined) writer.null();
    else writer.bytes(address);
  },
  decode(reader) {
    reader.tuple(5);
    const [code, state, nonce] = [reader.cid(), reader.cid(), reader.u64()];
    const balance = tokenCodec.decode(reader);
    return { code, state, nonce, balance, address: reader.null() ? undefined : reader.bytes() };
  },
};

const store = await CarBlockstore.open(file);
const [root] = store.roots;
const actors = await readBlocks(store, (blocks) => {
  const tree = decodeCbor(rootCodec, blocks.get(root));
  return [...Hamt.load(blocks, tree.actors, actorCodec).entries()];
});
for (const [address, { nonce, balance }] of actors) {
  console.log(`f0${addressId(address)}: nonce ${nonce}, ${balance} attoFIL`);
}
store.close();
rmSync(folder, { recursive: true });
