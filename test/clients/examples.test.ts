/** Examples that need the packages of others: they are in the guide, and run. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { startDevNode } from "./support/dev-node.js";
import { runExample } from "./support/example.js";
import { HardhatProject, passedTests } from "./support/hardhat.js";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const guide = read("docs/node.md");

interface Example {
  readonly packages: readonly string[];
  /** How it is run, where not by its name alone. */
  readonly args?: readonly string[];
  readonly output: RegExp;
}

const examples: Readonly<Record<string, Example>> = {
  "viem.mjs": {
    packages: ["viem"],
    output: /^success, \d+ gas\nblock 0x1\n$|^success, \d+ gas\nblock \d+\n$/,
  },
  "ethers.mjs": { packages: ["ethers"], output: /^success, \d+ gas\n$/ },
  "iso-filecoin.mjs": {
    packages: ["iso-filecoin"],
    output: /^exit code 0, \d+ gas\nbalance 10001 FIL\n$/,
  },
  "node-test.mjs": {
    packages: [],
    args: ["--test", "clients/node-test.mjs"],
    output: /^# pass 2$|^ℹ pass 2$/m,
  },
  "vitest.test.mjs": {
    packages: ["viem", "vitest"],
    args: ["node_modules/vitest/vitest.mjs", "run"],
    output: /1 passed/,
  },
};

test("all of examples/clients are here", () => {
  expect(readdirSync(new URL("examples/clients", root)).sort()).toEqual(Object.keys(examples).sort());
});

describe.each(Object.entries(examples))("examples/clients/%s", (name, { packages, args, output }) => {
  const path = `clients/${name}`;

  test("is in the guide, word for word", () => {
    expect(guide).toContain(`\`\`\`js\n${read(`examples/${path}`)}\`\`\``);
  });

  test("runs", async () => {
    expect(await runExample(path, packages, args ?? [path])).toMatch(output);
  });
});

describe("examples/hardhat", () => {
  test.each(["hardhat.config.ts", "test/lock.ts"])("%s is in the guide, word for word", (file) => {
    expect(guide).toContain(`\`\`\`ts\n${read(`examples/hardhat/${file}`)}\`\`\``);
  });

  test("asks for the versions that are tested", () => {
    const tested = JSON.parse(read("test/clients/hardhat/package.json")).devDependencies;
    const { version } = JSON.parse(read("package.json"));
    const { devDependencies } = JSON.parse(read("examples/hardhat/package.json"));
    expect({ ...tested, "fvm-node": version }).toMatchObject(devDependencies);
  });

  test("its tests pass", async () => {
    await using node = await startDevNode();
    using project = new HardhatProject(fileURLToPath(new URL("examples/hardhat", root)));
    const run = await project.run(["test", "--network", "fvm"], { FVM_URL: node.url });
    expect(run.exitCode, run.output).toBe(0);
    expect(passedTests(run), run.output).toHaveLength(2);
  }, 600_000);
});
