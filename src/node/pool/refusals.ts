import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { FvmError } from "../../errors.js";
import type { Message } from "../../message/message.js";
import type { U64 } from "../../util/u64.js";

/** Facts that the texts of refusals are made of. */
export interface RefusalFacts {
  readonly message: Message;
  /** With which addresses begin. */
  readonly letter: NetworkLetter;
  /** Bytes of the signed message. */
  readonly size: number;
  readonly nonce: U64;
  /** attoFIL. */
  readonly balance: bigint;
  readonly required: bigint;
  /** attoFIL per gas. */
  readonly premium: bigint;
  readonly least: bigint | number;
  /** A rule of messages in blocks, in Lotus's words. */
  readonly text: string;
}

interface Texts {
  readonly lotus: (facts: RefusalFacts) => string;
  readonly geth: (facts: RefusalFacts) => string;
}

const sender = ({ message, letter }: RefusalFacts) => formatAddress(message.from, letter);
const funds = ({ required, balance }: RefusalFacts) =>
  `required: ${filText(required)}, balance: ${filText(balance)}`;
const gethFunds = ({ required, balance }: RefusalFacts) =>
  `insufficient funds for gas * price + value: balance ${balance}, tx cost ${required}, overshot ${required - balance}`;
const same = (text: (facts: RefusalFacts) => string): Texts => ({ lotus: text, geth: text });

/**
 * Reasons for which a pool refuses messages, as Lotus puts them and as Ethereum's clients know them. Clients tell
 * refusals apart by their texts. Sources: Lotus chain/messagepool/messagepool.go; go-ethereum core/txpool/errors.go.
 */
const TEXTS = {
  recipient: same(
    ({ message, letter }) =>
      `message recipient ${formatAddress(message.to, letter)} is a delegated address but not a valid Eth Address`,
  ),
  tooBig: {
    lotus: ({ size }) => `mpool message too large (${size}B): message too big`,
    geth: ({ size, least }) => `oversized data: transaction size ${size}, limit ${least}`,
  },
  malformed: {
    lotus: ({ text }) => `message not valid for block inclusion: ${text}`,
    geth: ({ text }) => text,
  },
  valueTooHigh: same(() => "cannot send more filecoin than will ever exist"),
  feeCapTooLow: {
    lotus: () => "gas fee cap too low",
    geth: ({ message, least }) =>
      `transaction underpriced: gas fee cap too low: ${message.gasFeeCap}, minimum needed ${least}`,
  },
  signature: {
    lotus: ({ text }) => `signature verification failed: failed to validate signature: ${text}`,
    geth: () => "invalid sender: the signature is not the sender's",
  },
  noSender: {
    lotus: ({ text }) => `failed to look up actor state nonce: ${text}: validation failure`,
    geth: (facts) => `insufficient funds for gas * price + value: nobody has address ${sender(facts)} yet`,
  },
  nonceTooLow: {
    lotus: ({ nonce, message }) =>
      `minimum expected nonce is ${nonce}, got ${message.nonce}: message nonce too low`,
    geth: ({ nonce, message }) => `nonce too low: next nonce ${nonce}, tx nonce ${message.nonce}`,
  },
  legacyTooEarly: same(
    ({ least }) =>
      `network version should be at least NV23 for sending legacy ETH transactions; but current network version is ${least}`,
  ),
  notSender: {
    lotus: (facts) => `sender actor ${sender(facts)} is not a valid top-level sender`,
    geth: (facts) => `sender not an eoa: ${sender(facts)} is no account`,
  },
  notIncluded: {
    lotus: ({ text }) => `verify msg failed: message will not be included in a block: ${text}`,
    geth: ({ message, least }) => intrinsicGas(message, least),
  },
  inclusionCost: {
    lotus: ({ message, least }) => intrinsicGas(message, least),
    geth: ({ message, least }) => intrinsicGas(message, least),
  },
  funds: {
    lotus: (facts) =>
      `failed to check balance: not enough funds (${funds(facts)}): not enough funds to execute transaction`,
    geth: gethFunds,
  },
  fundsWithPending: {
    lotus: (facts) =>
      `failed to check balance: not enough funds including pending messages (${funds(facts)}): validation failure`,
    geth: (facts) => `${gethFunds(facts)}, with pending transactions`,
  },
  underpriced: {
    lotus: (facts) =>
      `failed to add locked: message from ${sender(facts)} with nonce ${facts.message.nonce} already in mpool, increase GasPremium to ${facts.least} from ${facts.message.gasPremium} to trigger replace by fee: replace by fee has too low GasPremium`,
    geth: ({ message, least }) =>
      `replacement transaction underpriced: priority fee ${message.gasPremium}, minimum needed ${least}`,
  },
  known: {
    lotus: (facts) =>
      `failed to add locked: message from ${sender(facts)} with nonce ${facts.message.nonce} already in mpool: message with nonce already exists`,
    geth: () => "already known",
  },
  tooMany: {
    lotus: () => "failed to add locked: too many pending messages for actor",
    geth: ({ least }) => `account limit exceeded: ${least} transactions are pending`,
  },
  full: same(({ least }) => `txpool is full: ${least} messages are pending`),
} as const satisfies Record<string, Texts>;

/** A rule of a message pool. */
export type PoolRule = keyof typeof TEXTS;

/** An error MESSAGE_REFUSED. The facts that its texts need are to be given. */
export function refused(
  rule: PoolRule,
  facts: Pick<RefusalFacts, "message" | "letter"> & Partial<RefusalFacts>,
): FvmError<"MESSAGE_REFUSED"> {
  const texts: Texts = TEXTS[rule];
  const all = { ...NO_FACTS, ...facts };
  return new FvmError("MESSAGE_REFUSED", { rule, lotus: texts.lotus(all), geth: texts.geth(all) });
}

const NO_FACTS = { size: 0, nonce: 0, balance: 0n, required: 0n, premium: 0n, least: 0, text: "" } as const;

/** Remedy where the gas limit of an Ethereum transaction was too low. */
export const GAS_ADVICE =
  "Filecoin's gas is not the EVM's, so it is to be estimated by eth_estimateGas (forge script: --skip-simulation)";

function intrinsicGas({ gasLimit }: Message, least: bigint | number): string {
  return `intrinsic gas too low: gas limit ${gasLimit}, minimum needed ${least}; ${GAS_ADVICE}`;
}

/** An amount as Lotus's texts have it. Source: Lotus chain/types/fil.go. */
export function filText(attoFil: bigint): string {
  const magnitude = attoFil < 0n ? -attoFil : attoFil;
  const decimals = `${magnitude % 10n ** 18n}`.padStart(18, "0").replace(/0+$/, "");
  const sign = attoFil < 0n ? "-" : "";
  return `${sign}${magnitude / 10n ** 18n}${decimals === "" ? "" : `.${decimals}`} FIL`;
}
