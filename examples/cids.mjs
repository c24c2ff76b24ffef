// CIDs and DAG-CBOR: a value with a link in it, written, stored, read again.
import { MemoryBlockstore, writeBlocks } from "fvm-node/blockstore";
import {
  cidBytes,
  cidFromBytes,
  cidParts,
  cidText,
  decodeCbor,
  encodeCbor,
  multicodec,
  parseCid,
} from "fvm-node/ipld";

const link = parseCid("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a");
const { version, codec, hashCode } = cidParts(link);
console.log(`version ${version}, codec 0x${codec.toString(16)}, hash 0x${hashCode.toString(16)}`);

// A CID is its bytes as a string: one and the same, whichever way it came.
console.log(cidFromBytes(cidBytes(link)) === link, new Map([[link, "found"]]).get(link));

// A codec says how a kind of value is written and read: here [name, size, link].
const entryCodec = {
  encode: ({ name, size, data }, writer) => writer.array(3).text(name).u64(size).cid(data),
  decode(reader) {
    reader.tuple(3);
    return { name: reader.text(), size: reader.u64(), data: reader.cid() };
  },
};
const bytes = encodeCbor(entryCodec, { name: "empty", size: 1, data: link });

const store = new MemoryBlockstore();
const cid = await writeBlocks(store, (blocks) => blocks.put(multicodec.DAG_CBOR, bytes));
const { name, size, data } = decodeCbor(entryCodec, store.get(cid));
console.log(`${name}, ${size} byte, at ${cidText(data)}`);
