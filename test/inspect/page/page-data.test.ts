/** Contents of a page, which stays small and whole whatever the trace. */
import { encode } from "@ipld/dag-cbor";
import { keccak_256 as keccak } from "@noble/hashes/sha3.js";
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { loadAbi } from "../../../src/builtin/abi/index.js";
import { cidText, parseCid } from "../../../src/encoding/cid.js";
import type { PageMessage } from "../../../src/inspect/page/data.js";
import { Page, type PageInput, tracePage } from "../../../src/inspect/page/page.js";
import type { ValueChange } from "../../../src/inspect/state/change.js";
import type { CallTrace } from "../../../src/vm/trace/trace.js";
import { TestChain } from "../../support/chain.js";
import { deepCall, madeCall, madeCharge, madeResult, madeTrace, wideCall } from "../../support/made-trace.js";
import { TestNet } from "../../support/net.js";

const hashOf = (text: string) => keccak(new TextEncoder().encode(text));
const selector = (signature: string) => Buffer.from(hashOf(signature)).subarray(0, 4);
const INVOKE_EVM = 3_844_450_837;

function shown(call: CallTrace | undefined, limits = {}): PageMessage {
  const page = new Page("test", { limits });
  page.add({ trace: madeTrace(call), result: madeResult(1) });
  return page.data().messages[0] as PageMessage;
}

const totals = ({ calls }: PageMessage) => calls.map(({ own, total }) => [own, total]);

describe("a message of a machine", () => {
  test("is shown with its calls, gas, value and end", async () => {
    const net = await TestNet.create();
    const chain = await TestChain.on(net);
    const message = chain.message({ to: net.bob.address, value: 5n * 10n ** 18n });
    const result = await chain.machine.execute(message, { trace: true });
    chain.close();
    const whole = new Page("a transfer");
    whole.add({ trace: result.trace, result });
    const [page] = whole.data().messages;
    expect(page).toMatchObject({
      title: "account · Send",
      value: "5.0 FIL",
      end: { text: "exit 0 (OK)", isOk: true },
      gasUsed: result.receipt.gasUsed,
      calls: [{ parent: -1, type: "account", method: "Send", value: "5.0 FIL", end: { isOk: true } }],
    });
    const total = Number(page?.calls[0]?.total);
    expect(Math.ceil(total / 1000)).toBe(result.receipt.gasUsed);
    const names = page?.calls[0]?.sums.map(([name]) => page.strings[name]);
    expect(names).toEqual(["OnChainMessage", "OnValueTransfer", "OnActorUpdate"]);
  });

  test("that failed preflight has no calls", () => {
    expect(shown(undefined).calls).toEqual([]);
  });
});

describe("gas", () => {
  test("of a call is its own, and that of the calls below", () => {
    const inner = madeCall([madeCharge("a", 1, 2), madeCharge("b", 10)]);
    const page = shown(madeCall([madeCharge("a", 100), { kind: "call", call: inner }, madeCharge("a", 200)]));
    expect(totals(page)).toEqual([
      [300, 313],
      [13, 13],
    ]);
    expect(page.calls[0]?.sums).toEqual([[0, 2, 300, 0]]);
    expect(page.calls[0]?.charges).toEqual([0, 100, 0, 0, 200, 0]);
    expect(page.strings).toEqual(["a", "b"]);
  });

  test("is exact beyond 2^53, and where it is refunded", () => {
    const most = 2n ** 64n - 1n;
    const page = shown(madeCall([madeCharge("huge", most, 1), madeCharge("refund", -5)]));
    expect(page.calls[0]?.own).toBe(String(most - 4n));
    expect(page.calls[0]?.charges).toEqual([0, String(most), 1, 1, -5, 0]);
  });
});

