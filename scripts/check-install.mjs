/**
 * Installs what would be published into empty folders, from a registry on this machine and without compilers, and
 * executes messages there: for each version of Node as ES module and as CommonJS, in the main thread and in a worker.
 *
 *   npm run check:install -- [--prebuilt] [VERSION...]
 *
 * VERSION: of Node; default: the one that runs this. --prebuilt: with the prebuilt addon instead of the one that
 * `npm run build:native` has made, which may need more of the system.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { platformHere } from "./lib/platforms.mjs";
import { serveRegistry } from "./lib/registry.mjs";
import { BuildError, cacheFolder, projectRoot, run, runScript, say } from "./lib/run.mjs";
import { packAll, prebuilt } from "./pack.mjs";

const { npm_execpath: npm } = process.env;

/** An actor whose methods do nothing, as Wasm. */
const CODE = "AGFzbQEAAAABBgFgAX8BfwMCAQAFAwEAAQcTAgZtZW1vcnkCAAZpbnZva2UAAAoGAQQAQQAL";

/** Calls an actor in a network of our own. Told the library, answers exit code, gas and the state's root. */
const MESSAGE = `async ({ cidText, Genesis, Machine, MemoryBlockstore, secp256k1Address }) => {
  const blockstore = new MemoryBlockstore();
  const code = Buffer.from("${CODE}", "base64");
  const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
  const builtins = Object.fromEntries(names.map((name) => [name, code]));
  const genesis = new Genesis(blockstore, { network: 28, networkName: "example", builtins });
  const [from, to] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
  genesis.addAccount(from, 10n ** 20n);
  genesis.addAccount(to, 0n);
  const stateRoot = await genesis.write();
  const machine = await Machine.create({ network: 28, stateRoot, blockstore, epoch: 1, baseFee: 100n });
  const message = { version: 0, from, to, nonce: 0, value: 3n, gasLimit: 9e6, gasFeeCap: 200n, gasPremium: 10n, method: 2 };
  const { receipt } = await machine.execute({ ...message, params: new Uint8Array() });
  return receipt.exitCode + " " + receipt.gasUsed + " " + cidText(await machine.flush());
}`;

const FILES = {
  "main.mjs": `import * as fvm from "fvm-node"; console.log(await (${MESSAGE})(fvm));`,
  "main.cjs": `(${MESSAGE})(require("fvm-node")).then(console.log);`,
  "one.mjs": `import { createRequire } from "node:module"; import { FvmError } from "fvm-node";
    console.log(createRequire(import.meta.url)("fvm-node").FvmError === FvmError);`,
};

/** Ways to execute a message, by name: arguments of Node. */
const WAYS = {
  "ESM, main": ["main.mjs"],
  "ESM, worker": ["-e", 'new (require("worker_threads").Worker)("./main.mjs")'],
  "CJS, main": ["main.cjs"],
  "CJS, main, no ES modules": ["--no-experimental-require-module", "main.cjs"],
  "CJS, worker": ["-e", 'new (require("worker_threads").Worker)("./main.cjs")'],
};

await runScript(async () => {
  if (npm === undefined) throw new BuildError("Please call this script by npm run check:install.");
  const options = { prebuilt: { type: "boolean" } };
  const { values, positionals: versions } = parseArgs({ options, allowPositionals: true });
  const platform = platformHere();
  const built = { platform, file: join(projectRoot, "build", "Release", "fvm.node") };
  const nodes = versions.length === 0 ? [process.execPath] : await Promise.all(versions.map(nodeOf));
  const addon = values.prebuilt ? prebuilt(platform) : built;
  const work = mkdtempSync(join(tmpdir(), "fvm-install-"));
  const registry = await serveRegistry(packAll([addon]), join(work, "dependencies"));
  try {
    const answers = new Set();
    for (const [index, node] of nodes.entries()) {
      for (const answer of await check(node, join(work, String(index)), registry.url)) answers.add(answer);
    }
    if (answers.size !== 1) throw new BuildError(`Results differ: ${[...answers].join(", ")}`);
  } finally {
    registry.close();
    rmSync(work, { recursive: true });
  }
});

async function check(node, folder, registry) {
  const bin = join(folder, "bin");
  const project = join(folder, "project");
  for (const path of [bin, project]) mkdirSync(path, { recursive: true });
  symlinkSync(node, join(bin, "node"));
  // npm runs scripts of other packages in it. Nothing else is to be found: no compiler, and no settings of the user.
  symlinkSync("/bin/sh", join(bin, "sh"));
  const env = {
    PATH: bin,
    HOME: folder,
    npm_config_cache: join(folder, "cache"),
    npm_config_registry: registry,
  };
  const options = { cwd: project, env };
  const timed = async (args) => {
    const started = performance.now();
    const answer = await output(node, args, options);
    return { answer, ms: Math.round(performance.now() - started) };
  };

  writeFileSync(join(project, "package.json"), "{}");
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(project, name), text);
  const { ms } = await timed([npm, "install", "fvm-node", "--no-audit", "--no-fund", "--loglevel=error"]);
  const { answer: version } = await timed(["--version"]);
  say(`Node ${version}: installed in ${ms} ms`);
  const answers = [];
  for (const [way, args] of Object.entries(WAYS)) {
    const { answer, ms } = await timed(args);
    say(`  ${way}: ${answer} (${ms} ms)`);
    answers.push(answer);
  }
  if ((await output(node, ["one.mjs"], options)) !== "true")
    throw new BuildError("Both ways load copies of their own.");
  say(`  ${await output(node, ["node_modules/fvm-node/dist/cli/main.js", "--version"], options)}`);
  return answers;
}

/** Text that a program prints. It may say nothing else: neither complaints nor warnings. */
function output(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let [text, complaints] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
    child.stderr.setEncoding("utf8").on("data", (part) => (complaints += part));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0 && complaints === "") resolve(text.trim());
      else reject(new BuildError(`${args.join(" ")} ended with ${code}: ${complaints}${text}`));
    });
  });
}

/** A version of Node as npm packages it, which is kept. */
async function nodeOf(version) {
  const folder = join(cacheFolder(), "nodes", version);
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const node = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  await run(
    process.execPath,
    [npm, "install", `${name}@${version}`, "--prefix", folder, "--no-audit", "--no-fund"],
    { cwd: folder },
  );
  return node;
}
