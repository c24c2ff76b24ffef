/** Inputs of commands: vectors, or a state and messages of the command line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "@ipld/dag-cbor";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { formatAddress } from "../../src/address/text.js";
import { openVectorState } from "../../src/cli/input/vector.js";
import { cidText } from "../../src/encoding/cid.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { encodeMessage, type Message } from "../../src/message/message.js";
import { hex } from "../../src/util/bytes.js";
import { Machine } from "../../src/vm/machine/machine.js";
import { TestChain } from "../support/chain.js";
import { addressOf, TestNet } from "../support/net.js";
import { ownTipsetVector, ownVector, type VectorJson } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

let folder: string;
let net: TestNet;
let vector: VectorJson;
let transfer: Message;
let state: string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-input-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("FVM_BUNDLES", "");
  vector = await ownVector(folder);
  net = await TestNet.create();
  const chain = await TestChain.on(net);
  transfer = chain.message({ to: net.bob.address, value: 5n });
  chain.close();
  const car = writeCar({ roots: [net.stateRoot], blocks: [...net.store] });
  state = ["--state", cidText(net.stateRoot), "--store", file("state.car", car), "--network", "28"];
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

function json(changes: Readonly<Record<string, unknown>> = {}): string {
  const { from, to } = transfer;
  return JSON.stringify({ From: formatAddress(from), To: formatAddress(to), Value: "5", ...changes });
}

/** The message with a signature of this type, as the chain stores it. */
function signed(type: number): Uint8Array {
  const head = [0x82, ...encodeMessage(transfer)];
  return Uint8Array.from([...head, ...encode(new Uint8Array(66).fill(1).fill(type, 0, 1))]);
}

describe("a message", () => {
  const forms: readonly (readonly [name: string, text: () => string])[] = [
    ["as JSON", () => json()],
    [
      "as JSON with all fields",
      () => json({ Nonce: 0, GasLimit: 1e10, GasFeeCap: "0", Params: null, CID: { "/": "x" } }),
    ],
    ["as JSON whose fields are written otherwise", () => json().replace("From", "from").replace("To", "TO")],
    ["to a masked ID", () => json({ To: `0xff${net.id("bob").toString(16).padStart(38, "0")}` })],
    ["as hex", () => hex(encodeMessage(transfer))],
    ["as hex with 0x", () => `0x${hex(encodeMessage(transfer)).toUpperCase()}`],
    ["in a file, as JSON", () => `@${file("message.json", `\n ${json()}\n`)}`],
    ["in a file, as hex", () => `@${file("message.hex", `${hex(encodeMessage(transfer))}\n`)}`],
    ["in a file, as CBOR", () => `@${file("message.cbor", encodeMessage(transfer))}`],
    ["signed, as hex", () => hex(signed(1))],
    ["signed, in a file", () => `@${file("signed.cbor", signed(1))}`],
  ];
  test.each(forms)("%s", async (_, text) => {
    const { status, answer, notes } = await fvm("trace", ...state, "--message", text());
    expect({ status, notes }).toEqual({ status: 0, notes: "" });
    expect(answer).toMatch(
      /^bafy\w+\nmessage 0: f1\w+, nonce 0\n {2}f0\d+ → f[01]\w+ \(account\) · .*0\.0+5 FIL · .*gas · exit 0 \(OK\)$/,
    );
  });

  test("costs what the chain stores of it", async () => {
    const gas = async (text: string) => {
      const { answer } = await fvm("trace", ...state, "--message", text, "--lotus");
      return JSON.parse(answer).traces[0].GasCharges[0].tg;
    };
    const Signature = (type: number) => ({ Type: type, Data: Buffer.alloc(65, 1).toString("base64") });
    const full = { Nonce: 0, GasLimit: 1e10, GasFeeCap: "0", GasPremium: "0" };
    const wrapped = (type: number) =>
      JSON.stringify({ Message: JSON.parse(json(full)), Signature: Signature(type) });
    const unsigned = await gas(json(full));
    expect(await gas(hex(signed(1)))).toBe(unsigned);
    expect(await gas(wrapped(1))).toBe(unsigned);
    expect(await gas(wrapped(2))).toBe(unsigned - 69 * 1300);
    expect(await gas(hex(signed(2)))).toBe(unsigned - 69 * 1300);
  });

  test("without a nonce has the next one; several are executed in order", async () => {
    const { status, answer } = await fvm("trace", ...state, "--message", json(), "--message", json());
    expect(status).toBe(0);
    expect(answer.match(/nonce \d/g)).toEqual(["nonce 0", "nonce 1"]);
    expect(answer.match(/exit 0/g)).toHaveLength(2);
  });
});