describe("parameters and return data", () => {
  test("are decoded", () => {
    const params = { codec: 0x51, data: encode(Uint8Array.of(1, 2)) };
    const [call] = shown(madeCall([], { method: INVOKE_EVM, params })).calls;
    expect(call?.method).toBe("InvokeEVM");
    expect(call?.params).toEqual({ about: "CBOR, 3 bytes", text: "0x0102", hex: "0x420102" });
  });

  test("say what they should have been", () => {
    const params = { codec: 0x51, data: encode(["no bytes"]) };
    const [call] = shown(madeCall([], { method: INVOKE_EVM, params })).calls;
    expect(call?.params?.about).toMatch(/^CBOR, 10 bytes; not as expected: ./);
    expect(call?.params?.text).toContain('"no bytes"');
  });

  test("are bytes if they are nothing else", () => {
    const params = { codec: 0x55, data: Uint8Array.of(0xff) };
    expect(shown(madeCall([], { params })).calls[0]?.params).toEqual({ about: "raw, 1 byte", hex: "0xff" });
  });

  test("name the reason of a revert", () => {
    const word = (value: number) => value.toString(16).padStart(64, "0");
    const reason = `08c379a0${word(32)}${word(4)}${"6e6f7065".padEnd(64, "0")}`;
    const value = { codec: 0x51, data: encode(Buffer.from(reason, "hex")) };
    const [call] = shown(madeCall([], { method: INVOKE_EVM, end: { kind: "exit", code: 33, value } })).calls;
    expect(call?.end).toEqual({ text: "exit 33 (EVM_CONTRACT_REVERTED)", isOk: false });
    expect(call?.returned?.text).toBe(`Error(string) {\n  reason: "nope"\n}\n0x${reason}`);
  });
});

test("contracts' calls and logs are named by their ABI", async () => {
  const inputs = [
    { name: "to", type: "address", indexed: true },
    { name: "amount", type: "uint256", indexed: false },
  ];
  const abi = await loadAbi(
    [
      { type: "function", name: "transfer", inputs, outputs: [{ name: "", type: "bool" }] },
      { type: "event", name: "Transferred", inputs },
    ],
    "token.json",
  );
  const word = (value: number) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
  const input = Buffer.concat([selector("transfer(address,uint256)"), word(7), word(5)]);
  const topic = Buffer.from(hashOf("Transferred(address,uint256)"));
  const entries = [
    ["t1", topic],
    ["t2", word(7)],
    ["d", word(5)],
  ] as const;
  const event = {
    emitter: 101,
    entries: entries.map(([key, value]) => ({ flags: 3, key, codec: 0x55, value })),
  };
  const call = madeCall([{ kind: "event", event }], {
    method: INVOKE_EVM,
    params: { codec: 0x51, data: encode(input) },
    end: { kind: "exit", code: 0, value: { codec: 0x51, data: encode(word(1)) } },
  });
  const page = new Page("test", { abi });
  page.add({ trace: madeTrace(call), result: madeResult(1) });
  const [message] = page.data().messages;
  const to = `0x${"07".padStart(40, "0")}`;
  expect(message?.title).toBe("evm · transfer");
  expect(message?.calls[0]?.params?.text).toContain(
    `transfer(address,uint256) {\n  to: ${to}\n  amount: 5\n}`,
  );
  expect(message?.calls[0]?.returned?.text).toMatch(/^transfer\(address,uint256\) \{\n {2}0: yes\n\}\n0x/);
  expect(message?.events[0]?.summary).toBe(`Transferred(address,uint256) {to: ${to}, amount: 5}`);
  expect([...page.sources]).toEqual(["token.json"]);
});

