/** Arguments that are out of bounds or malformed, on either lane, and blocks whose links make no sense. */
import { blsKey, secpKey } from "../../../support/keys.js";
import type { TestNet } from "../../../support/net.js";
import { BEYOND, type Script, type ScriptSyscall } from "../../../support/script.js";
import {
  BLAKE2B_256,
  BUFFER,
  beyond,
  type Case,
  DAG_CBOR,
  filled,
  hex,
  IN,
  illegal,
  OUT,
  RAW,
  type Refusal,
  refused,
} from "./case.js";

/** End of the script actor's memory. */
const MEMORY_END = 4 * 65_536;

type Call = readonly [syscall: ScriptSyscall, ...args: (number | bigint)[]];

const refusal = (name: string, expected: Refusal, steps: (script: Script, net: TestNet) => Script): Case => [
  name,
  steps,
  () => [expected],
];

const outOfBounds = ([syscall, ...args]: Call, length: number): Case =>
  refusal(`${syscall}: argument ${args.indexOf(BEYOND)} beyond memory`, beyond(BEYOND, length), (s) =>
    s.call(syscall, ...args),
  );

/** Buffers. */
const buffers: Case[] = [
  outOfBounds(["ipld.block_create", OUT, RAW, BEYOND, 5], 5),
  outOfBounds(["ipld.block_read", OUT, 1, 0, BEYOND, 6], 6),
  outOfBounds(["ipld.block_link", OUT, 1, BLAKE2B_256, 32, BEYOND, 7], 7),
  outOfBounds(["self.root", OUT, BEYOND, 100], 100),
  outOfBounds(["actor.resolve_address", OUT, BEYOND, 2], 2),
  outOfBounds(["actor.get_actor_code_cid", OUT, 1, BEYOND, 38], 38),
  outOfBounds(["actor.lookup_delegated_address", OUT, 1, BEYOND, 22], 22),
  outOfBounds(["actor.next_actor_address", OUT, BEYOND, 21], 21),
  outOfBounds(["actor.get_code_cid_for_type", OUT, 1, BEYOND, 38], 38),
  outOfBounds(["crypto.hash", OUT, 0x12, BEYOND, 3, BUFFER, 32], 3),
  outOfBounds(["crypto.hash", OUT, 0x12, IN, 3, BEYOND, 32], 32),
  outOfBounds(["crypto.recover_secp_public_key", OUT, BEYOND, IN], 32),
  outOfBounds(["crypto.recover_secp_public_key", OUT, IN, BEYOND], 65),
  outOfBounds(["crypto.verify_signature", OUT, 1, BEYOND, 65, IN, 21, IN, 0], 65),
  outOfBounds(["crypto.verify_signature", OUT, 1, IN, 65, BEYOND, 21, IN, 0], 21),
  outOfBounds(["crypto.verify_bls_aggregate", OUT, 2, BEYOND, IN, IN, IN], 96),
  outOfBounds(["crypto.verify_bls_aggregate", OUT, 2, IN, BEYOND, IN, IN], 96),
  outOfBounds(["crypto.verify_bls_aggregate", OUT, 3, IN, IN, IN, BEYOND], 12),
  outOfBounds(["crypto.verify_bls_aggregate", OUT, 0, IN, IN, BEYOND, IN], 0),
  outOfBounds(["crypto.compute_unsealed_sector_cid", OUT, 0, BEYOND, 3, BUFFER, 100], 3),
  outOfBounds(["crypto.verify_post", OUT, BEYOND, 3], 3),
  outOfBounds(["crypto.verify_consensus_fault", OUT, IN, 1, BEYOND, 2, IN, 1], 2),
  outOfBounds(["crypto.verify_aggregate_seals", OUT, BEYOND, 3], 3),
  outOfBounds(["crypto.verify_replica_update", OUT, BEYOND, 3], 3),
  outOfBounds(["crypto.batch_verify_seals", BEYOND, 3, OUT], 3),
  outOfBounds(["event.emit_event", BEYOND, 2, IN, 0, IN, 0], 48),
  outOfBounds(["event.emit_event", IN, 0, BEYOND, 2, IN, 0], 2),
  outOfBounds(["event.emit_event", IN, 0, IN, 0, BEYOND, 2], 2),
  outOfBounds(["network.tipset_cid", OUT, 99, BEYOND, 38], 38),
  outOfBounds(["gas.charge", BEYOND, 4, 1], 4),
  outOfBounds(["send.send", OUT, BEYOND, 4, 0, 0, 0, 0, -1n, 0], 4),
  refusal("a result beyond memory", illegal("no space for return value"), (s) =>
    s.call("ipld.block_stat", BEYOND, 1),
  ),
  refusal("a result beyond memory, of a syscall of JavaScript", illegal("no space for return value"), (s) =>
    s.call("actor.balance_of", BEYOND, 1),
  ),
];

