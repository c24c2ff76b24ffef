import { describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { BuiltinActors } from "../../src/builtin/builtin-actors.js";
import { exportedMethodNumber } from "../../src/builtin/frc42.js";
import { decodedText } from "../../src/builtin/values/text.js";
import type { DecodedValue } from "../../src/builtin/values/value.js";
import type { Cid } from "../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../src/encoding/codecs.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import { hexBytes } from "../../src/util/bytes.js";
import { LINK } from "./sample.js";

const actors = new BuiltinActors([["multisig", LINK]], 28);
const MIB = 1 << 20;

const block = (data: Uint8Array, codec = DAG_CBOR) => ({ codec, data });
const textOf = (value: DecodedValue | undefined) => value && decodedText(value);

/** A multisig's proposal of a call. */
function proposal(to: number, method: number, params: Uint8Array): Uint8Array {
  return new CborWriter()
    .array(4)
    .latin1(idAddress(to))
    .bytes(new Uint8Array())
    .u64(method)
    .bytes(params)
    .finish();
}

test("a list of actors counts as it is when it is given", () => {
  const entry: [string, Cid] = ["multisig", LINK];
  const lists = [[entry], Object.freeze([entry]), Object.freeze([Object.freeze([...entry] as const)])];
  for (const list of lists) expect(new BuiltinActors(list, 28).typeOf(LINK)).toBe("multisig");
  entry[0] = "account";
  expect(lists.map((list) => new BuiltinActors(list, 28).typeOf(LINK))).toEqual([
    "account",
    "account",
    "multisig",
  ]);
});

describe("parameters", () => {
  test("by their layout", () => {
    const data = new CborWriter().array(2).latin1(idAddress(100)).bool(true).finish();
    const decoded = actors.decodeParams("multisig", 5, block(data));
    expect(decoded?.form).toBe("schema");
    expect(textOf(decoded?.value)).toBe("{signer: f0100, increase: yes}");
  });

  test("of another layout are DAG-CBOR, and say what is wrong", () => {
    const decoded = actors.decodeParams("multisig", 5, block(hexBytes("8201f5")));
    expect(decoded).toMatchObject({ form: "cbor", mismatch: expect.stringMatching(/INVALID_/) });
    expect(textOf(decoded?.value)).toBe("[1, yes]");
  });

  test("with more than the layout has are DAG-CBOR", () => {
    const data = new CborWriter().array(3).latin1(idAddress(100)).bool(true).bool(true).finish();
    expect(actors.decodeParams("multisig", 5, block(data))).toMatchObject({
      form: "cbor",
      mismatch: expect.stringContaining("array of 3 instead of 2"),
    });
  });

  test("of an unknown method are DAG-CBOR", () => {
    const decoded = actors.decodeParams(undefined, 77, block(hexBytes("a1616101")));
    expect(decoded).toEqual({
      form: "cbor",
      value: {
        kind: "map",
        entries: [
          [
            { kind: "text", value: "a" },
            { kind: "integer", value: 1 },
          ],
        ],
        omitted: 0,
      },
    });
  });

  test("that are no CBOR are bytes", () => {
    expect(actors.decodeParams(undefined, 77, block(hexBytes("ff")))).toMatchObject({
      form: "bytes",
      value: { kind: "bytes", value: hexBytes("ff") },
    });
  });

  test("of another codec are bytes", () => {
    expect(actors.decodeParams(undefined, 77, block(hexBytes("80"), RAW))?.form).toBe("bytes");
  });

  test("that are none", () => {
    expect(actors.decodeParams("multisig", 5, undefined)).toBe(undefined);
    expect(actors.decodeParams("multisig", 5, block(new Uint8Array()))).toBe(undefined);
  });

  test("are not those of the caller's buffer", () => {
    const data = new CborWriter().array(2).bytes(Uint8Array.of(1)).bytes(Uint8Array.of(2)).finish();
    const decoded = actors.decodeParams("account", exportedMethodNumber("AuthenticateMessage"), block(data));
    data.fill(0xff);
    expect(textOf(decoded?.value)).toBe("{signature: 0x01, message: 0x02}");
  });
});

describe("a call within parameters", () => {
  const addBalance = new CborWriter().latin1(idAddress(7)).finish();

  test("to an actor of known ID", () => {
    const decoded = actors.decodeParams("multisig", 2, block(proposal(5, 2, addBalance)));
    expect(textOf(decoded?.value)).toBe("{to: f05, value: 0.0 FIL, method: AddBalance (2), params: f07}");
  });

  test("to another actor", () => {
    const data = new CborWriter().array(1).u64(2).finish();
    const unknown = actors.decodeParams("multisig", 2, block(proposal(1000, 8, data)));
    expect(textOf(unknown?.value)).toBe("{to: f01000, value: 0.0 FIL, method: 8, params: [2]}");
    const knowing = new BuiltinActors([["multisig", LINK]], 28, { codeOf: () => LINK });
    const known = knowing.decodeParams("multisig", 2, block(proposal(1000, 8, data)));
    expect(textOf(known?.value)).toBe(
      "{to: f01000, value: 0.0 FIL, method: ChangeNumApprovalsThreshold (8), params: {new_threshold: 2}}",
    );
  });

  test("of a constructor", () => {
    const params = new CborWriter().array(4).array(1).latin1(idAddress(100)).u64(1).u64(0).u64(0).finish();
    const data = new CborWriter().array(2).cid(LINK).bytes(params).finish();
    expect(textOf(actors.decodeParams("init", 2, block(data))?.value)).toMatch(
      /constructor_params: {signers: \[f0100\], num_approvals_threshold: 1, unlock_duration: 0, start_epoch: 0}}$/,
    );
  });

  test("nested in each other beyond any depth", () => {
    const knowing = new BuiltinActors([["multisig", LINK]], 28, { codeOf: () => LINK });
    let data: Uint8Array = addBalance;
    while (data.length < 20_000) data = proposal(1000, 2, data);
    const decoded = knowing.decodeParams("multisig", 2, block(data));
    expect(decoded?.form).toBe("schema");
    expect(decodedText(decoded?.value as DecodedValue, { limit: 1_000_000 })).toMatch(/… \([\d,]+ bytes\)/);
  });
});

