import { isCount, optional } from "../../util/check.js";
import { type Checks, checkedOptionsOnly } from "../../util/options.js";
import { SharedRoom } from "./share.js";

/** Limits of a page. What goes beyond is counted, or cut, and the page says so. */
export interface PageLimits {
  /** Calls that are listed. Default: 50,000. */
  readonly calls?: number;
  /**
   * Charges that are listed one by one; the sums by name have them all. Messages share the room fairly, and in each of
   * them its calls: small ones have all of theirs. Default: 200,000.
   */
  readonly charges?: number;
  /** Blocks read and written that are listed, shared like charges. Default: 100,000. */
  readonly blocks?: number;
  /** Events that are listed. Default: 20,000. */
  readonly events?: number;
  /** Lines of debug output that are listed. Default: 20,000. */
  readonly logs?: number;
  /** Changes of the state that are listed. Default: 50,000. */
  readonly changes?: number;
  /** Characters of decoded texts and bytes in all. Default: 16 Mi. */
  readonly characters?: number;
}

const LIMITS: Required<PageLimits> = {
  calls: 50_000,
  charges: 200_000,
  blocks: 100_000,
  events: 20_000,
  logs: 20_000,
  changes: 50_000,
  characters: 1 << 24,
};

const CHECKS: Checks<PageLimits> = {
  calls: optional(isCount),
  charges: optional(isCount),
  blocks: optional(isCount),
  events: optional(isCount),
  logs: optional(isCount),
  changes: optional(isCount),
  characters: optional(isCount),
};

/** Characters of one text. */
const LONGEST = 16_384;
/** Characters of one text once there is no room for long ones. */
const SHORT = 160;

/** Characters that nobody sees, or that turn the order of others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const INVISIBLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Room on a page, over all of its messages. */
export class Budget {
  readonly charges: SharedRoom;
  readonly blocks: SharedRoom;
  private readonly left: Record<"calls" | "events" | "logs" | "changes" | "characters", number>;

  /** Throws `FvmError` INVALID_OPTION. */
  constructor(limits: PageLimits) {
    const { charges, blocks, ...left } = { ...LIMITS, ...checkedOptionsOnly(limits, CHECKS, "limits") };
    this.charges = new SharedRoom(charges);
    this.blocks = new SharedRoom(blocks);
    this.left = left;
  }

  /** Whether there is room for one more, which then has it. */
  takes(what: "calls" | "events" | "logs" | "changes"): boolean {
    if (this.left[what] <= 0) return false;
    this.left[what]--;
    return true;
  }

  /** The text as it is to be shown: cut, with what is invisible as its number. */
  text(text: string): string {
    const most = this.left.characters >= LONGEST ? LONGEST : SHORT;
    const kept = text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
    this.left.characters -= kept.length;
    return kept.replace(INVISIBLE, escaped);
  }

  /** A name that stands for many. It is cut, too. */
  name(name: string): string {
    const kept = name.length <= SHORT ? name : `${name.slice(0, SHORT)}…`;
    return kept.replace(INVISIBLE, escaped);
  }

  /** Bytes in hexadecimal. */
  hex(bytes: Uint8Array): string {
    const most = (this.left.characters >= LONGEST ? LONGEST : SHORT) / 2;
    const kept = bytes.subarray(0, most);
    this.left.characters -= kept.length * 2;
    const rest = kept.length < bytes.length ? `… (${bytes.length} bytes)` : "";
    return `0x${Buffer.from(kept.buffer, kept.byteOffset, kept.length).toString("hex")}${rest}`;
  }
}

function escaped(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}
