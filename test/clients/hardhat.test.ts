/** Hardhat 3 with hardhat-viem and hardhat-ethers: each test of the project in ./hardhat, with each kind of accounts. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DevNode, startDevNode } from "./support/dev-node.js";
import { HardhatProject, type HardhatRun, passedTests } from "./support/hardhat.js";

/** Milliseconds for all tests of the project, on a machine that is busy. */
const TIMEOUT = 600_000;

let node: DevNode;
let project: HardhatProject;
beforeAll(async () => {
  node = await startDevNode();
  project = new HardhatProject(fileURLToPath(new URL("hardhat", import.meta.url)));
});
afterAll(async () => {
  project?.[Symbol.dispose]();
  await node?.[Symbol.asyncDispose]();
});

describe.each([
  { network: "fvm", accounts: "of the node", files: [], tests: 32 },
  // With keys of its own Hardhat sends for no strangers, and offers a premium, of which fees are no price times the gas.
  {
    network: "fvmKeys",
    accounts: "of Hardhat",
    files: ["test/viem/bank.ts", "test/ethers/bank.ts"],
    tests: 17,
  },
])("accounts $accounts", ({ network, files, tests }) => {
  let run: HardhatRun;
  beforeAll(async () => {
    run = await project.run(["test", ...files, "--network", network], { FVM_URL: node.url });
  }, TIMEOUT);

  test(`all ${tests} tests pass`, () => {
    expect(run.exitCode, run.output).toBe(0);
    expect(passedTests(run), run.output).toHaveLength(tests);
  });

  test.each([1, 4, 5, 10, 13])("must %i", (must) => {
    expect(passedTests(run)).toContainEqual(expect.stringMatching(`^must ${must}: `));
  });
});

test("what contracts write by Hardhat's console is in the node's log", () => {
  expect(node.written.stderr).toMatch(/^console\.log: deposit of 5 by 0x[0-9a-f]{40}$/m);
});
