/** `fvm trace --html`: what it writes, and what it refuses. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatAddress } from "../../src/address/text.js";
import { cidText } from "../../src/encoding/cid.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { addressOf, TestNet } from "../support/net.js";
import { ownTipsetVector, ownVector, type VectorJson } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

let folder: string;
let vector: string;
let right: VectorJson;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-html-"));
  right = await ownVector(folder);
  vector = join(folder, "own.json");
  writeFileSync(vector, JSON.stringify(right));
});
afterAll(() => rmSync(folder, { recursive: true }));

const trace = (file: string, html: string, ...more: string[]) =>
  fvm("trace", file, "--bundles", folder, "--html", html, ...more);

test("writes a page of all messages", async () => {
  const html = join(folder, "page.html");
  const count = right.postconditions.receipts.length;
  expect(await trace(vector, html)).toEqual({
    status: 0,
    answer: "",
    notes: `${html}: ${count} message${count === 1 ? "" : "s"}, ${Math.ceil(statSync(html).size / 1e3)} kB`,
  });
  const { title, messages } = shownIn(html);
  expect(title).toBe("fvm trace own.json");
  expect(messages).toHaveLength(count);
  expect(messages[0]).toMatchObject({ origin: "own-network", end: { isOk: true } });
  expect(senderRows(messages[0] as ShownMessage)).toContainEqual({
    field: "nonce",
    before: "0",
    after: "1",
    delta: "+1",
  });
});

interface ShownMessage {
  readonly from: { readonly label: string };
  readonly state?: readonly { readonly actor: string; readonly rows: readonly object[] }[];
}

function shownIn(html: string): { readonly title: string; readonly messages: readonly ShownMessage[] } {
  const [, json = ""] = /id="data">(.*)<\/script>/.exec(readFileSync(html, "utf8")) ?? [];
  return JSON.parse(json);
}

/** Changes of a message to its sender. */
function senderRows({ from, state = [] }: ShownMessage): readonly object[] | undefined {
  return state.find(({ actor }) => actor.split(" ")[0] === from.label.split(" ")[0])?.rows;
}

test("of messages on a state says what each of them changed", async () => {
  const net = await TestNet.create();
  const store = join(folder, "state.car");
  writeFileSync(store, writeCar({ roots: [net.stateRoot], blocks: [...net.store] }));
  const [from, to] = [net.alice, net.bob].map(({ address }) => formatAddress(addressOf(address)));
  const message = JSON.stringify({ From: from, To: to, Value: "5" });
  const html = join(folder, "two.html");
  const state = ["--state", cidText(net.stateRoot), "--store", store, "--network", "28"];
  const { status } = await fvm("trace", ...state, "--message", message, "--message", message, "--html", html);
  expect(status).toBe(0);
  const nonces = shownIn(html).messages.map((one) => senderRows(one)?.[0]);
  expect(nonces).toEqual([
    { field: "nonce", before: "0", after: "1", delta: "+1" },
    { field: "nonce", before: "1", after: "2", delta: "+1" },
  ]);
});

test("says which ABI is of no contract there", async () => {
  const abi = join(folder, "other.json");
  writeFileSync(abi, JSON.stringify([{ type: "function", name: "f", inputs: [], outputs: [] }]));
  const { status, notes } = await trace(vector, join(folder, "abi.html"), "--abi", abi);
  expect(status).toBe(0);
  expect(notes).toContain(`${abi}: no call, log or revert here is of this ABI`);
});

test("of tipsets has all messages, and does not say what each of them changed", async () => {
  const file = join(folder, "tipsets.json");
  writeFileSync(file, JSON.stringify(await ownTipsetVector(folder)));
  const html = join(folder, "tipsets.html");
  expect(await trace(file, html)).toMatchObject({ status: 0 });
  const { messages } = shownIn(html);
  expect(messages.length).toBeGreaterThan(1);
  expect(messages.filter((message) => "state" in message)).toEqual([]);
});

test("of a vector that comes out otherwise it writes what happened, and ends with 1", async () => {
  const wrong = structuredClone(right);
  Object.assign(wrong.postconditions.receipts[0] ?? {}, { exit_code: 5 });
  const file = join(folder, "wrong.json");
  writeFileSync(file, JSON.stringify(wrong));
  const html = join(folder, "wrong.html");
  expect(await trace(file, html)).toMatchObject({
    status: 1,
    notes: expect.stringContaining("exit code: expected 5"),
  });
  expect(existsSync(html)).toBe(true);
});

describe("refuses", () => {
  test("a file that cannot be written, before anything is executed", async () => {
    const html = join(folder, "absent", "page.html");
    expect(await trace("no-such-vector.json", html)).toMatchObject({
      status: 2,
      notes: `fvm: --html is ${html}, and ${join(folder, "absent")} cannot be written (see fvm trace --help)`,
    });
  });

  test("a folder", async () => {
    const { status, notes } = await trace(vector, folder);
    expect({ status, notes }).toEqual({
      status: 2,
      notes: `fvm: --html is ${folder}, a folder (see fvm trace --help)`,
    });
  });

  test("Lotus's form", async () => {
    const { status, notes } = await trace(vector, join(folder, "x.html"), "--lotus");
    expect(status).toBe(2);
    expect(notes).toMatch(/^fvm: --html goes without --lotus/);
  });

  test("an ABI that is none", async () => {
    const abi = join(folder, "abi.json");
    writeFileSync(abi, "{}");
    const { status, notes } = await trace(vector, join(folder, "x.html"), "--abi", abi);
    expect(status).toBe(2);
    expect(notes).toMatch(/^fvm: INVALID_ABI [^\n]*abi\.json[^\n]*$/);
  });

  test("what is no vector, and writes nothing", async () => {
    const file = join(folder, "none.json");
    writeFileSync(file, "{}");
    const html = join(folder, "none.html");
    expect(await trace(file, html)).toMatchObject({ status: 2 });
    expect(existsSync(html)).toBe(false);
  });
});