test("settings of the machine", async () => {
  const fees = json({ GasFeeCap: "100", GasLimit: 2_000_000, Nonce: 0 });
  const values = ["--epoch", "7", "--timestamp", "18446744073709551615", "--base-fee", "100"];
  const more = ["--chain-id", "1", "--circulating-supply", "5", "--proofs", "accept", "--network", "nv28"];
  const randomness = ["--randomness", `0x${"ab".repeat(32)}`];
  const { status, notes } = await fvm(
    "trace",
    ...state,
    ...values,
    ...more,
    ...randomness,
    "--message",
    fees,
  );
  expect({ status, notes }).toEqual({ status: 0, notes: "" });
});

describe("bad input is one line and exit code 2", () => {
  const other = "bafy2bzacedwviarjtjraqakob5pslltmuo5n3xev3nt5zylezofkbbv5jclyu";
  const emptyArray = "bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a";
  const on = (...changes: string[]) => [...state, "--message", json(), ...changes];
  const message = (text: string) => [...state, "--message", text];
  const rows: readonly (readonly [name: string, argv: () => string[], line: string | RegExp])[] = [
    [
      "nothing to run",
      () => [],
      "VECTOR is missing, or --data, or --state and --store, with --message (see fvm trace --help)",
    ],
    ["both", () => [folder, ...on()], "there are vectors, and a state: one of both (see fvm trace --help)"],
    ["no message", () => state, "--message is missing (see fvm trace --help)"],
    [
      "no state",
      () => state.slice(2).concat("--message", json()),
      "--state is missing (see fvm trace --help)",
    ],
    [
      "no network",
      () => state.slice(0, 4).concat("--message", json()),
      /^--network is missing: no released builtin actors have the list bafy\w+ \(see fvm trace --help\)$/,
    ],
    [
      "no store",
      () => [...state.slice(0, 2), ...state.slice(4), "--message", json()],
      "--store is missing (see fvm trace --help)",
    ],
    ["no CID", () => on("--state", "bafy"), "--state is bafy, not a CID (see fvm trace --help)"],
    ["an epoch that is none", () => on("--epoch", "1x"), /^--epoch is 1x, not a whole number/],
    [
      "an amount that is none",
      () => on("--base-fee", "1.5"),
      /^--base-fee is 1\.5, not a whole number of attoFIL/,
    ],
    [
      "a long value",
      () => on("--randomness", "f".repeat(1000)),
      /^--randomness is f{77}\.\.\., not 32 bytes in hexadecimal/,
    ],
    [
      "an unknown network",
      () => on("--network", "15"),
      "UNKNOWN_NETWORK_VERSION { version: 15, supported: '16 to 29' }",
    ],
    [
      "a bundle folder that is not there",
      () => on("--bundles", "/nowhere"),
      /^--bundles is \/nowhere, where no folder is/,
    ],
    ["a store that is not there", () => on("--store", "/nowhere.car"), /^ENOENT: .*\/nowhere\.car/],
    ["a folder as store", () => on("--store", folder), /^INVALID_CAR .*a folder/],
    ["a store that is no CAR", () => on("--store", file("no.car", "no CAR")), /^INVALID_CAR .*no\.car/],
    [
      "a state root that the store lacks",
      () => on("--state", other),
      /^INVALID_STATE { reason: 'the state root is not in .*state\.car', cid: 'bafy2bzacedwvi/,
    ],
    [
      "a store that lacks more",
      () => on().with(3, rootOnly()),
      /INVALID_STATE { reason: 'a block is not in .*root\.car, nor in a bundle', cid: 'bafy/,
    ],
    ["a block that is no state root", () => on("--state", emptyArray), /^INVALID_/],
    [
      "text",
      () => message("a transfer"),
      "INVALID_MESSAGE { field: 'message', reason: 'neither JSON nor CBOR in hexadecimal' }",
    ],
    [
      "hex of something else",
      () => message("8a00"),
      "INVALID_MESSAGE { field: 'message', reason: \"not a message's CBOR\" }",
    ],
    [
      "a pair that is no signed message",
      () => message("820000"),
      "INVALID_MESSAGE { field: 'message', reason: \"not a message's CBOR\" }",
    ],
    [
      "JSON that is cut off",
      () => message(json().slice(0, -1)),
      "INVALID_MESSAGE { field: 'message', reason: 'not JSON' }",
    ],
    [
      "JSON that is very deep",
      () => message(`@${file("deep.json", `{"To":${"[".repeat(1e5)}`)}`),
      "INVALID_MESSAGE { field: 'message', reason: 'not JSON' }",
    ],
    [
      "a field that is not known",
      () => message(json({ Gas: 1 })),
      /^INVALID_MESSAGE { field: 'Gas', reason: 'there is no such field; there are Version, To/,
    ],
    [
      "a receiver that is no address",
      () => message(json({ To: "bogus" })),
      "INVALID_MESSAGE { field: 'To', reason: 'not an address: f, t or 0x begins one' }",
    ],
    ["no sender", () => message('{"To":"f01"}'), "INVALID_MESSAGE { field: 'From', reason: 'missing' }"],
    [
      "an address that is none",
      () => message(json({ To: "f2x" })),
      /^INVALID_MESSAGE { field: 'To', reason: /,
    ],
    [
      "an amount that is a fraction",
      () => message(json({ Value: 0.5 })),
      "INVALID_MESSAGE { field: 'Value', reason: 'not an integer' }",
    ],
    [
      "parameters that are not base64",
      () => message(json({ Params: "?" })),
      "INVALID_MESSAGE { field: 'Params', reason: 'not base64' }",
    ],
    [
      "a gas limit of 0",
      () => message(json({ GasLimit: 0 })),
      /^INVALID_MESSAGE { field: 'gasLimit', reason: /,
    ],
    [
      "a message of 1 MiB",
      () => message(`@${file("large.json", json({ Params: "A".repeat(2 ** 20) }))}`),
      /^INVALID_MESSAGE { field: 'message', reason: '\d+ bytes, and nodes pass on none above 65536' }$/,
    ],
    [
      "a message of 70 kB",
      () => message(`@${file("large.cbor", encodeMessage({ ...transfer, params: new Uint8Array(70_000) }))}`),
      "INVALID_MESSAGE { field: 'message', reason: '70067 bytes, and nodes pass on none above 65536' }",
    ],
    ["a file that is not there", () => message("@/nowhere.json"), /^ENOENT: .*\/nowhere\.json/],
  ];
  test.each(rows)("%s", async (_, argv, line) => {
    const { status, answer, notes } = await fvm("trace", ...argv());
    expect(notes.split("\n")).toHaveLength(1);
    expect(notes.slice(0, 5)).toBe("fvm: ");
    if (typeof line === "string") expect(notes.slice(5)).toBe(line);
    else expect(notes.slice(5)).toMatch(line);
    expect({ status, answer }).toEqual({ status: 2, answer: "" });
  });

  function rootOnly(): string {
    const blocks = [...net.store].filter(({ cid }) => cid === net.stateRoot);
    return file("root.car", writeCar({ roots: [net.stateRoot], blocks }));
  }
});

describe("a vector's message with the state before it", () => {
  test.each([0, 1, 2])("number %i", async (index) => {
    const path = file("vector.json", JSON.stringify(vector));
    await using opened = await openVectorState(path, { bundles: folder }, "simulate", index);
    expect(opened.messages).toHaveLength(3 - index);
    using machine = await Machine.create(opened.machine);
    const { message, options } = opened.messages[0] as (typeof opened.messages)[0];
    const { receipt } = await machine.execute(message, options);
    const { exit_code, gas_used } = vector.postconditions.receipts[index] ?? {};
    expect(receipt).toMatchObject({ exitCode: exit_code, gasUsed: gas_used });
    expect(addressOf(net.bob.address)).toBeDefined();
  });

  const rows: readonly (readonly [
    name: string,
    index: number,
    variant: string | undefined,
    reason: RegExp,
  ])[] = [
    ["an index that there is not", 3, undefined, /apply_messages.*there are 3, and no number 3/],
    ["a variant that there is not", 0, "other", /preconditions\.variants.*there is none other/],
  ];
  test.each(rows)("%s", async (_, index, variant, reason) => {
    const path = file("vector.json", JSON.stringify(vector));
    await expect(openVectorState(path, { bundles: folder }, "simulate", index, variant)).rejects.toThrow(
      reason,
    );
  });

  test("not of tipsets", async () => {
    const path = file("tipsets.json", JSON.stringify(await ownTipsetVector(folder)));
    await expect(openVectorState(path, { bundles: folder }, "simulate")).rejects.toThrow(
      "tipset, where message is needed",
    );
  });
});
