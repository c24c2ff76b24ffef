/** Compiles the contracts of devnets' traffic: writes src/chain/devnet/traffic/evm/bytecode.ts. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import solc from "solc";

const folder = new URL("../src/chain/devnet/traffic/evm/", import.meta.url);
const LINE = 100;

/** Bytecode in hex, and selectors by signature, of each contract. */
export function compileContracts() {
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
  return Object.fromEntries(
    Object.entries(contracts["contracts.sol"]).map(([name, { evm }]) => [
      name,
      {
        initcode: evm.bytecode.object,
        selectors: Object.fromEntries(
          Object.entries(evm.methodIdentifiers).map(([signature, hex]) => [
            signature,
            Number.parseInt(hex, 16),
          ]),
        ),
      },
    ]),
  );
}

function text(name, { initcode, selectors }) {
  const lines = initcode.match(new RegExp(`.{1,${LINE}}`, "g"));
  const numbers = Object.entries(selectors).map(
    ([signature, selector]) => `    "${signature}": 0x${selector.toString(16).padStart(8, "0")},`,
  );
  return `export const ${name} = {
  initcode: hexBytes(
    [
${lines.map((line) => `      "${line}",`).join("\n")}
    ].join(""),
  ),
  /** By the method's signature. */
  selectors: {
${numbers.join("\n")}
  },
} as const;
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const texts = Object.entries(compileContracts()).map(([name, contract]) => text(name, contract));
  const head = `/** Made of contracts.sol by scripts/devnet-contracts.mjs. */
import { hexBytes } from "../../../../util/bytes.js";
`;
  writeFileSync(new URL("bytecode.ts", folder), [head, ...texts].join("\n"));
}
