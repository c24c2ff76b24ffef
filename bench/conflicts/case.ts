import type { Funds } from "./first-state.js";
import type { Script } from "./script.js";

/** Tipsets whose messages depend on each other in some way. */
export interface Case {
  readonly name: string;
  /** Accounts of its own. */
  readonly funds?: Funds;
  /** Parts of contracts of the first state whose blocks nobody has. */
  readonly absent?: readonly AbsentPart[];
  write(script: Script): void;
}

/** A block of a contract's state: its root, its bytecode or the root of its storage. */
export interface AbsentPart {
  readonly contract: string;
  readonly part: "state" | "bytecode" | "storage";
}

export const FIL = 10n ** 18n;
