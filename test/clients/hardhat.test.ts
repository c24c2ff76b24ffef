/** Hardhat 3 with hardhat-viem and hardhat-ethers: tests and commands of the project in ./hardhat. */
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
  { network: "fvm", accounts: "of the node", files: [], tests: 33 },
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

describe("commands", () => {
  const run = (...args: string[]) =>
    project.run([...args, "--network", "fvm"], {
      FVM_URL: node.url,
      HARDHAT_IGNITION_CONFIRM_DEPLOYMENT: "true",
    });

  test("run: a script", async () => {
    const { exitCode, output } = await run("run", "scripts/send.ts");
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/^the bank has 5$/m);
  });

  test("ignition deploy: a module, once", async () => {
    const command = ["ignition", "deploy", "ignition/modules/Bank.ts", "--deployment-id", "once"];
    const first = await run(...command);
    expect(first.exitCode, first.output).toBe(0);
    const [, address = ""] = /^BankModule#Bank - (0x[0-9a-fA-F]{40})$/m.exec(first.output) ?? [];
    expect(await node.call("eth_getBalance", address, "latest")).toBe("0xc");
    const second = await run(...command);
    expect(second.output).toContain(address);
    expect(second.output).toContain("Nothing new to deploy");
  });
});

test("what contracts write by Hardhat's console is in the node's log", () => {
  expect(node.written.stderr).toMatch(/^console\.log: deposit of 5 by 0x[0-9a-f]{40}$/m);
});
