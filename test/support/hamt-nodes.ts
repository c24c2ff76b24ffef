/** Nodes of HAMTs of bit width 5, in hexadecimal digits, that no HAMT writes. */
import type { Cid } from "../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../src/encoding/codecs.js";
import { encodeCbor } from "../../src/ipld/cbor.js";
import { hex, hexBytes } from "../../src/util/bytes.js";
import { cidOf } from "./fake-native-blocks.js";

/** A link to an empty node. */
export function linkTo(codec: number): string {
  const cid = cidOf(codec, hexBytes("824080"));
  return hex(encodeCbor({ encode: (value: Cid, writer) => writer.cid(value) }, cid));
}

export const malformedNodes: readonly (readonly [what: string, hex: string])[] = [
  ["no node", "83408080"],
  ["a bitfield that is no byte string", "828080"],
  ["a bitfield of 33 bytes", `825821${"00".repeat(33)}80`],
  ["fewer pointers than bits", "82410180"],
  ["more pointers than bits", "824081818241aa01"],
  ["more pointers than the width allows", `8245${"ff".repeat(5)}9828${"818241aa01".repeat(40)}`],
  ["a bucket of 0", "82410181" + "80"],
  ["a bucket of 4", "82410181" + "84824101018241020182410301824104" + "01"],
  ["a bucket out of order", "8241018182" + "8241020182410101"],
  ["a bucket with a key twice", "8241018182" + "8241010182410101"],
  ["an entry of 1", "824101818181" + "4101"],
  ["a key that is text", "82410181818261" + "4101"],
  ["a link to raw bytes", `82410181${linkTo(RAW)}`],
  ["the layout of version 0", `82410181a16130${linkTo(DAG_CBOR)}`],
  ["a pointer that is an integer", "8241018101"],
  ["bytes after the node", "82408000"],
  ["a node cut off", "8240"],
  ["a value cut off", "82410181818241011a0000"],
];

const cidBytes = `01${"71"}a0e40220${"ab".repeat(32)}`;

/** Nodes that are read, and written in another form. */
export const unusualNodes: readonly (readonly [what: string, hex: string])[] = [
  ["an array head of two bytes", "980241018181824101" + "07"],
  ["a bitfield with a leading zero", "8242000181818241" + "0107"],
  ["a bitfield in pieces", "825f4101ff8181824101" + "07"],
  ["a bitfield head of two bytes", "82580101818182410107"],
  ["a slot that no key reaches", "8246010000000000" + "81" + "8182410107"],
  ["a pointer array's head of two bytes", "8241019801818241" + "0107"],
  ["a bucket's head of two bytes", "824101819801824101" + "07"],
  ["an entry's head of two bytes", "82410181819802410107"],
  ["a key in pieces", "82410181" + "81825f4101ff07"],
  ["a key's head of two bytes", "82410181" + "8182580101" + "07"],
  ["an integer in the place of an array's head", "0241018181824101" + "07"],
  ["bytes behind a link's CID", `82410181d82a582800${cidBytes}ff`],
  ["a link with a long tag head", `82410181d9002a582700${cidBytes}`],
  ["a link by SHA-256", `82410181d82a58250001711220${"ab".repeat(32)}`],
  ["a link that holds its block", `82410181d82a48` + "00017100" + "03824080"],
];