describe("what a message changed", () => {
  const amount = (value: bigint) => ({ kind: "amount", value, unit: "FIL" }) as const;
  const stateOf = (changes: readonly ValueChange[]) => {
    const page = new Page("test", { limits: { changes: 3 } });
    const actor = { id: 101, kind: "changed", type: "evm", delegatedAddress: undefined, changes } as const;
    const state = { actors: [actor], addresses: new Map([[idAddress(7), 101]]), more: [] };
    page.add({ trace: madeTrace(undefined), result: madeResult(1), state });
    return page.data().messages[0]?.state;
  };

  test("is shown field by field, with differences of numbers", () => {
    const cid = parseCid("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a");
    const changes = [
      { kind: "changed", path: ["balance"], before: amount(0n), after: amount(10n ** 18n) },
      { kind: "more", path: ["state", "claims"] },
      { kind: "unreadable", path: ["state"], before: undefined, after: cid, reason: "why not" },
    ] as const;
    expect(stateOf(changes)).toEqual([
      {
        actor: "f0101 evm",
        kind: "changed",
        rows: [
          { field: "balance", before: "0.0 FIL", after: "1.0 FIL", delta: "+1.0 FIL" },
          { field: "state.claims: and more" },
          { field: "state", after: cidText(cid), delta: "cannot be read: why not" },
        ],
      },
      { actor: "addresses", kind: "added", rows: [{ field: "f07", after: "f0101" }] },
    ]);
  });

  test("says how much is left out", () => {
    const change = { kind: "changed", path: ["x"], before: undefined, after: amount(1n) } as const;
    expect(stateOf(Array.from({ length: 5 }, () => change))?.[0]?.rows.at(-1)).toEqual({
      field: "and 2 more",
    });
  });
});

describe("limits", () => {
  test("charges beyond are in the sums", () => {
    const page = shown(wideCall(3, 10), { charges: 15 });
    expect(page.calls.reduce((sum, { charges }) => sum + charges.length / 3, 0)).toBe(15);
    expect(page.omitted).toEqual({ calls: 0, charges: 25, blocks: 0, events: 0, logs: 0 });
    expect(totals(page)[0]).toEqual([10_000, 40_000]);
  });

  describe("of charges are shared by messages, and by calls in them", () => {
    const listed = (limit: number, ...calls: CallTrace[]) => {
      const page = new Page("test", { limits: { charges: limit } });
      for (const call of calls) page.add({ trace: madeTrace(call), result: madeResult(1) });
      const { messages } = page.data();
      return {
        sizes: messages.map(({ calls }) => calls.map(({ charges }) => charges.length / 3)),
        omitted: messages.map(({ omitted }) => omitted.charges),
        notListed: page.notListed(),
      };
    };

    test("so that small ones have all of theirs, wherever they are", () => {
      expect(listed(19, wideCall(0, 1000), wideCall(0, 3), wideCall(1, 20), wideCall(0, 2))).toEqual({
        sizes: [[7], [3], [3, 4], [2]],
        omitted: [993, 0, 33, 0],
        notListed: ["charges of 3 calls"],
      });
    });

    test("whatever comes after whatever", () => {
      const sizes = [1000, 3, 40, 2].map((size) => wideCall(0, size));
      expect(listed(21, ...sizes).sizes).toEqual([[8], [3], [8], [2]]);
      expect(listed(21, ...sizes.toReversed()).sizes).toEqual([[2], [8], [3], [8]]);
      expect(listed(0, ...sizes).sizes).toEqual([[0], [0], [0], [0]]);
    });

    test("of which all are listed if there is room", () => {
      const all = { sizes: [[5, 5], [3]], omitted: [0, 0], notListed: [] };
      expect(listed(13, wideCall(1, 5), wideCall(0, 3))).toEqual(all);
    });
  });

  test("blocks that are not listed leave no CIDs", () => {
    const cid = parseCid("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a");
    const call = madeCall([madeCharge("a", 1), { kind: "blockRead", cid, size: 5 }]);
    const [first, second] = [0, 1].map((blocks) => shown(call, { blocks }));
    expect(first?.strings).not.toContain(cidText(cid));
    expect(first?.omitted.blocks).toBe(1);
    expect(second?.strings).toContain(cidText(cid));
  });

  test("calls beyond are in the gas of the call above", () => {
    const page = shown(wideCall(10, 5), { calls: 4 });
    expect(page.calls).toHaveLength(5);
    expect(page.calls[0]?.omitted).toBe(6);
    expect(page.omitted).toMatchObject({ calls: 6, charges: 30 });
    expect(totals(page)[0]).toEqual([5_000, 55_000]);
  });

  test("long texts are cut, and say how long they were", () => {
    const params = { codec: 0x55, data: new Uint8Array(1 << 20) };
    const page = shown(madeCall([{ kind: "log", text: "x".repeat(1 << 20) }], { params }));
    expect(page.calls[0]?.params?.about).toBe("raw, 1,048,576 bytes");
    expect(page.calls[0]?.params?.hex).toMatch(/^0x0+… \(1048576 bytes\)$/);
    expect(JSON.stringify(page).length).toBeLessThan(40_000);
  });

  test("many texts have a limit together", () => {
    const steps = Array.from({ length: 1000 }, () => ({ kind: "log", text: "x".repeat(10_000) }) as const);
    expect(JSON.stringify(shown(madeCall(steps), { characters: 100_000 })).length).toBeLessThan(400_000);
  });

  test("calls may be nested as deep as a network allows", () => {
    const page = shown(deepCall(4096));
    expect(page.calls).toHaveLength(4096);
    expect(page.calls[0]?.total).toBe(4096 * 1000);
    expect(page.calls.at(-1)?.parent).toBe(4094);
  });
});

