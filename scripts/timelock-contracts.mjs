/** Compiles the contracts of time locks: writes src/timelock/contracts/compiled.ts. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compiled, hexLines } from "./lib/solidity.mjs";

const folder = new URL("../src/timelock/contracts/", import.meta.url);

/** Names in TypeScript, and what they are for. */
const EXPORTED = {
  TimeLock: ["TIME_LOCK", "Calls of one owner that nobody knows before an epoch."],
  SealedTexts: ["SEALED_TEXTS", "Texts that nobody knows before an epoch."],
};

/** ABI and bytecode in hex by name of the contract. */
export function timelockContracts() {
  return Object.fromEntries(
    compiled(new URL("contracts.sol", folder)).map(([name, { abi, evm }]) => [
      EXPORTED[name][0],
      { abi, bytecode: `0x${evm.bytecode.object}` },
    ]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const comments = new Map(Object.values(EXPORTED));
  const texts = Object.entries(timelockContracts()).map(
    ([name, { abi, bytecode }]) => `/** ${comments.get(name)} ABI and bytecode. */
export const ${name} = {
  abi: ${JSON.stringify(abi)},
  bytecode: [
${hexLines(bytecode, "    ")}
  ].join("") as \`0x\${string}\`,
} as const;
`,
  );
  const head = "/** Made of contracts.sol by scripts/timelock-contracts.mjs. */\n";
  writeFileSync(new URL("compiled.ts", folder), [head, ...texts].join("\n"));
}