const noCid = (name: string, bytes: Uint8Array, fault: string): Case[] => [
  refusal(`a CID with ${name}`, illegal(`failed to parse cid: ${fault}`), (s) =>
    s.write(IN, bytes).call("ipld.block_open", OUT, IN),
  ),
  refusal(`a link with ${name}`, refused(10, `invalid cid: ${fault}`), (s) => createLink(s, bytes)),
];
const cidBeyond = (syscall: ScriptSyscall, ...args: (number | bigint)[]): Case =>
  refusal(`${syscall}: a CID beyond memory`, illegal(`cid at offset ${BEYOND} is out of bounds`), (s) =>
    s.call(syscall, ...args),
  );

const cids: Case[] = [
  cidBeyond("ipld.block_open", OUT, BEYOND),
  cidBeyond("self.set_root", BEYOND),
  cidBeyond("actor.get_builtin_actor_type", OUT, BEYOND),
  cidBeyond("actor.create_actor", 5000, BEYOND, IN, 2),
  refusal("a CID at the end of memory", illegal("failed to parse cid: unexpected end of file"), (s) =>
    s.fill(MEMORY_END - 1, 0x81, 1).call("ipld.block_open", OUT, MEMORY_END - 1),
  ),
  refusal("a CID behind the end of memory", illegal("failed to parse cid: unexpected end of file"), (s) =>
    s.call("self.set_root", MEMORY_END),
  ),
  ...noCid("an endless number", filled(12, 0xff), "Failed to decode unsigned varint format"),
  ...noCid("a number with a leading zero", hex("8100550000"), "Failed to decode unsigned varint format"),
  ...noCid("version 0 spelt out", hex("00550000"), "CIDv0 cannot be specified in CIDv1 format"),
  ...noCid("version 2", hex("02550000"), "Unrecognized CID version"),
  ...noCid(
    "a digest of 65 bytes",
    Uint8Array.of(1, 0x55, 0x12, 65, ...filled(65)),
    "Failed to parse multihash",
  ),
  refusal("a link that ends in its number", refused(10, "invalid cid: unexpected end of file"), (s) =>
    createLink(s, hex("0180")),
  ),
  refusal("a link of version 0 that is cut", refused(10, "invalid cid: failed to fill whole buffer"), (s) =>
    createLink(s, hex("122001")),
  ),
  refusal("a link of nothing", refused(10, "invalid cid: unexpected end of file"), (s) =>
    createLink(s, hex("")),
  ),
  refusal(
    "a block of version 0 that is not reachable",
    refused(6, "block not reachable: QmNp5n7FFav5ZDaHAj6HzuhJ8LDbL1N6NRzAgT6piWS2Kx"),
    (s) => s.write(IN, Uint8Array.of(0x12, 32, ...filled(32, 7))).call("ipld.block_open", OUT, IN),
  ),
];

const badAddress = (name: string, bytes: Uint8Array, fault: string): Case[] => [
  refusal(`an address with ${name}`, illegal(fault), (s) =>
    s.write(IN, bytes).call("actor.resolve_address", OUT, IN, bytes.length),
  ),
  refusal(`a signer's address with ${name}`, illegal(fault), (s) =>
    s.write(IN, bytes).call("crypto.verify_signature", OUT, 1, IN, 65, IN, bytes.length, IN, 0),
  ),
];

