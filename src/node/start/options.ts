import { OWN_BEACONS, type OwnBeaconKind } from "../../chain/signatures/own-beacon.js";
import type { NetworkSource } from "../../chain/store/network-source.js";
import { shapeOf } from "../../chain/types/shape.js";
import { FvmError } from "../../errors.js";
import {
  anything,
  type Check,
  is,
  isCount,
  isFlag,
  isFunction,
  isList,
  isText,
  oneOf,
  optional,
  within,
} from "../../util/check.js";
import { type Checks, checkedOptionsOnly } from "../../util/options.js";
import { NEWEST_VERSION, OLDEST_VERSION } from "../../vm/network/version.js";
import type { ChainFile } from "../dev/chain-file.js";
import type { TimeKind } from "../dev/clock.js";
import type { Fork } from "../dev/fork/fork-store.js";

/** A chain that the node makes. */
export interface DevOptions {
  /** Network version of the chain, 16 to 28. Default: the newest. */
  readonly networkVersion?: number;
  /** Network whose builtin actors the chain has, such as `testing-fake-proofs`. Default: `mainnet`. */
  readonly bundle?: string;
  /** Folder of bundles, beside those of `FVM_BUNDLES` and the user's cache. */
  readonly bundles?: string;
  /** Ethereum's number of the chain. Default: 31415926. */
  readonly chainId?: number;
  /** Phrase from which accounts come. Default: the one of all development nodes, whose keys everybody knows. */
  readonly mnemonic?: string;
  /** Accounts of each kind, f410 and f1. Default: 10. */
  readonly accounts?: number;
  /** attoFIL that each account begins with. Default: 10,000 FIL. */
  readonly balance?: bigint;
  /** Miners, as many as a tipset can have blocks. Default: 3. */
  readonly miners?: number;
  /** Seconds from epoch to epoch, as the network says. Default: 30. */
  readonly blockDelay?: number;
  /**
   * The chain's beacon. `quicknet`: a drand network of one, whose key follows from the mnemonic; the node serves drand's
   * HTTP API at `/drand`. Default: `mock`, whose entries anybody can make.
   */
  readonly beacon?: OwnBeaconKind;
  /** How blocks' timestamps go on: as time does, or by `blockDelay`. Default: `wall`. */
  readonly time?: TimeKind;
  /** Whether each tipset stays that has been the head. Default: an empty head makes room for the next message. */
  readonly append?: boolean;
  /** Seconds after which a tipset is made, again and again. Default: one is made for each message that comes. */
  readonly interval?: number;
  /** File that the node's own chain is read from, if it is there, and written to when the node is closed. */
  readonly state?: string;
  /**
   * A chain of a node elsewhere to go on from: blocks are fetched from it as they are needed, by
   * `Filecoin.ChainReadObj`, and kept in the user's cache. Default: a beginning of its own.
   */
  readonly fork?: Fork;
  /**
   * A chain or a state on disk to go on from, which stays as it is: a chain's folder, or a CAR of a chain or of a state.
   * Accounts get their balances on top. Default: a beginning of its own.
   */
  readonly from?: ChainPath;
  /** Called with lines for people: what contracts say (`console.log`), why messages fail. Default: nobody is told. */
  readonly log?: (line: string) => void;
}

/** A chain or a state on disk. Its network is the option `network`. */
export type ChainPath = Omit<ChainFile, "network">;

/** A node's kind, and who may speak to it. */
export interface NodeOptions extends DevOptions {
  /**
   * Folder of a chain: of one that `fvm chain import` has made, which stands still; or of one that the node makes, which
   * is begun if nothing is there. Default: the node makes a chain of its own, in memory.
   */
  readonly data?: string;
  /** The network of an imported chain, or of one to go on from. Default: what the folder remembers, or its genesis says. */
  readonly network?: NetworkSource;
  /** Whether blocks are made by themselves. Default: true; an imported chain stands still. */
  readonly mining?: boolean;
  /** Exactly Lotus's answers, texts and statuses, without the departures that serve clients. Default: false. */
  readonly lotus?: boolean;
  /** Port to listen on, 0 for one that is free. Default: no sockets, only the provider in the process. */
  readonly port?: number;
  /** Address to listen on. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Names besides `localhost` that requests may be sent to (header `Host`); `*` for any. */
  readonly allowedHosts?: readonly string[];
  /** Origins of web pages besides this machine's that may ask, such as `https://app.example`; `*` for any. */
  readonly allowedOrigins?: readonly string[];
  /** Called with faults of ours: errors that are no answer. Default: they go to `console.error`. */
  readonly onFault?: (method: string, error: unknown) => void;
}

