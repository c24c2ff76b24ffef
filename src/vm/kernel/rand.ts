import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import { native } from "../../native/index.js";
import { onDrawRandomness, onGetRandomness } from "../gas/charges.js";
import type { Handler, SyscallContext } from "./context.js";

type Source = (context: SyscallContext, epoch: number | bigint) => Uint8Array | undefined;

const chain: Source = ({ externs }, epoch) => externs.getChainRandomness(epoch);
const beacon: Source = ({ externs }, epoch) => externs.getBeaconRandomness(epoch);

/** From network version 21 on: the node's digest, as it is (FIP-0075). */
function get(source: Source): Handler {
  return (context) => {
    const epoch = context.args.i64(0);
    context.gas.apply(onGetRandomness(context.prices, lookback(context.machine.epoch, epoch)));
    context.answer.bytes(ask(source, context, epoch));
  };
}

/** Up to network version 20: the digest mixed with a tag, the epoch and entropy. */
function draw(source: Source): Handler {
  return (context) => {
    const tag = context.args.i64(0);
    const epoch = context.args.i64(1);
    const entropy = context.args.bytes(2);
    context.gas.apply(onDrawRandomness(context.prices, entropy.length));
    const digest = ask(source, context, epoch);
    const text = Buffer.concat([bigEndian(tag), digest, bigEndian(epoch), entropy]);
    context.answer.bytes(native.blake2b(text, 32));
  };
}

export const rand = {
  "rand.get_chain_randomness": get(chain),
  "rand.get_beacon_randomness": get(beacon),
  "rand.get_chain_randomness[drawn]": draw(chain),
  "rand.get_beacon_randomness[drawn]": draw(beacon),
} as const;

/**
 * Epochs back, as an unsigned number: a future epoch is a huge look-back, which nobody can pay for.
 * Throws `SyscallError` if the difference does not fit 64 bits.
 */
function lookback(current: number, epoch: number | bigint): number | bigint {
  if (typeof epoch === "number" && epoch <= current) return current - epoch;
  const difference = BigInt(current) - BigInt(epoch);
  if (BigInt.asIntN(64, difference) !== difference) {
    throw new SyscallError(ErrorNumber.IllegalArgument, `randomness epoch ${epoch} is in the future`);
  }
  return BigInt.asUintN(64, difference);
}

function ask(source: Source, context: SyscallContext, epoch: number | bigint): Uint8Array {
  const digest = source(context, epoch);
  if (digest === undefined) {
    throw new SyscallError(ErrorNumber.IllegalArgument, `no randomness of epoch ${epoch}`);
  }
  return digest;
}

function bigEndian(value: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
