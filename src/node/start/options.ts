import type { NetworkSource } from "../../chain/store/network-source.js";
import { anything, is, isFlag, isFunction, isList, isText, optional, within } from "../../util/check.js";
import { type Checks, checkedOptionsOnly } from "../../util/options.js";

/** What a node is, and who may speak to it. */
export interface NodeOptions {
  /** Folder of a chain, as `fvm chain import` makes it. */
  readonly data?: string;
  /** The chain's network. Default: what the folder remembers. */
  readonly network?: NetworkSource;
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

const CHECKS: Checks<NodeOptions> = {
  data: optional(isText),
  network: anything,
  lotus: optional(isFlag),
  port: optional(within(0, 65_535)),
  host: optional(isText),
  allowedHosts: optional(isTexts),
  allowedOrigins: optional(isTexts),
  onFault: optional(isFunction),
};

/** Options that are what they should be. Throws `FvmError` INVALID_OPTION. */
export function checkedNodeOptions(options: NodeOptions): NodeOptions {
  return checkedOptionsOnly(options, CHECKS);
}
