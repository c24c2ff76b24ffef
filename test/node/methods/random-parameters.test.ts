/** Each method of the node, called with random JSON: an answer or an error object, never a fault of ours. */
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DevNode } from "../../../src/node/dev/dev-node.js";
import { type RunningNode, startNode } from "../../../src/node/index.js";
import { nodeMethods } from "../../../src/node/methods/index.js";
import { RpcError, rpcCode } from "../../../src/node/rpc/errors.js";
import type { ApiVersion } from "../../../src/node/rpc/method.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const hasActors = devnetVersions([28]).length > 0;
if (!hasActors) skipLoudly("methods with random parameters: no builtin actors are on this machine");

const RUNS = Number(process.env.FVM_FUZZ_RUNS ?? 25);
const TAGS = [
  "latest",
  "pending",
  "earliest",
  "safe",
  "finalized",
  "0x0",
  "0x1",
  "0xffffffffffffffff",
  "1",
  "",
];
const ACCOUNT = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const ADDRESSES = [
  ACCOUNT,
  `0xff${"0".repeat(37)}1`,
  `0x${"0".repeat(40)}`,
  "t01",
  "f099",
  "t410f",
  "rubbish",
];
const CID = "bafy2bzacedphakjius7lpwqh5bdvhw4wjzpvhselz27flj2e4bi3dtwn6eufi";

/** Values as methods take them, and what is close to them. */
const values = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...TAGS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...ADDRESSES) },
  fc.constantFrom<unknown>(null, true, 0, -1, 2 ** 60, 1.5, [], {}, [[]], { "/": CID }, [{ "/": CID }], {
    "/": "x",
  }),
  fc.bigInt(-(2n ** 70n), 2n ** 70n),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
  fc.record(
    {
      from: fc.constantFrom(...ADDRESSES, null),
      to: fc.constantFrom(...ADDRESSES, null),
      value: fc.constantFrom("0x0", "0x1", "0xffffffffffffffffffffffff", 5, "-1"),
      data: fc.constantFrom("0x", "0x60", "0xzz", null),
      gas: fc.constantFrom("0x0", "0xffffffff", "x"),
      nonce: fc.constantFrom("0x0", "0x5", -1),
      blockHash: fc.constantFrom(`0x${"12".repeat(32)}`, "0x", null),
      fromBlock: fc.constantFrom(...TAGS),
      toBlock: fc.constantFrom(...TAGS),
      address: fc.constantFrom<unknown>(ACCOUNT, [ACCOUNT], "x", null),
      topics: fc.constantFrom<unknown>([], [null, [`0x${"12".repeat(32)}`]], "x", [[[]]]),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

describe.runIf(hasActors)("each method", () => {
  let node: RunningNode;
  const faults: string[] = [];

  beforeAll(async () => {
    const onFault = (method: string, error: unknown) => {
      faults.push(`${method}: ${error instanceof Error ? error.stack : String(error)}`);
    };
    node = await startNode({ accounts: 2, onFault });
  });
  afterAll(() => node?.close());
  afterEach(() => node.provider.request({ method: "evm_setIntervalMining", params: [0] }));

  const methods = (["v1", "v2"] as ApiVersion[]).flatMap((version) =>
    nodeMethods({ lotus: false, version: "0", dev: {} as DevNode }).all(version),
  );
  // Some make as many blocks as they are asked for.
  const names = [...new Set(methods.map(({ name }) => name))].filter((name) => !name.endsWith("_mine"));

  test("there are methods", () => expect(names).toContain("Filecoin.Discover"));

  test.each(names)("%s", async (method) => {
    const most = Math.max(
      ...methods.filter(({ name }) => name === method).map(({ params }) => params.length),
    );
    const lists = fc.oneof(
      { weight: 4, arbitrary: fc.array(values, { minLength: most, maxLength: most }) },
      fc.array(values, { maxLength: most + 1 }),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(lists, async (params) => {
        const answer = await node.provider.request({ method, params }).then(
          (result) => ({ result }),
          (error: unknown) => ({ error }),
        );
        expect(faults).toEqual([]);
        if (!("error" in answer)) return;
        expect(answer.error).toBeInstanceOf(RpcError);
        const { code, message } = answer.error as RpcError;
        expect(code).not.toBe(rpcCode.internalError);
        expect([Number.isInteger(code), typeof message]).toEqual([true, "string"]);
      }),
      { numRuns: RUNS },
    );
  });

  test("and the node still answers", async () => {
    expect(await node.provider.request({ method: "rpc.discover" })).toMatchObject({ info: {} });
  });
});
