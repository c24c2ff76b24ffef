/** What an actor does with one block, by the block's size. */
import { CborWriter } from "#src/ipld/cbor.js";
import { At, type GuestPlan, loopingGuest } from "../micro/guest-code.js";
import { measure } from "../micro/measure.js";
import { invoker, networkWith } from "../micro/network.js";
import type { Section } from "./curve.js";
import { EFFORT, type GrowthOptions } from "./options.js";

const SIZES = [100, 1_000, 10_000, 100_000, 2 ** 20];
/** A message keeps all blocks that it makes. */
const MAX_BYTES_PER_MESSAGE = 16 * 2 ** 20;
const MAX_TIMES = 1_000;
const PAGE = 65_536;
/** A copy from the nearest cache against one from memory, to pages that the system gives one by one. */
const MEMORY_BY_CACHE = 6;

const create = `(import "ipld" "block_create" (func $create (param i32 i64 i32 i32) (result i32)))`;
const link = `(import "ipld" "block_link" (func $link (param i32 i32 i64 i32 i32 i32) (result i32)))`;
const open = `(import "self" "root" (func $root (param i32 i32 i32) (result i32)))
  (import "ipld" "block_open" (func $open (param i32 i32) (result i32)))`;
const read = `(import "ipld" "block_read" (func $read (param i32 i32 i32 i32 i32) (result i32)))`;

const [result, cid, buffer] = [At.result, At.cid, At.buffer].map((at) => `(i32.const ${at})`);
const createBlock = (size: number) =>
  `(call $create ${result} (i64.const 0x55) ${buffer} (i32.const ${size}))`;
const BLAKE2B_256 = "(i64.const 0xb220) (i32.const 32)";

type Plan = Pick<GuestPlan, "imports" | "before" | "body">;

const plans: Readonly<Record<string, (size: number) => Plan>> = {
  create: (size) => ({ imports: create, body: createBlock(size) }),
  // Hashes the block each time.
  link: (size) => ({
    imports: `${create} ${link}`,
    before: `(drop ${createBlock(size)})`,
    body: `(call $link (i32.const 8) (i32.load ${result}) ${BLAKE2B_256} ${cid} (i32.const 64))`,
  }),
  open: () => ({
    imports: open,
    before: `(drop (call $root ${result} ${cid} (i32.const 64)))`,
    body: `(call $open ${result} ${cid})`,
  }),
  read: (size) => ({
    imports: `${create} ${read}`,
    before: `(drop ${createBlock(size)})`,
    body: `(call $read (i32.const 8) (i32.load ${result}) (i32.const 0) ${buffer} (i32.const ${size}))`,
  }),
};

export async function blockSize({ note }: GrowthOptions): Promise<Section> {
  const curves = [];
  for (const [name, plan] of Object.entries(plans)) {
    note(`ipld.block_${name}`);
    const points = [];
    for (const size of SIZES) points.push({ size, ns: await nanoseconds(size, plan(size)) });
    curves.push({
      name: `block_${name}`,
      law: "linear" as const,
      counts: "min" as const,
      tolerance: MEMORY_BY_CACHE,
      points,
    });
  }
  return {
    name: "blocks",
    title: "Size of a block",
    sizes: "bytes",
    per: "byte",
    scale: "logarithmic",
    curves,
  };
}

async function nanoseconds(size: number, plan: Plan) {
  const times = Math.min(MAX_TIMES, Math.floor(MAX_BYTES_PER_MESSAGE / size));
  const pages = 1 + Math.ceil((At.buffer + size) / PAGE);
  const { machine, ids } = await networkWith([
    { wasm: await loopingGuest({ ...plan, times, pages }), state: blockOf(size) },
  ]);
  const run = invoker(machine, ids[0] ?? 0);
  const measured = measure({ group: "growth", name: `${size}`, operations: times, run }, EFFORT);
  machine.close();
  return measured;
}

/** A byte string that is so long with its head. */
function blockOf(size: number): Uint8Array {
  const head = new CborWriter().bytes(new Uint8Array(size)).finish().length - size;
  return new CborWriter().bytes(new Uint8Array(size - head)).finish();
}
