import { KECCAK_256 } from "../../encoding/codecs.js";
import { native } from "../../native/index.js";
import { hex } from "../../util/bytes.js";
import { AbiDecoder, type AbiLibrary } from "./decoder.js";
import type { AbiEntry, AbiParameter } from "./parameters.js";

const SELECTOR_DIGITS = 8;

/** An entry of an ABI with what decodes it. */
export interface KnownEntry extends AbiEntry {
  /** The ABI that it is in. */
  readonly source: string;
  /** Such as `transfer(address,uint256)`. */
  readonly signature: string;
  /** Hexadecimal digits by which it is found: of an event its first topic, of others the selector. */
  readonly key: string;
  /** Decoder of the parameters; of an event, only of those in its data. */
  readonly decoder: AbiDecoder;
  /** Decoder of a function's results. */
  readonly outputDecoder: AbiDecoder;
  /** Decoders of an event's indexed parameters, in their order; undefined: the topic is only a hash. */
  readonly topicDecoders: readonly (AbiDecoder | undefined)[];
}

/** Throws what the library throws if it does not know a type. */
export function knownEntry(library: AbiLibrary, entry: AbiEntry, source: string): KnownEntry {
  const { kind, name, inputs, outputs } = entry;
  const { signature } = new AbiDecoder(library, name, inputs);
  const hash = hex(native.hash(KECCAK_256, new TextEncoder().encode(signature)) as Uint8Array);
  const indexed = kind === "event" ? inputs.filter((input) => input.indexed) : [];
  return {
    ...entry,
    source,
    signature,
    key: kind === "event" ? hash : hash.slice(0, SELECTOR_DIGITS),
    decoder: new AbiDecoder(
      library,
      name,
      inputs.filter((input) => !indexed.includes(input)),
    ),
    outputDecoder: new AbiDecoder(library, name, outputs),
    topicDecoders: indexed.map((input) =>
      isHashed(input) ? undefined : new AbiDecoder(library, name, [input]),
    ),
  };
}

/** Whether a topic cannot hold such a value. */
function isHashed({ type }: AbiParameter): boolean {
  return type === "string" || type === "bytes" || type.startsWith("tuple") || type.endsWith("]");
}
