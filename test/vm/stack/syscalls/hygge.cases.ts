/** System calls that are different in network versions 18 to 20. */
import { encode } from "@ipld/dag-cbor";
import { blake2b } from "@noble/hashes/blake2.js";
import { secpKey } from "../../../support/keys.js";
import type { TestNet } from "../../../support/net.js";
import { BUFFER, type Case, filled, IN, illegal, OUT, RAW, type Refusal, refused, text } from "./case.js";

const emit = (name: string, event: Uint8Array, outcome: 0 | Refusal): Case => [
  `event.emit_event: ${name}`,
  (s) => s.write(IN, event).call("event.emit_event", IN, event.length),
  () => [outcome],
];
const entry = (key: string, value: Uint8Array, codec = RAW) => [3, key, codec, value];
const key = (length: number) => "k".repeat(length);

/** Tag, digest, round and entropy, hashed. */
const drawn = (net: TestNet, kind: "chain" | "beacon", tag: bigint, round: bigint, entropy: Uint8Array) => {
  const numbers = Buffer.alloc(16);
  numbers.writeBigInt64BE(tag, 0);
  numbers.writeBigInt64BE(round, 8);
  const parts = [numbers.subarray(0, 8), net.randomness(kind, Number(round)), numbers.subarray(8), entropy];
  return blake2b(Buffer.concat(parts), { dkLen: 32 });
};

export const hygge: Case[] = [
  emit("no entries", encode([]), 0),
  emit("one entry", encode([entry("k", text("value"))]), 0),
  emit(
    "not CBOR",
    filled(3, 0xff),
    illegal("Serialization error for Cbor protocol: no item of major type 4"),
  ),
  emit("256 entries", encode(Array(256).fill(entry("k", text("")))), 0),
  emit(
    "257 entries",
    encode(Array(257).fill(entry("k", text("")))),
    illegal("event exceeded max entries: 257 > 256"),
  ),
  emit("key of 32 bytes", encode([entry(key(32), text(""))]), 0),
  emit(
    "key of 33 bytes",
    encode([entry(key(33), text(""))]),
    illegal("event key exceeded max size: 33 > 32"),
  ),
  emit(
    "codec CBOR",
    encode([entry("k", text(""), 0x51)]),
    refused(9, "event codec must be IPLD_RAW, was: 81"),
  ),
  emit("values of 8 KiB", encode([entry("k", filled(8192))]), 0),
  emit(
    "values over 8 KiB",
    encode([entry("k", filled(8192)), entry("l", filled(1))]),
    illegal("event total values exceeded max size: 8193 > 8192"),
  ),
  [
    "rand.get_chain_randomness",
    (s) => s.write(IN, text("salt")).call("rand.get_chain_randomness", OUT, 5, 90, IN, 4).read(OUT, 32),
    (net) => [0, drawn(net, "chain", 5n, 90n, text("salt"))],
  ],
  [
    "rand.get_beacon_randomness",
    (s) => s.call("rand.get_beacon_randomness", OUT, -1n, 91, IN, 0).read(OUT, 32),
    (net) => [0, drawn(net, "beacon", -1n, 91n, text(""))],
  ],
  [
    "self.self_destruct to a beneficiary",
    (s, net) =>
      s
        .write(IN, secpKey(88).address)
        .call("self.self_destruct", IN, 21)
        .write(IN, net.address("script"))
        .call("self.self_destruct", IN, net.address("script").length)
        .write(IN, net.bob.address)
        .call("self.self_destruct", IN, 21)
        .call("self.root", OUT, BUFFER, 100)
        .call("actor.balance_of", OUT, net.id("bob"))
        .read(OUT, 16),
    () => [
      refused(6, "actor not found"),
      refused(11, "benefactor cannot be beneficiary"),
      0,
      refused(2, "state root requested after actor deletion"),
      0,
      (10n ** 21n + 1000n) & (2n ** 64n - 1n),
      (10n ** 21n + 1000n) >> 64n,
    ],
  ],
  [
    "ipld.block_open needs no link",
    (s, net) => s.write(IN, net.code("token")).call("ipld.block_open", OUT, IN).read(OUT, 8),
    () => [0, 0x55n],
  ],
];
