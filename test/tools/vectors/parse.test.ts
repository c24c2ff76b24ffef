import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseCid } from "../../../src/encoding/cid.js";
import { type FvmError, isFvmError } from "../../../src/errors.js";
import { parseVector } from "../../../src/tools/vectors/parse.js";
import { base64, messageJson, ROOT, tipsetJson } from "./example.js";

const parse = (json: unknown) => parseVector(JSON.stringify(json), "example.json");

describe("message vectors", () => {
  test("a vector of the public corpus", () => {
    expect(parse(messageJson())).toMatchObject({
      class: "message",
      file: "example.json",
      id: "example",
      origin: "public",
      unsupported: undefined,
      variants: [{ id: "hygge", epoch: 7, networkVersion: 18 }],
      stateRoot: parseCid(ROOT),
      baseFee: 100n,
      circulatingSupply: 5n,
      bundle: undefined,
      chainId: 314,
      messages: [{ kind: "explicit", bytes: Uint8Array.of(0x8a, 0) }],
      randomness: [{ source: "chain", epoch: 5, value: new Uint8Array(32).fill(1) }],
      expected: {
        stateRoot: parseCid(ROOT),
        outcomes: undefined,
        receipts: [{ exitCode: 0, returnData: Uint8Array.of(1, 2), gasUsed: 1234n, eventsRoot: undefined }],
      },
    });
  });

  test("additions to the schema", () => {
    const outcome = {
      miner_penalty: "1",
      miner_tip: "2",
      base_fee_burn: "3",
      over_estimation_burn: "4",
      refund: "100000000000000000000000000005",
      gas_refund: "6",
      gas_burned: "7",
    };
    const receipt = { exit_code: 33, return: "", gas_used: 1 };
    const vector = parse(
      messageJson({
        bundle: "v18",
        apply_messages: [{ bytes: "igA=", kind: "implicit" }, { bytes: "igA=" }],
        postconditions: {
          state_tree: { root_cid: { "/": ROOT } },
          receipts: [
            { ...receipt, events_root: null },
            { ...receipt, events_root: { "/": ROOT } },
          ],
          outcomes: [outcome, outcome],
        },
      }),
    );
    expect(vector).toMatchObject({
      origin: "generated",
      bundle: "v18",
      messages: [{ kind: "implicit" }, { kind: "explicit" }],
      expected: {
        receipts: [{ eventsRoot: null }, { eventsRoot: parseCid(ROOT) }],
        outcomes: [
          {
            penalty: 1n,
            minerTip: 2n,
            baseFeeBurn: 3n,
            overEstimationBurn: 4n,
            refund: 100000000000000000000000000005n,
            gasRefund: 6n,
            gasBurned: 7n,
          },
          {},
        ],
      },
    });
  });

  test("integers beyond a double stay exact", () => {
    const text = JSON.stringify(messageJson())
      .replace('"circ_supply":5', '"circ_supply": 463973544302560247587615610')
      .replace('"basefee":100', '"basefee":12345678901234567891')
      .replace('["chain",5]', '["chain", -9223372036854775808]');
    expect(parseVector(text, "f")).toMatchObject({
      circulatingSupply: 463973544302560247587615610n,
      baseFee: 12345678901234567891n,
      randomness: [{ epoch: -9223372036854775808n }],
    });
  });

  test("what a vector without base fee and supply means", () => {
    const {
      basefee: _,
      circ_supply: __,
      ...preconditions
    } = messageJson().preconditions as Record<string, unknown>;
    expect(parse(messageJson({ preconditions }))).toMatchObject({
      baseFee: 100n,
      circulatingSupply: 2_000_000_000_000_000_000_000_000_000n,
    });
  });

  test.each([
    ["chaos_actor", "needs the chaos actor"],
    ["requires:consensus_fault_extern", "needs a consensus fault extern"],
  ])("selector %s is not supported", (selector, unsupported) => {
    expect(parse(messageJson({ selector: { [selector]: "true" } }))).toMatchObject({ unsupported });
    expect(parse(messageJson({ selector: { [selector]: "false" } }))).toMatchObject({
      unsupported: undefined,
    });
  });
});

