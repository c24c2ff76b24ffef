import { ErrorNumber, Fatal, SyscallError } from "../../message/outcome.js";
import { onTipsetCid } from "../gas/charges.js";
import type { SyscallContext } from "./context.js";

export const network = {
  /** As long as C++ has not been told the supply. */
  "network.total_fil_circ_supply"({ answer, externs }: SyscallContext): void {
    answer.token(externs.getCirculatingSupply());
  },

  "network.tipset_cid"({ args, answer, gas, prices, machine, network, externs }: SyscallContext): void {
    const epoch = args.i64(0);
    if (epoch < 0) throw illegalArgument("epoch is negative");
    if (epoch > machine.epoch) throw illegalArgument(`epoch ${epoch} is in the future`);
    if (Number(epoch) === machine.epoch) {
      throw illegalArgument("cannot lookup the tipset cid for the current epoch");
    }
    // Exact: it is below the current epoch.
    const lookback = machine.epoch - Number(epoch);
    const limit = network.rules.kernel.tipsetLookbackLimit;
    if (limit !== undefined && lookback >= limit) {
      throw illegalArgument(`epoch ${epoch} is too far in the past`);
    }
    gas.apply(onTipsetCid(prices, lookback));
    const cid = externs.getTipsetCid(epoch);
    if (cid === undefined) throw new Fatal(`no tipset CID of epoch ${epoch}`);
    answer.latin1(cid);
  },
} as const;

function illegalArgument(text: string): SyscallError {
  return new SyscallError(ErrorNumber.IllegalArgument, text);
}
