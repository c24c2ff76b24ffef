import { blake2b } from "@noble/hashes/blake2.js";
import { cidFromBytes, cidText } from "../../../../src/encoding/cid.js";
import { ROOM } from "../../../support/script.js";
import {
  BLAKE2B_256,
  BUFFER,
  type Case,
  CBOR,
  DAG_CBOR,
  IN,
  illegal,
  OUT,
  RAW,
  refused,
  text,
} from "./case.js";

const MIB = 1 << 20;
const noHandle = (handle: number) => refused(7, `invalid block handle ${handle}`);
const otherHash = refused(8, "cids must be 32-byte blake2b");

export const blocks: Case[] = [
  [
    "ipld: a block is created, described, read and linked",
    (s) =>
      s
        .write(IN, text("hello"))
        .call("ipld.block_create", OUT, RAW, IN, 5)
        .read(OUT, 4)
        .call("ipld.block_stat", OUT, 2)
        .read(OUT, 12)
        .call("ipld.block_read", OUT, 2, 1, BUFFER, 8)
        .read(OUT, 4)
        .read(BUFFER, 8)
        .call("ipld.block_link", OUT, 2, BLAKE2B_256, 32, BUFFER, 100)
        .read(OUT, 4)
        .read(BUFFER, 38),
    () => [
      0,
      2,
      0,
      0x55n,
      5,
      0,
      5 - 9,
      Uint8Array.of(...text("ello"), 0, 0, 0, 0),
      0,
      38,
      Uint8Array.of(1, 0x55, 0xa0, 0xe4, 2, 32, ...blake2b(text("hello"), { dkLen: 32 })),
    ],
  ],
  ["block_create: 1 MiB", (s) => s.grow(20).call("ipld.block_create", OUT, RAW, ROOM, MIB), () => [4, 0]],
  [
    "block_create: over 1 MiB",
    (s) => s.grow(20).call("ipld.block_create", OUT, RAW, ROOM, MIB + 1),
    () => [4, refused(3, "blocks may not be larger than 1MiB")],
  ],
  [
    "block_create: unknown codec",
    (s) => s.call("ipld.block_create", OUT, 0x70, IN, 0),
    () => [refused(9, "codec 112 not allowed")],
  ],
  [
    "block_create: malformed DAG-CBOR",
    (s) => s.fill(IN, 0xff, 1).call("ipld.block_create", OUT, DAG_CBOR, IN, 1),
    () => [refused(10, "invalid cbor header")],
  ],
  [
    "block_create: malformed CBOR is not looked at",
    (s) => s.fill(IN, 0xff, 1).call("ipld.block_create", OUT, CBOR, IN, 1),
    () => [0],
  ],
  [
    "block_create: unreachable link",
    (s, net) => s.write(IN, link(net.code("token"))).call("ipld.block_create", OUT, DAG_CBOR, IN, 43),
    (net) => [refused(6, `cannot put block: ${cidText(cidFromBytes(net.code("token")))} not reachable`)],
  ],
  [
    "block_open: unreachable",
    (s, net) => s.write(IN, net.code("token")).call("ipld.block_open", OUT, IN),
    (net) => [refused(6, `block not reachable: ${cidText(cidFromBytes(net.code("token")))}`)],
  ],
  [
    "block_open: not a CID",
    (s) => s.fill(IN, 0xff, 40).call("ipld.block_open", OUT, IN),
    () => [illegal("failed to parse cid: Failed to decode unsigned varint format")],
  ],
  [
    "block_stat: no handle",
    (s) => s.call("ipld.block_stat", OUT, 0).call("ipld.block_stat", OUT, 2),
    () => [noHandle(0), noHandle(2)],
  ],
  ["block_read: no handle", (s) => s.call("ipld.block_read", OUT, 9, 0, BUFFER, 1), () => [noHandle(9)]],
  [
    "block_read: offset and length over i32",
    (s) => s.call("ipld.block_read", OUT, 9, 0x7fff_ffff, BUFFER, 1),
    () => [illegal("offset plus buffer length did not fit into an i32")],
  ],
  [
    "block_link: another hash",
    (s) => s.call("ipld.block_link", OUT, 1, 0x12, 32, BUFFER, 100),
    () => [otherHash],
  ],
  [
    "block_link: another length",
    (s) => s.call("ipld.block_link", OUT, 1, BLAKE2B_256, 20, BUFFER, 100),
    () => [otherHash],
  ],
  [
    "block_link: no handle",
    (s) => s.call("ipld.block_link", OUT, 7, BLAKE2B_256, 32, BUFFER, 100),
    () => [noHandle(7)],
  ],
  [
    "block_link: small buffer",
    (s) => s.call("ipld.block_link", OUT, 1, BLAKE2B_256, 32, BUFFER, 37),
    () => [refused(12, "cid output buffer is too small")],
  ],
  [
    "thousands of open blocks",
    (s) => s.repeat(5000).call("ipld.block_create", OUT, RAW, IN, 100).read(OUT, 4),
    () => [0, 5001],
  ],
];

function link(cid: Uint8Array): Uint8Array {
  return Uint8Array.of(0xd8, 42, 0x58, cid.length + 1, 0, ...cid);
}