const addresses: Case[] = [
  ...badAddress("no bytes", hex(""), "Invalid address length"),
  ...badAddress("one byte", hex("01"), "Invalid address length"),
  ...badAddress("protocol 5", hex("0500"), "Unknown address protocol"),
  ...badAddress("something behind the ID", hex("000101"), "Invalid address payload"),
  ...badAddress("half an ID", hex("0080"), "Invalid address payload"),
  ...badAddress("a short key hash", hex("010102"), "Invalid payload length: 2"),
  ...badAddress("a long actor hash", filled(30, 2), "Invalid payload length: 29"),
  ...badAddress("a short BLS key", filled(20, 3), "Invalid payload length: 19"),
  ...badAddress("half a namespace", hex("0480"), "Invalid address payload"),
  ...badAddress("a long subaddress", Uint8Array.of(4, 10, ...filled(55, 7)), "Invalid payload length: 55"),
];

const badName = (name: string, bytes: Uint8Array, fault: string): Case =>
  refusal(`gas.charge: a name with ${name}`, illegal(fault), (s) =>
    s.write(IN, bytes).call("gas.charge", IN, bytes.length, 1),
  );

const names: Case[] = [
  badName("a lone continuation", hex("80"), "invalid utf-8 sequence of 1 bytes from index 0"),
  badName("an overlong form", hex("61e08041"), "invalid utf-8 sequence of 1 bytes from index 1"),
  badName("half a character inside", hex("61e28241"), "invalid utf-8 sequence of 2 bytes from index 1"),
  badName("three quarters inside", hex("f09f9841"), "invalid utf-8 sequence of 3 bytes from index 0"),
  badName("a surrogate", hex("eda080"), "invalid utf-8 sequence of 1 bytes from index 0"),
  badName("half a character at its end", hex("6162c3"), "incomplete utf-8 byte sequence from index 2"),
];

const badBlock = (name: string, data: Uint8Array, expected: Refusal): Case =>
  refusal(`block_create: ${name}`, expected, (s) => create(s, data));
const inline = (codec: number, data: Uint8Array) => Uint8Array.of(1, codec, 0, data.length, ...data);

const blocks: Case[] = [
  badBlock("a reserved header", hex("1c"), refused(10, "invalid cbor header")),
  badBlock("half a header", hex("19ff"), refused(10, "invalid cbor header")),
  badBlock("half a string", hex("4200"), refused(10, "unexpected end of cbor stream")),
  badBlock(
    "too large arrays",
    hex(`82${`9b${"ff".repeat(8)}`.repeat(2)}`),
    refused(10, "cbor field count overflow"),
  ),
  badBlock("a too large map", hex(`bb${"ff".repeat(8)}`), refused(10, "cbor field count overflow")),
  badBlock("three bytes more", hex("0000ff00"), refused(10, "3 trailing bytes in CBOR block")),
  badBlock("a link that is text", hex("d82a6100"), refused(10, "expected cbor type byte string in input")),
  badBlock("half a link", hex("d82a42"), refused(10, "unexpected end of cbor stream")),
  badBlock("a link without its header", hex("d82a"), refused(10, "invalid cbor header")),
  badBlock("an empty link", hex("d82a40"), refused(10, "DagCBOR CID does not start with a 0x byte")),
  badBlock(
    "a link with another prefix",
    hex("d82a4101"),
    refused(10, "DagCBOR CID does not start with a 0x byte"),
  ),
  refusal("a link with two bytes more", refused(10, "cid has 2 trailing bytes"), (s, net) =>
    createLink(s, Uint8Array.of(...net.code("token"), 0, 0)),
  ),
  refusal("a link to DAG-PB", refused(6, "block links to CID with forbidden codec 112"), (s) =>
    createLink(s, Uint8Array.of(0x12, 32, ...filled(32, 7))),
  ),
  refusal(
    "a link of SHA-256",
    refused(6, "block links to CID with forbidden multihash type (code: 18, len: 32)"),
    (s) => createLink(s, Uint8Array.of(1, RAW, 0x12, 32, ...filled(32, 7))),
  ),
  refusal("an inline block that is malformed", refused(10, "1 trailing bytes in CBOR block"), (s) =>
    createLink(s, inline(DAG_CBOR, hex("0000"))),
  ),
];

