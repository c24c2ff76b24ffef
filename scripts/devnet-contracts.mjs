/** Compiles the contracts of devnets' traffic: writes src/chain/devnet/traffic/evm/bytecode.ts. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compiled, hexLines } from "./lib/solidity.mjs";

const folder = new URL("../src/chain/devnet/traffic/evm/", import.meta.url);

/** Bytecode in hex, and selectors by signature, of each contract. */
export function compileContracts() {
  return Object.fromEntries(
    compiled(new URL("contracts.sol", folder)).map(([name, { evm }]) => [
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
  const numbers = Object.entries(selectors).map(
    ([signature, selector]) => `    "${signature}": 0x${selector.toString(16).padStart(8, "0")},`,
  );
  return `export const ${name} = {
  initcode: hexBytes(
    [
${hexLines(initcode, "      ")}
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
