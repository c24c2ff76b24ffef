import { ADDRESS_PROTOCOL, type Address, addressProtocol, BLS_ZERO_ADDRESS } from "../../address/address.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import type { NetworkVersion } from "../../vm/network/version.js";

/** All the FIL that there will ever be, in attoFIL. */
const ALL_FIL = 2_000_000_000n * 10n ** 18n;

/** Rules against which a message is checked. */
export interface MessageSetting {
  readonly network: NetworkVersion;
  readonly leastGasLimit: number;
}

interface Rule {
  readonly field: keyof Message;
  readonly reason: string;
  isBroken(message: Message, setting: MessageSetting): boolean;
}

/** In their order. Source: Lotus chain/types/message.go, `ValidForBlockInclusion`. */
const RULES: readonly Rule[] = [
  { field: "version", reason: "not 0", isBroken: ({ version }) => version !== 0 },
  { field: "to", reason: "the BLS zero address", isBroken: ({ to }) => to === BLS_ZERO_ADDRESS },
  {
    field: "to",
    reason: "f4 addresses do not exist yet",
    isBroken: ({ to }, { network }) => isEarly(to, network),
  },
  {
    field: "from",
    reason: "f4 addresses do not exist yet",
    isBroken: ({ from }, { network }) => isEarly(from, network),
  },
  { field: "value", reason: "negative", isBroken: ({ value }) => value < 0n },
  { field: "value", reason: "more than all FIL", isBroken: ({ value }) => value > ALL_FIL },
  { field: "gasFeeCap", reason: "negative", isBroken: ({ gasFeeCap }) => gasFeeCap < 0n },
  { field: "gasPremium", reason: "negative", isBroken: ({ gasPremium }) => gasPremium < 0n },
  {
    field: "gasPremium",
    reason: "above the fee cap",
    isBroken: ({ gasPremium, gasFeeCap }) => gasPremium > gasFeeCap,
  },
  {
    field: "gasLimit",
    reason: "above that of a block",
    isBroken: ({ gasLimit }) => gasLimit > BLOCK_GAS_LIMIT,
  },
  { field: "gasLimit", reason: "not above 0", isBroken: ({ gasLimit }) => gasLimit <= 0 },
  {
    field: "gasLimit",
    reason: "below what the message's bytes cost",
    isBroken: ({ gasLimit }, { leastGasLimit }) => gasLimit < leastGasLimit,
  },
];

function isEarly(address: Address, { rules }: NetworkVersion): boolean {
  return addressProtocol(address) === ADDRESS_PROTOCOL.DELEGATED && !rules.state.delegatedAddresses;
}

/** The fault of a message that no state need be asked about; undefined: none. */
export function brokenRule(
  message: Message,
  setting: MessageSetting,
): Pick<Rule, "field" | "reason"> | undefined {
  return RULES.find((rule) => rule.isBroken(message, setting));
}
