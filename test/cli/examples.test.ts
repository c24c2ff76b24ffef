/** The examples of commands' help are run, on a vector and a state of our own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { formatAddress } from "../../src/address/text.js";
import { commands } from "../../src/cli/commands.js";
import { cidText } from "../../src/encoding/cid.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { addressOf, TestNet } from "../support/net.js";
import { ownVector } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

/** Commands whose examples name files that are made here. */
const COMMANDS = ["trace", "gas", "simulate"];

let folder: string;
/** Replacements for the words of examples. */
let words: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-examples-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("FVM_BUNDLES", folder);
  const vector = JSON.stringify(await ownVector(folder));
  const net = await TestNet.create();
  for (const name of ["vectors/hygge", "out/Token.sol"]) mkdirSync(join(folder, name), { recursive: true });
  const [alice, bob] = [net.alice, net.bob].map(({ address }) => formatAddress(addressOf(address)));
  const files = {
    "vector.json": vector,
    "vectors/hygge/multisig.json": vector,
    "state.car": writeCar({ roots: [net.stateRoot], blocks: [...net.store] }),
    "override.json": JSON.stringify({ [alice as string]: { balance: "1000000000000000000", nonce: 7 } }),
    "out/Token.sol/Token.json": JSON.stringify({ abi: [] }),
    "message.json": JSON.stringify({ From: alice, To: bob, Value: "5" }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  words = { "bafy2bza...": cidText(net.stateRoot) };
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Files and folders of examples are here. */
function actual(word: string): string {
  if (words[word] !== undefined) return words[word];
  const name = word.replace(/^@/, "");
  const isFile = /\.\w+$/.test(name) || name.startsWith("vectors");
  return isFile ? word.replace(name, join(folder, name)) : word;
}

const examples = commands
  .filter(({ name }) => COMMANDS.includes(name))
  .flatMap(({ name, examples }) => examples.map((example) => [example, name] as const));

describe("the example", () => {
  test.each(examples)("%s", async (example, name) => {
    // Redirection of the answer is the shell's, not ours.
    const [, ...argv] = [...example.replace(/ > .*/, "").matchAll(/'([^']*)'|\S+/g)].map(
      ([word, inQuotes]) => inQuotes ?? word,
    );
    expect(argv.slice(0, name.split(" ").length).join(" ")).toBe(name);
    const { status, answer } = await fvm(...argv.map(actual));
    expect(status).toBe(0);
    if (!example.includes("--html")) expect(answer).not.toBe("");
    for (const [, file = ""] of example.matchAll(/--(?:html|speedscope|pprof) (\S+)/g)) {
      expect(existsSync(join(folder, file)), file).toBe(true);
    }
  });
});
