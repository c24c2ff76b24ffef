/** Contents of a state, and differences between two. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { formatAddress } from "../../src/address/text.js";
import { diffVector } from "../../src/cli/state/diff.js";
import { stateDiff, stateGet, stateList } from "../../src/cli/state.js";
import { cidText } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import { native } from "../../src/native/index.js";
import { EMPTY_ARRAY } from "../../src/vm/state-tree/actor-state.js";
import { TestChain } from "../support/chain.js";
import { addressOf, TestNet } from "../support/net.js";
import { ownTipsetVector, ownVector, type VectorJson } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

/** f1, of nobody yet. */
const NEW_ADDRESS = Uint8Array.of(1, ...new Uint8Array(20).fill(7));

let folder: string;
let net: TestNet;
let vector: VectorJson;
let before: string;
let after: string;
let store: string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-state-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("FVM_BUNDLES", "");
  vector = await ownVector(folder);
  net = await TestNet.create();
  const chain = await TestChain.on(net);
  await chain.send({ to: net.bob.address, value: 5n });
  await chain.send({ to: NEW_ADDRESS, value: 9n });
  const root = await chain.machine.flush();
  chain.close();
  [before, after] = [cidText(net.stateRoot), cidText(root)];
  store = [
    "--store",
    file("state.car", writeCar({ roots: [net.stateRoot], blocks: [...net.store] })),
    "--network",
    "28",
  ];
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const person = (name: "alice" | "bob" | "eve") => formatAddress(addressOf(net[name].address));

describe("fvm state get", () => {
  test("shows an account by any of its addresses", async () => {
    const id = `f0${net.id("alice")}`;
    const shown = await fvm("state", "get", before, person("alice"), ...store);
    expect(shown).toMatchObject({ status: 0, notes: "" });
    const rows = shown.answer.split("\n").map((row) => row.split(/ {2,}/));
    expect(Object.fromEntries(rows)).toMatchObject({
      id,
      robust: person("alice"),
      type: "account",
      nonce: "0",
      balance: "1000.0 FIL",
    });
    expect(shown.answer).toContain(`address: ${person("alice")}`);
    expect(await fvm("state", "get", before, id, ...store)).toEqual(shown);
    const masked = `0xff${net.id("alice").toString(16).padStart(38, "0")}`;
    expect(await fvm("state", "get", before, masked, ...store)).toEqual(shown);
    expect(shown.answer).toContain(masked);
  });

  test("shows an Ethereum account by its 0x address, and a test network's by its letter", async () => {
    const { answer } = await fvm("state", "get", before, person("eve"), ...store, "--json");
    const eve = JSON.parse(answer);
    expect(eve).toMatchObject({
      delegated: person("eve"),
      type: "placeholder",
      balance: `${1000n * 10n ** 18n}`,
    });
    expect(JSON.parse((await fvm("state", "get", before, eve.ethereum, ...store, "--json")).answer)).toEqual(
      eve,
    );
    const { answer: test } = await fvm(
      "state",
      "get",
      before,
      person("eve").replace("f", "t"),
      ...store,
      "--json",
    );
    expect(JSON.parse(test)).toMatchObject({ id: eve.id.replace("f", "t") });
  });

  test("shows fields of builtin actors by name", async () => {
    const { answer } = await fvm("state", "get", before, "f01", ...store, "--json");
    expect(JSON.parse(answer)).toMatchObject({
      type: "init",
      state: { network_name: "test", next_id: net.nextId, address_map: expect.stringMatching(/^bafy/) },
      stateForm: "schema",
    });
  });
});

