/** Blocks as actors use them, HAMTs as the state tree uses them. */
import { idAddress } from "#src/address/address.js";
import { Blocks } from "#src/blockstore/blocks.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { Hamt } from "#src/ipld/hamt.js";
import { native } from "#src/native/index.js";
import { idCodec } from "#src/vm/state-tree/init-actor.js";
import { At, loopingGuest } from "./guest-code.js";
import { expectSame, type Micro } from "./measure.js";
import { invoker, networkWith } from "./network.js";

const CALLS = 2_000;
const ENTRIES = 10_000;
const CHANGES = 100;
const BLOCK_BYTES = 1_000;

export async function ipld(): Promise<Micro[]> {
  return [...(await blockCalls()), ...hamts()];
}

async function blockCalls(): Promise<Micro[]> {
  const [result, cid, buffer] = [At.result, At.cid, At.buffer].map((at) => `(i32.const ${at})`);
  const create = `(import "ipld" "block_create" (func $create (param i32 i64 i32 i32) (result i32)))`;
  const createBlock = `(call $create ${result} (i64.const 0x55) ${buffer} (i32.const ${BLOCK_BYTES}))`;
  const plans = {
    "block_create, 1,000 bytes": { imports: create, body: createBlock },
    "block_read, 1,000 bytes": {
      imports: `${create}
        (import "ipld" "block_read" (func $read (param i32 i32 i32 i32 i32) (result i32)))`,
      before: `(drop ${createBlock})`,
      body: `(call $read (i32.const 8) (i32.load ${result}) (i32.const 0) ${buffer} (i32.const ${BLOCK_BYTES}))`,
    },
    block_open: {
      imports: `(import "self" "root" (func $root (param i32 i32 i32) (result i32)))
        (import "ipld" "block_open" (func $open (param i32 i32) (result i32)))`,
      before: `(drop (call $root ${result} ${cid} (i32.const 64)))`,
      body: `(call $open ${result} ${cid})`,
    },
  };
  const guests = await Promise.all(
    Object.values(plans).map(async (plan) => ({ wasm: await loopingGuest({ ...plan, times: CALLS }) })),
  );
  const { machine, ids } = await networkWith(guests);
  return Object.keys(plans).map((name, index) => ({
    group: "ipld",
    name,
    operations: CALLS,
    run: invoker(machine, ids[index] ?? 0),
  }));
}

function hamts(): Micro[] {
  const blocks = new Blocks(native.blocks(), new MemoryBlockstore());
  const keys = Array.from({ length: ENTRIES }, (_, id) => idAddress(100 + id));
  const full = Hamt.empty(blocks, idCodec);
  for (const [id, key] of keys.entries()) full.set(key, id);
  const root = full.flush();
  const group = "ipld";
  let turn = 0;
  return [
    {
      group,
      name: `HAMT get, ${ENTRIES} entries`,
      operations: ENTRIES,
      run() {
        const hamt = Hamt.load(blocks, root, idCodec);
        for (const [id, key] of keys.entries()) expectSame("value", hamt.get(key), id);
      },
    },
    {
      group,
      name: `HAMT set, ${ENTRIES} entries`,
      operations: CHANGES,
      run() {
        const hamt = Hamt.load(blocks, root, idCodec);
        turn++;
        for (let change = 0; change < CHANGES; change++) hamt.set(keys[change * 97] ?? "", ENTRIES + turn);
        expectSame("value", hamt.get(keys[0] ?? ""), ENTRIES + turn);
      },
    },
    {
      group,
      name: `HAMT set ${CHANGES} and flush, per entry`,
      // There and back again.
      operations: 2 * CHANGES,
      run() {
        const hamt = Hamt.load(blocks, root, idCodec);
        for (let change = 0; change < CHANGES; change++) hamt.set(keys[change * 97] ?? "", ++turn + ENTRIES);
        if (hamt.flush() === root) throw new Error("the root did not change");
        for (let change = 0; change < CHANGES; change++) hamt.set(keys[change * 97] ?? "", change * 97);
        expectSame("root", hamt.flush(), root);
      },
    },
  ];
}
