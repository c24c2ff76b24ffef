import type { Cid } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { native } from "../../../src/native/index.js";

export interface ExampleBundle {
  readonly manifest: Cid;
  readonly blocks: { readonly cid: Cid; readonly data: Uint8Array }[];
  readonly car: Uint8Array;
}

/** A bundle of two actors whose code is no more than a text. */
export function exampleBundle(seed = "a"): ExampleBundle {
  const code = ["account", "system"].map((name) => block(RAW, new TextEncoder().encode(`${seed} ${name}`)));
  const list = new CborWriter().array(code.length);
  for (const { cid } of code) list.array(2).text("actor").cid(cid);
  const data = block(DAG_CBOR, list.finish());
  const manifest = block(DAG_CBOR, new CborWriter().array(2).u64(1).cid(data.cid).finish());
  const blocks = [manifest, data, ...code];
  return { manifest: manifest.cid, blocks, car: writeCar({ roots: [manifest.cid], blocks }) };
}

function block(codec: number, data: Uint8Array): ExampleBundle["blocks"][number] {
  return { cid: native.cidOf(codec, data), data };
}
