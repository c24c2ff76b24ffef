import type { ChainNetwork } from "../networks/networks.js";

/** Gas that a message must at least ask for. */
interface InclusionPrice {
  /** Network version that it came with. */
  readonly since: number;
  readonly base: number;
  readonly perByte: number;
}

/** Bytes that each message counts beside its own. */
const EXTRA_BYTES = 36;

/** The newest first. Source: Lotus chain/vm/gas.go, `Prices`. */
const PRICES: readonly InclusionPrice[] = [
  { since: 18, base: 513_863, perByte: 1300 },
  { since: 7, base: 38_863, perByte: 1300 },
];
const FIRST_PRICE: InclusionPrice = { since: 0, base: 38_863, perByte: 1000 };

/**
 * The gas limit that a message needs to be in a block. What the machine charges for it may be more: prices begin
 * here at the upgrade's own height, and where that is not above 0 they never do. Source: Lotus chain/vm/gas.go,
 * `PricelistByEpoch`.
 *
 * @param length bytes of the message as the chain stores it
 */
export function leastGasLimit({ upgrades }: ChainNetwork, epoch: number, length: number): number {
  const hasBegun = ({ since }: InclusionPrice) => {
    const height = upgrades.find(({ networkVersion }) => networkVersion >= since)?.height ?? 0;
    return height > 0 && height <= epoch;
  };
  const { base, perByte } = PRICES.find(hasBegun) ?? FIRST_PRICE;
  return base + (EXTRA_BYTES + length) * perByte;
}
