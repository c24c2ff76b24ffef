import { secpKey } from "../../support/keys.js";
import type { TestNet } from "../../support/net.js";
import { type Case, filled, IN, type LogItem, OUT } from "./case.js";

/** to is at IN. */
const sendTo = (
  name: string,
  to: (net: TestNet) => Uint8Array,
  method: number,
  value: bigint,
  rest: bigint[],
  log: LogItem[],
): Case => [
  `send: ${name}`,
  (s, net) => {
    const address = to(net);
    const [params = 0n, gas = -1n, flags = 0n] = rest;
    s.write(IN, address).fill(OUT, 0xee, 20);
    return s
      .call("send.send", OUT, IN, address.length, method, params, value >> 64n, value, gas, flags)
      .read(OUT, 20);
  },
  () => log,
];
const ok = (exit: number) => Uint8Array.of(exit, ...new Uint8Array(19));

export const sends: Case[] = [
  sendTo("value to an account", (net) => net.bob.address, 0, 10n, [], [0, ok(0)]),
  sendTo("value to a new account", () => secpKey(50).address, 0, 10n, [], [0, ok(0)]),
  sendTo("value to a new placeholder", () => Uint8Array.of(4, 10, ...filled(20, 7)), 0, 10n, [], [0, ok(0)]),
  sendTo(
    "an f4 address of another namespace",
    () => Uint8Array.of(4, 11, ...filled(20, 7)),
    0,
    10n,
    [],
    [6, filled(20)],
  ),
  sendTo("an unknown f2 address", () => Uint8Array.of(2, ...filled(20, 7)), 0, 0n, [], [6, filled(20)]),
  sendTo(
    "the BLS point at infinity",
    () => Uint8Array.of(3, 0xc0, ...filled(47, 0)),
    0,
    0n,
    [],
    [1, filled(20)],
  ),
  sendTo("a missing actor", () => Uint8Array.of(0, 0xff, 0x7f), 0, 0n, [], [6, filled(20)]),
  sendTo("a malformed address", () => Uint8Array.of(7, 7), 0, 0n, [], [1, filled(20)]),
  sendTo("more than the balance", (net) => net.bob.address, 0, 1001n, [], [5, filled(20)]),
  sendTo("more than 64 bits", (net) => net.bob.address, 0, 1n << 64n, [], [5, filled(20)]),
  sendTo("an unknown flag", (net) => net.bob.address, 0, 0n, [0n, -1n, 2n], [1, filled(20)]),
  sendTo("value while read-only", (net) => net.bob.address, 0, 1n, [0n, -1n, 1n], [13, filled(20)]),
  sendTo("an unknown block", (net) => net.bob.address, 2, 0n, [99n], [7, filled(20)]),
  sendTo("an unknown method", (net) => net.bob.address, 99, 0n, [], [0, ok(22)]),
  sendTo("a gas limit of nothing", (net) => net.bob.address, 2, 0n, [0n, 0n], [0, ok(7)]),
  sendTo("a new account while read-only", () => secpKey(51).address, 0, 0n, [0n, -1n, 1n], [13, filled(20)]),
];
