import { formatAddress } from "../../../../src/address/text.js";
import { secpKey } from "../../../support/keys.js";
import type { TestNet } from "../../../support/net.js";
import { addressOf } from "../../../support/net.js";
import { type Case, filled, IN, illegal, type LogItem, OUT, type Refusal, refused } from "./case.js";

/** to is at IN. */
const sendTo = (
  name: string,
  to: (net: TestNet) => Uint8Array,
  method: number,
  value: bigint,
  rest: bigint[],
  log: readonly LogItem[] | ((net: TestNet) => readonly LogItem[]),
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
  (net) => (typeof log === "function" ? log(net) : log),
];
const ok = (exit: number) => Uint8Array.of(exit, ...new Uint8Array(19));
/** The result stays as it was. */
const not = (refusal: Refusal): readonly LogItem[] => [refusal, filled(20)];
const noReceiver = (to: Uint8Array) =>
  not(refused(6, `actor does not exist or cannot be created: ${formatAddress(addressOf(to))}`));
const unpayable = (fil: string) =>
  not(refused(5, `sender does not have funds to transfer (balance 0.000000000000001, transfer ${fil})`));
const otherNamespace = Uint8Array.of(4, 11, ...filled(20, 7));
const unknownActor = Uint8Array.of(2, ...filled(20, 7));
const newAccount = secpKey(51).address;

export const sends: Case[] = [
  sendTo("value to an account", (net) => net.bob.address, 0, 10n, [], [0, ok(0)]),
  sendTo("value to a new account", () => secpKey(50).address, 0, 10n, [], [0, ok(0)]),
  sendTo("value to a new placeholder", () => Uint8Array.of(4, 10, ...filled(20, 7)), 0, 10n, [], [0, ok(0)]),
  sendTo("an f4 address of another namespace", () => otherNamespace, 0, 10n, [], noReceiver(otherNamespace)),
  sendTo("an unknown f2 address", () => unknownActor, 0, 0n, [], noReceiver(unknownActor)),
  sendTo(
    "the BLS point at infinity",
    () => Uint8Array.of(3, 0xc0, ...filled(47, 0)),
    0,
    0n,
    [],
    not(illegal("cannot create the bls zero address actor")),
  ),
  sendTo(
    "a missing actor",
    () => Uint8Array.of(0, 0xff, 0x7f),
    0,
    0n,
    [],
    not(refused(6, "actor does not exist: 16383")),
  ),
  sendTo(
    "value to a missing actor",
    () => Uint8Array.of(0, 0xff, 0x7f),
    0,
    1n,
    [],
    not(refused(6, "actor does not exist: 16383")),
  ),
  sendTo(
    "a malformed address",
    () => Uint8Array.of(7, 7),
    0,
    0n,
    [],
    not(illegal("Unknown address protocol")),
  ),
  sendTo("more than the balance", (net) => net.bob.address, 0, 1001n, [], unpayable("0.000000000000001001")),
  sendTo("more than 64 bits", (net) => net.bob.address, 0, 1n << 64n, [], unpayable("18.446744073709551616")),
  sendTo("whole FIL", (net) => net.bob.address, 0, 7n * 10n ** 18n, [], unpayable("7.0")),
  sendTo(
    "an unknown flag",
    (net) => net.bob.address,
    0,
    0n,
    [0n, -1n, 2n],
    not(illegal("invalid send flags: 2")),
  ),
  sendTo(
    "value while read-only",
    (net) => net.bob.address,
    0,
    1n,
    [0n, -1n, 1n],
    not(refused(13, "cannot transfer value when read-only")),
  ),
  sendTo(
    "an unknown block",
    (net) => net.bob.address,
    2,
    0n,
    [99n],
    not(refused(7, "invalid block handle 99")),
  ),
  sendTo("an unknown method", (net) => net.bob.address, 99, 0n, [], [0, ok(22)]),
  sendTo("a gas limit of nothing", (net) => net.bob.address, 2, 0n, [0n, 0n], [0, ok(7)]),
  sendTo(
    "a new account while read-only",
    () => newAccount,
    0,
    0n,
    [0n, -1n, 1n],
    not(refused(13, `cannot auto-create account ${formatAddress(addressOf(newAccount))} in read-only calls`)),
  ),
];
