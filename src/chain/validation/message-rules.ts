import { ADDRESS_PROTOCOL, type Address, addressProtocol, BLS_ZERO_ADDRESS } from "../../address/address.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import type { NetworkVersion } from "../../vm/network/version.js";

/** All the FIL that there will ever be, in attoFIL. */
export const ALL_FIL = 2_000_000_000n * 10n ** 18n;

/** Rules against which a message is checked. */
export interface MessageSetting {
  readonly network: NetworkVersion;
  readonly leastGasLimit: number;
}

interface Rule {
  readonly field: keyof Message;
  readonly reason: string;
  /** The reason as Lotus puts it. */
  lotus(message: Message, setting: MessageSetting): string;
  isBroken(message: Message, setting: MessageSetting): boolean;
}

/** A fault of a message. */
export interface BrokenRule extends Pick<Rule, "field" | "reason"> {
  /** The reason as Lotus puts it. */
  readonly lotus: string;
}

/** In their order. Source: Lotus chain/types/message.go, `ValidForBlockInclusion`. */
const RULES: readonly Rule[] = [
  {
    field: "version",
    reason: "not 0",
    lotus: () => "'Version' unsupported",
    isBroken: ({ version }) => version !== 0,
  },
  {
    field: "to",
    reason: "the BLS zero address",
    lotus: () => "invalid 'To' address",
    isBroken: ({ to }) => to === BLS_ZERO_ADDRESS,
  },
  {
    field: "to",
    reason: "f4 addresses do not exist yet",
    lotus: () => "'To' address protocol unsupported for network version",
    isBroken: ({ to }, { network }) => isEarly(to, network),
  },
  {
    field: "from",
    reason: "f4 addresses do not exist yet",
    lotus: () => "'From' address protocol unsupported for network version",
    isBroken: ({ from }, { network }) => isEarly(from, network),
  },
  {
    field: "value",
    reason: "negative",
    lotus: () => "'Value' field cannot be negative",
    isBroken: ({ value }) => value < 0n,
  },
  {
    field: "value",
    reason: "more than all FIL",
    lotus: () => "'Value' field cannot be greater than total filecoin supply",
    isBroken: ({ value }) => value > ALL_FIL,
  },
  {
    field: "gasFeeCap",
    reason: "negative",
    lotus: () => "'GasFeeCap' field cannot be negative",
    isBroken: ({ gasFeeCap }) => gasFeeCap < 0n,
  },
  {
    field: "gasPremium",
    reason: "negative",
    lotus: () => "'GasPremium' field cannot be negative",
    isBroken: ({ gasPremium }) => gasPremium < 0n,
  },
  {
    field: "gasPremium",
    reason: "above the fee cap",
    lotus: () => "'GasFeeCap' less than 'GasPremium'",
    isBroken: ({ gasPremium, gasFeeCap }) => gasPremium > gasFeeCap,
  },
  {
    field: "gasLimit",
    reason: "above that of a block",
    lotus: ({ gasLimit }) =>
      `'GasLimit' field cannot be greater than a block's gas limit (${gasLimit} > ${BLOCK_GAS_LIMIT})`,
    isBroken: ({ gasLimit }) => gasLimit > BLOCK_GAS_LIMIT,
  },
  {
    field: "gasLimit",
    reason: "not above 0",
    lotus: ({ gasLimit }) => `'GasLimit' field ${gasLimit} must be positive`,
    isBroken: ({ gasLimit }) => gasLimit <= 0,
  },
  {
    field: "gasLimit",
    reason: "below what the message's bytes cost",
    lotus: ({ gasLimit }, { leastGasLimit }) =>
      `'GasLimit' field cannot be less than the cost of storing a message on chain ${gasLimit} < ${leastGasLimit}`,
    isBroken: ({ gasLimit }, { leastGasLimit }) => gasLimit < leastGasLimit,
  },
];

function isEarly(address: Address, { rules }: NetworkVersion): boolean {
  return addressProtocol(address) === ADDRESS_PROTOCOL.DELEGATED && !rules.state.delegatedAddresses;
}

/** The fault of a message that no state need be asked about; undefined: none. */
export function brokenRule(message: Message, setting: MessageSetting): BrokenRule | undefined {
  const broken = RULES.find((rule) => rule.isBroken(message, setting));
  if (broken === undefined) return undefined;
  const { field, reason } = broken;
  return { field, reason, lotus: broken.lotus(message, setting) };
}