describe("hostile DAG-CBOR", () => {
  /** A list of lists, 1 MiB deep. */
  const deep = new Uint8Array(MIB).fill(0x81);
  deep[MIB - 1] = 0x80;

  test("nested a million levels deep", () => {
    const decoded = actors.decodeParams(undefined, 77, block(deep));
    expect(decoded?.form).toBe("cbor");
    expect(textOf(decoded?.value)).toBe(`${"[".repeat(64)}… (1,048,512 bytes)${"]".repeat(64)}`);
  });

  test("as maps in maps", () => {
    const maps = new Uint8Array(MIB - 1).map((_, i) => (i === MIB - 2 ? 0xa0 : i % 2 === 0 ? 0xa1 : 0x01));
    expect(actors.decodeParams(undefined, 77, block(maps))?.form).toBe("cbor");
  });

  test("with a million items", () => {
    const data = new CborWriter().array(MIB).raw(new Uint8Array(MIB)).finish();
    const decoded = actors.decodeParams(undefined, 77, block(data));
    expect(decoded?.value).toMatchObject({ kind: "list", omitted: MIB - 10_000 });
    expect(textOf(decoded?.value)).toHaveLength(400);
  });

  test("with a million items of a layout", () => {
    const data = new CborWriter().array(1).array(MIB).raw(new Uint8Array(MIB)).finish();
    const decoded = actors.decodeState("cron", data);
    expect(decoded.form).toBe("cbor");
    const signers = new CborWriter().array(4).array(300_000);
    for (let i = 0; i < 300_000; i++) signers.latin1(idAddress(1));
    const multisig = actors.decodeParams("multisig", 1, block(signers.u64(1).u64(0).u64(0).finish()));
    expect(multisig?.form).toBe("schema");
    expect(decodedText(multisig?.value as DecodedValue, { limit: 200_000 })).toContain("… 290,000 more]");
  });

  test("that says it has more than there is", () => {
    expect(actors.decodeParams(undefined, 77, block(hexBytes("9b00ffffffffffffff")))?.form).toBe("bytes");
  });

  test("cut off anywhere, or with any byte changed", () => {
    const data = proposal(5, 2, new CborWriter().latin1(idAddress(7)).finish());
    for (let i = 0; i < data.length; i++) {
      expect(actors.decodeParams("multisig", 2, block(data.subarray(0, i)))?.form).not.toBe("schema");
      for (const byte of [0x00, 0x1b, 0x5f, 0x7f, 0x80, 0x9f, 0xbf, 0xd8, 0xf6, 0xfb, 0xff]) {
        const changed = data.slice();
        changed[i] = byte;
        const decoded = actors.decodeParams("multisig", 2, block(changed));
        expect(["schema", "cbor", "bytes"]).toContain(decoded?.form);
      }
    }
  });

  test("with keys that are names of JavaScript's own", () => {
    const data = new CborWriter().map(1).text("__proto__").u64(1).finish();
    expect(textOf(actors.decodeParams(undefined, 77, block(data))?.value)).toBe('{"__proto__": 1}');
  });
});

