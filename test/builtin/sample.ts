/** Hand-made data for any layout. */
import { idAddress } from "../../src/address/address.js";
import type { Schema } from "../../src/builtin/schema/schema.js";
import { parseCid } from "../../src/encoding/cid.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import { writeToken } from "../../src/message/token.js";

export const LINK = parseCid("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a");

/** Writes a value of this layout. @param isFull with all that may be missing */
export function writeSample(writer: CborWriter, schema: Schema, isFull: boolean): void {
  if (typeof schema === "string") {
    writeScalar(writer, schema);
    return;
  }
  switch (schema.kind) {
    case "tuple": {
      const fields = Object.values(schema.fields).slice(
        0,
        isFull ? undefined : -schema.optional || undefined,
      );
      writer.array(fields.length);
      for (const field of fields) writeSample(writer, field, isFull);
      return;
    }
    case "list":
      writer.array(isFull ? 2 : 0);
      for (let i = 0; isFull && i < 2; i++) writeSample(writer, schema.of, isFull);
      return;
    case "option":
      if (isFull) writeSample(writer, schema.of, isFull);
      else writer.null();
      return;
    case "names":
      writer.u64(Number(Object.keys(schema.names).at(isFull ? -1 : 0)));
      return;
    case "embedded": {
      const inner = new CborWriter();
      if (isFull) writeSample(inner, schema.of, isFull);
      writer.bytes(inner.finish());
      return;
    }
    case "callParams":
    case "constructorParams":
      writer.bytes(new Uint8Array());
      return;
    case "method":
      writer.u64(2);
      return;
    case "link":
      writer.cid(LINK);
  }
}

function writeScalar(writer: CborWriter, schema: Extract<Schema, string>): void {
  switch (schema) {
    case "u64":
    case "i64":
    case "epoch":
    case "actor":
    case "exitCode":
      writer.u64(5);
      return;
    case "bool":
      writer.bool(true);
      return;
    case "text":
    case "label":
      writer.text("text");
      return;
    case "bytes":
    case "word":
      writer.bytes(Uint8Array.of(1, 2, 3));
      return;
    case "bitField":
      writer.bytes(Uint8Array.of(0x0c));
      return;
    case "signature":
      writer.bytes(Uint8Array.of(1, 0xaa));
      return;
    case "cid":
      writer.cid(LINK);
      return;
    case "address":
      writer.latin1(idAddress(1234));
      return;
    case "integer":
    case "attoFil":
    case "dataCap":
      writeToken(writer, 10n ** 18n);
      return;
    case "any":
      writer.array(1).u64(1);
  }
}

export function sampleOf(schema: Schema, isFull: boolean): Uint8Array {
  const writer = new CborWriter();
  writeSample(writer, schema, isFull);
  return writer.finish();
}
