/** Solidity's compiler, with the settings of all contracts here. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import solc from "solc";

const LINE = 100;

/** Contracts of a file, compiled: entries of name and `{ abi, evm }`. Throws at any complaint. */
export function compiled(file) {
  const name = basename(fileURLToPath(file));
  const input = {
    language: "Solidity",
    sources: { [name]: { content: readFileSync(file, "utf8") } },
    settings: {
      // The oldest network with contracts has no opcode beyond this version.
      evmVersion: "paris",
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.methodIdentifiers"] } },
    },
  };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)));
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return Object.entries(contracts[name]);
}

/** Hex as lines of a list, as long as sources' lines are. */
export function hexLines(hex, indent) {
  return hex
    .match(new RegExp(`.{1,${LINE}}`, "g"))
    .map((line) => `${indent}"${line}",`)
    .join("\n");
}
