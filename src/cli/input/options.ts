/** Options with which a command line names a state, and messages to execute on it. */
import type { Values } from "../command.js";

/** Blocks, and actors' code that they lack. */
export const storeOptions = {
  data: {
    type: "text",
    value: "DIR",
    help: "A chain's folder, whose blocks these are. --epoch picks the state, the one that its tipset is executed on.",
  },
  store: {
    type: "list",
    value: "FILE.car",
    help: "Blocks of the state; of several files the first one that has a block.",
  },
  bundles: {
    type: "text",
    value: "DIR",
    help: "Where builtin actors are. Then FVM_BUNDLES and the user's cache are searched.",
  },
} as const;

/** The rules of a state. */
export const NETWORK_OPTION = {
  type: "text",
  value: "NV",
  help: "Network version, such as 28 (see fvm networks). Default: by the builtin actors, if they are released ones.",
} as const;

/** A state, and the epoch at which it is looked at. Without --state, settings of --data are those of the tipset. */
export const stateOptions = {
  state: { type: "text", value: "CID", help: "Root of the state to start from; it is in --store or --data." },
  data: storeOptions.data,
  store: storeOptions.store,
  network: NETWORK_OPTION,
  epoch: { type: "text", value: "N", help: "Epoch. Default: 0; of --data the head's." },
  timestamp: { type: "text", value: "SECONDS", help: "Time since 1970. Default: 0; of --data the tipset's." },
  "base-fee": {
    type: "text",
    value: "ATTOFIL",
    help: "Base fee per gas. Default: 0; of --data the tipset's.",
  },
  "circulating-supply": {
    type: "text",
    value: "ATTOFIL",
    help: "FIL in circulation. Default: 0; of --data that of the state.",
  },
  "chain-id": {
    type: "text",
    value: "N",
    help: "Ethereum's number of the chain. Default: 314, mainnet; of --data the network's.",
  },
  randomness: {
    type: "text",
    value: "HEX",
    help: "32 bytes, the answer to every question for randomness. Default: there is no answer; of --data the chain's.",
  },
  proofs: { type: "choice", choices: ["accept", "reject"], help: "Verdict on proofs. Default: reject." },
} as const;

/** Messages to execute. */
export const messageOptions = {
  message: {
    type: "list",
    value: "MESSAGE",
    help: "A message: Lotus's JSON, hex of its CBOR, or @FILE with either or the CBOR. Several: in order.",
  },
} as const;

export type StoreValues = Values<typeof storeOptions>;
export type StateValues = Values<typeof stateOptions> & StoreValues;
/** Whether a command line names a state. */
export function namesState({ state, data, store }: Pick<StateValues, "state" | "data" | "store">): boolean {
  return state !== undefined || data !== undefined || store.length > 0;
}

/** What a command line lacks that names neither a vector nor a state. */
export const STATE_OPTIONS = "--data, or --state and --store, with --message";

export type MessageValues = Values<typeof messageOptions>;

/** For the details of a command's help. */
export const MESSAGE_HELP =
  "A message in JSON has the fields of Lotus: To, From, Nonce, Value, GasLimit, GasFeeCap, GasPremium, Method,\n" +
  "Params (base64). Addresses may be Ethereum's, too. All but To and From may be left out: the nonce is the\n" +
  "sender's next one, the gas limit that of a block, and the rest 0. Code of builtin actors that the store lacks comes\n" +
  "from bundles.";
