import { cidBytes } from "../../../../src/encoding/cid.js";
import { BEYOND } from "../../../support/script.js";
import { BUFFER, type Case, IN, illegal, OUT, refused, text } from "./case.js";

export const chain: Case[] = [
  [
    "rand.get_chain_randomness",
    (s) => s.call("rand.get_chain_randomness", OUT, 90).read(OUT, 32),
    (net) => [0, net.randomness("chain", 90)],
  ],
  [
    "rand.get_beacon_randomness",
    (s) => s.call("rand.get_beacon_randomness", OUT, 100).read(OUT, 32),
    (net) => [0, net.randomness("beacon", 100)],
  ],
  [
    "rand: lookback over i64",
    (s) => s.call("rand.get_beacon_randomness", OUT, -(2n ** 63n)),
    () => [illegal("randomness epoch -9223372036854775808 is in the future")],
  ],
  [
    "network.tipset_cid",
    (s) =>
      s
        .call("network.tipset_cid", OUT, 99, BUFFER, 38)
        .read(BUFFER, 38)
        .call("network.tipset_cid", OUT, 99, BUFFER, 37)
        .call("network.tipset_cid", OUT, 100, BUFFER, 38)
        .call("network.tipset_cid", OUT, 101, BUFFER, 38)
        .call("network.tipset_cid", OUT, -1n, BUFFER, 38),
    (net) => [
      0,
      cidBytes(net.tipsetCid(99)),
      refused(12, "cid output buffer is too small"),
      illegal("cannot lookup the tipset cid for the current epoch"),
      illegal("epoch 101 is in the future"),
      illegal("epoch is negative"),
    ],
  ],
  [
    "network.context",
    (s) => s.call("network.context", OUT).read(OUT, 44),
    (net) => [0, 100n, 3000n, 100n, 0n, 314n, net.version],
  ],
  [
    "network.total_fil_circ_supply",
    (s) => s.call("network.total_fil_circ_supply", OUT).read(OUT, 16),
    () => [0, 7n, 1n],
  ],
  [
    "gas.charge: a bad name",
    (s) => s.fill(IN, 0xff, 2).call("gas.charge", IN, 2, 1),
    () => [illegal("invalid utf-8 sequence of 1 bytes from index 0")],
  ],
  ["gas.charge", (s) => s.write(IN, text("work")).call("gas.charge", IN, 4, 1000), () => [0]],
  [
    "debug",
    (s) =>
      s
        .call("debug.enabled", OUT)
        .read(OUT, 4)
        .call("debug.log", BEYOND, 9)
        .call("debug.store_artifact", BEYOND, 1, BEYOND, 1),
    () => [0, -1, 0, 0],
  ],
];
