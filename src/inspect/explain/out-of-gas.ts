import type { Receipt } from "../../message/receipt.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { plus } from "../profile/amounts.js";
import { GasMeter } from "../profile/meter.js";
import { gasProfile } from "../profile/profiler.js";
import { replay } from "../profile/replay.js";
import { type Dimension, spendingBy } from "../profile/spending.js";

/** Number of methods, and of categories, that are named. */
const NAMED = 2;

/** Words for the names that a profile has in parentheses. */
const WORDS: Readonly<Record<string, string>> = {
  "(messages)": "the message itself",
  "(not found)": "a receiver that was not found",
};

/** The charge that did not fit in the end; undefined: all of them did. */
export function failingCharge({ message, call }: MessageTrace): string | undefined {
  if (call === undefined) return undefined;
  const meter = new GasMeter(message.gasLimit);
  let failed: string | undefined;
  replay(call, {
    call: ({ gasLimit }) => meter.enter(gasLimit),
    return: () => meter.leave(),
    charge(name, compute, other) {
      const asked = plus(compute, other);
      const paid = meter.pay(compute, other);
      if (asked !== plus(paid.compute, paid.other)) failed ??= name;
      // Charges of nothing follow one that did not fit.
      else if (asked !== 0) failed = undefined;
    },
  });
  return failed;
}

/** Where the gas of a message went, in words. */
export function spendingText(trace: MessageTrace, receipt: Receipt): string {
  const profile = gasProfile(trace, receipt);
  const share = (milligas: bigint) => Math.round(Number(milligas) / Number(profile.gasUsed) / 10);
  const top = (by: Dimension) =>
    spendingBy(profile, by)
      .filter(({ total }) => share(total) > 0)
      .slice(0, NAMED)
      .map(({ name, total }) => `${WORDS[name] ?? name} (${share(total)} %)`)
      .join(" and ");
  return `most of it went to ${top("method")}, on ${top("category")}`;
}
