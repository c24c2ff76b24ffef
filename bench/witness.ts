/** Executes vectors of tipsets on what their execution has read and nothing else, and measures these witnesses. */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { cidCodec, cidText } from "#src/encoding/cid.js";
import { RAW } from "#src/encoding/codecs.js";
import { HostFault } from "#src/errors.js";
import type { Block } from "#src/ipld/block-access.js";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { defaultVectorFolder, readVector, vectorFiles } from "#src/tools/vectors/files.js";
import { Library } from "#src/tools/vectors/library.js";
import type { TipsetVector, Variant } from "#src/tools/vectors/vector.js";
import { type Recorded, recordVector, replayVector } from "#src/tools/vectors/witness.js";
import { BenchError } from "./bench-error.js";
import { table } from "./text-table.js";

const HELP = `npm run bench:witness -- [PATH...] [--filter TEXT] [--remove]

Records what vectors of tipsets read, executes them on that alone, and compares all roots with the vector's and with each
other. Shows the witnesses' sizes: blocks and KiB of state, KiB of the code that runs.

  --filter TEXT  Only vectors whose id contains it.
  --remove       Also execute without each single block, which must be named as missing.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    filter: { type: "string", default: "" },
    remove: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else await main(positionals.length > 0 ? positionals : [`${defaultVectorFolder()}/tipsets`]);

async function main(paths: readonly string[]): Promise<void> {
  const library = new Library(bundleFolders());
  const rows = [["vector", "tipsets", "messages", "blocks", "state", "code"]];
  let removed = 0;
  for (const file of vectorFiles(paths)) {
    const vector = readVector(file);
    if (vector.class !== "tipset" || !vector.id.includes(values.filter)) continue;
    for (const variant of vector.variants) {
      const recorded = await recordVector(vector, variant, library);
      await compare(vector, variant, recorded);
      if (values.remove) removed += await removeEach(vector, variant, recorded.witness);
      rows.push(rowOf(vector, recorded.witness));
      console.error(basename(file));
    }
  }
  if (rows.length === 1) throw new BenchError("no vectors of tipsets");
  console.log(table(rows).join("\n"));
  if (values.remove) console.log(`\n${removed} blocks left out, each by itself: each was named`);
}

async function compare(vector: TipsetVector, variant: Variant, recorded: Recorded): Promise<void> {
  const { stateRoot, receiptsRoots } = vector.expected;
  const again = await replayVector(vector, variant, recorded.witness);
  for (const { stateRoots, receiptsRoots: found } of [recorded, again]) {
    if (stateRoots.at(-1) !== cidText(stateRoot) || found.join() !== receiptsRoots.map(cidText).join()) {
      throw new BenchError(`${vector.id}: other roots than the vector's`);
    }
  }
  if (again.stateRoots.join() !== recorded.stateRoots.join()) {
    throw new BenchError(`${vector.id}: other roots on the witness alone`);
  }
}

async function removeEach(
  vector: TipsetVector,
  variant: Variant,
  witness: readonly Block[],
): Promise<number> {
  for (const { cid } of witness) {
    const rest = witness.filter((block) => block.cid !== cid);
    const outcome = await replayVector(vector, variant, rest).catch((error: unknown) => error);
    const isNamed =
      outcome instanceof HostFault &&
      outcome.code === "BLOCK_NOT_FOUND" &&
      "cid" in outcome.details &&
      outcome.details.cid === cidText(cid);
    if (!isNamed) throw new BenchError(`${vector.id}: without ${cidText(cid)}: ${outcome}`);
  }
  return witness.length;
}

function rowOf({ id, tipsets, expected }: TipsetVector, witness: readonly Block[]): string[] {
  const code = witness.filter(isModule);
  const state = witness.filter((block) => !code.includes(block));
  return [
    id.replace(/^oracle-tipset-/, ""),
    `${tipsets.length}`,
    `${expected.receipts.length}`,
    `${state.length}`,
    kib(state),
    kib(code),
  ];
}

/** Other raw blocks are bytecode of contracts. */
function isModule({ cid, data }: Block): boolean {
  return cidCodec(cid) === RAW && Buffer.from(data.subarray(0, 4)).toString("latin1") === "\0asm";
}

function kib(blocks: readonly Block[]): string {
  return (blocks.reduce((sum, { data }) => sum + data.length, 0) / 1024).toFixed(0);
}