const REFUSED_KEY = "public key recovery failed:";
const UNRECOVERED = `${REFUSED_KEY} Could not recover public key from signature:`;
const noKey = (name: string, signature: string, expected: string): Case =>
  refusal(`recover_secp_public_key: ${name}`, illegal(expected), (s) =>
    s.write(IN, hex(signature)).call("crypto.recover_secp_public_key", OUT, BUFFER, IN),
  );
const ZERO = "00".repeat(32);
const ONE = `${"00".repeat(31)}01`;
const ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
/** Not the horizontal coordinate of any point. */
const OFF_CURVE = `${"00".repeat(31)}05`;

const signatures: Case[] = [
  noKey(
    "half of it 0",
    `${ONE}${ZERO}00`,
    `${REFUSED_KEY} Failed to sign data Invalid signature: signature error`,
  ),
  noKey(
    "half of it the order",
    `${ORDER}${ONE}09`,
    `${REFUSED_KEY} Failed to sign data Invalid signature: signature error`,
  ),
  noKey("recovery ID 4", `${ONE}${ONE}04`, `${UNRECOVERED} Invalid recovery ID: signature error`),
  noKey("of no point", `${OFF_CURVE}${ONE}00`, `${UNRECOVERED} Failed to recover key: signature error`),
  refusal("verify_signature: of an actor address", illegal("address protocol 2 not supported"), (s) =>
    s.write(IN, filled(21, 2)).call("crypto.verify_signature", OUT, 1, IN, 65, IN, 21, IN, 0),
  ),
  refusal("verify_signature: an unknown type", illegal("unknown signature type 3"), (s) =>
    s.write(IN, secpKey(9).address).call("crypto.verify_signature", OUT, 3, IN, 65, IN, 21, IN, 0),
  ),
  refusal(
    "verify_bls_aggregate: lengths beyond 32 bits",
    illegal("bls signature plaintext out of bounds"),
    (s) =>
      s
        .write(IN, blsKey(1).publicKey)
        .write(BUFFER, hex("ffffffff01000000"))
        .call("crypto.verify_bls_aggregate", OUT, 2, IN, IN, IN, BUFFER),
  ),
];

const others: Case[] = [
  refusal("emit_event: more entries than memory has bytes", illegal("events index out of bounds"), (s) =>
    s.call("event.emit_event", IN, 0x1000_0000, IN, 0, IN, 0),
  ),
  refusal("create_actor: a malformed address", illegal("Invalid payload length: 4"), (s, net) =>
    s.write(IN, net.code("token")).call("actor.create_actor", 5000, IN, IN, 5),
  ),
  refusal("send: the address is looked at before the flags", illegal("Unknown address protocol"), (s) =>
    s.write(IN, hex("0707")).call("send.send", OUT, IN, 2, 0, 99, 0, 1, -1n, 7),
  ),
  refusal("send: the flags are looked at before the block", illegal("invalid send flags: 7"), (s, net) =>
    s.write(IN, net.address("script")).call("send.send", OUT, IN, 2, 0, 99, 0, 1, -1n, 7),
  ),
];

/** From network version 21 on. */
export const refusals = { buffers, cids, addresses, names, scans: blocks, signatures, others };

function create(script: Script, data: Uint8Array): Script {
  return script.write(IN, data).call("ipld.block_create", OUT, DAG_CBOR, IN, data.length);
}

function createLink(script: Script, cid: Uint8Array): Script {
  return create(script, Uint8Array.of(0xd8, 42, 0x58, cid.length + 1, 0, ...cid));
}