test("tipset vectors", () => {
  expect(parse(tipsetJson())).toMatchObject({
    class: "tipset",
    genesis: "example",
    origin: "generated",
    genesisTimestamp: 1000,
    tipsetCids: new Map([[6, parseCid(ROOT)]]),
    tipsets: [
      {
        epochOffset: 2,
        baseFee: 100n,
        // 30 seconds for each epoch since genesis: 7 of the variant and 2 of the offset.
        timestamp: 1270,
        blocks: [{ miner: "f01000", winCount: 1, messages: [Uint8Array.of(0x8a, 0)] }],
      },
    ],
    expected: {
      receiptsRoots: [parseCid(ROOT)],
      tipsets: [
        {
          epoch: 9,
          cronExitCode: 0,
          gasUsed: 1n,
          implicitGasUsed: 2n,
          blocks: [{ applied: 1, gasReward: 3n, penalty: 4n, rewardExitCode: 0 }],
          nullRounds: [{ epoch: 8, stateRoot: parseCid(ROOT) }],
        },
      ],
    },
  });
});

describe("what is wrong is named", () => {
  const cases: [change: Record<string, unknown>, field: string, reason: string][] = [
    [{ class: "blockseq" }, "class", "unknown class blockseq"],
    [{ class: 7 }, "class", "not a text"],
    [{ preconditions: [] }, "preconditions", "not an object"],
    [{ apply_messages: {} }, "apply_messages", "not a list"],
    [{ apply_messages: [{ bytes: "?" }] }, "apply_messages.0.bytes", "not base64"],
    [{ apply_messages: [{ bytes: "", kind: "sudden" }] }, "apply_messages.0.kind", "unknown kind sudden"],
    [
      { apply_messages: [{ bytes: "", epoch_offset: 1 }] },
      "apply_messages.0.epoch_offset",
      "messages of several epochs are not supported",
    ],
    [{ apply_messages: [] }, "postconditions.receipts", "not one for each message"],
    [
      { randomness: [{ on: ["sun", 1], ret: base64(new Uint8Array(32)) }] },
      "randomness.0.on",
      'not ["chain" | "beacon", epoch]',
    ],
    [{ randomness: [{ on: ["chain", 1], ret: "AQ==" }] }, "randomness.0.ret", "not 32 bytes"],
    [{ chain_id: 1.5 }, "chain_id", "not an integer"],
    [{ selector: "hygge" }, "selector", "not an object"],
  ];

  test.each(cases)("%j", (change, field, reason) => {
    expect(thrownBy(() => parse(messageJson(change)))).toEqual({ file: "example.json", field, reason });
  });

  test("a CID", () => {
    const postconditions = {
      ...(messageJson().postconditions as object),
      state_tree: { root_cid: { "/": "x" } },
    };
    expect(thrownBy(() => parse(messageJson({ postconditions })))).toMatchObject({
      field: "postconditions.state_tree.root_cid",
      reason: "not a CID",
    });
  });

  test("JSON itself", () => {
    expect(thrownBy(() => parseVector("{", "f"))).toEqual({ file: "f", field: "(top)", reason: "not JSON" });
    for (const text of ["[]", "{}", "7", "null"]) {
      expect(thrownBy(() => parseVector(text, "f"))).toEqual({
        file: "f",
        field: "(file)",
        reason: "not a test vector: it has no class",
      });
    }
  });

  test.each([
    ["not base64", "??"],
    ["not gzip", base64(Uint8Array.of(1, 2, 3))],
  ])("the CAR, when it is asked for: %s", (reason, car) => {
    const vector = parse(messageJson({ car }));
    expect(thrownBy(() => vector.car())).toMatchObject({ field: "car", reason });
  });

  test("half a CAR is none", () => {
    const car = base64(gzipSync(new Uint8Array(100)).subarray(0, 12));
    expect(thrownBy(() => parse(messageJson({ car })).car())).toMatchObject({ reason: "not gzip" });
  });
});

function thrownBy(work: () => unknown): FvmError<"INVALID_VECTOR">["details"] {
  try {
    work();
  } catch (error) {
    if (isFvmError(error, "INVALID_VECTOR")) return error.details;
    throw error;
  }
  throw new Error("nothing was thrown");
}
