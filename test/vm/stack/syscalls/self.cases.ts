import { cidFromBytes, cidText } from "../../../../src/encoding/cid.js";
import { BLAKE2B_256, BUFFER, type Case, DAG_CBOR, IN, OUT, refused } from "./case.js";

export const self: Case[] = [
  [
    "self.root and set_root",
    (s) => s.call("self.root", OUT, BUFFER, 100).read(OUT, 4).call("self.set_root", BUFFER),
    () => [0, 38, 0],
  ],
  [
    "self.root: small buffer",
    (s) => s.call("self.root", OUT, BUFFER, 37),
    () => [refused(12, "cid output buffer is too small")],
  ],
  [
    "self.set_root: unreachable",
    (s, net) => s.write(IN, net.code("token")).call("self.set_root", IN),
    (net) => [refused(6, `new root cid not reachable: ${cidText(cidFromBytes(net.code("token")))}`)],
  ],
  [
    "self.set_root to a new block",
    (s) =>
      s
        .fill(IN, 0x80, 1)
        .call("ipld.block_create", OUT, DAG_CBOR, IN, 1)
        .call("ipld.block_link", OUT, 2, BLAKE2B_256, 32, BUFFER, 100)
        .call("self.set_root", BUFFER),
    () => [0, 0, 0],
  ],
  ["self.current_balance", (s) => s.call("self.current_balance", OUT).read(OUT, 16), () => [0, 1000n, 0n]],
  [
    "self.self_destruct",
    (s) =>
      s
        .call("self.self_destruct", 0)
        .call("self.self_destruct", 1)
        .call("self.root", OUT, BUFFER, 100)
        .call("self.current_balance", OUT)
        .read(OUT, 16),
    () => [
      refused(2, "self-destruct with unspent funds"),
      0,
      refused(2, "state root requested after actor deletion"),
      0,
      0n,
      0n,
    ],
  ],
  [
    "self.set_root after self.self_destruct",
    (s) => s.call("self.root", OUT, BUFFER, 100).call("self.self_destruct", 1).call("self.set_root", BUFFER),
    () => [0, 0, refused(2, "actor deleted")],
  ],
];
