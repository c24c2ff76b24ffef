import { ADDRESS_PROTOCOL, addressProtocol } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { type ChainTipset, leastTimestamp } from "../history/chain-tipset.js";
import type { ChainNetwork } from "../networks/networks.js";
import type { BlockHeader } from "../types/header.js";
import { type BlockRefusal, refusal } from "./refusal.js";

/** Facts against which a header is checked without a look into any state. */
export interface HeaderSetting {
  readonly network: ChainNetwork;
  readonly base: ChainTipset;
  /** attoFIL per gas, as it follows from the parents. */
  readonly baseFee: bigint;
  /** Seconds since 1970. */
  readonly now: number;
}

type Check = (header: BlockHeader, setting: HeaderSetting) => BlockRefusal | undefined;

/** Fields that only genesis lacks. */
const FIELDS = ["electionProof", "ticket", "blockSignature", "blsAggregate"] as const;

/** Seconds by which clocks may differ. Source: Lotus build/buildconstants, `AllowableClockDriftSecs`. */
const CLOCK_DRIFT = 1;

const CHECKS: readonly Check[] = [
  (header) => {
    const field = FIELDS.find((name) => header[name] === undefined);
    return field && refusal("MISSING_FIELD", { field });
  },
  ({ miner }, { network }) =>
    addressProtocol(miner) === ADDRESS_PROTOCOL.ID
      ? undefined
      : refusal("MINER_ADDRESS", { miner: formatAddress(miner, network.letter) }),
  ({ height }, { base }) =>
    height > base.epoch ? undefined : refusal("NOT_AFTER_PARENT", { height, parent: base.epoch }),
  ({ height, timestamp: found }, { network, base }) => {
    const expected =
      BigInt(leastTimestamp(base)) + BigInt(network.blockDelay) * (BigInt(height) - BigInt(base.epoch));
    return BigInt(found) === expected ? undefined : refusal("TIMESTAMP", { expected, found });
  },
  ({ timestamp }, { now }) =>
    timestamp > now + CLOCK_DRIFT ? refusal("FROM_THE_FUTURE", { timestamp, now }) : undefined,
  ({ electionProof }) => {
    const found = electionProof?.winCount ?? 0;
    return found < 1 ? refusal("WIN_COUNT", { expected: 1, found }) : undefined;
  },
  ({ parentBaseFee: found }, { baseFee: expected }) =>
    found === expected ? undefined : refusal("BASE_FEE", { expected, found }),
];

/**
 * Faults of a header by itself and next to its parents'. Source: Lotus chain/consensus/filcns/filecoin.go,
 * `ValidateBlock`.
 */
export function headerRefusal(header: BlockHeader, setting: HeaderSetting): BlockRefusal | undefined {
  for (const check of CHECKS) {
    const found = check(header, setting);
    if (found !== undefined) return found;
  }
  return undefined;
}
