/** The OpenRPC document: by its meta schema, and by the checks that it comes from. */
import { Ajv } from "ajv";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { discoverMethod } from "../../../src/node/rpc/discover.js";
import { Dispatcher } from "../../../src/node/rpc/dispatch.js";
import { lenient, methodsOf, optional, required } from "../../../src/node/rpc/method.js";
import type { OpenRpcDocument } from "../../../src/node/rpc/openrpc.js";
import { decoded, named, nullable } from "../../../src/node/rpc/schema.js";
import { MethodTable } from "../../../src/node/rpc/table.js";
import { openRpcErrors } from "../../support/openrpc.js";

const hash = decoded(
  { name: "Hash", json: { type: "string", pattern: "^0x[0-9a-f]{4}$" } },
  (value) => value,
);
const transaction = named(v.object({ to: v.nullish(hash), list: v.array(hash) }), { name: "Transaction" });
const method = methodsOf<undefined>();
const methods = [
  method({
    name: "eth_one",
    aliases: ["Filecoin.EthOne"],
    summary: "One.",
    params: [required("hash", hash), lenient("block", nullable(hash)), optional("tx", transaction)],
    result: v.array(transaction),
    call: () => [],
  }),
  method({ name: "eth_ours", summary: "Two.", params: [], result: hash, ours: true, call: () => "" }),
  method({ name: "eth_v2", summary: "Three.", versions: ["v2"], params: [], result: hash, call: () => "" }),
];

async function discover(lotus: boolean, version: "v1" | "v2" = "v1"): Promise<OpenRpcDocument> {
  const table: MethodTable<undefined> = new MethodTable(
    [...methods, discoverMethod(() => table, "1.2.3")],
    lotus,
  );
  const dispatcher = new Dispatcher({ node: undefined, table, lotus });
  const caller = { version, signal: new AbortController().signal };
  return (await dispatcher.call("rpc.discover", [], caller)) as OpenRpcDocument;
}

test("it follows the meta schema, which refuses others", async () => {
  const document = await discover(false);
  expect(openRpcErrors(document)).toEqual([]);
  expect(openRpcErrors({ ...document, methods: [{ name: "eth_none" }] })).not.toEqual([]);
});

test("names, aliases, versions, what Lotus lacks", async () => {
  const names = async (...args: Parameters<typeof discover>) =>
    (await discover(...args)).methods.map(({ name }) => name);
  const common = ["Filecoin.Discover", "Filecoin.EthOne", "eth_one"];
  expect(await names(false)).toEqual([...common, "eth_ours", "rpc.discover"]);
  expect(await names(true)).toEqual([...common, "rpc.discover"]);
  expect(await names(true, "v2")).toEqual([...common, "eth_v2", "rpc.discover"]);
});

test("parameters: needed by default, or with --lotus", async () => {
  const needed = async (lotus: boolean) =>
    (await discover(lotus)).methods
      .find(({ name }) => name === "eth_one")
      ?.params.map(({ required }) => required);
  expect(await needed(false)).toEqual([true, false, false]);
  expect(await needed(true)).toEqual([true, true, false]);
});

describe("shapes", () => {
  test("named ones stand once, and say what they take", async () => {
    const { components, methods } = await discover(false);
    expect(Object.keys(components.schemas).sort()).toEqual(["Hash", "Transaction"]);
    const [, block, tx] = methods.find(({ name }) => name === "eth_one")?.params ?? [];
    expect(block?.schema).toEqual({ anyOf: [{ $ref: "#/components/schemas/Hash" }, { type: "null" }] });
    expect(tx?.schema).toEqual({ $ref: "#/components/schemas/Transaction" });

    const ajv = new Ajv({ strict: false });
    const check = ajv.compile({ $ref: "#/components/schemas/Transaction", components });
    expect(check({ to: null, list: ["0x0123"] })).toBe(true);
    expect(check({ list: ["0x0123"] })).toBe(true);
    expect(check({ list: ["0x0"] })).toBe(false);
    expect(check({ to: "0x0123" })).toBe(false);
  });
});
