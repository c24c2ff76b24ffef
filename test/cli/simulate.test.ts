/** `fvm simulate` on a state and on vectors of our own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { formatAddress } from "../../src/address/text.js";
import { cidText } from "../../src/encoding/cid.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { addressOf, TestNet } from "../support/net.js";
import { ownVector, type VectorJson } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

const FIL = 10n ** 18n;
let folder: string;
let vector: string;
let right: VectorJson;
let state: string[];
let [alice, bob, nobody]: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-simulate-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("FVM_BUNDLES", folder);
  right = await ownVector(folder);
  vector = file("vector.json", JSON.stringify(right));
  const net = await TestNet.create();
  const car = file("state.car", writeCar({ roots: [net.stateRoot], blocks: [...net.store] }));
  state = ["--state", cidText(net.stateRoot), "--store", car, "--network", "28"];
  [alice, bob] = [net.alice, net.bob].map(({ address }) => formatAddress(addressOf(address)));
  nobody = "f17uoq6tp427uzv7fztkbsnn64iwotfrristwpryy";
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

const message = (fields: object = {}) => [
  "--message",
  JSON.stringify({ From: alice, To: bob, Value: "5", ...fields }),
];
const on = (...argv: string[]) => fvm("simulate", ...state, ...argv);

describe("on a state", () => {
  test("a message is a line", async () => {
    const { status, answer, notes } = await on(...message());
    expect({ status, notes }).toEqual({ status: 0, notes: "" });
    expect(answer).toMatch(
      /^message 0: f1\w+ → f1\w+ \(account\) · Send · 0\.0+5 FIL · [\d,]+ gas · exit 0 \(OK\)$/,
    );
  });

  test("several, with their changes and traces", async () => {
    const { status, answer } = await on(
      ...message(),
      ...message({ From: nobody, Value: "1" }),
      "--trace",
      "--changes",
    );
    expect(status).toBe(0);
    expect(answer).toMatch(
      /^message 0: .*\n {2}f0\d+ → f1\w+ .*\nmessage 1: .* exit 6 .*\n[\s\S]*changes of the state\n {2}f0/,
    );
    expect(answer).toContain(`    ~ nonce: 0 → 1 (+1)`);
    expect(answer).toContain("Likely cause: ");
  });

  test("as JSON", async () => {
    const { answer } = await on(...message({ Value: `${FIL}` }), "--json", "--trace", "--changes");
    const { messages, changes } = JSON.parse(answer);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      ...{ from: alice, to: bob, nonce: 0, value: `${FIL}`, method: 0, gasLimit: 10_000_000_000 },
      ...{ kind: "explicit", exitCode: 0, returnData: "0x", events: [] },
      trace: { Msg: { Value: `${FIL}` } },
    });
    const changed = changes.actors.flatMap((actor: { changes: object[] }) => actor.changes);
    expect(changed).toContainEqual({ path: "nonce", before: 0, after: 1 });
  });

  test("with overrides, of files and on the command line", async () => {
    const rich = file("rich.json", JSON.stringify({ [nobody as string]: { balance: `${FIL}` } }));
    const send = message({ From: nobody, Value: `${FIL}` });
    expect((await on(...send)).answer).toMatch(/exit 6/);
    expect((await on(...send, "--override", rich)).answer).toMatch(/exit 0/);
    const poor = JSON.stringify({ [alice as string]: { nonce: "0x9" } });
    const { answer } = await on(...message(), "--override", rich, "--override", poor, "--json");
    expect(JSON.parse(answer).messages[0].nonce).toBe(9);
  });

  test("an estimate", async () => {
    const { status, answer } = await on(...message(), "--estimate", "--lotus");
    expect(status).toBe(0);
    expect(answer).toMatch(
      /^gas limit (\d+)\n {2}\1 gas used, exit 0 \(OK\), found in 3 executions\nLotus: gas limit \d+, eth_estimateGas \d+$/,
    );
    const json = JSON.parse((await on(...message(), "--estimate", "--same", "calls", "--json")).answer);
    expect(json).toMatchObject({ executions: 3, result: { exitCode: 0, gasUsed: json.gasLimit } });
    expect(answer).toContain(`gas limit ${json.gasLimit}\n`);
  });

  test("a message that fails says why, also as an estimate, whose limit it fails with", async () => {
    const failing = message({ Method: 77 });
    const why =
      /^ {2}The message of f1\w+ \(nonce 0\) to f0\d+ \(account\), method 77, failed .*Likely cause: /m;
    const { status, answer } = await on(...failing);
    expect(status).toBe(0);
    expect(answer).toMatch(/· method 77 · .* · exit 22 \(USR_UNHANDLED_MESSAGE\)\n/);
    expect(answer).toMatch(why);
    const [result] = JSON.parse((await on(...failing, "--json")).answer).messages;
    expect(answer).toContain(result.explanation);
    const estimate = await on(...failing, "--estimate", "--lotus");
    expect(estimate.status).toBe(1);
    expect(estimate.answer).toMatch(
      /^gas limit \d+\n.*with this limit it fails the same way: exit 22 \(USR_UNHANDLED_MESSAGE\), found in/,
    );
    expect(estimate.answer).toMatch(why);
    expect(estimate.notes).toBe("Lotus gives no limit, as the message fails");
    const json = JSON.parse((await on(...failing, "--estimate", "--json")).answer);
    expect(json.explanation).toMatch(/failed with exit code 22/);
  });

  test("what messages are given is decoded, with and without their calls; an ABI of which nothing is there is named", async () => {
    // CBOR of [7], for a method that nobody knows.
    const given = message({ Method: 77, Params: "gQc=" });
    const line = /^ +params \(DAG-CBOR\): \[7\]$/gm;
    expect((await on(...given)).answer.match(line)).toBeNull();
    expect((await on(...given, "--params")).answer.match(line)).toHaveLength(1);
    expect((await on(...given, "--params", "--trace")).answer.match(line)).toHaveLength(1);
    const abi = file("none.json", "[]");
    expect((await on(...given, "--abi", abi)).notes).toBe(
      `${abi}: no call, log or revert here is of this ABI`,
    );
  });

  test("changes are those of the state with its overrides", async () => {
    const rich = JSON.stringify({ [nobody as string]: { balance: `${FIL}` } });
    const send = message({ From: nobody, Value: `${FIL}` });
    const { answer } = await on(...send, "--override", rich, "--changes");
    expect(answer).toContain("~ balance: 1.0 FIL → 0.0 FIL (-1.0 FIL)");
    expect(answer).toContain(" (+1.0 FIL)");
  });

  test("an estimate has no more gas than the message says", async () => {
    const { status, notes } = await on(...message({ GasLimit: 1000 }), "--estimate");
    expect(status).toBe(2);
    expect(notes).toMatch(/^fvm: NO_GAS_ESTIMATE \{ exitCode: 7, reason: 'Out of gas .*' \}$/);
  });

  test("another block", async () => {
    const block = [
      "--epoch",
      "7",
      "--timestamp",
      "210",
      "--base-fee",
      "1000",
      "--randomness",
      "ab".repeat(32),
    ];
    const { answer } = await on(...message({ GasFeeCap: "2000" }), ...block, "--json");
    expect(BigInt(JSON.parse(answer).messages[0].fees.baseFeeBurn)).toBeGreaterThan(0n);
  });
});

describe("on a vector", () => {
  test("its messages one by one, as the vector has them", async () => {
    for (const [i, receipt] of right.postconditions.receipts.entries()) {
      const { status, answer } = await fvm("simulate", vector, "--index", `${i}`, "--json");
      expect(status).toBe(0);
      const [result] = JSON.parse(answer).messages;
      expect(result.index).toBe(i);
      expect([result.exitCode, result.gasUsed]).toEqual([receipt.exit_code, receipt.gas_used]);
      expect((await fvm("simulate", vector, "--index", `${i}`)).answer).toMatch(RegExp(`^message ${i}: `));
    }
  });

  test("a message of one's own on the state before", async () => {
    const own = JSON.stringify({ From: "f01", To: "f099", Nonce: 5 });
    const { answer } = await fvm("simulate", vector, "--message", own);
    expect(answer).toMatch(/exit 0 \(OK\)\n {2}on behalf of its sender, which sends no messages of its own$/);
  });
});

describe("bad input is one line and exit code 2", () => {
  const rows: readonly (readonly [name: string, argv: () => string[], line: RegExp])[] = [
    ["nothing", () => [], /^VECTOR is missing, or --data, or --state/],
    ["both", () => [vector, ...state], /one of both/],
    ["no message", () => state, /^--message is missing/],
    ["two vectors", () => [vector, vector], /unexpected argument/],
    ["an index of no vector", () => [...state, ...message(), "--index", "1"], /--index goes with a vector/],
    ["an index that is none", () => [vector, "--index", "x"], /--index is x, not a whole number/],
    ["an index beyond the messages", () => [vector, "--index", "77"], /no number 77/],
    ["a variant that there is not", () => [vector, "--variant", "x"], /there is none x/],
    ["--lotus alone", () => [vector, "--lotus"], /--lotus goes with --estimate/],
    ["--same alone", () => [vector, "--same", "calls"], /--same goes with --estimate/],
    [
      "an estimate with parameters",
      () => [vector, "--estimate", "--params"],
      /goes without --trace, --params/,
    ],
    ["an ABI of no file", () => [vector, "--abi", "/nowhere.json"], /ENOENT/],
    ["an estimate with a trace", () => [vector, "--estimate", "--trace"], /goes without --trace/],
    ["an estimate of two", () => [...state, ...message(), ...message(), "--estimate"], /takes one message/],
    ["an override that is no JSON", () => [vector, "--override", "{x"], /overrides.*not JSON/],
    ["an override of no file", () => [vector, "--override", "/nowhere"], /ENOENT/],
    [
      "an override of no field",
      () => [vector, "--override", '{"f0100": {"x": 1}}'],
      /there is no such field/,
    ],
    [
      "an override of slots of what is no contract",
      () => [vector, "--override", '{"f0100": {"stateDiff": {"0x0": "0x1"}}}'],
      /no contract/,
    ],
    [
      "an override of no address",
      () => [vector, "--override", '{"0x1234": {}}'],
      /overrides\["0x1234"\]', reason: 'not 0x and 40 hexadecimal digits'/,
    ],
    [
      "an address in two overrides",
      () => [vector, ...Array(2).fill(["--override", '{"f0100": {}}']).flat()],
      /it is there twice/,
    ],
    [
      "a sender without an actor",
      () => [...state, ...message({ From: "f0987654" })],
      /there is no actor f0987654/,
    ],
    [
      "a message of 1 MiB",
      () => [...state, ...message({ Params: "A".repeat(2 ** 20) })],
      /bytes, and nodes pass on none/,
    ],
    [
      "a state root that is not in the store",
      () => [
        "--state",
        "bafy2bzacedwviarjtjraqakob5pslltmuo5n3xev3nt5zylezofkbbv5jclyu",
        ...state.slice(2),
        ...message(),
      ],
      /the state root is not in/,
    ],
  ];
  test.each(rows)("%s", async (_, argv, line) => {
    const { status, answer, notes } = await fvm("simulate", ...argv());
    expect({ status, answer }).toEqual({ status: 2, answer: "" });
    expect(notes).toMatch(/^fvm: .*$/);
    expect(notes.slice(5)).toMatch(line);
  });
});