const isTexts = is(
  (value) => isList(value) && value.every((item) => typeof item === "string"),
  "an array of texts",
);
const isAmount = is((value) => typeof value === "bigint" && value >= 0n, "a bigint of attoFIL");
const isSeconds: Check = is(
  (value) => typeof value === "number" && value > 0 && value <= 86_400,
  "a number of seconds, up to a day",
);

const DEV_CHECKS: Checks<DevOptions> = {
  networkVersion: optional(within(OLDEST_VERSION, NEWEST_VERSION)),
  bundle: optional(isText),
  bundles: optional(isText),
  chainId: optional(within(1, Number.MAX_SAFE_INTEGER)),
  mnemonic: optional(isText),
  accounts: optional(within(0, 10_000)),
  balance: optional(isAmount),
  miners: optional(within(1, 15)),
  blockDelay: optional(within(1, 86_400)),
  beacon: optional(oneOf(...OWN_BEACONS)),
  time: optional(is((value) => value === "wall" || value === "epoch", "wall or epoch")),
  append: optional(isFlag),
  interval: optional(isSeconds),
  state: optional(isText),
  fork: optional(shapeOf<Fork>({ url: isText, epoch: optional(isCount) })),
  from: optional(shapeOf<ChainPath>({ path: isText, epoch: optional(isCount) })),
  log: optional(isFunction),
};

const CHECKS: Checks<NodeOptions> = {
  ...DEV_CHECKS,
  data: optional(isText),
  network: anything,
  mining: optional(isFlag),
  lotus: optional(isFlag),
  port: optional(within(0, 65_535)),
  host: optional(isText),
  allowedHosts: optional(isTexts),
  allowedOrigins: optional(isTexts),
  onFault: optional(isFunction),
};

/** Options that are what they should be. Throws `FvmError` INVALID_OPTION. */
export function checkedNodeOptions(options: NodeOptions): NodeOptions {
  const checked = checkedOptionsOnly(options, CHECKS);
  refuseIf(
    checked.mining === false && checked.interval !== undefined,
    "interval",
    "no blocks are made by themselves",
  );
  refuseIf(
    checked.data !== undefined && checked.state !== undefined,
    "state",
    "the chain is kept in a folder",
  );
  return checked;
}

/** Throws `FvmError` INVALID_OPTION for what an imported chain has no use for. */
export function checkImported(options: NodeOptions): void {
  refuseIf(options.mining === true, "mining", "an imported chain stands still");
  for (const name of Object.keys(DEV_CHECKS)) {
    refuseIf(name !== "log" && Object.hasOwn(options, name), name, "an imported chain has its own");
  }
}

/** Throws `FvmError` INVALID_OPTION for what a chain that the node makes has no use for. */
export function checkOwn(options: NodeOptions): void {
  for (const name of OF_BEGINNING) {
    refuseIf(
      options.fork !== undefined && options[name] !== undefined,
      name,
      "a fork has that of the other chain",
    );
  }
  const { fork, from, network } = options;
  refuseIf(fork !== undefined && from !== undefined, "from", "there is a fork to go on from");
  refuseIf(network !== undefined && from === undefined, "network", "it is for a chain that is there");
  for (const name of OF_NETWORK) {
    refuseIf(network !== undefined && options[name] !== undefined, name, "the network has its own");
  }
}

function refuseIf(isWrong: boolean, option: string, reason: string): void {
  if (isWrong) throw new FvmError("INVALID_OPTION", { option, reason });
}

/** Options that say how a chain begins. */
const OF_NETWORK = ["networkVersion", "bundle", "chainId", "blockDelay", "beacon"] as const;
const OF_BEGINNING = [...OF_NETWORK, "bundles", "miners"] as const;
