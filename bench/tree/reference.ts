/** The native tree against the reference's HAMT: the same changes at random, the same roots. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Blocks } from "#src/blockstore/blocks.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { cidText } from "#src/encoding/cid.js";
import { SHA2_256 } from "#src/encoding/codecs.js";
import { CborWriter, type Codec } from "#src/ipld/cbor.js";
import { Hamt } from "#src/ipld/hamt.js";
import { native } from "#src/native/index.js";
import { latin1Bytes } from "#src/util/bytes.js";
import { StoredMap } from "#src/vm/state-tree/stored-map.js";
import { BenchError } from "../bench-error.js";
import { buildPeer } from "../compare/contender.js";
import { runProcess } from "../compare/run-process.js";
import { note } from "../program.js";

/** Keys and values as latin1 text of their bytes; null: the key is deleted. */
type Batch = readonly (readonly [key: string, value: string | null])[];

/** Values as the bytes that they are. */
const ITEM: Codec<string> = {
  encode: (item, writer) => writer.rawLatin1(item),
  decode: (reader) => reader.rawLatin1(),
};

const CACHE_BYTES = 1 << 28;
const MIB = 2 ** 20;

export interface Agreement {
  readonly keys: string;
  readonly operations: number;
  readonly batches: number;
}

/** Throws `BenchError` at the first batch after which the roots differ. @param operations of all kinds of keys together */
export async function compareWithReference(operations: number, seed: number): Promise<Agreement[]> {
  note("building the reference");
  const { command } = buildPeer();
  const folder = mkdtempSync(join(tmpdir(), "fvm-tree-"));
  const agreed: Agreement[] = [];
  try {
    const kinds = keyKinds();
    for (const [i, [name, keyOf]] of kinds.entries()) {
      const batches = [...randomBatches(operations / kinds.length, keyOf, randomIntegers(seed + i))];
      const [own, theirs] = [ownRoots(batches), await peerRoots(command, join(folder, `${i}`), batches)];
      const differs = batches.findIndex((_, at) => own[at] !== theirs[at]);
      if (differs >= 0)
        throw new BenchError(`${name}, seed ${seed}: the roots differ after batch ${differs}`);
      const done = batches.reduce((sum, { length }) => sum + length, 0);
      agreed.push({ keys: name, operations: done, batches: batches.length });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return agreed;
}

function keyKinds(): (readonly [name: string, keyOf: (i: number) => string])[] {
  const crowded = crowdedKeys();
  return [
    ["few keys", (i) => `k${i % 40}`],
    ["some hundred keys", (i) => `\x00${String.fromCharCode(i & 0xff, (i >> 8) & 3)}`],
    ["many keys", (i) => `\x01${i % 20_000}`],
    ["keys with hashes that begin alike", (i) => crowded[i % crowded.length] as string],
  ];
}

/** Keys of which many begin with the same 16 bits of their hash, so that their nodes are deep. */
function crowdedKeys(): string[] {
  const byStart = new Map<number, string[]>();
  for (let i = 0; i < 100_000; i++) {
    const key = `key ${i}`;
    const [first = 0, second = 0] = native.hash(SHA2_256, latin1Bytes(key)) ?? [];
    const start = (first << 8) | second;
    const alike = byStart.get(start);
    if (alike === undefined) byStart.set(start, [key]);
    else alike.push(key);
  }
  return [...byStart.values()]
    .sort((a, b) => b.length - a.length)
    .slice(0, 40)
    .flat();
}

function* randomBatches(
  operations: number,
  keyOf: (i: number) => string,
  random: (below: number) => number,
): Generator<Batch> {
  for (let done = 0; done < operations; ) {
    const changes = new Map<string, string | null>();
    // Deletions lead now and then, so that maps get small again.
    const deletions = [0, 1, 5, 9][random(4)] as number;
    for (let count = 1 + random(1 << random(10)); count > 0; count--) {
      changes.set(keyOf(random(1 << 24)), random(10) < deletions ? null : randomItem(random));
    }
    done += changes.size;
    yield [...changes];
  }
}

/** An item as both write it: the reference reads values, and writes them again. */
function randomItem(random: (below: number) => number): string {
  const writer = new CborWriter();
  const kinds = [
    () => writer.u64(random(1 << 20)),
    () => writer.i64(-random(70_000)),
    () => writer.bytes(new Uint8Array(random(300)).fill(random(256))),
    () => writer.text("é".repeat(random(20))),
    () => writer.array(2).null().bool(true),
    () =>
      writer
        .array(3)
        .u64(random(30))
        .bytes(new Uint8Array(random(20)))
        .array(0),
  ];
  kinds[random(kinds.length)]?.();
  return writer.finishLatin1();
}

/** Numbers below 2^24 that follow from a seed. */
function randomIntegers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}

function ownRoots(batches: readonly Batch[]): string[] {
  const blocks = new Blocks(native.blocks(native.blockCache(CACHE_BYTES)), new MemoryBlockstore());
  let map = StoredMap.load(blocks, Hamt.empty(blocks, ITEM).flush(), ITEM);
  return batches.map((batch) => {
    map = map.with(batch, blocks);
    return cidText(map.root);
  });
}

async function peerRoots(command: string, file: string, batches: readonly Batch[]): Promise<string[]> {
  const base64 = (text: string | null) => text && Buffer.from(text, "latin1").toString("base64");
  const lines = batches.map((batch) => JSON.stringify(batch.map((change) => change.map(base64))));
  writeFileSync(file, lines.join("\n"));
  note(`${(lines.reduce((sum, { length }) => sum + length, 0) / MIB).toFixed(0)} MiB of changes`);
  const { status, stdout, stderr } = await runProcess(command, ["hamt", file]);
  if (status !== 0) throw new BenchError(`the reference ended with ${status}: ${stderr.trim()}`);
  return stdout.trim().split("\n");
}
