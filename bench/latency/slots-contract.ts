import { CborWriter } from "#src/ipld/cbor.js";

/**
 * A contract that counts, for each word that it is called with, in the slot of the word's hash, as Solidity's mappings do.
 * It returns nothing.
 */
const RUNTIME = Buffer.from(
  [
    "6000", // offset of the first word
    "5b3681101560", // of each word, …
    "21", // … or to the end
    "57",
    "8035600052", // the word into memory
    "6020600020", // its hash
    "805460010190", // the count in the hash's slot, and 1
    "55", // into the slot
    "602001600256", // to the next word
    "5b00", // the end
  ].join(""),
  "hex",
);

const NUMBER_BYTES = 4;
const WORD_BYTES = 32;

/** Parameters with which the Ethereum address manager creates the contract. @param number makes its bytecode another one */
export function creationOf(number: number): Uint8Array {
  const own = Buffer.alloc(NUMBER_BYTES);
  own.writeUInt32BE(number);
  const code = Buffer.concat([RUNTIME, own]);
  // Code that returns the code after it.
  const maker = Buffer.from(`60${code.length.toString(16)}80600b6000396000f3`, "hex");
  return byteString(Buffer.concat([maker, code]));
}

/** Parameters of a call that counts these words. */
export function callOf(words: readonly number[]): Uint8Array {
  const input = Buffer.alloc(words.length * WORD_BYTES);
  for (const [i, word] of words.entries()) input.writeUInt32BE(word, (i + 1) * WORD_BYTES - 4);
  return byteString(input);
}

function byteString(bytes: Uint8Array): Uint8Array {
  return new CborWriter().bytes(bytes).finish();
}
