import type { Cid } from "../encoding/cid.js";
import type { CborReader, Codec } from "../ipld/cbor.js";
import type { Gas } from "./gas.js";
import type { ExitCode } from "./outcome.js";

/** The record of a message's execution that the chain keeps. Source: shared/src/receipt.rs. */
export interface Receipt {
  readonly exitCode: ExitCode;
  readonly returnData: Uint8Array;
  /** Gas, rounded up. */
  readonly gasUsed: Gas;
  /** Root of the events' AMT; undefined if there are none (always up to network version 17). */
  readonly eventsRoot: Cid | undefined;
}

/** Up to network version 17: a receipt without events root (rule `receiptHasEventsRoot`). */
export const receiptV0Codec: Codec<Receipt> = {
  encode({ exitCode, returnData, gasUsed }, writer) {
    writer.array(3).u64(exitCode).bytes(returnData).i64(gasUsed);
  },
  decode(reader) {
    reader.tuple(3);
    return readV0(reader);
  },
};

/** From network version 18 on. */
export const receiptCodec: Codec<Receipt> = {
  encode({ exitCode, returnData, gasUsed, eventsRoot }, writer) {
    writer.array(4).u64(exitCode).bytes(returnData).u64(gasUsed);
    if (eventsRoot === undefined) writer.null();
    else writer.cid(eventsRoot);
  },
  decode(reader) {
    reader.tuple(4);
    return readCurrent(reader);
  },
};

/** Reads receipts of any network version, which differ in length. */
export const storedReceiptDecoder: Pick<Codec<Receipt>, "decode"> = {
  decode(reader) {
    switch (reader.array()) {
      case 3:
        return readV0(reader);
      case 4:
        return readCurrent(reader);
      default:
        return reader.fail("a receipt of neither three nor four fields");
    }
  },
};

function readV0(reader: CborReader): Receipt {
  const exitCode = reader.u32();
  const returnData = new Uint8Array(reader.bytes());
  return { exitCode, returnData, gasUsed: reader.i64(), eventsRoot: undefined };
}

function readCurrent(reader: CborReader): Receipt {
  const exitCode = reader.u32();
  const returnData = new Uint8Array(reader.bytes());
  const gasUsed = reader.u64();
  return { exitCode, returnData, gasUsed, eventsRoot: reader.null() ? undefined : reader.cid() };
}
