import { concatBytes, hexBytes } from "../../../../util/bytes.js";

/**
 * A contract that counts calls by the word that it is called with. It answers and logs the count, the epoch's randomness
 * and the hash of the block before; the topics are the caller and the word. At zero it reverts.
 */
const RUNTIME = hexBytes(
  [
    "600035", // the word
    "8015602a57", // to the end if it is 0
    "8054600101", // the count in the word's slot, and 1
    "808255600052", // into the slot and into memory
    "44602052", // randomness into memory
    "600143034060", // hash of the block before …
    "4052", // … into memory
    "3360606000a2", // logs memory, the caller and the word
    "60606000f3", // returns memory
    "5b60006000fd", // the end: reverts
  ].join(""),
);

/** Code that returns the code after it. */
const CONSTRUCTOR = hexBytes(`60${RUNTIME.length.toString(16)}80600b6000396000f3`);

/** Bytecode that creates the contract. */
export const COUNTER_INITCODE: Uint8Array = concatBytes(CONSTRUCTOR, RUNTIME);
