/** Checks of what callers give to be profiled and explained. All throw `FvmError` INVALID_OPTION. */
import type { Receipt } from "../../message/receipt.js";
import { is, isList } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { asI64 } from "../../util/u64.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import type { GasProfile } from "./profile.js";

const isTrace = is(
  (value) =>
    has<MessageTrace>(value, ({ message, builtins, networkVersion }) => {
      return typeof message === "object" && isList(builtins) && typeof networkVersion === "number";
    }),
  "a message's trace",
);
const isReceipt = is(
  (value) =>
    has<Receipt>(
      value,
      ({ exitCode, gasUsed }) => Number.isInteger(exitCode) && asI64(gasUsed) !== undefined,
    ),
  "a receipt",
);
const isProfile = is(
  (value) =>
    has<GasProfile>(
      value,
      ({ gasUsed, root }) => typeof gasUsed === "bigint" && root?.charges instanceof Map,
    ),
  "a gas profile",
);

export function checkTraced(trace: MessageTrace, receipt: Receipt): void {
  checkOption("trace", trace, isTrace);
  checkOption("receipt", receipt, isReceipt);
}

export function checkProfile(profile: GasProfile, option = "profile"): void {
  checkOption(option, profile, isProfile);
}

/** Also of an object that does not like to be looked at. */
function has<T>(value: unknown, fits: (value: Partial<T>) => boolean): boolean {
  try {
    return typeof value === "object" && value !== null && fits(value as Partial<T>);
  } catch {
    return false;
  }
}
