import { describe, expect, test } from "vitest";
import { CborWriter } from "../../../src/ipld/cbor.js";
import type { EventEntry } from "../../../src/message/event.js";
import { event } from "../../../src/vm/kernel/event.js";
import { runHandler } from "./fake-context.js";

const RAW = 0x55;
const CBOR = 0x51;

interface Header {
  readonly flags?: number | bigint;
  readonly codec?: number;
  readonly key?: number;
  readonly value?: number;
}

function headers(...entries: readonly Header[]): Uint8Array {
  const bytes = Buffer.alloc(24 * entries.length);
  entries.forEach(({ flags = 0, codec = RAW, key = 0, value = 0 }, index) => {
    bytes.writeBigUInt64LE(BigInt(flags), 24 * index);
    bytes.writeBigUInt64LE(BigInt(codec), 24 * index + 8);
    bytes.writeUInt32LE(key, 24 * index + 16);
    bytes.writeUInt32LE(value, 24 * index + 20);
  });
  return bytes;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

describe("events in three buffers", () => {
  const handler = event["event.emit_event"];

  test("are taken apart and stamped", () => {
    const args = [
      headers({ flags: 3, key: 2, value: 1 }, { codec: CBOR, key: 2, value: 2 }),
      text("t1ä"),
      new Uint8Array([1, 2, 3]),
    ];
    const result = runHandler(handler, { args });
    expect(result.outcome).toBe("ok");
    expect(result.events).toEqual([
      {
        emitter: 1000,
        entries: [
          { flags: 3, key: "t1", codec: RAW, value: new Uint8Array([1]) },
          { flags: 0, key: "ä", codec: CBOR, value: new Uint8Array([2, 3]) },
        ],
      },
    ]);
  });

  test("may have no entries", () => {
    const result = runHandler(handler, { args: [headers(), text(""), text("")] });
    const price = 17_200 * 12 + 2_000_000 + 500_000;
    expect(result).toMatchObject({
      outcome: "ok",
      charges: [["OnActorEvent", price]],
      events: [{ entries: [] }],
    });
  });

  test("keep a copy of the values", () => {
    const values = new Uint8Array([5]);
    const { events } = runHandler(handler, { args: [headers({ value: 1 }), text(""), values] });
    values[0] = 6;
    expect(events[0]?.entries[0]?.value).toEqual(new Uint8Array([5]));
  });

  test("are refused in read-only calls before they are charged", () => {
    const result = runHandler(handler, { readOnly: true, args: [headers(), text(""), text("")] });
    expect(result).toMatchObject({ outcome: 13, charges: [] });
  });

  test("over 255 entries and 8192 bytes", () => {
    const many = Array.from({ length: 256 }, () => ({}));
    expect(
      runHandler(handler, { args: [headers(...many), text("\xff"), new Uint8Array(8193)] }).outcome,
    ).toBe(3);
    expect(runHandler(handler, { args: [headers(...many.slice(1)), text(""), text("")] }).outcome).toBe("ok");
    expect(
      runHandler(handler, { args: [headers({ value: 8193 }), text(""), new Uint8Array(8193)] }).outcome,
    ).toBe(3);
    expect(
      runHandler(handler, { args: [headers({ value: 8192 }), text(""), new Uint8Array(8192)] }).outcome,
    ).toBe("ok");
  });

  const value = new Uint8Array([1]);
  test.each([
    ["keys are not UTF-8", [{ key: 1 }], new Uint8Array([0xff]), text(""), 1],
    ["a surrogate in keys", [{ key: 3 }], new Uint8Array([0xed, 0xa0, 0x80]), text(""), 1],
    ["unknown flags", [{ flags: 4, key: 32 }], text(""), text(""), 1],
    ["the highest flag", [{ flags: 2n ** 63n }], text(""), text(""), 1],
    ["a long key, before its range", [{ key: 32, value: 9000 }], text(""), text(""), 3],
    ["a key of 31 bytes", [{ key: 31 }], text("x".repeat(31)), text(""), "ok"],
    ["a huge key", [{ key: 0xffff_ffff }], text(""), text(""), 3],
    ["a long value, before the key's range", [{ key: 1, value: 8193 }], text(""), text(""), 1],
    ["a key out of range", [{ key: 3 }], text("t1"), text(""), 1],
    ["a key that ends within a character", [{ key: 1 }, { key: 1 }], text("ä"), text(""), 1],
    ["a value out of range, before the codec", [{ codec: 0x71, value: 2 }], text(""), value, 1],
    ["a codec other than raw and CBOR", [{ codec: 0x71, value: 1 }], text(""), value, 9],
    ["a bad codec before left-over keys", [{ codec: 0x71 }], text("t1"), text(""), 9],
    ["left-over keys", [{ key: 1 }], text("t1"), text(""), 1],
    ["left-over values", [{}], text(""), value, 1],
    ["the second entry's key", [{ key: 2 }, { key: 1 }], text("t1"), text(""), 1],
  ] as const)("%s", (_case, entries, keys, values, outcome) => {
    const result = runHandler(handler, { args: [headers(...entries), keys, values] });
    expect(result.outcome).toBe(outcome);
    expect(result.charges).toHaveLength(1);
    expect(result.events).toHaveLength(outcome === "ok" ? 1 : 0);
  });
});

describe("events in CBOR, network versions 18 to 20", () => {
  const handler = event["event.emit_event[cbor]"];

  function encode(...entries: readonly Partial<EventEntry>[]): Uint8Array {
    const writer = new CborWriter();
    writer.array(entries.length);
    for (const { flags = 0, key = "", codec = RAW, value = new Uint8Array() } of entries) {
      writer.array(4).u64(flags).text(key).u64(codec).bytes(value);
    }
    return writer.finish();
  }

  test("are decoded, with flags of any kind", () => {
    const entry = { flags: 2n ** 60n, key: "t1", codec: RAW, value: new Uint8Array([1, 2]) };
    const args = [encode(entry)];
    const result = runHandler(handler, { nv: 18, args });
    expect(result).toMatchObject({ outcome: "ok", events: [{ emitter: 1000, entries: [entry] }] });
    const n = args[0]?.length ?? 0;
    expect(result.charges).toEqual([
      ["OnActorEventValidate", 1_750_000 + 27_400 * n],
      ["OnActorEventAccept", 15_200 * (n + 12)],
    ]);
  });

  test("are refused in read-only calls before they are charged", () => {
    expect(runHandler(handler, { nv: 20, readOnly: true, args: [encode()] })).toMatchObject({
      outcome: 13,
      charges: [],
    });
  });

  const many = Array.from({ length: 257 }, () => ({}));
  test.each([
    ["nothing", new Uint8Array(), 1],
    ["a map", new Uint8Array([0xa0]), 1],
    ["cut off", encode({ key: "t1" }).subarray(0, 4), 1],
    ["bytes after the end", new Uint8Array([0x80, 0x80]), 1],
    ["an entry of three", new Uint8Array([0x81, 0x83, 0, 0x60, 0x18, 0x55]), 1],
    ["a key that is an array", new Uint8Array([0x81, 0x84, 0, 0x80, 0x18, 0x55, 0x40]), 1],
    // The reference's decoder only clears bits of the expected type.
    ["a key of bytes", new Uint8Array([0x81, 0x84, 0, 0x40, 0x18, 0x55, 0x40]), "ok"],
    ["a value of numbers", new Uint8Array([0x81, 0x84, 0, 0x60, 0x18, 0x55, 0x81, 1]), 1],
    ["an array of indefinite length", new Uint8Array([0x9f, 0xff]), 1],
    ["a value in chunks", new Uint8Array([0x81, 0x84, 0, 0x60, 0x18, 0x55, 0x5f, 0x41, 1, 0xff]), "ok"],
    ["no entries", encode(), "ok"],
    ["256 entries", encode(...many.slice(1)), "ok"],
    ["257 entries", encode(...many), 1],
    ["a key of 32 bytes", encode({ key: "ä".repeat(16) }), "ok"],
    ["a key of 34 bytes", encode({ key: "ä".repeat(17) }), 1],
    ["a CBOR value", encode({ codec: CBOR }), 9],
    ["a long key before a bad codec", encode({ key: "x".repeat(33), codec: CBOR }), 1],
    ["8192 bytes", encode({ value: new Uint8Array(8000) }, { value: new Uint8Array(192) }), "ok"],
    ["8193 bytes", encode({ value: new Uint8Array(8000) }, { value: new Uint8Array(193) }), 1],
    ["a bad codec before too many bytes", encode({ value: new Uint8Array(8193) }, { codec: CBOR }), 9],
  ] as const)("%s", (_case, encoded, outcome) => {
    const result = runHandler(handler, { nv: 19, args: [encoded] });
    expect(result.outcome).toBe(outcome);
    expect(result.charges).toHaveLength(outcome === "ok" ? 2 : 1);
    expect(result.events).toHaveLength(outcome === "ok" ? 1 : 0);
  });

  test("over 1 MiB", () => {
    expect(runHandler(handler, { nv: 20, args: [new Uint8Array((1 << 20) + 1)] })).toMatchObject({
      outcome: 1,
      events: [],
    });
  });
});