describe("an event", () => {
  const entry = { flags: 3, key: "amount", codec: 0x55, value: Uint8Array.of(1, 2) };
  const event = { kind: "event", event: { emitter: 101, entries: [entry] } } as const;

  test("is shown with the call that emitted it", () => {
    const page = shown(madeCall([{ kind: "call", call: madeCall([event]) }]));
    expect(page.events).toEqual([
      { call: 1, emitter: "f0101 evm", entries: [{ label: "amount", text: "0x0102" }], isDiscarded: false },
    ]);
    expect(page.calls[1]?.events).toEqual([0]);
  });

  test("is discarded if a call above failed", () => {
    const failed = madeCall([{ kind: "call", call: madeCall([event]) }, event], {
      end: { kind: "outOfGas" },
    });
    const page = shown(madeCall([{ kind: "call", call: failed }, event]));
    expect(page.events.map(({ isDiscarded }) => isDiscarded)).toEqual([true, true, false]);
  });
});

describe("texts of actors", () => {
  const markup = "</script><!--<script>alert(1)</script>";

  test("are data and no part of the page", () => {
    const end = { kind: "fatal", text: markup } as const;
    const call = madeCall([madeCharge(markup, 1), { kind: "log", text: markup }], { end });
    const html = tracePage({
      title: markup,
      messages: [{ trace: madeTrace(call), result: madeResult(1, 10) }],
    });
    expect(html).not.toContain(markup);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain("<!--");
    const [, json = ""] = /id="data">(.*)<\/script>/.exec(html) ?? [];
    expect(JSON.parse(json).messages[0].calls[0].logs).toEqual([markup]);
  });

  test("show what cannot be seen", () => {
    const page = shown(madeCall([{ kind: "log", text: "a\u202eb\0c\nd" }]));
    expect(page.calls[0]?.logs).toEqual(["a\\u{202e}b\\u{0}c\nd"]);
  });
});

test("a page forbids itself all but its own script and style", () => {
  const html = tracePage({ title: "empty", messages: [] });
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; img-src data:; base-uri 'none'; form-action 'none'$/,
  );
  expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
});

describe("what is no page is refused", () => {
  const message = { trace: madeTrace(undefined), result: madeResult(1) };
  const cases: readonly (readonly [option: string, input: object])[] = [
    ["title", { messages: [] }],
    ["messages", { title: "x", messages: 5 }],
    ["messages[1]", { title: "x", messages: [message, undefined] }],
    ["messages[0].trace", { title: "x", messages: [{ ...message, trace: undefined }] }],
    ["messages[0].result", { title: "x", messages: [{ ...message, result: "x" }] }],
    ["abi", { title: "x", messages: [], abi: [] }],
    ["limits.calls", { title: "x", messages: [], limits: { calls: -1 } }],
    ["limits.call", { title: "x", messages: [], limits: { call: 1 } }],
  ];
  test.each(cases)("%s", (option, input) => {
    const error = expect.objectContaining({
      code: "INVALID_OPTION",
      details: expect.objectContaining({ option }),
    });
    expect(() => tracePage(input as PageInput)).toThrow(error);
  });
});
