/**
 * Gas quantities: unsigned 64-bit numbers in the reference, signed ones in network versions up to 17.
 * Source: fvm/src/gas/mod.rs.
 */
import { type I64, i64, U64_MAX } from "../util/u64.js";

declare const unit: unique symbol;

/** Milligas: 1,000 to the gas. A plain number may be taken for it, an amount of whole gas may not. */
export type Milligas = I64 & { readonly [unit]?: "milligas" };
/** Whole gas. A plain number may be taken for it, an amount of milligas may not. */
export type Gas = I64 & { readonly [unit]?: "gas" };

/** Gas that the messages of a block may ask for. Source: Lotus build/buildconstants, `BlockGasLimit`. */
export const BLOCK_GAS_LIMIT = 10_000_000_000;

/** Whole gas in milligas, saturating at 64 bits. */
export function milligas(gas: Gas): Milligas {
  const product = typeof gas === "number" ? gas * 1000 : Number.POSITIVE_INFINITY;
  if (product <= Number.MAX_SAFE_INTEGER) return product;
  const precise = BigInt(gas) * 1000n;
  return i64(precise > U64_MAX ? U64_MAX : precise);
}

/** Whole gas that covers the amount; negative amounts round towards zero. */
export function roundUp(amount: Milligas): Gas {
  if (typeof amount === "bigint") {
    const gas = amount / 1000n;
    return i64(amount > 0n && amount % 1000n !== 0n ? gas + 1n : gas);
  }
  const rest = amount % 1000;
  return (amount - rest) / 1000 + (rest > 0 ? 1 : 0);
}

/**
 * Premium per gas that the fee cap leaves beside the base fee: what a miner gets, and what actors see. attoFIL.
 */
export function effectivePremium(
  { gasPremium, gasFeeCap }: { readonly gasPremium: bigint; readonly gasFeeCap: bigint },
  baseFee: bigint,
): bigint {
  const room = gasFeeCap - baseFee;
  const premium = gasPremium < room ? gasPremium : room;
  return premium > 0n ? premium : 0n;
}
