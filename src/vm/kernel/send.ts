import type { Address } from "../../address/address.js";
import { type Milligas, milligas } from "../../message/gas.js";
import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import type { U64 } from "../../util/u64.js";
import type { SyscallContext } from "./context.js";
import { addressArgument } from "./handler-tools.js";

const FLAG_READ_ONLY = 1;
/** As a gas limit: all that is left. */
const NO_LIMIT = 2n ** 64n - 1n;

/** Messages to other actors. Source: fvm/src/kernel/default.rs, `SendOps`. */
export const send = {
  /** Up to network version 17. */
  "send.send"(context: SyscallContext): void {
    start(context, addressArgument(context, 0), undefined, false);
  },

  /** From network version 18 on, with a gas limit and read-only (FIP-0050, FIP-0057). */
  "send.send[limited]"(context: SyscallContext): void {
    const to = addressArgument(context, 0);
    const flags = context.args.u64(6);
    const limit = context.args.u64(5);
    if (flags !== 0 && flags !== FLAG_READ_ONLY) {
      throw new SyscallError(ErrorNumber.IllegalArgument, `invalid send flags: ${flags}`);
    }
    const readOnly = context.frame.readOnly || flags === FLAG_READ_ONLY;
    start(context, to, limit === NO_LIMIT ? undefined : milligas(limit), readOnly);
  },
} as const;

/** @param gasLimit milligas */
function start(
  { args, call }: SyscallContext,
  to: Address,
  gasLimit: Milligas | undefined,
  readOnly: boolean,
): void {
  const value = attoFil(args.u64(3), args.u64(4));
  if (readOnly && value !== 0n) {
    throw new SyscallError(ErrorNumber.ReadOnly, "cannot transfer value when read-only");
  }
  const params = args.u32(2);
  if (params !== 0 && !call.hasBlock(params)) {
    throw new SyscallError(ErrorNumber.InvalidHandle, `invalid block handle ${params}`);
  }
  call.send({ to, method: args.u64(1), params, value, gasLimit, readOnly });
}

function attoFil(high: U64, low: U64): bigint {
  return high === 0 && low === 0 ? 0n : (BigInt(high) << 64n) | BigInt(low);
}