describe("fvm state diff", () => {
  test("shows what differs between two states, field by field", async () => {
    const { status, answer, notes } = await fvm("state", "diff", before, after, ...store);
    expect({ status, notes }).toEqual({ status: 0, notes: "" });
    const added = formatAddress(addressOf(NEW_ADDRESS));
    expect(answer.split("\n").filter((line) => !line.includes(" code: ") && !line.includes("f099"))).toEqual([
      "f01 init: changed",
      `  + state.address_map[${added}]: f0${net.nextId}`,
      `  ~ state.next_id: ${net.nextId} → ${net.nextId + 1} (+1)`,
      `f0${net.id("alice")} account: changed`,
      "  ~ nonce: 0 → 2 (+2)",
      expect.stringMatching(/^ {2}~ balance: 1000\.0 FIL → 9\d\d\.\d+ FIL \(-\d+\.\d+ FIL\)$/),
      `f0${net.id("bob")} account: changed`,
      "  ~ balance: 1000.0 FIL → 1000.000000000000000005 FIL (+0.000000000000000005 FIL)",
      `f0${net.nextId} account: added`,
      "  + nonce: 0",
      "  + balance: 0.000000000000000009 FIL",
      `  + state.address: ${added}`,
      `${added} is f0${net.nextId}`,
    ]);
  });

  test("shows the same as JSON, and the other way round", async () => {
    const { answer } = await fvm("state", "diff", after, before, ...store, "--json");
    const shown = JSON.parse(answer);
    expect(shown).toMatchObject({ before: after, after: before, addresses: {} });
    const kinds = Object.fromEntries(shown.actors.map(({ id, kind }: Record<string, string>) => [id, kind]));
    expect(kinds).toMatchObject({ f01: "changed", [`f0${net.nextId}`]: "removed" });
    const init = shown.actors.find(({ id }: Record<string, string>) => id === "f01");
    expect(init.changes).toContainEqual({ path: "state.next_id", before: net.nextId + 1, after: net.nextId });
  });

  test("says so if nothing differs", async () => {
    expect(await fvm("state", "diff", before, before, ...store)).toEqual({
      status: 0,
      answer: "no difference",
      notes: "",
    });
  });

  test("shows what a vector changes, at each of its variants", async () => {
    const path = file("right.json", JSON.stringify(vector));
    const { status, answer, notes } = await fvm("state", "diff", path, "--bundles", folder);
    expect({ status, notes }).toEqual({ status: 0, notes: "" });
    expect(answer).toMatch(/account: changed\n {2}~ nonce: 0 → \d/);
    const { answer: lines } = await fvm("state", "diff", path, "--bundles", folder, "--json");
    const shown = lines.split("\n").map((line) => JSON.parse(line));
    expect(shown).toHaveLength(vector.preconditions.variants.length);
    expect(shown[0].after).toBe(vector.postconditions.state_tree.root_cid["/"]);
  });

  test("shows what a vector of tipsets changes", async () => {
    const path = file("tipsets.json", JSON.stringify(await ownTipsetVector(folder)));
    const { status, answer } = await fvm("state", "diff", path, "--bundles", folder);
    expect(status).toBe(0);
    expect(answer).toContain("account: changed");
  });

  test("marks its lines for terminals that want colours", async () => {
    const path = file("right.json", JSON.stringify(vector));
    const answers: string[] = [];
    const output = { answer: (text: string) => void answers.push(text), note: () => {}, progress: () => {} };
    const values = { data: undefined, store: [], bundles: folder, network: undefined, epoch: undefined };
    await diffVector(values, path, { limit: 9, json: false, output: { ...output, hasColours: true } });
    expect(answers.join("\n")).toContain("\x1b[33m~ nonce: 0 → ");
  });
});

describe("fvm state list", () => {
  test("lists all actors, or those of a type", async () => {
    const { status, answer } = await fvm("state", "list", before, ...store);
    expect(status).toBe(0);
    const lines = answer.split("\n");
    expect(lines).toContain(`f0${net.id("alice")} · account · nonce 0 · 1000.0 FIL`);
    expect(lines.length).toBeGreaterThan(10);
    const { answer: json } = await fvm("state", "list", before, ...store, "--type", "placeholder", "--json");
    expect(json.split("\n").map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ id: `f0${net.id("eve")}`, delegated: person("eve"), nonce: 0 }),
    ]);
  });
});

describe("of a vector, the state before its messages", () => {
  const on = (...argv: string[]) => fvm("state", ...argv, "--bundles", folder, "--json");

  test("fvm state get and list show", async () => {
    const path = file("right.json", JSON.stringify(vector));
    const { status, answer } = await on("get", path, "f01");
    expect(status).toBe(0);
    const init = JSON.parse(answer);
    expect(init).toMatchObject({ id: "f01", type: "init", state: { next_id: expect.any(Number) } });
    const listed = await on("list", path, "--type", "init");
    expect(JSON.parse(listed.answer)).toMatchObject({ id: "f01", type: "init" });
    const tipset = file("tipset.json", JSON.stringify(await ownTipsetVector(folder)));
    expect(JSON.parse((await on("get", tipset, "f01")).answer)).toMatchObject({ type: "init" });
  });

  test("a file that is no vector, and one that is not there", async () => {
    const { status, notes } = await on("get", file("no.json", "{}"), "f01");
    expect(status).toBe(2);
    expect(notes).toMatch(/^fvm: INVALID_VECTOR .*not a test vector: it has no class/);
    expect(await on("get", "/nowhere.json", "f01")).toMatchObject({ status: 2 });
  });
});

