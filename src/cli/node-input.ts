/** Options of `fvm node` for a chain of its own. */
import { existsSync } from "node:fs";
import type { OwnBeaconKind } from "../chain/signatures/own-beacon.js";
import type { DevOptions } from "../node/index.js";
import type { Values } from "./command.js";
import { existingFolder } from "./existing-folder.js";
import { UsageError } from "./usage-error.js";

export const NAME = "node";
const ATTO = 10n ** 18n;

/** Options of a chain that the node makes. */
export const devOptions = {
  "network-version": {
    type: "text",
    value: "N",
    help: "Of the node's own chain, 16 to 28. Default: the newest.",
  },
  bundle: {
    type: "text",
    value: "NETWORK",
    help: "Network whose builtin actors it has, such as testing-fake-proofs. Default: mainnet.",
  },
  bundles: {
    type: "text",
    value: "DIR",
    help: "Also bundles of builtin actors of this folder, beside those of FVM_BUNDLES and the user's cache.",
  },
  "chain-id": { type: "text", value: "N", help: "Ethereum's number of it. Default: 31415926." },
  accounts: { type: "text", value: "N", help: "Accounts of each kind, f410 and f1. Default: 10." },
  balance: { type: "text", value: "FIL", help: "What each of them begins with. Default: 10000." },
  mnemonic: {
    type: "text",
    value: "WORDS",
    help: "Phrase that they come from. Default: test test … junk, whose keys everybody knows.",
  },
  miners: { type: "text", value: "N", help: "Miners, as many as a tipset can have blocks. Default: 3." },
  "block-time": {
    type: "text",
    value: "SECONDS",
    help: "Make a tipset every so often. Default: one for each message that comes.",
  },
  beacon: {
    type: "choice",
    choices: ["mock", "quicknet"],
    help: "Its beacon: mock, whose entries anybody can make, or quicknet, signed by a key of the mnemonic and served at /drand. Default: mock.",
  },
  state: {
    type: "text",
    value: "FILE",
    help: "Read its chain from a file, if that is there, and write it there at the end.",
  },
  fork: {
    type: "text",
    value: "URL[@EPOCH]",
    help: "Go on from the chain of a node elsewhere, whose blocks are fetched as they are needed, and kept.",
  },
  from: {
    type: "text",
    value: "PATH[@EPOCH]",
    help: "Go on from a chain or a state on disk: a chain's folder, a snapshot's CAR, a genesis, a state's CAR.",
  },
  append: {
    type: "flag",
    help: "Keep each tipset that has been the head. Otherwise an empty head makes room for the next message.",
  },
  "epoch-time": {
    type: "flag",
    help: "Timestamps go on by the network's delay from epoch to epoch. Otherwise as time does.",
  },
} as const;

/** Options of a chain of the node's own. Throws `UsageError`. */
export function ownChain(values: Values<typeof devOptions>): DevOptions {
  const { bundle, mnemonic, append } = values;
  const bundles = existingFolder("bundles", values.bundles, NAME);
  const given = <N extends keyof DevOptions>(name: N, value: DevOptions[N] | undefined) =>
    value === undefined ? {} : { [name]: value };
  const count = (option: "network-version" | "chain-id" | "accounts" | "miners", most: number) => {
    const text = values[option];
    return text === undefined ? undefined : number(option, text, most);
  };
  return {
    ...given("networkVersion", count("network-version", 1_000)),
    ...given("bundle", bundle),
    ...given("bundles", bundles),
    ...given("chainId", count("chain-id", Number.MAX_SAFE_INTEGER)),
    ...given("accounts", count("accounts", 10_000)),
    ...given("balance", values.balance === undefined ? undefined : filFrom(values.balance)),
    ...given("mnemonic", mnemonic),
    ...given("miners", count("miners", 15)),
    ...given("interval", values["block-time"] === undefined ? undefined : secondsFrom(values["block-time"])),
    ...given("beacon", values.beacon as OwnBeaconKind | undefined),
    ...given("state", values.state),
    ...given("fork", values.fork === undefined ? undefined : forkFrom(values.fork)),
    ...given("from", values.from === undefined ? undefined : fromDisk(values.from)),
    ...(append && { append }),
    ...(values["epoch-time"] && { time: "epoch" as const }),
  };
}

export function number(option: string, text: string, most: number): number {
  if (/^[0-9]{1,16}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`--${option} is ${text}, not a number from 0 to ${most}`, NAME);
}

function secondsFrom(text: string): number {
  if (/^[0-9]{1,5}(\.[0-9]{1,3})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`--block-time is ${text}, not a number of seconds`, NAME);
}

/** attoFIL of a decimal number of FIL. */
function filFrom(text: string): bigint {
  const [, whole, part = ""] = /^([0-9]{1,10})(?:\.([0-9]{1,18}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new UsageError(`--balance is ${text}, not an amount of FIL`, NAME);
  return BigInt(whole) * ATTO + BigInt(part.padEnd(18, "0"));
}

/** A path, with the epoch to go on from or without. */
function fromDisk(text: string): { path: string; epoch?: number } {
  const [, path = text, epoch] = /^(.+)@([0-9]{1,10})$/.exec(text) ?? [];
  if (!existsSync(path)) throw new UsageError(`--from is ${path}, and there is nothing`, NAME);
  return epoch === undefined ? { path } : { path, epoch: Number(epoch) };
}

/** A node's URL, with the epoch to go on from or without. */
function forkFrom(text: string): { url: string; epoch?: number } {
  const [, url, epoch] = /^(https?:\/\/\S+?)(?:@([0-9]{1,10}))?$/.exec(text) ?? [];
  if (url === undefined) throw new UsageError(`--fork is ${text}, not a URL, nor a URL@EPOCH`, NAME);
  return epoch === undefined ? { url } : { url, epoch: Number(epoch) };
}
