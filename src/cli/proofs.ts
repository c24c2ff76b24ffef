import { defineCommand } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { jsonText } from "./json.js";

const folderOption = {
  type: "text",
  value: "DIR",
  help: "Folder of proofs' files. Default: FVM_PROOF_KEYS, else one in the user's cache.",
} as const;
const jsonOption = { type: "flag", help: "Answer with one JSON object." } as const;

const FILES =
  "Proofs of storage are verified with files of mainnet's trusted setup: a verifying key for each circuit and size of\n" +
  "sectors, and powers for aggregates. They are in no package; docs/proofs.md says where they come from.";

export const proofsImport = defineCommand({
  name: "proofs import",
  parameters: ["FILE|DIR..."],
  summary: "Check files that proofs are verified with, and copy them into the folder.",
  details:
    `${FILES}\n\n` +
    "A file is recognised by its digest, whatever it is called; of a folder those are taken that have a listed name. Of the\n" +
    "powers, 302 MB, only what a verifier needs is kept, a few kilobytes.",
  options: { "proof-keys": folderOption, json: jsonOption },
  examples: ["fvm proofs import /var/tmp/filecoin-proof-parameters"],
  async run({ "proof-keys": given, json }, paths, output) {
    const { MAINNET_PROOFS } = await import("../storage-proofs/parameters.js");
    const { importProofFiles, proofFolder } = await import("../storage-proofs/proof-files.js");
    const folder = proofFolder(given);
    const files = await importProofFiles(paths, folder, MAINNET_PROOFS);
    if (json) output.answer(jsonText({ folder, files }));
    else
      for (const { circuit, sectors, name } of files) output.answer(line(circuit, sectors, "imported", name));
    output.note(`${files.length} files in ${folder}`);
    return 0;
  },
});

export const proofsList = defineCommand({
  name: "proofs list",
  parameters: [],
  summary: "List the files that proofs are verified with, and which of them are there.",
  details: FILES,
  options: { "proof-keys": folderOption, json: jsonOption },
  examples: ["fvm proofs list", "fvm proofs list --json"],
  async run({ "proof-keys": given, json }, _args, output) {
    const { MAINNET_PROOFS } = await import("../storage-proofs/parameters.js");
    const { listProofFiles, proofFolder, storedPath } = await import("../storage-proofs/proof-files.js");
    const folder = proofFolder(given);
    const files = listProofFiles(MAINNET_PROOFS).map((file) => ({
      ...file,
      there: storedPath(folder, file) !== undefined,
    }));
    if (json) output.answer(jsonText({ folder, files }));
    else {
      for (const { circuit, sectors, there, cid, name } of files)
        output.answer(line(circuit, sectors, there ? "there" : "missing", `${cid}  ${name}`));
    }
    output.note(`${files.filter(({ there }) => there).length} of ${files.length} in ${folder}`);
    return 0;
  },
});

export const proofsCheck = defineCommand({
  name: "proofs check",
  parameters: [],
  summary: "Check the files that proofs are verified with against their pinned digests.",
  details:
    "Exit code 0 if those that are there are right, 1 if one is wrong or none is there, 2 on bad input.",
  options: { "proof-keys": folderOption, json: jsonOption },
  examples: ["fvm proofs check"],
  async run({ "proof-keys": given, json }, _args, output) {
    const { MAINNET_PROOFS } = await import("../storage-proofs/parameters.js");
    const { checkProofFile, listProofFiles, proofFolder } = await import("../storage-proofs/proof-files.js");
    const folder = proofFolder(given);
    const files = [];
    for (const file of listProofFiles(MAINNET_PROOFS))
      files.push({ ...file, state: await checkProofFile(folder, file) });
    const ok = files.every(({ state }) => state !== "wrong") && files.some(({ state }) => state === "right");
    if (json) output.answer(jsonText({ folder, ok, files }));
    else {
      for (const { circuit, sectors, state, name } of files)
        output.answer(line(circuit, sectors, state, name));
    }
    output.note(
      `${files.filter(({ state }) => state === "right").length} of ${files.length} are right in ${folder}`,
    );
    return ok ? 0 : ExitStatus.Failed;
  },
});

function line(circuit: string, sectors: string, state: string, rest: string): string {
  return `${circuit.padEnd(11)}  ${sectors.padStart(7)}  ${state.padEnd(8)}  ${rest}`;
}
