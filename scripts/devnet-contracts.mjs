/** Compiles the contracts of devnets' traffic: writes src/chain/devnet/traffic/evm/bytecode.ts. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import solc from "solc";

const folder = new URL("../src/chain/devnet/traffic/evm/", import.meta.url);
const LINE = 100;

/** Contracts of the Solidity source, as TypeScript. */
export function compiledContracts() {
  const input = {
    language: "Solidity",
    sources: { "contracts.sol": { content: readFileSync(new URL("contracts.sol", folder), "utf8") } },
    settings: {
      // The oldest network with contracts has no opcode beyond this version.
      evmVersion: "paris",
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false },
      outputSelection: { "*": { "*": ["evm.bytecode.object", "evm.methodIdentifiers"] } },
    },
  };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)));
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const texts = Object.entries(contracts["contracts.sol"]).map(([name, { evm }]) => text(name, evm));
  return `/** Made of contracts.sol by scripts/devnet-contracts.mjs. */
import { hexBytes } from "../../../../util/bytes.js";

${texts.join("\n")}`;
}

function text(name, { bytecode, methodIdentifiers }) {
  const lines = bytecode.object.match(new RegExp(`.{1,${LINE}}`, "g"));
  const selectors = Object.entries(methodIdentifiers).map(
    ([signature, selector]) => `    "${signature}": 0x${selector},`,
  );
  return `export const ${name} = {
  initcode: hexBytes(
    [
${lines.map((line) => `      "${line}",`).join("\n")}
    ].join(""),
  ),
  /** By the method's signature. */
  selectors: {
${selectors.join("\n")}
  },
} as const;
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("bytecode.ts", folder), compiledContracts());
}