describe("what a method returns", () => {
  const list = new CborWriter().array(3).bool(true).u64(0).bytes(new Uint8Array()).finish();

  test("by its layout", () => {
    const decoded = actors.decodeReturn("multisig", 3, block(list));
    expect(textOf(decoded?.value)).toBe("{applied: yes, code: OK (0), ret: 0x}");
  });

  test("is not expected of a failure", () => {
    expect(actors.decodeReturn("multisig", 3, block(list), 18)?.form).toBe("cbor");
  });

  test("with which a contract reverts", () => {
    const data = new CborWriter().bytes(Uint8Array.of(8, 0xc3)).finish();
    expect(actors.decodeReturn("evm", exportedMethodNumber("InvokeEVM"), block(data), 33)).toEqual({
      form: "schema",
      value: { kind: "bytes", value: Uint8Array.of(8, 0xc3) },
    });
  });
});

test("names of methods that every actor may have", () => {
  expect(actors.methodName(undefined, 0)).toBe("Send");
  expect(actors.methodName(undefined, 1)).toBe("Constructor");
  expect(actors.methodName("account", 3844450837)).toBe("InvokeEVM");
  expect(actors.methodName(undefined, 3726118371)).toBe("Receive");
  expect(actors.methodName("multisig", 80475954)).toBe("Transfer");
  expect(actors.methodName("multisig", 77)).toBe(undefined);
  expect(actors.methodName("multisig", 2n ** 64n - 1n)).toBe(undefined);
});

describe("what is not what its type says", () => {
  const any = actors as unknown as Record<string, (...args: unknown[]) => unknown>;
  const params = block(Uint8Array.of(0x80));

  test.each<[string, unknown[], string]>([
    ["decodeParams", ["toString", 2, params], "type"],
    ["decodeParams", ["multisig", -1, params], "method"],
    ["decodeParams", ["multisig", 2, 7], "block"],
    ["decodeParams", ["multisig", 2, { codec: DAG_CBOR, data: "80" }], "block.data"],
    ["decodeParams", ["multisig", 2, { codec: -1, data: params.data }], "block.codec"],
    ["decodeParams", ["multisig", 2, params, { maxItems: -1 }], "limits.maxItems"],
    ["decodeReturn", ["multisig", "2", params], "method"],
    ["decodeState", ["multisig", undefined], "data"],
    ["decodeState", ["storage", params.data], "type"],
    ["methodName", ["__proto__", 2], "type"],
  ])("%s(%j)", (name, args, option) => {
    expect(() => any[name]?.call(actors, ...args)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION", details: expect.objectContaining({ option }) }),
    );
  });

  test("a list of builtin actors", () => {
    expect(() => new BuiltinActors(7 as never, 28)).toThrow(/INVALID_OPTION .*builtins/);
    expect(() => new BuiltinActors([["multisig", "bafy" as never]], 28)).toThrow(/builtins\[0\]/);
    const frozen = Object.freeze([Object.freeze(["multisig", "bafy" as never] as const)]);
    for (const _ of [1, 2]) expect(() => new BuiltinActors(frozen, 28)).toThrow(/builtins\[0\]/);
    expect(() => new BuiltinActors([], 28, { codeOf: 7 as never })).toThrow(/codeOf/);
    expect(() => new BuiltinActors([], 7)).toThrow(/UNKNOWN_NETWORK_VERSION/);
  });

  test("a method number as a bigint is the same method", () => {
    expect(actors.methodName("multisig", 2n)).toBe("Propose");
  });
});