describe("what is wrong is said in one line", () => {
  const absent = cidText(native.cidOf(DAG_CBOR, Uint8Array.of(1, 2, 3)));
  test.each<[name: string, args: () => string[], line: RegExp]>([
    ["an unknown actor", () => ["get", before, "f0999999"], /INVALID_STATE .*there is no actor f0999999/],
    [
      "an address without an actor",
      () => ["get", before, "f17uoq6tp427uzv7fztkbsnn64iwotfrristwpryy"],
      /no actor has the address f17uoq/,
    ],
    ["what is no address", () => ["get", before, "bogus"], /bogus.*not an address/],
    ["a part of an address", () => ["get", before, "0x12"], /0x12.*not 0x and 40 hexadecimal digits/],
    ["no address", () => ["get", before, "f0x"], /INVALID_ADDRESS .*f0x/],
    ["no root", () => ["get", "bafy", "f01"], /INVALID_CID .*bafy/],
    ["a root that the store lacks", () => ["get", absent, "f01"], /the state root is not in .*state\.car/],
    [
      "another root that the store lacks",
      () => ["diff", before, absent],
      /the state root is not in .*state\.car/,
    ],
    ["a missing root", () => ["diff", before], /the second ROOT is missing/],
    [
      "a slot of no contract",
      () => ["get", before, "f01", "--storage", "1"],
      /f01 is no contract, so it has no storage/,
    ],
    ["no slot", () => ["get", before, "f01", "--storage", "1x"], /--storage is 1x, not a number of 256 bits/],
    [
      "a slot beyond 256 bits",
      () => ["get", before, "f01", "--storage", `0x1${"0".repeat(64)}`],
      /not a number of 256 bits/,
    ],
    ["no type", () => ["list", before, "--type", "contract"], /--type is contract, not one of system, init/],
    ["no number of entries", () => ["diff", before, after, "--limit", "0"], /--limit is 0/],
  ])("%s", async (_, args, line) => {
    const { status, answer, notes } = await fvm("state", ...args(), ...store);
    expect({ status, answer }).toEqual({ status: 2, answer: "" });
    expect(notes).toMatch(line);
    expect(notes).not.toContain("\n");
  });

  test("no store", async () => {
    const { status, notes } = await fvm("state", "get", before, "f01");
    expect(status).toBe(2);
    expect(notes).toMatch(/--store is missing/);
  });

  test("builtin actors of no release", async () => {
    const { status, notes } = await fvm("state", "get", before, "f01", ...store.slice(0, 2));
    expect(status).toBe(2);
    expect(notes).toMatch(
      /^fvm: --network is missing: no released builtin actors have the list bafy\w+ \(see/,
    );
  });

  test("a block that the store lacks", async () => {
    const actors = native.cidOf(DAG_CBOR, Uint8Array.of(4, 5, 6));
    const data = new CborWriter().array(3).u64(5).cid(actors).cid(EMPTY_ARRAY).finish();
    const root = native.cidOf(DAG_CBOR, data);
    const path = file("few.car", writeCar({ roots: [root], blocks: [{ cid: root, data }] }));
    const { status, notes } = await fvm("state", "list", cidText(root), "--store", path, "--network", "28");
    expect(status).toBe(2);
    expect(notes).toMatch(/INVALID_STATE .*a block is not in .*few\.car/);
  });
});

describe("the examples of the help run", () => {
  // Those of a chain's folder are run where there is one: chain-data.test.ts.
  const examples = [stateGet, stateDiff, stateList]
    .flatMap(({ examples }) => examples)
    .filter((example) => !example.includes("--data"));
  test.each(examples)("%s", async (example) => {
    const path = file("right.json", JSON.stringify(vector));
    const eve = JSON.parse((await fvm("state", "get", before, person("eve"), ...store, "--json")).answer);
    const words: Readonly<Record<string, string>> = {
      "bafy2bza...": before,
      "bafy2bzaceav...": before,
      "bafy2bzacebw...": after,
      "state.car": store[1] ?? "",
      "vector.json": path,
      f05: "f01",
      "0x52963ef50e27e06d72d59fcb4f3c2a687be3cfef": eve.ethereum,
      // There are no contracts in this state.
      evm: "account",
    };
    const [line = ""] = example.split(" --storage")[0]?.split(" > ") ?? [];
    const args = line
      .split(" ")
      .slice(1)
      .map((word) => words[word] ?? word);
    const rest = args.includes(path) ? ["--bundles", folder] : ["--network", "28"];
    const { status, answer } = await fvm(...args, ...rest);
    expect(status).toBe(0);
    expect(answer).not.toBe("");
  });
});

test("an actor ID beyond 2^53 is one that no state has", async () => {
  const address = formatAddress(idAddress(2n ** 63n));
  const { status, notes } = await fvm("state", "get", before, address, ...store);
  expect(status).toBe(2);
  expect(notes).toContain(`there is no actor ${address}`);
});
