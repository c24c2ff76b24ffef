/** The example runs, on what `npm run build` made. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createAddress } from "../../support/evm/eth-address.js";
import { mainnetBundle } from "../../support/real-actors.js";
import { skipLoudly } from "../../support/skip.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });
const alice = `0x${"a1".repeat(20)}`;

if (mainnetBundle(18) === undefined) skipLoudly("examples/evm-contract.ts: no bundle v18");
else {
  test("examples/evm-contract.ts", () => {
    node("node_modules/typescript/bin/tsc", "-p", "examples/evm-contract.tsconfig.json");
    const answer = node("build/examples/evm-contract.js");
    expect(answer).toContain(`created ${createAddress(alice, 0)}, actor f0101`);
    expect(answer).toContain("the count is 42");
  });
}
