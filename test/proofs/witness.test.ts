/** Tipsets, executed again on nothing but what their execution has read. All vectors: `npm run bench:witness`. */
import { beforeAll, describe, expect, test } from "vitest";
import { cidText } from "../../src/encoding/cid.js";
import { bundleFolders } from "../../src/tools/bundles/folders.js";
import { defaultVectorFolder, readVector, vectorFiles } from "../../src/tools/vectors/files.js";
import { Library } from "../../src/tools/vectors/library.js";
import type { TipsetVector } from "../../src/tools/vectors/vector.js";
import { type Recorded, recordVector, replayVector } from "../../src/tools/vectors/witness.js";
import { skipLoudly } from "../support/skip.js";

/** Vectors without long null rounds. */
const SHORT = /evm-contracts|multisig|market-deals|verifreg/;
const folder = defaultVectorFolder();
const vectors = (folder === undefined ? [] : vectorFiles([`${folder}/tipsets`]))
  .filter((file) => SHORT.test(file) && /nv2[28]/.test(file))
  .map((file) => readVector(file) as TipsetVector);
if (vectors.length === 0) skipLoudly("witnesses of tipsets: there are no vectors of tipsets");
const library = new Library(bundleFolders());

describe.skipIf(vectors.length === 0)("a witness is enough for", () => {
  for (const vector of vectors) {
    for (const variant of vector.variants) {
      test(`${vector.id} ${variant.id}`, async () => {
        const { witness, ...roots } = await recordVector(vector, variant, library);
        expect(roots.stateRoots.at(-1)).toBe(cidText(vector.expected.stateRoot));
        expect(roots.receiptsRoots).toEqual(vector.expected.receiptsRoots.map(cidText));
        expect(await replayVector(vector, variant, witness)).toEqual(roots);
      });
    }
  }
});

const small = vectors.find(({ id }) => /multisig/.test(id));
describe.skipIf(small === undefined)("a witness without one of its blocks", () => {
  const vector = small as TipsetVector;
  const variant = vector?.variants[0] as TipsetVector["variants"][number];
  let recorded: Recorded;

  beforeAll(async () => {
    recorded = await recordVector(vector, variant, library);
  });

  test("ends with the name of that block", async () => {
    expect(recorded.witness.length).toBeGreaterThan(30);
    for (const [i, { cid }] of recorded.witness.entries()) {
      if (i % 5 > 0) continue; // All of them: `npm run bench:witness -- --remove`.
      const rest = recorded.witness.filter((block) => block.cid !== cid);
      await expect(replayVector(vector, variant, rest)).rejects.toMatchObject({
        code: "BLOCK_NOT_FOUND",
        details: { cid: cidText(cid) },
      });
    }
  });
});
