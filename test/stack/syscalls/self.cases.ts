import { BLAKE2B_256, BUFFER, type Case, DAG_CBOR, IN, OUT } from "./case.js";

export const self: Case[] = [
  [
    "self.root and set_root",
    (s) => s.call("self.root", OUT, BUFFER, 100).read(OUT, 4).call("self.set_root", BUFFER),
    () => [0, 38, 0],
  ],
  ["self.root: small buffer", (s) => s.call("self.root", OUT, BUFFER, 37), () => [12]],
  [
    "self.set_root: unreachable",
    (s, net) => s.write(IN, net.code("token")).call("self.set_root", IN),
    () => [6],
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
    () => [2, 0, 2, 0, 0n, 0n],
  ],
];
