import { hex } from "../../util/bytes.js";
import type { AbiArgument } from "./decoder.js";
import type { KnownEntry } from "./known-entry.js";
import type { AbiEntryKind } from "./parameters.js";
import { builtinRevert } from "./revert.js";

/** A log of a contract. */
export interface AbiLog {
  /** 32 bytes each. */
  readonly topics: readonly Uint8Array[];
  readonly data: Uint8Array;
}

/** A function, an event or an error by name, with its values. */
export interface AbiMatch {
  readonly name: string;
  /** Such as `transfer(address,uint256)`. */
  readonly signature: string;
  /** Undefined: the selector is there, but what follows is something else. */
  readonly args: readonly AbiArgument[] | undefined;
  /** The ABI that has it; undefined: it is one of Solidity's own. */
  readonly source: string | undefined;
}

const SELECTOR_BYTES = 4;

/**
 * Decoder of contracts' calls, results, logs and reverts. `loadAbi` makes one of a file, `joinAbis` one of
 * several.
 */
export class ContractAbi {
  private readonly byKey = new Map<string, KnownEntry[]>();
  private readonly anonymous: KnownEntry[] = [];

  /** For `loadAbi` and `joinAbis`. @param entries the first one that fits is taken */
  constructor(readonly entries: readonly KnownEntry[]) {
    for (const entry of entries) {
      const { kind, key, isAnonymous } = entry;
      const list = isAnonymous ? this.anonymous : (this.byKey.get(`${kind} ${key}`) ?? []);
      if (!isAnonymous) this.byKey.set(`${kind} ${key}`, list);
      list.push(entry);
    }
  }

  /** A call, by its data; undefined: the ABI has no such function. */
  call(input: Uint8Array): AbiMatch | undefined {
    const rest = input.subarray(SELECTOR_BYTES);
    return best(this.find("function", input), (entry) => entry.decoder.decode(rest));
  }

  /** Result of a function, by the data of the call; undefined: the ABI has no such function. */
  result(input: Uint8Array, output: Uint8Array): AbiMatch | undefined {
    return best(this.find("function", input), (entry) => entry.outputDecoder.decode(output));
  }

  /** A log; undefined: the ABI has no such event. Of what a topic only has the hash, the value is that. */
  event(log: AbiLog): AbiMatch | undefined {
    const [first] = log.topics;
    const named = first === undefined ? [] : this.find("event", first);
    const match = best(named, (entry) => eventArguments(entry, log.topics.slice(1), log.data));
    if (match?.args !== undefined) return match;
    const unnamed = best(this.anonymous, (entry) => eventArguments(entry, log.topics, log.data));
    return unnamed?.args === undefined ? match : unnamed;
  }

  /** Error in a contract's revert; undefined: it is no error of the ABI, nor one of Solidity's own. */
  revert(data: Uint8Array): AbiMatch | undefined {
    const rest = data.subarray(SELECTOR_BYTES);
    return best(this.find("error", data), (entry) => entry.decoder.decode(rest)) ?? builtinMatch(data);
  }

  private find(kind: AbiEntryKind, data: Uint8Array): readonly KnownEntry[] {
    const key = hex(kind === "event" ? data : data.subarray(0, SELECTOR_BYTES));
    return this.byKey.get(`${kind} ${key}`) ?? [];
  }
}

/** One ABI of several: the first one that has what is asked for is taken. */
export function joinAbis(abis: readonly ContractAbi[]): ContractAbi {
  return new ContractAbi(abis.flatMap(({ entries }) => entries));
}

/** The first entry whose values are there, else the first one. */
function best(
  entries: readonly KnownEntry[],
  decode: (entry: KnownEntry) => readonly AbiArgument[] | undefined,
): AbiMatch | undefined {
  let first: AbiMatch | undefined;
  for (const entry of entries) {
    const { name, signature, source } = entry;
    const match = { name, signature, args: decode(entry), source };
    if (match.args !== undefined) return match;
    first ??= match;
  }
  return first;
}

/** In the order of the parameters. */
function eventArguments(
  { inputs, decoder, topicDecoders }: KnownEntry,
  topics: readonly Uint8Array[],
  data: Uint8Array,
): readonly AbiArgument[] | undefined {
  if (topics.length !== topicDecoders.length) return undefined;
  const rest = decoder.decode(data);
  const indexed = topicDecoders.map((topicDecoder, i) => {
    const topic = topics[i] as Uint8Array;
    return topicDecoder === undefined
      ? ({ name: "", type: "", value: { kind: "bytes", value: topic } } as const)
      : topicDecoder.decode(topic)?.[0];
  });
  if (rest === undefined || indexed.includes(undefined)) return undefined;
  const [fromTopics, fromData] = [indexed.values(), rest.values()];
  return inputs.map(({ name, type, indexed: isIndexed }, i) => {
    const { value } = (isIndexed ? fromTopics : fromData).next().value as AbiArgument;
    return { name: name || `${i}`, type, value };
  });
}

function builtinMatch(data: Uint8Array): AbiMatch | undefined {
  const revert = builtinRevert(data);
  if (revert === undefined) return undefined;
  if (revert.kind === "error") {
    const args = [{ name: "reason", type: "string", value: { kind: "text", value: revert.reason } }] as const;
    return { name: "Error", signature: "Error(string)", args, source: undefined };
  }
  const { code, reason } = revert;
  const args = [
    { name: "code", type: "uint256", value: { kind: "named", value: code, name: reason } },
  ] as const;
  return { name: "Panic", signature: "Panic(uint256)", args, source: undefined };
}
