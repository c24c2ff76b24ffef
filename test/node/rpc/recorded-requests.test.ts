/** Requests that are none, and others at the edge: answered as a real Lotus did. */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { Dispatcher } from "../../../src/node/rpc/dispatch.js";
import { methodsOf, required } from "../../../src/node/rpc/method.js";
import { MethodTable } from "../../../src/node/rpc/table.js";
import { read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

interface RawAnswer {
  readonly verb: string;
  readonly path: string;
  readonly body: string | null;
  readonly status: number;
  readonly response: string;
}

const method = methodsOf<undefined>();
const methods = [
  method({
    name: "eth_chainId",
    summary: "",
    params: [],
    result: v.string(),
    call: () => "0x1df5e76",
  }),
  method({
    name: "eth_getBalance",
    summary: "",
    params: [required("address", v.string()), required("block", v.string())],
    result: v.string(),
    call: () => "0x0",
  }),
];

const dispatcher = new Dispatcher<undefined>({
  node: undefined,
  table: new MethodTable(methods, true),
  lotus: true,
});
const caller = { version: "v1", signal: new AbortController().signal } as const;

const names = recordings(["nv28", "nv27-28"]);
if (names.length === 0) skipLoudly("requests that a Lotus node has answered");

describe.each(names)("%s", (name) => {
  const all = read(name, "rpc/raw-http.json") as RawAnswer[];
  const posted = all.filter(({ path, body }) => /^\/rpc\/v[012]$/.test(path) && body !== null);

  test("there are requests", () => expect(posted.length).toBeGreaterThan(30));

  test.each(posted.map((request) => [request.body ?? "", request] as const))("%s", async (body, recorded) => {
    const { status, text } = await dispatcher.answer(body, caller);
    // Commas stand on lines of their own there.
    expect({ status, text: text.replaceAll("\n", "") }).toEqual({
      status: recorded.status,
      text: recorded.response.replaceAll("\n", ""),
    });
  });
});
